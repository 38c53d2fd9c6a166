"""What runs over seeds say of detectors, and how far a claim may go."""

import numpy as np
import pytest

from ensemble import InputError
from ensemble.sweeps.novelty import novelty_over_seeds
from testing.coverage.detector_intervals import measured_detectors


def measurements(shifts, runs=10, known=300, novel=40, between_runs=0.05, seed=0):
    """As of runs whose detectors have normal scores with these shifts; the same rows in each run."""
    rng = np.random.default_rng(seed)
    of_known, of_novel = (rng.normal(size=(len(shifts), count)) for count in (known, novel))
    of_novel += np.array(shifts)[:, None]
    shared = of_known, of_novel
    return [measured_detectors(*(rows + between_runs * rng.normal(size=rows.shape) for rows in shared)) for _ in range(runs)]


def test_detectors_come_in_the_order_of_their_areas():
    found = novelty_over_seeds(measurements([0.5, 2.0, 1.0]))
    assert [one.name for one in found.detectors] == ["entropy", "mutual information", "top probability"]
    assert (found.runs, found.known, found.novel, len(found.pairs)) == (10, 300, 40, 3)
    for one in found.detectors:
        assert one.auroc == pytest.approx(one.of_runs.mean())
        assert (one.lowest <= one.caught + 1e-12).all()
        assert (one.caught <= one.highest + 1e-12).all()
        assert one.low < one.auroc < one.high


def test_a_claim_goes_as_far_as_its_interval():
    found = novelty_over_seeds(measurements([0.2, 3.0, 3.0]))
    assert found.pair("top probability", "entropy").reach == "other rows"
    assert found.pair("entropy", "top probability").better == "entropy"
    noisy = novelty_over_seeds(measurements([1.0, 1.0], between_runs=2.0))
    assert noisy.pairs[0].reach == "none"
    few_rows = novelty_over_seeds(measurements([1.0, 1.3], novel=8, between_runs=0.01))
    assert few_rows.pairs[0].reach == "these rows"
    assert few_rows.pairs[0].low_rows < 0 < few_rows.pairs[0].low


def test_leaders_are_those_that_luck_alone_may_have_put_behind_the_first():
    found = novelty_over_seeds(measurements([0.2, 3.0, 3.0]))
    assert {one.name for one in found.leaders} == {"entropy", "mutual information"}
    assert {one.name for one in found.better_than("top probability")} == {"entropy", "mutual information"}
    assert found.better_than(found.detectors[0].name) == ()
    ahead, best = found.ahead_of("top probability"), found.detectors[0]
    pair = found.pair(best.name, "top probability")
    assert ahead == (best.auroc - found.detector("top probability").auroc, pair.low_rows, pair.high_rows)
    assert found.ahead_of(best.name) == (0, 0, 0)
    one_run = novelty_over_seeds(measurements([1.0, 2.0], runs=1))
    assert (len(one_run.leaders), one_run.better_than("top probability")) == (2, ())


def test_the_interval_over_rows_is_wider_than_that_over_seeds_of_one_setting():
    pair = novelty_over_seeds(measurements([1.0, 1.5])).pairs[0]
    assert pair.low_rows < pair.low < pair.difference < pair.high < pair.high_rows


def test_one_run_has_no_pairs():
    assert novelty_over_seeds(measurements([1.0, 2.0], runs=1)).pairs == ()


def test_a_new_run_lies_within_the_band_as_often_as_is_said():
    inside = []
    for seed in range(25):
        *runs, new = measurements([1.5], runs=11, between_runs=0.5, seed=seed)
        detector = novelty_over_seeds(runs).detectors[0]
        inside.append(
            [detector.lowest[step] <= new["roc top probability"][step] <= detector.highest[step] for step in (5, 10, 20)]
        )
    assert np.mean(inside) >= 9 / 11 - 0.08


def test_runs_on_other_rows_are_not_compared():
    with pytest.raises(InputError, match="same rows"):
        novelty_over_seeds([*measurements([1.0]), *measurements([1.0], novel=30)])
    with pytest.raises(InputError, match="at least one run"):
        novelty_over_seeds([])
