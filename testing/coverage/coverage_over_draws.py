"""Simulated coverage of intervals over seeds and over dropout masks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ensemble.dropout.masks import draw_masks
from ensemble.dropout.pool_bands import pool_bands
from ensemble.dropout.pools import band_over_masks, divergences_of_masks, losses_of_dropping
from ensemble.interpretation.feature_importance import mean_over_runs
from ensemble.probability.vectors import log_softmax
from ensemble.sweeps import variance
from ensemble.sweeps.paired_runs import paired
from testing.coverage.covered import NO_LEVEL, Coverage, covered_fraction
from testing.coverage.detector_intervals import RUNS, intervals_of_detectors
from testing.coverage.many_intervals import SameDraws


def seeds(rng: np.random.Generator, replicates: int) -> Iterator[Coverage]:
    """Intervals over seeds. Logarithms of test losses are about normal, with a standard deviation of 1 on wine.

    Student's interval of a difference of losses is not called one of 95 %: with unlike settings its coverage is below 90 %.
    """
    for n in (5, 10, 30):
        both = rng.normal(size=(replicates, 2, n)) + 0.5 * rng.normal(size=(replicates, 1, n))
        for kind, values in (("ratio of losses", both), ("losses, like settings", np.exp(both))):
            found = [paired(a, b) for a, b in values]
            low, high = np.array([(one.low, one.high) for one in found]).T
            yield Coverage(f"paired mean, {kind} (t)", "Many runs", f"{n} seeds", 0.95, covered_fraction(low, 0, high))
            if n >= 10:
                low, high = np.array([(one.gain_low, one.gain_high) for one in found]).T
                total, shared = (1.25, 0.25) if kind == "ratio of losses" else np.exp(1.25) * np.expm1([1.25, 0.25])
                gain = covered_fraction(low, total / (total - shared), high)
                yield Coverage(f"gain of pairing, {kind}", "Many runs", f"{n} seeds", 0.95, gain)
        hits = rng.binomial(36, [[[0.97], [0.94]]], (replicates, 2, n)) / 36
        low, high = np.array([(one.low, one.high) for one in (paired(a, b) for a, b in hits)]).T
        yield Coverage("paired mean, accuracy (t)", "Many runs", f"{n} seeds", 0.95, covered_fraction(low, -0.03, high))
        unlike = np.exp(both * [[1], [1.2]] + [[0], [1]])
        true = np.exp(1 + 1.44 * 1.25 / 2) - np.exp(1.25 / 2)
        low, high = np.array([(one.low, one.high) for one in (paired(a, b) for a, b in unlike)]).T
        yield Coverage(
            "paired mean, losses, unlike settings (t)", "Many runs", f"{n} seeds", NO_LEVEL, covered_fraction(low, true, high)
        )
    for n in (10, 30):
        split, start = (rng.normal(size=(replicates, n)) * size for size in (2, 1))
        same_draws: Any = SameDraws(rng)
        shares = [variance.variance_shares(s + t, s, t, same_draws) for s, t in zip(split, start, strict=True)]
        for part, true in (("split", 0.8), ("start", 0.2)):
            low, high = np.array([getattr(one, part)[1:] for one in shares]).T
            yield Coverage(f"share of variance, {part}", "Many runs", f"{n} seeds", 0.95, covered_fraction(low, true, high))


def spreads(rng: np.random.Generator, replicates: int) -> Iterator[Coverage]:
    """The spread of logarithms of losses over seeds, and its ratio for two settings."""
    for n in (5, 10, 30):
        both = rng.normal(size=(replicates, 2, n)) + 0.5 * rng.normal(size=(replicates, 1, n))
        losses = both[:, 0]
        deviation = np.sqrt(1.25) * np.sqrt(2 / np.pi)
        low, high = np.array([variance.spread_band(one)[1:] for one in losses]).T
        yield Coverage("spread of log losses", "Many runs", f"{n} seeds", 0.95, covered_fraction(low, deviation, high))
        low, high = np.array([variance.spread_ratio(a, b)[1:] for a, b in both]).T
        yield Coverage("ratio of spreads of log losses", "Many runs", f"{n} seeds", 0.95, covered_fraction(low, 1, high))


def masks(rng: np.random.Generator, replicates: int) -> Iterator[Coverage]:
    """The loss of a mask less its divergence, whose mean over all masks is 0, for one row of nets of 10 and 100 units."""
    for units in (10, 100):
        scores_of_units = 6 * rng.normal(size=(units, 3)) / np.sqrt(units)
        off = log_softmax(scores_of_units.sum(axis=0)[None])
        for drawn_masks in (10, 50, 500):
            kept = draw_masks(rng, replicates * drawn_masks, 1, units, 0.25)[:, 0]
            logs = log_softmax(kept @ scores_of_units / 0.75)
            each = losses_of_dropping(logs[:, None], off, [0]) - divergences_of_masks(logs[:, None], off)
            bands = [band_over_masks(one) for one in each.reshape(replicates, drawn_masks)]
            _, low, high = np.array(bands).T
            at = f"{drawn_masks} masks of {units} units"
            yield Coverage("loss of a mask less its divergence (t)", "Members", at, 0.95, covered_fraction(low, 0, high))


def pools_of_masks(rng: np.random.Generator, replicates: int) -> Iterator[Coverage]:
    """The probability of the likeliest class in both pools of all masks, from masks that were drawn."""
    for units in (10, 100):
        scores_of_units = 6 * rng.normal(size=(units, 3)) / np.sqrt(units)
        off = log_softmax(scores_of_units.sum(axis=0))
        of_many = log_softmax(draw_masks(rng, 100_000, 1, units, 0.25)[:, 0] @ scores_of_units / 0.75)
        top = int(off.argmax())
        true = {"linear": float(np.exp(of_many[:, top]).mean()), "log": float(np.exp(off[top]))}
        for drawn_masks in (10, 100):
            kept = draw_masks(rng, replicates * drawn_masks, 1, units, 0.25)[:, 0]
            logs = log_softmax(kept @ scores_of_units / 0.75).reshape(replicates, drawn_masks, 3)
            found = [pool_bands(one, top, rng, draws=399) for one in logs]
            for name, value in true.items():
                low, high = (np.array([getattr(one, f"{name}_{end}")[-1] for one in found]) for end in ("low", "high"))
                at = f"{drawn_masks} masks of {units} units"
                held = covered_fraction(low, value, high)
                yield Coverage(f"probability in the {name} pool of masks", "Members", at, 0.95, held)


def importances(rng: np.random.Generator, replicates: int) -> Iterator[Coverage]:
    """Mean increase of the test loss over five seeds, normal and skewed."""
    values = {"normal": rng.normal(1, 1, (replicates, 5)), "gamma, shape 4": rng.gamma(4, 0.25, (replicates, 5))}
    for kind, increases in values.items():
        table = mean_over_runs({f"replicate {k}": increase for k, increase in enumerate(increases)})
        held = covered_fraction(table["low"].to_numpy(), 1, table["high"].to_numpy())
        yield Coverage("importance of a feature (t)", "Regression", f"5 seeds, {kind}", 0.95, held)


def detectors(rng: np.random.Generator, replicates: int) -> Iterator[Coverage]:
    """AUROCs of normal scores over seeds, and their differences, of rows drawn anew: as many as digits have, and few."""
    for known, novel in ((324, 36), (60, 20)):
        found = intervals_of_detectors(rng, replicates // 4, known, novel)
        for interval, (low, true, high) in found.items():
            at = f"{known} known, {novel} novel rows, {RUNS} seeds"
            yield Coverage(interval, "Shift", at, 0.95, covered_fraction(low, true, high))
