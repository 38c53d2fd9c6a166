"""Runs of a sweep that are measured while the worker has them, and classes that are left out."""

import numpy as np
import pytest

from ensemble import EnsembleConfig, InputError
from ensemble.datasets.builtin import load_table
from ensemble.datasets.splits import leave_out
from ensemble.related import measurements, plans
from ensemble.related.example import results_from_bytes, results_to_bytes
from ensemble.sweeps import measures
from ensemble.sweeps.results import train_specs

SMALL = EnsembleConfig(epochs=2, members=2)


@pytest.fixture
def shape(monkeypatch):
    """A measure of what it is given."""

    def measure(run, data, left_out):
        x = data.x_test if left_out is None else left_out
        return {"seen": (run.epochs, data.classes, *x.shape), "range": (float(x.min()), float(x.max()))}

    monkeypatch.setitem(measures.MEASURES, "shape", measure)


def test_a_class_that_is_left_out_is_gone_and_the_others_are_numbered_anew():
    table = load_table("iris")
    for left_out in range(3):
        rest, rows = leave_out(table, left_out)
        names = np.array(table.class_names)
        kept = table.y != left_out
        assert rest.class_names == tuple(np.delete(names, left_out))
        np.testing.assert_array_equal(np.array(rest.class_names)[rest.y], names[table.y[kept]])
        np.testing.assert_array_equal(rest.x, table.x[kept])
        np.testing.assert_array_equal(rows, table.x[~kept])


@pytest.mark.parametrize(("data", "left_out"), [("iris", 3), ("iris", -1), ("breast_cancer", 0)])
def test_only_one_of_three_or_more_classes_can_be_left_out(data, left_out):
    with pytest.raises(InputError, match="can be left out of three or more"):
        leave_out(load_table(data), left_out)


def test_a_measure_gets_the_rows_of_the_class_that_no_training_has_seen(shape):
    wine = load_table("wine")
    plan = plans.measured(SMALL, 3, "shape", left_out=1)
    assert {(spec.config.training, spec.config.seed - spec.split_seed) for spec in plan.specs} == {("independent", -3)}
    for result in train_specs(plan.specs[:2], wine):
        assert result.measurements["seen"] == (2, 2, (wine.y == 1).sum(), 13)
        low, high = result.measurements["range"]
        assert -2 < low < 0.5 < high < 3, "they are on the scale of the training rows"


def test_runs_are_measured_only_on_request_and_alike_when_batched(shape):
    wine = load_table("wine")
    plain, together = plans.measured(SMALL, 0, ""), plans.measured(SMALL, 0, "shape")
    assert train_specs(plain.specs[:1], wine)[0].measurements == {}
    assert [one.measurements["seen"] for one in train_specs(together.specs[:2], wine, together=2)] == [(2, 3, 36, 13)] * 2


def test_results_come_out_of_their_file_as_they_went_in_but_for_digits(shape):
    results = train_specs(plans.measured(SMALL, 0, "shape").specs[:1], load_table("wine"))
    content = results_to_bytes(results, measurements.DIGITS)
    (read,) = results_from_bytes(content)
    assert content == results_to_bytes(results, measurements.DIGITS)
    assert read.measurements["seen"] == results[0].measurements["seen"]
    np.testing.assert_allclose(read.measurements["range"], results[0].measurements["range"], rtol=1e-5)
    assert results_from_bytes(results_to_bytes([read], measurements.DIGITS)) == [read]


def test_examples_ship_with_the_first_run_alone():
    (result,) = train_specs(plans.measured(SMALL, 0, "").specs[:1], load_table("wine"))
    result = result._replace(measurements={"shown/noise/1/ensemble": (1.0,), "noise/1/ensemble": (0.5, 1.0, 0.1)})
    first, *others = measurements.to_ship([result] * 3)
    assert first == result
    assert [[*one.measurements] for one in others] == [["noise/1/ensemble"]] * 2
    assert others[0].pools == result.pools
    novelty = result._replace(
        measurements={"known entropy": (1.0,), "novel energy": (1.0,), "called": (1.0,), "rows": (1.0, 2.0)}
    )
    assert [[*one.measurements] for one in measurements.to_ship([novelty] * 2)] == [[*novelty.measurements], ["rows"]]


def test_what_ships_is_found_by_its_plan_and_rows_alone():
    for one in measurements.SHIPPED:
        table = measurements.table_of(one.data)
        found = measurements.find(one.plan(), table, one.data.test_share)
        assert len(found) == plans.SEEDS_OF_A_MEASURE
        assert all(result.measurements for result in found)
        assert measurements.find(one.plan(SMALL), table, one.data.test_share) is None
        assert measurements.find(one.plan(), load_table("iris"), one.data.test_share) is None
        assert measurements.find(one.plan(), table, 0.3) is None


def test_digits_alone_ship_with_several_classes_left_out():
    found = measurements.of_classes_left_out("novelty", load_table("digits"))
    assert list(found) == list(range(10))
    assert all(len(results) == plans.SEEDS_OF_A_MEASURE for results in found.values())
    assert measurements.of_classes_left_out("novelty", load_table("iris")) == {}
    assert measurements.of_classes_left_out("passes", load_table("wine")) == {}
