"""Simulated coverage of every interval and band of the app; ``python -m benchmarks.coverage`` prints it.

Rows are drawn from forecasts that the app itself has made, which are kept in ``forecasts.json``: logits of all rows out of
fold, for the classic settings, with dropout 0.5, and with another seed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from ensemble import EnsembleConfig
from ensemble.calibration.conformal import conformal_sets, coverage_promise
from ensemble.calibration.reliability import isotonic_frequencies, reliability_by_luck, reliability_in_bins
from ensemble.calibration.temperature import split_rows
from ensemble.decisions.abstention import auroc_interval, auroc_of_error, risk_band, risk_coverage
from ensemble.decisions.bills import bill, random_prices
from ensemble.disagreement.entropy import nll_by_size
from ensemble.probability.scoring import bin_numbers, ece_by_luck, expected_calibration_error, losses_of_outcomes, top_label
from ensemble.probability.vectors import log_softmax, softmax
from ensemble.shift.blobs import draw_points, true_log_proba
from ensemble.shift.calibration_by_luck import calibration_error_by_luck
from ensemble.shift.priors import log_reweight, prior_interval
from ensemble.shift.weighted import weighted_calibration_error, weighted_interval, weighted_reliability
from ensemble.sweeps.tables import median_and_band
from testing.coverage.coverage_over_draws import detectors, importances, masks, pools_of_masks, seeds, spreads
from testing.coverage.covered import NO_LEVEL, Coverage, covered_fraction, drawn
from testing.coverage.many_intervals import (
    changes_of_losses,
    intervals_of_changes,
    intervals_of_differences,
    intervals_of_losses,
    of_accuracy_differences,
    wald_intervals,
)

FORECASTS = Path(__file__).with_name("forecasts.json")
SETTINGS = {"classic": EnsembleConfig(), "dropout 0.5": EnsembleConfig(dropout=0.5), "seed 1": EnsembleConfig(seed=1)}
DATA = ("wine", "breast_cancer", "moons")
ACCURACIES = np.arange(0.5, 0.981, 0.005)
PAIRED_SHARES = ((0.94, 0.01, 0.01, 0.04), (0.9, 0.06, 0.02, 0.02), (0.8, 0.02, 0.1, 0.08), (0.97, 0.01, 0.01, 0.01))
CLASSES_SIMULATED = 10
"""A band of a class is drawn anew for each simulated class; of the other groups' replicates so many make one."""
TEST_ROWS = 36, 114, 178


@cache
def forecasts(data: str) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Logits (n, classes) by settings, and the true classes (n,)."""
    kept = json.loads(FORECASTS.read_text())[data]
    return {name: np.array(kept[name]) for name in SETTINGS}, np.array(kept["y"])


def accuracy(rng: np.random.Generator, replicates: int) -> Iterator[Coverage]:
    """Wilson's interval: the lowest coverage over accuracies from 50 to 98 %, exactly."""
    for n in (30, 36, 114, 178):
        hits = np.arange(n + 1)
        low, high = proportion_confint(hits, n, method="wilson")
        held = (low[:, None] <= ACCURACIES) & (high[:, None] >= ACCURACIES)
        covered = (stats.binom.pmf(hits[:, None], n, ACCURACIES) * held).sum(axis=0)
        where = "Train, Members, Compare, Regression, report; Many runs (share of runs), Cross-entropy (frequencies)"
        yield Coverage("accuracy (Wilson), lowest", where, f"n = {n}", 0.95, float(covered.min()))


def accuracy_differences(rng: np.random.Generator, replicates: int) -> Iterator[Coverage]:
    """Differences of accuracies, for shares of rows that both, one, the other or none gets right."""
    for n in TEST_ROWS:
        for shares in PAIRED_SHARES:
            _, worse, better, _ = rng.multinomial(n, shares, replicates).T
            low, high = of_accuracy_differences(better, worse, n)
            at = f"n = {n}, shares {', '.join(map(str, shares))}"
            yield Coverage("difference of accuracies", "Compare", at, 0.95, covered_fraction(low, shares[2] - shares[1], high))


def scores(rng: np.random.Generator, replicates: int) -> Iterator[Coverage]:
    """Mean losses of rows drawn from all rows of the app's own forecasts."""
    for data in DATA:
        logits, y = forecasts(data)
        logs = log_softmax(logits["classic"])
        losses = {score: of_each[np.arange(len(y)), y] for score, of_each in losses_of_outcomes(logs).items()}
        hits = logs.argmax(axis=1) == y
        for n in TEST_ROWS:
            rows = drawn(rng, len(y), n, replicates)
            where, at = "Members, Compare, Regression, report", f"{data}, n = {n}"
            for score, (low, high) in intervals_of_losses(logs, y, rows, rng).items():
                yield Coverage(score, where, at, 0.95, covered_fraction(low, losses[score].mean(), high))
            low, high = proportion_confint(hits[rows].sum(axis=1), n, method="wilson")
            yield Coverage("accuracy", where, at, 0.95, covered_fraction(low, hits.mean(), high))


def differences(rng: np.random.Generator, replicates: int) -> Iterator[Coverage]:
    """Scores of one run less those of another, on the same rows."""
    for data in DATA:
        logits, y = forecasts(data)
        one = log_softmax(logits["classic"])
        for other in ("dropout 0.5", "seed 1"):
            two = log_softmax(logits[other])
            change = {score: values[np.arange(len(y)), y] for score, values in changes_of_losses(one, two).items()}
            better, worse = (two.argmax(axis=1) == y, one.argmax(axis=1) == y)
            better, worse = better & ~worse, worse & ~better
            for n in TEST_ROWS:
                rows, at = drawn(rng, len(y), n, replicates), f"{data}, {other}, n = {n}"
                for score, (low, high) in intervals_of_differences(one, two, y, rows, rng).items():
                    yield Coverage(
                        f"difference, {score}", "Compare", at, 0.95, covered_fraction(low, change[score].mean(), high)
                    )
                low, high = of_accuracy_differences(better[rows].sum(axis=1), worse[rows].sum(axis=1), n)
                true = better.mean() - worse.mean()
                yield Coverage("difference, accuracy", "Compare", at, 0.95, covered_fraction(low, true, high))


def temperatures(rng: np.random.Generator, replicates: int) -> Iterator[Coverage]:
    """What a temperature changes, on rows that it was not fitted to."""
    for data, temperature in (("wine", 1.5), ("breast_cancer", 2.0), ("moons", 0.8)):
        logits, y = forecasts(data)
        before, after = log_softmax(logits["classic"]), log_softmax(logits["classic"], temperature)
        change = {score: values[np.arange(len(y)), y] for score, values in changes_of_losses(before, after).items()}
        for n in (36, 89, 178):
            rows, at = drawn(rng, len(y), n, replicates), f"{data}, T = {temperature}, n = {n}"
            for score, (low, high) in intervals_of_changes(before, after, y, rows, rng).items():
                true = change[score].mean()
                yield Coverage(f"change by temperature, {score}", "Calibration", at, 0.95, covered_fraction(low, true, high))


def consistency_bands(rng: np.random.Generator, replicates: int) -> Iterator[Coverage]:
    """The grey of reliability diagrams: frequencies of calibrated forecasts inside, at each place by itself and everywhere."""
    for data, n in (("wine", 36), ("wine", 178), ("moons", 300)):
        logits, y = forecasts(data)
        confidence, _ = top_label(softmax(logits["classic"][:n]), y[:n])
        confidence = confidence.round(12)
        outcomes = rng.random((replicates, n)) < confidence
        curve = reliability_by_luck(confidence, rng)
        bins = reliability_in_bins(confidence, outcomes[0], rng)
        _, index, count = np.unique(bin_numbers(confidence, 10), return_inverse=True, return_counts=True)
        in_bins = outcomes @ np.eye(len(count))[index] / count
        for name, band, frequencies in (
            ("curve", curve, isotonic_frequencies(confidence, outcomes)),
            ("bins", bins, in_bins),
        ):
            low, high = (band.table[end].to_numpy() for end in ("low", "high"))
            inside = (low - 1e-9 <= frequencies) & (frequencies <= high + 1e-9)
            at = f"{data}, n = {n}"
            at_a_place, everywhere = float(inside.mean()), float(inside.all(axis=1).mean())
            yield Coverage(f"reliability, {name}: at a place", "Calibration, report", at, 0.9, at_a_place)
            yield Coverage(f"reliability, {name}: everywhere", "Calibration, report", at, 1 - band.left, everywhere)


def class_bands(rng: np.random.Generator, replicates: int) -> Iterator[Coverage]:
    """Reliability of a class of calibrated people whose answers have causes in common; each knows how sure to be.

    Of each question people see the right answer through noise, half of which is the same for all of them.
    """
    for people, questions, answers in ((30, 5, 3), (100, 10, 4)):
        in_a_bin: list[bool] = []
        overall: list[bool] = []
        for _ in range(max(1, replicates // CLASSES_SIMULATED)):
            right = rng.integers(answers, size=questions)
            seen = np.eye(answers)[right][:, None] + np.sqrt(0.5) * (
                rng.normal(size=(questions, 1, answers)) + rng.normal(size=(questions, people, answers))
            )
            proba = softmax(seen)
            chosen, confidence = proba.argmax(axis=-1), proba.max(axis=-1).ravel()
            hit = (chosen == right[:, None]).ravel()
            event = (chosen + answers * np.arange(questions)[:, None]).ravel()
            for bins, held in ((10, in_a_bin), (1, overall)):
                table = reliability_in_bins(confidence, hit, rng, bins, draws=200, together=event).table
                held += ((table["low"] - 1e-9 <= table["frequency"]) & (table["frequency"] <= table["high"] + 1e-9)).tolist()
        at = f"{people} people, {questions} questions"
        yield Coverage("reliability of a class: at a place", "Room", at, 0.9, float(np.mean(in_a_bin)))
        yield Coverage("reliability of a class: overall", "Room", at, 0.9, float(np.mean(overall)))


def calibration_errors(rng: np.random.Generator, replicates: int) -> Iterator[Coverage]:
    """Calibrated forecasts whose ECE is not among the largest 5 % of those that luck makes."""
    for data, n in (("wine", 36), ("wine", 178), ("moons", 300)):
        logits, _ = forecasts(data)
        proba = softmax(logits["classic"][:n])
        lucky = ece_by_luck(proba, rng)
        chosen = (proba.cumsum(axis=1) > rng.random((replicates, n, 1))).argmax(axis=2)
        reached = [(lucky >= expected_calibration_error(proba, y)).mean() for y in chosen]
        yield Coverage(
            "ECE by luck, 5 % level", "Calibration", f"{data}, n = {n}", 0.95, float(np.mean(np.array(reached) > 0.05))
        )


def conformal(rng: np.random.Generator, replicates: int) -> Iterator[Coverage]:
    """The share of sets that hold the true class: within the promise, and on average at least the coverage."""
    for data, n in (("wine", 36), ("wine", 178)):
        logits, y = forecasts(data)
        proba, y = softmax(logits["classic"][:n]), y[:n]
        held = []
        for _ in range(replicates):
            fitting = split_rows(n, 0.5, rng)
            sets = conformal_sets(proba[fitting], y[fitting], proba[~fitting], 0.9)
            held.append(sets[np.arange(len(sets)), y[~fitting]].mean())
        promise = coverage_promise(int(fitting.sum()), 0.9, int((~fitting).sum()))
        at = f"{data}, {fitting.sum()} + {(~fitting).sum()}"
        inside = covered_fraction(np.full(replicates, promise.low), np.array(held), np.full(replicates, promise.high))
        yield Coverage("conformal promise", "Calibration", at, 0.9, inside)
        yield Coverage("conformal sets, mean coverage", "Calibration", at, 0.9, float(np.mean(held)))


def bills_of_calibrated_forecasts(rng: np.random.Generator, replicates: int) -> Iterator[Coverage]:
    """What is paid where each class is drawn from its forecast; of equal prices many draws pay the same, and more are held."""
    for data, n in (("wine", 36), ("wine", 178), ("moons", 300)):
        logits, _ = forecasts(data)
        proba = softmax(logits["classic"][:n])
        chosen = (proba.cumsum(axis=1) > rng.random((replicates, n, 1))).argmax(axis=2)
        prices = random_prices(replicates, proba.shape[1], rng)
        found = [bill(proba, y, costs, rng, draws=39) for y, costs in zip(chosen, prices, strict=True)]
        held = float(np.mean([one.is_inside for one in found]))
        yield Coverage("bill of calibrated forecasts", "Decide", f"{data}, n = {n}", 0.95, held)


def abstentions(rng: np.random.Generator, replicates: int) -> Iterator[Coverage]:
    """The risk of the surest rows, and the AUROC of being wrong, of rows drawn from all rows of the app's own forecasts."""
    for data in DATA:
        logits, y = forecasts(data)
        proba = softmax(logits["classic"])
        uncertainty, wrong = 1 - proba.max(axis=1), proba.argmax(axis=1) != y
        true_curve, true_auroc = risk_coverage(uncertainty, wrong), auroc_of_error(uncertainty, wrong)
        for n in (36, 178):
            bands, aurocs = [], []
            for rows in drawn(rng, len(y), n, replicates):
                low, high = risk_band(risk_coverage(uncertainty[rows], wrong[rows]))
                bands.append([low, high])
                if 0 < wrong[rows].sum() < n:
                    aurocs.append(auroc_interval(uncertainty[rows], wrong[rows])[1:])
            lows, highs = np.moveaxis(np.array(bands), 1, 0)
            at = f"{data}, n = {n}"
            for share in (0.5, 0.8, 1.0):
                true = true_curve.risk[round(share * len(y)) - 1]
                place = round(share * n) - 1
                inside = covered_fraction(lows[:, place], true, highs[:, place])
                yield Coverage(f"risk at {share:.0%} coverage", "Decide", at, 0.95, inside)
            low, high = np.array(aurocs).T
            yield Coverage("AUROC of being wrong", "Decide", at, 0.95, covered_fraction(low, true_auroc, high))


def other_shares(rng: np.random.Generator, replicates: int) -> Iterator[Coverage]:
    """Blobs that overlap, with forecasts a little too sure: losses and frequencies at other shares, and shares without labels.

    The shares are estimated with the true probabilities: the bootstrap takes forecasts for right.
    """
    equal, rare, noise = np.full(3, 1 / 3), np.array([0.7, 0.25, 0.05]), 0.4
    everybody = draw_points(rare, 200_000, rng, noise)
    logs = log_softmax(1.3 * true_log_proba(everybody.x, equal, noise))
    loss = float(-logs[np.arange(len(logs)), everybody.y].mean())
    index = bin_numbers(np.exp(logs[:, 0]), 5)
    frequency = np.bincount(index, everybody.y == 0, 5) / np.bincount(index, minlength=5)
    for n in (60, 360):
        held: dict[str, list[Any]] = {"loss": [], "frequency of a bin": [], "calibration error": [], "estimated share": []}
        for _ in range(replicates):
            test, unlabelled = draw_points(equal, n, rng, noise), draw_points(rare, n, rng, noise)
            logs = log_softmax(1.3 * true_log_proba(test.x, equal, noise))
            band = weighted_interval(losses_of_outcomes(logs)["nll"], test.y, rare, rng, draws=400)
            held["loss"].append(band.low <= loss <= band.high)
            table = weighted_reliability(np.exp(logs), test.y, rare, 0, 5)
            true = frequency[table["bin"]]
            held["frequency of a bin"] += list((table["low"] <= true) & (true <= table["high"]))
            calibrated = np.exp(log_reweight(true_log_proba(test.x, equal, noise), equal, rare))
            by_luck = calibration_error_by_luck(calibrated, test.y, rare, rng, draws=99)
            held["calibration error"].append(weighted_calibration_error(calibrated, test.y, rare) <= by_luck)
            found = prior_interval(np.exp(true_log_proba(unlabelled.x, equal, noise)), equal, rng, draws=199)
            held["estimated share"] += list(found.holds(rare))
        for interval, inside in held.items():
            yield Coverage(f"{interval}, other shares", "Shift", f"blobs, n = {n}", 0.95, float(np.mean(inside)))


def coefficients(rng: np.random.Generator, replicates: int) -> Iterator[Coverage]:
    """Wald's intervals of multinomial logistic regression with three classes that overlap, two features from 0 to 1."""
    true = np.array([[0.0, 0.0, 0.0], [-0.5, 2.0, 0.0], [0.5, 0.0, -2.0]])
    for n in (142, 455):
        x = rng.random((replicates, n, 2))
        logits = np.concatenate([np.ones((replicates, n, 1)), x], axis=2) @ true.T
        y = (softmax(logits).cumsum(axis=2) > rng.random((replicates, n, 1))).argmax(axis=2)
        low, high = wald_intervals(x, y, 3)
        yield Coverage("coefficients (Wald)", "Regression", f"n = {n}", 0.95, covered_fraction(low, true[1:], high))


def descriptions(rng: np.random.Generator, replicates: int) -> Iterator[Coverage]:
    """Bands that describe what is drawn: how much of further draws of the same kind they hold."""
    for runs in (30, 100):
        bands = [median_and_band(values) for values in rng.normal(size=(replicates, runs))]
        held = np.mean([stats.norm.cdf(band.high) - stats.norm.cdf(band.low) for band in bands])
        yield Coverage("5 % to 95 % of these runs, further runs", "Many runs", f"{runs} seeds", NO_LEVEL, float(held))
    logits, y = forecasts("wine")
    members = np.stack([log_softmax(logits["classic"] + rng.normal(0, 3, logits["classic"].shape)) for _ in range(32)])
    band = nll_by_size(members, y, [1, 4, 16], rng)
    for index, size in enumerate((1, 4, 16)):
        again = [nll_by_size(members, y, [size], rng, draws=1)["mean"][0] for _ in range(replicates)]
        inside = covered_fraction(band["low"][index], np.array(again), band["high"][index])
        yield Coverage("5 % to 95 % of the choices", "Members", f"{size} of 32 members", 0.9, inside)


GROUPS: tuple[Callable[[np.random.Generator, int], Iterator[Coverage]], ...] = (
    accuracy,
    accuracy_differences,
    scores,
    differences,
    temperatures,
    consistency_bands,
    class_bands,
    calibration_errors,
    conformal,
    bills_of_calibrated_forecasts,
    abstentions,
    other_shares,
    seeds,
    spreads,
    importances,
    detectors,
    coefficients,
    descriptions,
    masks,
    pools_of_masks,
)
