"""Methods at equal passes over seeds, against SciPy's t interval."""

import numpy as np
import pytest
from scipy import stats

from ensemble import InputError
from ensemble.dropout.passes import Measured
from ensemble.sweeps.passes import difference, table_of_passes
from ensemble.sweeps.results import Result

NAMES = ("single net/1", "mc dropout/1", "ensemble/1", "mc dropout/4", "ensemble/4")
VALUES = np.random.default_rng(0).uniform(0.2, 0.4, (6, len(NAMES), 4))


def results(values=VALUES):
    return [
        Result("finished", 1, 0.1, 1.0, {}, (), measurements={name: tuple(one) for name, one in zip(NAMES, run, strict=True)})
        for run in values
    ]


def test_each_method_passes_and_measure_has_its_mean_and_students_interval():
    table = table_of_passes(results()).set_index(["method", "passes", "measure"])
    assert len(table) == 20
    for index, name in enumerate(NAMES):
        method, passes = name.split("/")
        for column, measure in enumerate(Measured._fields):
            values = VALUES[:, index, column]
            found = table.loc[(method, int(passes), measure)]
            low, high = stats.t.interval(0.95, 5, values.mean(), stats.sem(values))
            np.testing.assert_allclose(found, [values.mean(), low, high])


def test_intervals_end_where_no_mean_can_be():
    far = np.zeros((6, len(NAMES), 4))
    far[0] = 1
    table = table_of_passes(results(far)).set_index("measure")
    assert (table["low"] == 0).all()
    assert (table.loc["confidence_far", "high"] < 1).all()
    assert table_of_passes(results(1 - far)).set_index("measure").loc["confidence_far", "high"].max() == 1


def test_the_difference_is_the_ensembles_less_mc_dropouts_seed_by_seed():
    found = difference(results(), "brier", 4)
    own = VALUES[:, 4, 1] - VALUES[:, 3, 1]
    low, high = stats.t.interval(0.95, 5, own.mean(), stats.sem(own))
    assert (found.mean, found.low, found.high) == pytest.approx((own.mean(), low, high))


def test_what_was_not_measured_is_refused():
    with pytest.raises(InputError, match="mc dropout/3"):
        difference(results(), "nll", 3)
    for few in (results()[:1], [results()[0], Result("finished", 1, 0.1, 1.0, {}, ())]):
        with pytest.raises(InputError, match="at least two"):
            table_of_passes(few)
