"""Tables and summaries of results, and what is compared in them."""

import io
import math

import numpy as np
import pandas as pd
import pytest

from ensemble import EnsembleConfig, InputError
from ensemble.datasets.builtin import load_table
from ensemble.sweeps.comparisons import (
    compared,
    member_losses,
    pairs_left_out,
    run_variance_shares,
    spread_change,
    spreads,
    summary_with_spreads,
)
from ensemble.sweeps.design import pairs_plan, replicate_plan, sweep_plan
from ensemble.sweeps.experiment import SOURCES
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
from ensemble.sweeps.variance import member_variance, variance_shares
from tests.ensemble.sweeps.made_up import CLASSIC, rng


def result(loss=0.1, status="finished", members=(0.2, 0.4), train_loss=0.05):
    scores = {pool: Scores(loss + index / 100, 0.9, 0.95) for index, pool in enumerate(POOLS)}
    calibration = {pool: Calibration(0.1, loss / 2, 1.5) for pool in POOLS}
    return Result(status, 3, train_loss, 1.0, scores, tuple(Scores(one, 0.8, 0.9) for one in members), calibration)


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


def test_variance_shares_equal_the_library_function_without_shared_runs():
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
