"""The colours of the pictures: one meaning each, and told apart by everybody."""

import re
import tomllib
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from testing.browser import ROOT
from ui.palette import ROLES, RUNS, SCHEMES, custom_properties, role_colour

THEME = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
# How linear RGB is seen without one kind of cone: Machado, Oliveira and Fernandes (2009), severity 1.
VISION = {
    "normal": np.eye(3),
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
}
# What stands in one picture, and by how much it has to differ. 2 in 100 of Oklab is about what people just see.
TOGETHER = {
    "five classes": ([f"class {k}" for k in range(5)], 10),
    "ten classes": ([f"class {k}" for k in range(10)], 6),
    "three classes and the control": (["accent", "class 0", "class 1", "class 2"], 6),
    "rows": (["train", "test"], 8),
    "rows and three classes": (["train", "test", "class 0", "class 1", "class 2"], 6),
    "an ensemble": (["ensemble", "pool", "member"], 8),
    "an ensemble and three classes": (["ensemble", "member", "class 0", "class 1", "class 2"], 8),
    "parts of a sum": (["entropy", "excess", "disagreement"], 7),
    "a net and a regression": (["ensemble", "regression"], 20),
    "runs": ([f"run_{number}" for number in range(1, RUNS + 1)], 8),
}


def colours(scheme):
    classes = {f"class {k}": colour for k, colour in enumerate(THEME[scheme]["chartCategoricalColors"])}
    return classes | {"accent": THEME[scheme]["primaryColor"]} | {role: role_colour(role, scheme) for role in ROLES}


def linear(colour):
    channels = np.array([int(colour[start : start + 2], 16) for start in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def oklab(rgb):
    """Ottosson (2020)."""
    to_cones = [[0.41222147, 0.53633254, 0.05144599], [0.2119035, 0.68069955, 0.10739696], [0.08830246, 0.28171884, 0.6299787]]
    to_lab = [
        [0.21045426, 0.79361779, -0.00407205],
        [1.9779985, -2.42859221, 0.45059371],
        [0.02590404, 0.78277177, -0.80867577],
    ]
    return np.array(to_lab) @ np.cbrt(np.clip(np.array(to_cones) @ rgb, 0, None))


def distance(one, other, vision):
    seen = [oklab(np.clip(np.array(VISION[vision]) @ linear(colour), 0, 1)) for colour in (one, other)]
    return 100 * np.linalg.norm(seen[0] - seen[1])


def contrast(one, other):
    low, high = sorted(float(linear(colour) @ [0.2126, 0.7152, 0.0722]) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_no_two_roles_share_a_colour(scheme):
    """Teal meant eight things."""
    palette = colours(scheme)
    assert len(THEME[scheme]["chartCategoricalColors"]) == 10
    near = [pair for pair in combinations(palette, 2) if distance(palette[pair[0]], palette[pair[1]], "normal") < 4]
    assert near == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_mark_stands_out_from_the_background(scheme):
    background = THEME[scheme]["backgroundColor"]
    assert [role for role, colour in colours(scheme).items() if contrast(colour, background) < 3] == []


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("picture", TOGETHER)
def test_what_stands_in_one_picture_is_told_apart_without_red_or_green_cones(scheme, picture):
    roles, least = TOGETHER[picture]
    palette = colours(scheme)
    apart = {
        (one, other, vision): distance(palette[one], palette[other], vision)
        for one, other in combinations(roles, 2)
        for vision in VISION
    }
    assert {pair: value for pair, value in apart.items() if value < least} == {}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_third_class_is_not_taken_for_ink(scheme):
    """Dark brown beside black."""
    text = {"light": "#31333F", "dark": "#FAFAFA"}[scheme]
    assert min(distance(colours(scheme)["class 2"], text, vision) for vision in VISION) > 12


def test_components_read_the_same_table():
    sheet = custom_properties()
    for role, (light, dark) in ROLES.items():
        assert f"--role-{role.replace('_', '-')}: light-dark({light}, {dark});" in sheet
    script = Path(ROOT, "ui", "components", "lib", "dom.js").read_text(encoding="utf-8")
    listed = re.search(r"const ROLES = \[(.*?)\];", script, re.DOTALL)[1]
    assert set(re.findall(r'"(\w+)"', listed)) == {role for role in ROLES if not role.startswith("run_")} - {"regression"}
