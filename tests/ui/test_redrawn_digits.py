"""Test digits drawn again with the page's pen, and reduced by the page's own JavaScript."""

import json
import os
import shutil
import subprocess

import numpy as np
import pytest

from ensemble.related import digits
from testing import ROOT
from testing.redrawing import placed, strokes
from ui.components.draw import pixels

REDUCE = """
import { readFileSync } from "node:fs";
import { reduced } from "./ui/components/draw/reduction.js";
const drawings = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(drawings.map((strokes) => [...reduced(strokes)])));
"""
MOST_POINTS_LOST = 0.10


def reduced(drawings):
    """The 64 numbers of each drawing, shape (n, 64), as the browser computes them."""
    node = shutil.which("node")
    if node is None:
        assert os.environ.get("CI") != "true", "Node is not installed."
        pytest.skip("Node is not installed.")
    done = subprocess.run(
        [node, "--input-type=module", "-e", REDUCE],
        input=json.dumps(drawings),
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    return np.array(json.loads(done.stdout))


@pytest.fixture(scope="module")
def redrawn():
    """What comes of each test digit drawn in strokes, at a place, of a size and at a slight turn of its own: shape (n, 64)."""
    data, rng = digits.data(), np.random.default_rng(0)
    return reduced(
        [
            placed(strokes(counts), rng.uniform(2, 10), *rng.uniform(-100, 100, 2), rng.normal(0, 0.05))
            for counts in pixels(data, data.x_test)
        ]
    )


@pytest.mark.parametrize("name", digits.CONFIGS)
def test_a_redrawn_test_digit_is_read_nearly_as_well_as_the_digit_itself(redrawn, name):
    """At most ten points below the accuracy on the test digits themselves."""
    data, run = digits.data(), digits.run(name)
    right, right_redrawn = ((run.logits(x).argmax(axis=1) == data.y_test).mean() for x in (data.x_test, data.scaled(redrawn)))
    assert right_redrawn > right - MOST_POINTS_LOST


def test_redrawn_digits_have_the_ink_of_the_data_set_in_the_same_pixels(redrawn):
    data = digits.data()
    counts, again = pixels(data, data.x_test), redrawn
    assert again.sum(axis=1).mean() == pytest.approx(counts.sum(axis=1).mean(), rel=0.05)
    np.testing.assert_allclose(again.mean(axis=0), counts.mean(axis=0), atol=2)


def test_digits_of_the_data_set_stand_upright_as_the_reduction_makes_them():
    """The leftmost ink of the top blocks lies above that of the bottom blocks, within a pixel of 32 on average."""
    data = digits.data()
    shown = pixels(data, data.x_train).reshape(-1, 8, 8)

    def leftmost(row):
        first = (row > 0).argmax(axis=1)
        return 4 * (first + 1) - row[np.arange(len(row)), first] / 4

    difference = leftmost(shown[:, 0]) - leftmost(shown[:, 7])
    for k in range(10):
        assert abs(difference[data.y_train == k].mean()) < 0.5
