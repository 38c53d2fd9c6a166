"""Plans, links, tables and statistics of many runs."""

import io
import math
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.power import TTestPower
from statsmodels.stats.proportion import proportion_confint

from ensemble import EnsembleConfig, InputError
from ensemble.datasets.builtin import load_table
from ensemble.datasets.config import DataConfig
from ensemble.sweeps.comparisons import (
    compared,
    member_losses,
    pairs_left_out,
    run_variance_shares,
    spread_change,
    spreads,
    summary_with_spreads,
)
from ensemble.sweeps.design import drawn_in, is_classic, pairs_plan, replicate_plan, replicates, sweep_plan
from ensemble.sweeps.experiment import IN_LINKS, SOURCES, Experiment, ExperimentChoices
from ensemble.sweeps.paired_runs import paired, seeds_needed
from ensemble.sweeps.results import POOLS, Calibration, Result, RunSpec, Scores, train_specs
from ensemble.sweeps.tables import (
    METRICS,
    band_ends,
    band_name,
    column,
    csv_file,
    median_and_band,
    parquet_file,
    results_table,
    runs_of,
    summary,
    used_values,
)
from ensemble.sweeps.values import (
    MAX_LETTERS,
    MAX_VALUES,
    choices,
    title,
    usual_other,
    usual_values,
    value_of,
    values_of,
    written,
)
from ensemble.sweeps.variance import member_variance, share_above, spread_band, spread_ratio, variance_shares
from testing import PATIENCE, ROOT
from ui.text.format import percent

CLASSIC = EnsembleConfig()
SWEPT = (
    *("members", "dropout", "epochs", "hidden_units", "learning_rate", "activation", "training"),
    *("label_smoothing", "outputs", "class_weights", "pooling"),
)
FINITE = st.floats(-100, 100).map(lambda value: round(value, 6))


def rng():
    return np.random.default_rng(0)


def result(loss=0.1, status="finished", members=(0.2, 0.4), train_loss=0.05):
    scores = {pool: Scores(loss + index / 100, 0.9, 0.95) for index, pool in enumerate(POOLS)}
    calibration = {pool: Calibration(0.1, loss / 2, 1.5) for pool in POOLS}
    return Result(status, 3, train_loss, 1.0, scores, tuple(Scores(one, 0.8, 0.9) for one in members), calibration)


# Plans


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


# Values and links


@pytest.mark.parametrize("setting", SWEPT)
def test_usual_values_can_be_used_and_come_back_from_their_text(setting):
    values = values_of(setting, usual_values(setting))
    assert len(values) > 1
    assert values_of(setting, ", ".join(map(written, values))) == values


@pytest.mark.parametrize("setting", ExperimentChoices.choices("other"))
def test_the_usual_other_value_differs_from_the_classic(setting):
    value = usual_other(setting)
    assert value_of(setting, written(value)) == value
    assert len(pairs_plan(CLASSIC, 0, "both", 2, setting, value).conditions) == 2


def test_values_are_sorted_and_each_is_taken_once():
    assert values_of("members", " 8;2,2 1 ,, ") == (1, 2, 8)
    assert values_of("training", "bootstrap, joint, bootstrap") == ("bootstrap", "joint")


@pytest.mark.parametrize(
    ("setting", "text", "sentence"),
    [
        ("members", "1, 99", "Ensemble size: 99 cannot be used. Choose a whole number from 1 to 32."),
        ("members", "1, 2.5", "Ensemble size: 2.5 cannot be used. Choose a whole number from 1 to 32."),
        ("dropout", "nan", "Dropout: nan cannot be used. Choose a number from 0 to 0.95."),
        ("activation", "relu, gelu", "Activation: gelu cannot be used. Choose one of linear, relu, tanh."),
        ("pooling", "vote", f"Pooling: vote cannot be used. Choose one of {', '.join(POOLS)}."),
        ("dropout", " , ", "Dropout: give at least one value, such as 0, 0.1, 0.25, 0.5, 0.75."),
        (
            "hidden_units",
            " ".join(map(str, range(1, 30))),
            f"Hidden units: 29 values are too many. Give {MAX_VALUES} at most.",
        ),
    ],
)
def test_what_cannot_be_used_is_named_with_the_mend(setting, text, sentence):
    with pytest.raises(InputError) as problem:
        values_of(setting, text)
    assert str(problem.value) == sentence


@given(st.data())
def test_an_experiment_comes_back_from_its_link(data):
    along, across = data.draw(st.lists(st.sampled_from(SWEPT), min_size=2, max_size=2, unique=True))
    other = data.draw(st.sampled_from(ExperimentChoices.choices("other")))
    chosen = ExperimentChoices(
        seeds=data.draw(st.integers(2, 1000)),
        along=along,
        across=data.draw(st.sampled_from(["none", across])),
        each=data.draw(st.integers(2, 200)),
        other=other,
        pairs=data.draw(st.integers(2, 1000)),
        drawn=data.draw(st.sampled_from(SOURCES)),
    )
    sources = data.draw(st.lists(st.sampled_from(SOURCES), min_size=1, unique=True))
    asked = Experiment(
        chosen,
        vary=", ".join(source for source in SOURCES if source in sources),
        along_values=data.draw(st.sampled_from(["", usual_values(along)])),
        other_value=written(usual_other(other)),
    )
    query = asked.to_query()
    assert set(query) <= set(IN_LINKS)
    assert Experiment.from_query(query) == (asked, [])


@given(st.lists(st.floats(0, 0.95), min_size=1, max_size=8))
def test_values_come_back_from_a_link_exactly(values):
    asked = Experiment(ExperimentChoices(along="dropout"), along_values=", ".join(map(written, dict.fromkeys(values))))
    back, notices = Experiment.from_query(asked.to_query())
    assert notices == []
    assert values_of("dropout", back.along_values) == tuple(sorted(set(values)))


@pytest.mark.parametrize("length", [MAX_LETTERS - 1, MAX_LETTERS, MAX_LETTERS + 1, MAX_LETTERS + 7])
def test_a_list_in_a_link_is_cut_between_values_with_a_notice(length):
    text = (" 0.123456789," * 30)[:length].replace("0.123456789", "{}")
    text = text.format(*(f"0.1234567{index}" for index in range(11, 41)))[:length]
    back, notices = Experiment.from_query({"along": "dropout", "along_values": text})
    pieces = [piece.strip().rstrip("0") for piece in text.split(",")]
    assert set(back.along_values.split(", ")) <= set(pieces)
    assert len(back.along_values) <= MAX_LETTERS
    assert any("longer than 200 letters" in notice for notice in notices) == (length > MAX_LETTERS)


def test_a_single_value_longer_than_a_list_may_be_is_not_cut_into_another():
    back, notices = Experiment.from_query({"along": "dropout", "along_values": "0." + "1" * 400})
    assert back.along_values == ""
    assert any("no value that can be used" in notice for notice in notices)


def test_names_in_links_are_no_settings_of_anything_else():
    from ensemble.sharing.lesson import IN_LINKS as LESSON
    from ui.session.link import SECTIONS

    others = [name for key, section in SECTIONS.items() if key != "experiment" for name in section.names]
    assert {*EnsembleConfig.model_fields, *DataConfig.model_fields, *LESSON} < {*others}
    assert not {*IN_LINKS} & {*others}
    assert len(set(others)) == len(others)
    assert len(set(IN_LINKS)) == len(IN_LINKS)


ODD = st.one_of(
    st.text(st.characters(), max_size=60),
    st.sampled_from(
        ["nan", "1e999", "-inf", "9" * 5000, "\ud800", "1,2,1e400", "none", "pooling", "members", ",".join("123" * 99)]
    ),
)


@given(st.dictionaries(st.sampled_from(IN_LINKS), ODD))
def test_no_link_raises_and_what_is_taken_can_be_planned(query):
    asked, notices = Experiment.from_query(query)
    assert all(notice.endswith(".") and len(notice) < 300 for notice in notices)
    assert len(notices) < 24
    chosen = asked.choices
    values_of(chosen.along, asked.along_values or usual_values(chosen.along))
    if chosen.across != "none":
        assert chosen.across != chosen.along
        values_of(chosen.across, asked.across_values or usual_values(chosen.across))
    if asked.other_value:
        value_of(chosen.other, asked.other_value)
    assert asked.sources
    again, nothing = Experiment.from_query(asked.to_query())
    assert (again, nothing) == (asked, [])


def test_every_setting_has_a_title():
    assert [title(name) for name in ("members", "pooling")] == ["Ensemble size", "Pooling"]
    assert choices("pooling") == POOLS
    assert choices("members") == ()


# Tables


@pytest.fixture(scope="module")
def trained():
    """A small sweep over real runs: plan, results, table."""
    config = EnsembleConfig(epochs=2, hidden_units=4, members=3)
    plan = sweep_plan(config, 0, "both", 3, {"members": (1, 3), "pooling": POOLS})
    results = train_specs(plan.specs, load_table("wine"))
    return plan, results, results_table(plan.specs, results, {})


def test_the_table_says_of_each_run_what_its_result_says(trained):
    plan, results, table = trained
    assert len(table) == len(plan.specs)
    for spec, one, row in zip(plan.specs, results, table.to_dict("records"), strict=True):
        assert {name: row[name] for name in EnsembleConfig.model_fields} == spec.config.model_dump()
        assert (row["split_seed"], row["status"], row["epochs_trained"]) == (spec.split_seed, one.status, one.epochs)
        assert (row["train_loss"], row["train_accuracy"]) == (one.train_loss, one.train_accuracy)
        for pool, scores in one.pools.items():
            assert tuple(row[column(metric, pool)] for metric in ("test_loss", "accuracy", "confidence")) == scores
            measured = one.calibration[pool]
            assert tuple(row[column(metric, pool)] for metric in ("calibration_error", "refinement", "temperature")) == measured
        losses = [member.loss for member in one.members]
        assert row["member_loss_mean"] == pytest.approx(np.mean(losses))
        if len(losses) > 1:
            assert row["member_loss_sd"] == pytest.approx(np.std(losses, ddof=1))
        else:
            assert math.isnan(row["member_loss_sd"])


def test_a_point_is_read_through_its_pool(trained):
    plan, results, table = trained
    for condition in plan.conditions:
        expected = [results[index].pools[condition.pool].loss for index in condition.indices]
        assert used_values(table, condition, "test_loss").tolist() == expected
        assert runs_of(table, condition)["test_loss"].tolist() == expected
        assert used_values(table, condition, "train_loss").tolist() == [
            results[index].train_loss for index in condition.indices
        ]


def test_the_summary_has_quantiles_of_each_point(trained):
    plan, _, table = trained
    lines = summary(plan, table)
    assert lines[["members", "pooling"]].to_numpy().tolist() == [list(condition.levels) for condition in plan.conditions]
    for condition, row in zip(plan.conditions, lines.to_dict("records"), strict=True):
        for metric in METRICS:
            values = used_values(table, condition, metric)
            found = [row[name] for name in (f"{metric}_low", metric, f"{metric}_high")]
            np.testing.assert_allclose(found, [values.min(), np.median(values), values.max()])


def test_files_give_the_table_back(trained):
    table = trained[2]
    pd.testing.assert_frame_equal(pd.read_parquet(io.BytesIO(parquet_file(table))), table)
    pd.testing.assert_frame_equal(pd.read_csv(io.BytesIO(csv_file(table))), table, rtol=1e-8, check_dtype=False)


def test_runs_that_ended_badly_are_counted_and_used_for_nothing():
    plan = sweep_plan(CLASSIC, 0, "both", 5, {"members": (10,)})
    results = [result(0.1), result(0.3), result(50.0, "diverged"), None, result(math.inf)]
    table = results_table(plan.specs, results, {3: "Lost twice."})
    assert table["status"].tolist() == ["finished", "finished", "diverged", "given up", "finished"]
    assert table["used"].tolist() == [True, True, False, False, False]
    row = summary(plan, table).iloc[0]
    assert (row["runs"], row["used"], row["diverged"], row["given up"]) == (5, 2, 1, 1)
    assert row["test_loss"] == pytest.approx(0.2)
    assert member_losses(results, plan.conditions[0]).shape == (2, 2)
    assert spreads(plan, table, results)["ensemble"][0] == pytest.approx(np.std([0.1, 0.3], ddof=1))


def test_a_point_without_usable_runs_has_no_numbers():
    plan = sweep_plan(CLASSIC, 0, "both", 2, {"members": (10,)})
    results = [result(status="diverged", train_loss=math.nan)] * 2
    table = results_table(plan.specs, results, {})
    row = summary(plan, table).iloc[0]
    assert row["used"] == 0
    assert all(math.isnan(row[metric]) for metric in METRICS)
    assert spreads(plan, table, results)[["ensemble", "within", "between"]].isna().all(axis=None)
    assert all(map(math.isnan, median_and_band(np.array([]))))


def test_summary_and_spreads_stand_side_by_side(trained):
    plan, results, table = trained
    both = summary_with_spreads(plan, table, results)
    pd.testing.assert_frame_equal(both[summary(plan, table).columns], summary(plan, table))
    spread = spreads(plan, table, results)
    pd.testing.assert_frame_equal(both[spread.columns], spread)


def test_spreads_of_members_are_those_of_the_analysis_of_variance(trained):
    plan, results, table = trained
    lines = spreads(plan, table, results)
    for condition, row in zip(plan.conditions, lines.to_dict("records"), strict=True):
        losses = np.array([[member.loss for member in results[index].members] for index in condition.indices])
        assert row["ensemble"] == pytest.approx(used_values(table, condition, "test_loss").std(ddof=1))
        if losses.shape[1] > 1:
            assert row["within"] == pytest.approx(member_variance(losses).within)
            assert row["between"] == pytest.approx(member_variance(losses).between)
        else:
            assert math.isnan(row["within"])


def test_pairs_are_compared_by_their_own_seeds():
    plan = pairs_plan(CLASSIC, 0, "both", 4, "dropout", 0.0)
    losses = [0.1, 0.2, 0.2, 0.1, 0.3, 0.9, 0.4, 0.8]
    results = [result(loss, "diverged" if index == 5 else "finished") for index, loss in enumerate(losses)]
    table = results_table(plan.specs, results, {})
    found = compared(plan, table, "test_loss")
    np.testing.assert_allclose(found.differences, [0.1, -0.1, 0.4])
    assert found.seeds.tolist() == [[0, 0], [1, 1], [3, 3]]
    ratios = compared(plan, table, "ratio")
    np.testing.assert_allclose(ratios.differences, [2, 0.5, 2])
    assert ratios.paired.mean == pytest.approx(np.log(2) / 3)
    assert compared(plan, table, "accuracy").paired.sd == 0
    with pytest.raises(InputError, match="fewer than two pairs"):
        compared(plan, results_table(plan.specs, [None] * 8, {}), "test_loss")


def test_the_variance_of_luck_is_that_of_the_named_function_without_the_run_in_common():
    plan = replicate_plan(CLASSIC, 0, SOURCES, 20)
    losses = np.exp(rng().normal(size=60))
    table = results_table(plan.specs, [result(loss) for loss in losses], {})
    by_source = {condition.levels[0]: np.log(losses[list(condition.indices[1:])]) for condition in plan.conditions}
    expected = variance_shares(by_source["both"], by_source["split"], by_source["start"], rng())
    assert run_variance_shares(plan, table, rng()) == expected
    assert expected.pairs == 19


def eleven_seeds():
    plan = replicate_plan(CLASSIC, 0, SOURCES, 11)
    return plan, results_table(plan.specs, [result(0.1 + index) for index in range(33)], {})


def test_the_variance_of_luck_takes_all_three_kinds_and_enough_seeds():
    for sources, count, words in (
        (("both",), 30, "all three kinds"),
        (SOURCES, 5, "Needs at least 11 seeds; you have 5"),
        (SOURCES, 10, "Needs at least 11 seeds; you have 10"),
    ):
        plan = replicate_plan(CLASSIC, 0, sources, count)
        table = results_table(plan.specs, [result(0.1 + index) for index in range(len(plan.specs))], {})
        with pytest.raises(InputError, match=words):
            run_variance_shares(plan, table, rng())
    assert run_variance_shares(*eleven_seeds(), rng()).pairs == 10
    with pytest.raises(InputError, match="you have 1"):
        run_variance_shares(
            replicate_plan(CLASSIC, 0, SOURCES, 12), results_table([RunSpec(CLASSIC, 0)] * 36, [None] * 36, {}), rng()
        )


def test_pairs_that_are_left_out_are_counted_by_who_diverged():
    plan = pairs_plan(CLASSIC, 0, "both", 5, "dropout", 0.0)
    ended = {index: result() for index in range(10)}
    for index in (plan.conditions[1].indices[0], plan.conditions[1].indices[1], plan.conditions[0].indices[1]):
        ended[index] = result(status="diverged")
    ended[plan.conditions[1].indices[2]] = result(math.inf)
    ended[plan.conditions[0].indices[3]] = None
    table = results_table(plan.specs, list(ended.values()), {})
    assert pairs_left_out(plan, table) == (5, 4, 1, 3, 1)
    whole = results_table(plan.specs, [result()] * 10, {})
    assert pairs_left_out(plan, whole) == (5, 0, 0, 0, 0)


@pytest.mark.parametrize("n", [2, 19, 20, 200])
def test_few_runs_have_a_band_from_the_smallest_to_the_largest(n):
    values = rng().normal(size=n)
    low, median, high = median_and_band(values)
    assert median == pytest.approx(np.median(values))
    expected = np.percentile(values, [5, 95]) if n >= 20 else [values.min(), values.max()]
    assert [low, high] == pytest.approx(list(expected))
    assert band_name([n, n]) == ("5 % to 95 %" if n >= 20 else "minimum to maximum")
    assert band_name([n, 0]) == band_name([n])
    assert " to ".join(band_ends([n])) == band_name([n])


def test_spreads_are_compared_over_the_seeds_that_both_ends_have():
    plan = sweep_plan(CLASSIC, 0, "both", 6, {"members": (1, 4, 8)})
    losses = rng().normal(size=18) ** 2
    results = [result(loss) for loss in losses]
    results[plan.conditions[0].indices[2]] = result(status="diverged")
    found = spread_change(plan, results_table(plan.specs, results, {}))
    first, last = (losses[[index for k, index in enumerate(condition.indices) if k != 2]] for condition in plan.conditions[::2])
    assert found.first_sd == pytest.approx(first.std(ddof=1))
    assert found.last_sd == pytest.approx(last.std(ddof=1))
    deviations = np.abs(np.log(first / np.median(first))).sum() / 4
    assert found.first.mean == pytest.approx(deviations)
    assert found.ratio.mean == pytest.approx(found.last.mean / found.first.mean)
    assert found.seeds == 5
    with pytest.raises(InputError, match="at least two seeds"):
        spread_change(plan, results_table(plan.specs, [None] * 18, {}))


def test_averaging_leaves_the_root_of_the_size_of_what_is_the_members_own(trained):
    plan, results, table = trained
    lines = spreads(plan, table, results)
    of_three = lines[lines["members"] == 3]
    np.testing.assert_allclose(of_three["averaged"], of_three["within"] / math.sqrt(3))


# Statistics


@given(st.integers(1, 200), st.data())
def test_the_share_above_a_mark_has_wilsons_interval(n, data):
    hits = data.draw(st.integers(0, n))
    fraction = share_above([1.0] * hits + [0.0] * (n - hits), 0.5)
    low, high = proportion_confint(hits, n, method="wilson")
    assert (fraction.hits, fraction.of) == (hits, n)
    assert (fraction.low, fraction.high) == (pytest.approx(low, abs=1e-9), pytest.approx(high, abs=1e-9))


def test_variance_shares_find_what_was_put_in():
    draw = np.random.default_rng(1)
    n = 4000
    split, start, together, at_start, at_split = draw.normal(size=(5, n)) * np.sqrt([[6], [1], [3], [3], [3]])
    found = variance_shares(split + start + together, split + at_start, start + at_split, rng())
    for fraction, expected in ((found.split, 0.6), (found.start, 0.1), (found.together, 0.3)):
        assert fraction.mean == pytest.approx(expected, abs=0.05)
        assert fraction.low < fraction.mean < fraction.high
    assert found.split.mean + found.start.mean + found.together.mean == pytest.approx(1)


@given(st.integers(0, 1000))
def test_variance_shares_of_anything_are_shares(seed):
    draw = np.random.default_rng(seed)
    found = variance_shares(*draw.normal(size=(3, 10)), rng())
    shares = (found.split, found.start, found.together)
    assert all(-1e-9 <= one <= 1 + 1e-9 for fraction in shares for one in fraction)
    assert not any("-" in percent(one) for fraction in shares for one in fraction)
    assert all(fraction.low <= fraction.high for fraction in shares)
    assert sum(fraction.mean for fraction in shares) == pytest.approx(1)


def test_intervals_of_variance_shares_hold_the_truth_about_as_often_as_they_say():
    draw, held, times = np.random.default_rng(2), 0, 200
    for _ in range(times):
        split, together, at_start = draw.normal(size=(3, 40)) * np.sqrt([[8], [2], [2]])
        start = draw.normal(size=40)
        fraction = variance_shares(split + together, split + at_start, start, draw).split
        held += fraction.low <= 0.8 <= fraction.high
    assert 0.85 < held / times <= 1


def test_variance_shares_say_why_there_are_none():
    with pytest.raises(InputError, match="at least 10 seeds of each kind, not 3"):
        variance_shares([1, 2, 3], [1, 2, 3], [1, 2, 3], rng())
    with pytest.raises(InputError, match="no variance"):
        variance_shares([1.0] * 12, range(12), range(12), rng())
    with pytest.raises(InputError, match="as many"):
        variance_shares(range(12), range(11), range(12), rng())


@given(st.integers(2, 8), st.integers(2, 8), st.integers(0, 10_000))
def test_the_analysis_of_variance_is_scipys(runs, members, seed):
    draw = np.random.default_rng(seed)
    losses = draw.normal(size=(runs, members)) + draw.normal(size=(runs, 1))
    found = member_variance(losses)
    ratio = stats.f_oneway(*losses).statistic
    within = found.within**2
    expected = max(0.0, (ratio - 1) * within / members)
    assert found.between**2 == pytest.approx(expected, rel=1e-6, abs=1e-9)
    assert found.mean_of_members == pytest.approx(losses.mean(axis=1).std(ddof=1))
    assert within == pytest.approx(np.mean([np.var(run, ddof=1) for run in losses]))


def test_averaging_divides_what_is_the_members_own():
    draw = np.random.default_rng(3)
    losses = draw.normal(size=(4000, 1)) * 2 + draw.normal(size=(4000, 16)) * 3
    found = member_variance(losses)
    assert found.within == pytest.approx(3, rel=0.03)
    assert found.between == pytest.approx(2, rel=0.05)
    assert found.mean_of_members == pytest.approx(math.sqrt(4 + 9 / 16), rel=0.05)


def test_one_member_or_one_run_has_no_parts():
    assert math.isnan(member_variance([[1.0], [2.0]]).within)
    assert math.isnan(member_variance([[1.0], [2.0]]).between)
    assert math.isnan(member_variance([[1.0, 2.0]]).between)
    with pytest.raises(InputError, match="finite"):
        member_variance([[1.0, math.inf]])


@given(st.lists(st.tuples(FINITE, FINITE), min_size=3, max_size=30))
def test_the_paired_interval_is_students(pairs):
    a, b = np.array(pairs).T
    found = paired(a, b)
    differences = b - a
    assert found.mean == pytest.approx(differences.mean())
    if found.sd:
        interval = stats.ttest_rel(b, a).confidence_interval()
        assert (found.low, found.high) == (pytest.approx(interval.low, abs=1e-7), pytest.approx(interval.high, abs=1e-7))
        assert found.gain == pytest.approx((a.var(ddof=1) + b.var(ddof=1)) / differences.var(ddof=1))


def coverage(draw, truth, interval, runs=600):
    """How often an interval of a fresh draw holds the truth, and how often it lies above and below it."""
    found = [interval(draw()) for _ in range(runs)]
    low, high = np.array([band[-2:] for band in found]).T
    return np.mean((low <= truth) & (truth <= high)), np.mean(low > truth), np.mean(high < truth)


@pytest.mark.parametrize("n", [5, 10, 30])
def test_the_spread_of_log_losses_is_held_by_its_interval_truth_b7(n):
    """Losses are lognormal, so their logarithms normal; and logarithms that are skewed themselves."""
    seed = np.random.default_rng(n)
    assert coverage(lambda: np.log(seed.lognormal(0, 1.2, n)), 1.2 * np.sqrt(2 / np.pi), spread_band)[0] >= 0.93
    assert coverage(lambda: seed.exponential(size=n), np.log(2), spread_band)[0] >= 0.9


@pytest.mark.parametrize("n", [10, 30])
@pytest.mark.parametrize("shared", [0.0, 0.8])
def test_equal_spreads_are_seldom_said_to_differ_truth_b7(n, shared):
    """Pairs of losses, lognormal with one spread and two medians, that share a part of their luck or none."""
    seed = np.random.default_rng([n, int(10 * shared)])

    def pair():
        luck = seed.multivariate_normal([-3.0, -5.0], 1.44 * np.array([[1, shared], [shared, 1]]), n)
        return np.log(np.exp(luck)).T

    _, larger, smaller = coverage(pair, 1.0, lambda logs: spread_ratio(*logs), runs=800)
    assert larger + smaller < 0.065


def test_a_spread_that_is_three_times_as_large_is_found():
    seed = np.random.default_rng(0)
    found = [spread_ratio(seed.normal(size=30), 3 * seed.normal(size=30)).low > 1 for _ in range(100)]
    assert np.mean(found) > 0.9


def test_spreads_that_do_not_vary_claim_nothing():
    assert spread_band([2.0, 2.0, 2.0]) == (0, 0, 0)
    assert spread_ratio([1.0, 2.0, 3.0], [1.0, 1.0, 1.0]) == (0, 0, math.inf)
    band = spread_band([0.0, 1.0])
    assert band.low <= band.mean <= band.high
    with pytest.raises(InputError, match="came out the same"):
        spread_ratio([1.0, 1.0], [1.0, 2.0])


@pytest.mark.parametrize(("shared", "spread", "least"), [(0.5, 1, 0.92), (0.9, 1, 0.92), (0.5, math.e, 0.86)])
def test_the_gain_of_pairing_is_held_by_its_interval_truth_b7(shared, spread, least):
    """Normal and lognormal(1) outcomes that have so much in common."""
    seed = np.random.default_rng(11)
    covariance = math.expm1(shared) / math.expm1(1) if spread > 1 else shared

    def interval(pair):
        found = paired(*pair)
        return found.gain_low, found.gain_high

    def pair():
        luck = seed.multivariate_normal([0, 0], [[1, shared], [shared, 1]], 15).T
        return np.exp(luck) if spread > 1 else luck

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ensemble.sweeps.paired_runs.seeds_needed", lambda *_: 0.0)
        assert coverage(pair, 1 / (1 - covariance), interval)[0] >= least


def test_pairing_that_gains_nothing_is_seldom_said_to_gain():
    draw, claimed, times = np.random.default_rng(7), 0, 200
    for _ in range(times):
        a, b = draw.normal(size=(2, 30))
        claimed += paired(a, b).gain_low > 1
    assert claimed / times < 0.08


@pytest.mark.parametrize(("function", "values"), [(spread_band, ([1.0],)), (spread_ratio, ([1.0, 1.0], [1.0, 2.0]))])
def test_spreads_that_cannot_be_measured_are_refused(function, values):
    with pytest.raises(InputError):
        function(*values)
    with pytest.raises(InputError, match="finite"):
        function(*[[*one, math.nan] for one in values])


def test_pairs_that_differ_by_the_same_leave_nothing_to_average():
    found = paired([0.1, 0.2, 0.3], [0.2, 0.3, 0.4])
    assert found.sd == 0
    assert found.low == found.high == found.mean
    assert found.gain == math.inf
    same = paired([0.5] * 3, [0.5] * 3)
    assert same.seeds == math.inf
    assert math.isnan(same.gain)


@pytest.mark.parametrize(("a", "b"), [([1.0], [2.0]), ([1.0, 2.0], [1.0]), ([1.0, math.nan], [1.0, 2.0])])
def test_what_is_no_pair_is_refused(a, b):
    with pytest.raises(InputError):
        paired(a, b)


@given(st.floats(0.02, 3))
def test_the_number_of_seeds_is_the_smallest_with_that_power(effect):
    pairs = seeds_needed(effect, 1.0)
    power = TTestPower()
    assert power.power(effect, pairs, 0.05) >= 0.8
    if pairs > 2:
        assert power.power(effect, pairs - 1, 0.05) < 0.8
    if effect < 1.5:
        assert pairs == math.ceil(power.solve_power(effect, alpha=0.05, power=0.8) - 1e-6)
    assert seeds_needed(-effect, 1.0) == pairs


def test_the_number_of_seeds_at_the_ends():
    assert seeds_needed(0.0, 1.0) == math.inf
    assert seeds_needed(1e-9, 1.0) == math.inf
    assert seeds_needed(1.0, 0.0) == 2


@pytest.mark.parametrize("effect", [3.0, 4.5, 6.0, 1e9])
def test_a_mean_of_three_deviations_or_more_needs_four_pairs_also_where_the_noncentral_t_has_no_number(effect):
    assert seeds_needed(effect, 1.0) == 4
