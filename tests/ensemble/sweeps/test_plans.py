"""Plans of many runs: replicates, sweeps, pairs; what is paused, refused, classic."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ensemble import EnsembleConfig, InputError
from ensemble.datasets.config import DataConfig
from ensemble.sweeps.design import drawn_in, is_classic, pairs_plan, replicate_plan, replicates, sweep_plan
from ensemble.sweeps.experiment import SOURCES
from ensemble.sweeps.results import POOLS
from ensemble.sweeps.values import usual_values, values_of
from testing import PATIENCE, ROOT
from tests.ensemble.sweeps.made_up import CLASSIC, SWEPT


@pytest.mark.parametrize(("drawn", "moving"), [("split", (0, 1)), ("start", (1, 0)), ("both", (1, 1))])
def test_seeds_move_what_is_drawn_anew_and_nothing_else(drawn, moving):
    specs = replicates(EnsembleConfig(seed=5), 8, drawn, 4)
    assert [spec.config.seed for spec in specs] == [5 + moving[0] * index for index in range(4)]
    assert [spec.split_seed for spec in specs] == [8 + moving[1] * index for index in range(4)]
    assert len({spec.config.model_copy(update={"seed": 0}) for spec in specs}) == 1


def test_after_the_largest_seed_comes_the_first():
    specs = replicates(EnsembleConfig(seed=999_999), 999_999, "both", 2)
    assert [(spec.config.seed, spec.split_seed) for spec in specs] == [(999_999, 999_999), (0, 0)]


@given(st.lists(st.sampled_from(SOURCES), min_size=1, unique=True), st.integers(2, 40))
def test_each_kind_of_luck_has_all_its_runs_and_begins_with_the_same_one(sources, count):
    plan = replicate_plan(CLASSIC, 3, sources, count)
    assert sorted(index for condition in plan.conditions for index in condition.indices) == list(range(count * len(sources)))
    for condition in plan.conditions:
        assert [plan.specs[index] for index in condition.indices] == replicates(CLASSIC, 3, condition.levels[0], count)
    assert len({plan.specs[condition.indices[0]] for condition in plan.conditions}) == 1


def test_a_sweep_has_every_combination_over_the_same_seeds():
    plan = sweep_plan(CLASSIC, 0, "both", 3, {"members": (1, 4), "dropout": (0.0, 0.5)})
    assert [condition.levels for condition in plan.conditions] == [(1, 0.0), (1, 0.5), (4, 0.0), (4, 0.5)]
    for condition in plan.conditions:
        specs = [plan.specs[index] for index in condition.indices]
        assert [(spec.config.members, spec.config.dropout) for spec in specs] == [condition.levels] * 3
        assert [(spec.config.seed, spec.split_seed) for spec in specs] == [(0, 0), (1, 1), (2, 2)]


def test_pooling_costs_no_training():
    plan = sweep_plan(CLASSIC, 0, "both", 3, {"pooling": POOLS})
    assert len(plan.specs) == 3
    assert [(condition.pool, condition.indices) for condition in plan.conditions] == [(pool, (0, 1, 2)) for pool in POOLS]
    pairs = pairs_plan(CLASSIC, 0, "both", 3, "pooling", "mean of logits")
    assert len(pairs.specs) == 3


def test_a_run_is_read_in_as_many_ways_as_there_are_conditions_for_it():
    swept = sweep_plan(CLASSIC, 0, "both", 3, {"members": (1, 4), "pooling": POOLS})
    assert (len(swept.conditions), swept.readings_per_run) == (6, 3)
    assert replicate_plan(CLASSIC, 0, SOURCES, 4).readings_per_run == 1


def test_the_limits_of_the_host_are_not_asked_for_at_import():
    script = """
import sys, ensemble.limits
ensemble.limits.limits = lambda: sys.exit("asked")
import ensemble.sweeps.comparisons
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr


def test_pairs_have_seed_and_split_in_common():
    plan = pairs_plan(EnsembleConfig(seed=2), 7, "both", 4, "activation", "relu")
    a, b = ([plan.specs[index] for index in condition.indices] for condition in plan.conditions)
    assert {spec.config.activation for spec in a} == {"linear"}
    assert {spec.config.activation for spec in b} == {"relu"}
    assert [(spec.config.seed, spec.split_seed) for spec in a] == [(spec.config.seed, spec.split_seed) for spec in b]


def test_a_comparison_with_itself_is_refused():
    with pytest.raises(InputError, match=r"Dropout: A has 0\.25 already\. Choose another value for B\."):
        pairs_plan(CLASSIC, 0, "both", 4, "dropout", 0.25)


def test_too_many_runs_are_refused_before_they_are_listed():
    with pytest.raises(InputError, match=r"80,000 runs are more than the 3,000"):
        sweep_plan(CLASSIC, 0, "both", 200, {"members": range(1, 21), "hidden_units": range(1, 21)})
    with pytest.raises(InputError, match="choose at least one of split, start, both"):
        replicate_plan(CLASSIC, 0, (), 30)


@given(st.lists(st.sampled_from(SWEPT[:-1]), min_size=1, max_size=2, unique=True), st.integers(2, 5), st.sampled_from(SOURCES))
def test_a_paused_sweep_has_runs_of_every_value(settings, count, drawn):
    values = {setting: values_of(setting, usual_values(setting))[:3] for setting in settings}
    plan = sweep_plan(CLASSIC, 4, drawn, count, values)
    size = len(plan.conditions)
    for turn in range(count):
        ahead = plan.specs[turn * size : (turn + 1) * size]
        assert [tuple(getattr(spec.config, setting) for setting in settings) for spec in ahead] == [
            condition.levels for condition in plan.conditions
        ]
    for condition in plan.conditions:
        network = CLASSIC.model_copy(update=dict(zip(settings, condition.levels, strict=True)))
        assert [plan.specs[index] for index in condition.indices] == replicates(network, 4, drawn, count)
    assert drawn_in(plan) == drawn


@pytest.mark.parametrize(
    ("config", "data", "expected"),
    [
        ({"seed": 9}, {"split": 4}, True),
        ({"members": 9}, {}, False),
        ({}, {"label_noise": 0.1}, False),
        ({}, {"test_share": 0.3}, False),
        ({}, {"data": "iris"}, False),
    ],
)
def test_the_classic_run_is_told_from_others_whatever_its_luck(config, data, expected):
    assert is_classic(EnsembleConfig(**config), DataConfig(**data)) is expected
