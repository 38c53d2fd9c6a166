"""Corruptions of rows: nothing at severity 0, pictures that stay pictures, and amounts that grow with the severity."""

import math
from functools import cache

import numpy as np
import pytest

from ensemble import InputError, load_dataset
from ensemble.shift.corruptions import CORRUPTIONS, SEVERITIES, corrupt, corruptions_of, most_telling_feature

load = cache(load_dataset)
ALL = [(data, name) for data in ("digits", "wine", "blobs") for name in corruptions_of(load(data))]
PIXELWISE = ("noise", "stuck", "drift")


def corrupted(data, name, seed=0):
    return corrupt(load(data).x_test, name, load(data), np.random.default_rng(seed))


def picture(row):
    return load("digits").in_units(row).reshape(8, 8)


@pytest.mark.parametrize(("data", "name"), ALL)
def test_severity_0_changes_nothing_bit_for_bit(data, name):
    before = load(data).x_test.copy()
    made = corrupted(data, name)
    assert made.dtype == np.float32
    assert made[0].tobytes() == before.tobytes() == load(data).x_test.tobytes()
    assert all((made[severity] != before).any() for severity in SEVERITIES[1:])


@pytest.mark.parametrize(("data", "name"), ALL)
def test_equal_seeds_make_equal_rows(data, name):
    np.testing.assert_array_equal(corrupted(data, name, 3), corrupted(data, name, 3))
    drawn = name in ("noise", "stuck")
    assert (corrupted(data, name, 3) != corrupted(data, name, 4)).any() == drawn


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("data", "name"), [one for one in ALL if one[1] in PIXELWISE])
def test_each_number_moves_away_from_its_clean_value_and_never_back(data, name, seed):
    moved = corrupted(data, name, seed) - load(data).x_test
    assert (np.diff(np.abs(moved), axis=0) >= 0).all()
    assert (moved * moved[-1] >= 0).all()


@pytest.mark.parametrize(("data", "name"), ALL)
def test_the_mean_square_distance_from_clean_rows_grows(data, name):
    distances = ((corrupted(data, name).astype(float) - load(data).x_test) ** 2).mean(axis=(1, 2))
    assert (np.diff(distances) > 0).all()


@pytest.mark.parametrize("name", corruptions_of(load("digits")))
def test_pixels_stay_between_white_and_black(name):
    units = load("digits").in_units(corrupted("digits", name))
    assert units.min() >= -1e-5
    assert units.max() <= 16 + 1e-5


def test_a_picture_moves_right_by_a_fifth_of_a_pixel_a_severity():
    made = corrupted("digits", "translation")
    for severity in SEVERITIES:
        clean, part = picture(made[0, 7]), severity / 5
        before = np.column_stack([np.zeros(8), clean[:, :-1]])
        np.testing.assert_allclose(picture(made[severity, 7]), (1 - part) * clean + part * before, atol=1e-4)


def test_a_picture_turns_left_about_its_middle():
    made = corrupted("digits", "rotation")
    clean, turned = picture(made[0, 7]), picture(made[4, 7])
    angle = math.radians(24)
    for row in range(1, 7):
        for column in range(1, 7):
            across, up = column - 3.5, 3.5 - row
            x = 3.5 + across * math.cos(angle) + up * math.sin(angle)
            y = 3.5 - (up * math.cos(angle) - across * math.sin(angle))
            left, top = int(x), int(y)
            if max(left, top) > 6:
                continue
            weights = np.outer([1 - (y - top), y - top], [1 - (x - left), x - left])
            expected = (weights * clean[top : top + 2, left : left + 2]).sum()
            assert turned[row, column] == pytest.approx(expected, abs=1e-3)


def test_blur_weights_neighbours_by_a_gaussian():
    made, severity = corrupted("digits", "blur"), 4
    offsets = np.arange(-8, 9)
    kernel = np.exp(-(offsets**2) / (2 * 0.16 * severity))
    kernel /= kernel.sum()
    along = np.array([[kernel[column - other + 8] for other in range(8)] for column in range(8)])
    np.testing.assert_allclose(picture(made[severity, 7]), along @ picture(made[0, 7]) @ along.T, atol=1e-2)


def test_noise_has_a_tenth_of_the_range_a_severity():
    wine = load("wine")
    made = corrupt(np.zeros((4000, 13), np.float32), "noise", wine, np.random.default_rng(0))
    np.testing.assert_allclose(made.std(axis=(1, 2)), [0, 0.1, 0.2, 0.3, 0.4, 0.5], atol=0.005)


def test_a_feature_that_was_constant_in_training_has_no_range_and_so_no_noise():
    digits = load("digits")
    constant = digits.high == digits.low
    assert constant.any()
    moved = corrupted("digits", "noise") - digits.x_test
    assert not moved[:, :, constant].any()


def test_a_twentieth_of_the_numbers_is_stuck_at_the_top_for_each_severity():
    wine = load("wine")
    stuck = corrupt(np.full((1000, 13), 0.5, np.float32), "stuck", wine, np.random.default_rng(0)) == 1
    np.testing.assert_allclose(stuck.mean(axis=(1, 2)), [0, 0.05, 0.1, 0.15, 0.2, 0.25], atol=1e-4)
    assert (np.diff(stuck.astype(int), axis=0) >= 0).all()
    assert [int(one.all(axis=0).sum()) for one in stuck] == [0, 0, 1, 1, 2, 3], "whole features first"


def test_drift_moves_the_feature_that_an_analysis_of_variance_puts_first():
    from sklearn.feature_selection import f_classif

    for name in ("wine", "iris", "breast_cancer", "blobs"):
        data = load(name)
        feature = most_telling_feature(data)
        assert feature == np.argmax(f_classif(data.x_train, data.y_train)[0])
        moved = corrupted(name, "drift") - data.x_test
        np.testing.assert_allclose(moved[5, :, feature], 0.5, atol=1e-6)
        assert not np.delete(moved, feature, axis=2).any()


def test_what_rows_cannot_have_is_refused():
    with pytest.raises(InputError, match="noise, stuck, drift"):
        corrupted("wine", "rotation")
    with pytest.raises(InputError, match=r"\(n, 13\)"):
        corrupt(np.zeros((2, 12)), "noise", load("wine"), np.random.default_rng(0))
    assert corruptions_of(load("digits")) == tuple(CORRUPTIONS)
