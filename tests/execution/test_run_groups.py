"""Runs that are trained one after another as a group."""

import numpy as np
import pytest

from ensemble import EnsembleConfig, InputError
from testing import PATIENCE
from testing.cluster import eventually


def test_a_series_trains_its_runs_in_order_and_gives_the_numbers_of_single_runs(service, wine):
    plan = [(EnsembleConfig(epochs=20, seed=seed), wine) for seed in range(4)]
    group = service.submit_group(plan, "series")
    assert group.wait(PATIENCE)
    assert (group.complete, group.live, group.error) == (True, False, "")
    assert [run.config.seed for run in group.runs] == [0, 1, 2, 3]
    single = service.submit(*plan[2], "single")
    assert single.wait(PATIENCE)
    assert np.array_equal(single.run.curves, group.runs[2].curves)


def test_a_single_run_waits_for_one_run_of_a_series_at_most(service, wine):
    plan = [(EnsembleConfig(epochs=100, seed=seed), wine) for seed in range(50)]
    group = service.submit_group(plan, "series")
    assert eventually(lambda: len(group.runs) >= 1)
    single = service.submit(EnsembleConfig(epochs=5), wine, "in a hurry")
    assert single.position <= 2
    runs_before = len(group.runs)
    assert single.wait(PATIENCE)
    assert len(group.runs) <= runs_before + 2
    assert group.live
    group.cancel()
    assert group.wait(PATIENCE)
    assert not group.complete
    assert 0 < len(group.runs) < len(plan)


def test_a_series_goes_on_after_a_run_that_diverges(service, wine):
    bad = EnsembleConfig(optimizer="sgd", learning_rate=10, hidden_layers=3, epochs=20)
    group = service.submit_group([(bad, wine), (EnsembleConfig(epochs=2), wine)], "series")
    assert group.wait(PATIENCE)
    assert [run.status for run in group.runs] == ["diverged", "finished"]


def test_a_series_that_is_stopped_begins_no_other_run_whenever_that_is(service, wine):
    for epochs in range(1, 41, 3):
        group = service.submit_group([(EnsembleConfig(epochs=epochs, seed=seed), wine) for seed in range(50)], "stopper")
        assert eventually(lambda group=group: len(group.runs) >= 1)
        group.cancel()
        assert group.wait(PATIENCE)
        begun = len(group.jobs)
        assert begun < 50
        follower = service.submit(EnsembleConfig(epochs=1), wine, "follower")
        assert follower.wait(PATIENCE)
        assert (len(group.jobs), group.live) == (begun, False)


def test_an_empty_series_is_refused(service):
    with pytest.raises(InputError, match="at least one run"):
        service.submit_group([], "series")
