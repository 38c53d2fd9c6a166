from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ensemble import EnsembleConfig, InputError
from ensemble.datasets.builtin import BUILT_IN, PLANE, load_dataset, load_table
from ensemble.datasets.config import DataConfig, corrupted, dataset_of, table_of

BOUNDS = {
    "points": (60, 2000),
    "noise": (0, 1),
    "imbalance": (0, 0.9),
    "label_noise": (0, 0.5),
    "test_share": (0.1, 0.5),
    "split": (-1, 999_999),
}
CONFIGS = st.builds(
    DataConfig,
    data=st.sampled_from(BUILT_IN),
    points=st.integers(60, 2000),
    noise=st.floats(0, 1),
    imbalance=st.floats(0, 0.9),
    label_noise=st.floats(0, 0.5),
    test_share=st.floats(0.1, 0.5),
    split=st.integers(-1, 999_999),
)


def counts(table):
    return np.bincount(table.y, minlength=len(table.class_names)).tolist()


def test_the_defaults_are_the_wines_of_the_classic_run():
    assert DataConfig().model_dump() == {
        "data": "wine",
        "points": 300,
        "noise": 0.2,
        "imbalance": 0.0,
        "label_noise": 0.0,
        "test_share": 0.2,
        "split": -1,
    }
    assert np.array_equal(dataset_of(DataConfig(), 3).x_train, load_dataset("wine", seed=3).x_train)


def test_a_split_that_is_held_fixed_does_not_follow_the_seed():
    held = DataConfig(split=5)
    assert dataset_of(held, 1).same_rows(dataset_of(held, 2))
    assert dataset_of(held, 1).same_rows(dataset_of(DataConfig(), 5))
    assert not dataset_of(DataConfig(), 1).same_rows(dataset_of(DataConfig(), 2))


def test_every_built_in_set_can_be_chosen_and_no_other():
    assert DataConfig.choices("data") == BUILT_IN
    with pytest.raises(InputError, match="wine, iris, breast_cancer"):
        DataConfig(data="upload")


@pytest.mark.parametrize("name", BOUNDS)
def test_bounds_are_inclusive_and_what_lies_outside_is_refused_with_the_mend(name):
    low, high = BOUNDS[name]
    assert DataConfig.bounds(name) == (low, high)
    for inside in (low, high):
        assert getattr(DataConfig(**{name: inside}), name) == inside
    for outside in (low - 1, high + 1):
        with pytest.raises(InputError, match=f"from {low:g} to {high:g}"):
            DataConfig(**{name: outside})


def test_every_field_has_a_title_and_says_what_it_does():
    for field in DataConfig.model_fields.values():
        assert field.title
        assert len(field.description or "") > 40


def test_data_settings_share_no_name_with_run_settings():
    assert not set(DataConfig.model_fields) & set(EnsembleConfig.model_fields)


@given(CONFIGS)
def test_a_link_brings_every_configuration_back_without_notices(config):
    assert DataConfig.from_query(config.to_query()) == (config, [])


def test_a_link_is_clamped_and_says_so():
    config, notices = DataConfig.from_query({"points": "9999", "data": "<b>"})
    assert config == DataConfig(points=2000)
    assert "9999 in the link is outside 60 to 2000; 2000 is used" in notices[0]
    assert "“<b>” in the link is not one of wine" in notices[1]


@given(CONFIGS.filter(lambda config: config.data != "digits"), st.integers(0, 999_999))
def test_every_configuration_gives_finite_rows(config, seed):
    data = dataset_of(config, seed)
    assert np.isfinite(data.x_train).all()
    assert np.isfinite(data.x_test).all()
    assert set(data.y_train) | set(data.y_test) <= set(range(data.classes))
    assert data.row_name != "row"


def test_rows_depend_on_the_configuration_and_not_on_the_seed_of_the_run():
    config = DataConfig(data="moons", imbalance=0.5, label_noise=0.2)
    one, other = dataset_of(config, 0), dataset_of(config, 1)
    rows = [np.concatenate([data.in_units(data.x_train), data.in_units(data.x_test)]) for data in (one, other)]
    assert not np.array_equal(one.x_train, other.x_train)
    np.testing.assert_allclose(*(part[np.lexsort(part.round(4).T)] for part in rows), atol=1e-4)


@pytest.mark.parametrize("name", PLANE)
def test_points_and_noise_reach_the_generated_sets(name):
    table = table_of(DataConfig(data=name, points=61, noise=0.7))
    assert np.array_equal(table.x, load_table(name, 61, 0.7).x)
    assert len(table.x) == 61


def test_imbalance_keeps_the_first_class_and_thins_the_later_ones_geometrically():
    iris = load_table("iris")
    assert counts(corrupted(iris, imbalance=0.9)) == [50, round(50 * 0.1**0.5), 5]
    assert counts(corrupted(load_table("breast_cancer"), imbalance=0.5)) == [212, round(357 / 2)]


def test_a_larger_imbalance_keeps_an_ordered_subset_of_rows():
    iris = load_table("iris")
    numbered = replace(iris, x=np.arange(150.0)[:, None])
    less, more = (corrupted(numbered, imbalance=fraction).x[:, 0] for fraction in (0.3, 0.8))
    assert set(more) < set(less)
    assert np.all(np.diff(more) > 0)
    kept = corrupted(numbered, imbalance=0.8)
    assert np.array_equal(kept.y, iris.y[kept.x[:, 0].astype(int)])


def test_every_class_keeps_two_rows_or_the_one_it_has():
    iris = load_table("iris")
    few = replace(iris, x=iris.x[[0, 1, 2, 50, 51, 52, 100]], y=iris.y[[0, 1, 2, 50, 51, 52, 100]])
    assert counts(corrupted(few, imbalance=0.9)) == [3, 2, 1]


@pytest.mark.parametrize(("fraction", "rows"), [(0.01, 2), (0.1, 15), (0.5, 75)])
def test_label_noise_changes_exactly_its_share_of_the_labels(fraction, rows):
    iris = load_table("iris")
    noisy = corrupted(iris, label_noise=fraction)
    assert int((noisy.y != iris.y).sum()) == rows
    assert np.array_equal(noisy.x, iris.x)
    assert f"{rows} rows have a wrong class" in noisy.about


def test_wrong_labels_are_spread_evenly_over_the_other_classes():
    digits = load_table("digits")
    noisy = corrupted(digits, label_noise=0.5)
    steps = np.bincount((noisy.y - digits.y) % 10, minlength=10)
    expected = steps[1:].sum() / 9
    assert ((steps[1:] - expected) ** 2 / expected).sum() < 26.1  # 99.9 % of chi-squared with 8 degrees of freedom


def test_a_table_is_not_changed_itself_and_comes_back_when_nothing_is_asked():
    iris = load_table("iris")
    before = iris.y.copy()
    corrupted(iris, 0.5, 0.5)
    assert np.array_equal(iris.y, before)
    assert corrupted(iris) is iris


@pytest.mark.parametrize("fraction", [-0.1, 0.95, float("nan")])
def test_a_share_out_of_range_is_refused(fraction):
    with pytest.raises(InputError, match=r"Class imbalance: choose a number from 0 to 0\.9"):
        corrupted(load_table("iris"), imbalance=fraction)
    with pytest.raises(InputError, match=r"Label noise: choose a number from 0 to 0\.5"):
        corrupted(load_table("iris"), label_noise=fraction)


def test_labels_of_a_single_class_cannot_be_noisy():
    iris = load_table("iris")
    alone = replace(iris, x=iris.x[:50], y=iris.y[:50], class_names=("setosa",))
    assert corrupted(alone, imbalance=0.5) is alone
    with pytest.raises(InputError, match="second class"):
        corrupted(alone, label_noise=0.1)


def test_label_noise_is_the_least_that_the_best_network_is_wrong():
    """Classes may overlap before their labels are corrupted."""
    assert "wrong at least about that often" in DataConfig.model_fields["label_noise"].description
