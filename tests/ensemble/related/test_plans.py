"""Which runs the pages train besides the run itself."""

import pytest

from ensemble import EnsembleConfig, load_dataset
from ensemble.datasets.builtin import load_table
from ensemble.datasets.splits import folds as split_into_folds
from ensemble.related import plans


@pytest.fixture(scope="module")
def fifths():
    return split_into_folds(load_table("wine"))


CONFIG = EnsembleConfig(members=4, outputs="sigmoid", training="bootstrap", activation="tanh", seed=7)


def changed(plan):
    """By name: in what each run differs from ``CONFIG``."""
    return {name: {field: value for field, value in run if value != getattr(CONFIG, field)} for name, (run, _) in plan.items()}


def test_six_ensembles_on_one_split_have_softmax_outputs(wine):
    plan = plans.ensembles(CONFIG, wine)
    softmax = {"outputs": "softmax"}
    assert changed(plan) == {
        "joint": softmax | {"training": "joint"},
        "independent": softmax | {"training": "independent"},
        "bootstrap": softmax,
        "many": softmax | {"training": "independent", "members": 32},
        "linear": softmax | {"training": "joint", "activation": "linear"},
        "relu": softmax | {"training": "joint", "activation": "relu"},
    }
    assert list(plan) == ["joint", "independent", "bootstrap", "many", "linear", "relu"]
    assert all(rows is wine for _, rows in plan.values())


def test_own_members_come_before_independent_ones(fifths):
    plan = plans.folds(CONFIG, fifths)
    assert list(plan) == [f"{kind} {fold}" for kind in ("own", "independent") for fold in range(1, 6)]
    assert [rows for _, rows in plan.values()] == [*fifths, *fifths]
    assert list(changed(plan).values()) == [{}] * 5 + [{"training": "independent"}] * 5


def test_three_kinds_of_outputs_on_each_fold_and_two_mistakes_on_the_first(fifths):
    plan, mistakes = plans.outputs(CONFIG, fifths), ["softmax_squared", "softmax_twice"]
    kinds = [f"{kind} {fold}" for kind in ("softmax", "sigmoid", "linear") for fold in range(1, 6)]
    assert list(plan) == [*kinds, *(f"{mistake} 1" for mistake in mistakes)]
    assert [rows for _, rows in plan.values()] == [*fifths] * 3 + [fifths[0]] * 2
    assert [run.outputs for run, _ in plan.values()] == ["softmax"] * 5 + ["sigmoid"] * 5 + ["linear"] * 5 + mistakes
    assert all(set(change) <= {"outputs"} for change in changed(plan).values())


def test_other_seeds_follow_the_own_one_on_one_split(wine):
    plan = plans.seeds(CONFIG, wine)
    assert changed(plan) == {"seed 7": {}} | {f"seed {seed}": {"seed": seed} for seed in (8, 9, 10, 11)}
    assert all(rows is wine for _, rows in plan.values())


def test_the_plane_is_learnt_by_independent_members():
    moons = load_dataset("moons")
    ((name, (run, rows)),) = plans.plane(CONFIG, moons, "relu").items()
    assert (name, rows) == ("plane", moons)
    assert run == CONFIG.model_copy(update={"training": "independent", "activation": "relu", "outputs": "softmax"})


def test_luck_is_thirty_seeds_of_split_start_and_both():
    plan = plans.luck(CONFIG, 3)
    assert [condition.levels for condition in plan.conditions] == [("split",), ("start",), ("both",)]
    assert [len(condition.indices) for condition in plan.conditions] == [30, 30, 30]
    assert {spec.config.model_copy(update={"seed": 7}) for spec in plan.specs} == {CONFIG}
    assert [(spec.config.seed, spec.split_seed) for spec in plan.specs[3:6]] == [(7, 4), (8, 3), (8, 4)]
