"""The part of “Losses” on rows with several true labels: what is written is computed from what is drawn."""

import re

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from ensemble.probability import several_labels as toy
from testing import PATIENCE, ROOT
from testing.app_test import pictures, words


def show_the_part():
    from pages.parts.losses import several_labels

    several_labels.show()


def sums(app):
    """What the three bulleted sums say."""
    return [float(text) for text in re.findall(r"- (?:truth|sigmoids|softmax): [^≈]*≈ (\d\.\d\d)", words(app))]


def test_sums_in_words_are_those_of_the_pictures_at_the_chosen_hour():
    app = AppTest.from_function(show_the_part, default_timeout=PATIENCE).run()
    app.slider(key="label_hour").set_value(19).run()
    app.select_slider(key="label_photos").set_value(50).run()
    assert not app.exception
    at = toy.HOURS.index(19)
    of_sigmoids, of_softmax, of_sums = pictures(app)
    drawn = [np.array(trace["y"])[at] for trace in of_sums["data"]]
    np.testing.assert_allclose(sums(app), drawn, atol=0.006)
    assert drawn[0] > 2
    assert drawn[2] == pytest.approx(1)
    counts = toy.draw_labels(50, np.random.default_rng(0))
    for figure, table in ((of_sigmoids, counts / 50), (of_softmax, counts / counts.sum(axis=1, keepdims=True))):
        found = [trace["y"] for trace in figure["data"] if trace.get("name")]
        np.testing.assert_allclose(np.transpose(found), table)
    assert f"{counts[at, 0]} of 50 photos" in words(app)
    app.button[-1].click().run()
    assert f"{toy.draw_labels(50, np.random.default_rng(1))[at, 0]} of 50 photos" in words(app)


def test_the_part_has_its_place_on_the_page_under_the_name_that_links_use():
    assert '"Several labels at once": several_labels' in (ROOT / "pages" / "losses.py").read_text(encoding="utf-8")
