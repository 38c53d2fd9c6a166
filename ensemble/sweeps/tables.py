"""What came out of an experiment: one row for each run, one for each point, and files of them.

A run that diverged or was given up, or whose loss is not finite, is counted; no quantile, mean or interval is made of it.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ensemble.classic import Spread
from ensemble.config import EnsembleConfig
from ensemble.errors import InputError
from ensemble.probability.intervals import Band
from ensemble.probability.vectors import Floats
from ensemble.sweeps.design import SOURCES, Plan, Point
from ensemble.sweeps.results import AS_TRAINED, POOLS, Result, RunSpec
from ensemble.sweeps.variance import (
    FEWEST_FOR_SHARES,
    Paired,
    VarianceShares,
    member_variance,
    paired,
    spread_band,
    spread_ratio,
    variance_shares,
)

if TYPE_CHECKING:
    import pandas as pd

SMALLEST = 1e-12
FEWEST_FOR_QUANTILES = 20
METRICS = ("test_loss", "train_loss", "accuracy", "confidence")
_SCORES = {"test_loss": "loss", "accuracy": "accuracy", "confidence": "confidence"}


def results_table(specs: Sequence[RunSpec], results: Sequence[Result | None], failures: Mapping[int, str]) -> pd.DataFrame:
    """One row for each run of an experiment, in the order of its specs.

    Parameters
    ----------
    specs : sequence of RunSpec
    results : sequence of Result or None
        In the same order; None where a run has not ended.
    failures : mapping of int to str
        Why runs were given up, by their place.

    Returns
    -------
    DataFrame
        The settings of the run, seed included; ``split_seed``; ``status``, one of "finished", "diverged", "stopped", "given up"
        and "not trained"; ``used``, whether numbers are made of it; ``epochs``; ``train_loss`` (nats) and ``train_accuracy``;
        test loss (nats), accuracy and confidence, by pool; mean and standard deviation of the members' own test losses (nats).

    Examples
    --------
    >>> table = results_table([RunSpec(EnsembleConfig(seed=4), 0)] * 2, [None, None], {1: "Lost twice."})
    >>> table[["seed", "split_seed", "status", "used"]].to_numpy().tolist()
    [[4, 0, 'not trained', False], [4, 0, 'given up', False]]
    """
    import pandas as pd  # here, because the first page should not wait for it

    rows = []
    for place, (spec, result) in enumerate(zip(specs, results, strict=True)):
        row = {**spec.config.__dict__, "split_seed": spec.split_seed}
        ended = {"status": "given up" if place in failures else "not trained"} if result is None else _row(result)
        rows.append(row | ended)
    columns = [*EnsembleConfig.model_fields, "split_seed", "status", "used", "epochs_trained", "train_loss", "train_accuracy"]
    columns += [column(metric, pool) for pool in POOLS for metric in _SCORES]
    columns += ["member_loss_mean", "member_loss_sd"]
    table = pd.DataFrame(rows).reindex(columns=columns)
    table["used"] = table["used"].eq(True)
    table["epochs_trained"] = table["epochs_trained"].fillna(0).astype(int)
    numeric = columns[columns.index("train_loss") :]
    table[numeric] = table[numeric].astype(float)
    return table


def column(metric: str, pool: str = AS_TRAINED) -> str:
    """Where a table has a metric as read through a pool; the training loss is that of the ensemble as trained.

    >>> column("accuracy", "mean of logits"), column("train_loss")
    ('accuracy_mean_of_logits', 'train_loss')
    """
    return f"{metric}_{pool.replace(' ', '_')}" if metric in _SCORES else metric


def runs_of(table: pd.DataFrame, point: Point) -> pd.DataFrame:
    """The rows of a point's runs, read through its pool: ``METRICS`` are columns of their names."""
    rows = table.iloc[list(point.places)]
    return rows.assign(**{metric: rows[column(metric, point.pool)] for metric in METRICS})


def used_values(table: pd.DataFrame, point: Point, metric: str) -> Floats:
    """A metric of those runs of a point that numbers are made of, in the order of their seeds."""
    places = np.array(point.places)
    values = table[column(metric, point.pool)].to_numpy()[places]
    return values[table["used"].to_numpy()[places]]


def median_and_band(values: Floats) -> Spread:
    """Median and the ends of a band: 5 % and 95 % quantiles, interpolated linearly; of fewer than 20 runs the extremes.

    So few runs have no 5 % of their own: an interpolated quantile would lie within the extremes, and promise too little.

    Returns
    -------
    Spread
        Not a number if there are no values.

    Examples
    --------
    >>> median_and_band(np.arange(101.0)), median_and_band(np.arange(11.0))
    (Spread(low=5.0, median=50.0, high=95.0), Spread(low=0.0, median=5.0, high=10.0))
    """
    if not len(values):
        return Spread(*[float("nan")] * 3)
    ends = [0.05, 0.5, 0.95] if len(values) >= FEWEST_FOR_QUANTILES else [0, 0.5, 1]
    return Spread(*map(float, np.quantile(values, ends)))


def band_ends(counts: Iterable[int]) -> tuple[str, str]:
    """What people read for the ends of ``median_and_band``, where points have so many runs.

    >>> band_ends([30, 30]), band_ends([10]), band_ends([30, 10])
    (('5 %', '95 %'), ('minimum', 'maximum'), ('5 % (minimum below 20 runs)', '95 % (maximum below 20 runs)'))
    """
    there = [count for count in counts if count]
    if min(there, default=0) >= FEWEST_FOR_QUANTILES:
        return "5 %", "95 %"
    if max(there, default=0) < FEWEST_FOR_QUANTILES:
        return "minimum", "maximum"
    few = f"below {FEWEST_FOR_QUANTILES} runs"
    return f"5 % (minimum {few})", f"95 % (maximum {few})"


def band_name(counts: Iterable[int]) -> str:
    """What people read for the band of ``median_and_band``, where points have so many runs.

    >>> band_name([30, 30]), band_name([10]), band_name([30, 10])
    ('5 % to 95 %', 'minimum to maximum', '5 % to 95 %, below 20 runs minimum to maximum')
    """
    low, high = band_ends(counts)
    if "(" in low:
        return f"5 % to 95 %, below {FEWEST_FOR_QUANTILES} runs minimum to maximum"
    return f"{low} to {high}"


def summary(plan: Plan, table: pd.DataFrame) -> pd.DataFrame:
    """One row for each point of a plan.

    Parameters
    ----------
    plan : Plan
    table : DataFrame
        Of ``results_table``.

    Returns
    -------
    DataFrame
        The values of the plan's settings, under their names; how many ``runs`` there are, ``used``, ``diverged``, ``given up``;
        and of each of ``METRICS`` the median under its name, and the ends of ``median_and_band`` with ``_low`` and ``_high``.
    """
    import pandas as pd

    rows = []
    for point in plan.points:
        status = table["status"].to_numpy()[list(point.places)]
        row: dict[str, object] = dict(zip(plan.settings, point.levels, strict=True))
        row |= {"runs": len(point.places), "used": int(table["used"].to_numpy()[list(point.places)].sum())}
        row |= {word: int(np.sum(status == word)) for word in ("diverged", "given up")}
        for metric in METRICS:
            row[f"{metric}_low"], row[metric], row[f"{metric}_high"] = median_and_band(used_values(table, point, metric))
        rows.append(row)
    return pd.DataFrame(rows)


def spreads(plan: Plan, table: pd.DataFrame, results: Sequence[Result | None]) -> pd.DataFrame:
    """How far test losses spread at each point of a plan: ensembles between seeds, single members within and between runs.

    Parameters
    ----------
    plan : Plan
    table : DataFrame
        Of ``results_table``.
    results : sequence of Result or None
        What the table was made of.

    Returns
    -------
    DataFrame
        The values of the plan's settings, and standard deviations in nats: ``ensemble``; ``within`` and ``between`` as in
        ``member_variance``; and ``averaged``, what is left of ``within`` in the mean of a run's members, within / sqrt(M). Not
        a number where there are too few runs or members.
    """
    import pandas as pd

    rows = []
    for point in plan.points:
        row: dict[str, object] = dict(zip(plan.settings, point.levels, strict=True))
        ensembles, members = used_values(table, point, "test_loss"), member_losses(results, point)
        row["ensemble"] = ensembles.std(ddof=1) if len(ensembles) > 1 else np.nan
        parts = member_variance(members) if members.size else None
        row |= {"within": parts.within if parts else np.nan, "between": parts.between if parts else np.nan}
        row["averaged"] = row["within"] / np.sqrt(members.shape[1]) if parts else np.nan
        rows.append(row)
    return pd.DataFrame(rows)


def member_losses(results: Sequence[Result | None], point: Point) -> Floats:
    """Test losses (runs, members) of each member on its own, in nats, of those runs of a point that numbers are made of."""
    ended = [result for result in (results[place] for place in point.places) if result is not None and _is_used(result)]
    losses = np.array([[member.loss for member in result.members] for result in ended])
    return losses if losses.size else np.empty((0, 0))


def shares_of_luck(plan: Plan, table: pd.DataFrame, rng: np.random.Generator) -> VarianceShares:
    """How much of the variance of the logarithm of the test loss comes from the split and from the start.

    Parameters
    ----------
    plan : Plan
        Of ``luck_plan``. Its first run is the same for every kind of luck, and is left out.
    table : DataFrame
        Of ``results_table``. Of each seed all three runs are needed.
    rng : Generator
        Draws the intervals.

    Raises
    ------
    InputError
        If a kind of luck is missing, or as ``variance_shares``.
    """
    points = {point.levels[0]: list(point.places[1:]) for point in plan.points}
    if len(points) < len(SOURCES):
        raise InputError("To tell split and start apart takes runs of all three kinds. Choose all three and train.")
    used = np.all([table["used"].to_numpy()[places] for places in points.values()], axis=0)
    if used.sum() < FEWEST_FOR_SHARES:
        raise InputError(
            f"Needs at least {FEWEST_FOR_SHARES + 1} seeds; you have {used.sum() + 1}. A seed counts if its three runs ended "
            "well."
        )
    losses = table[column("test_loss")].to_numpy()
    both, split, start = (np.log(np.maximum(losses[points[name]][used], SMALLEST)) for name in ("both", "split", "start"))
    return variance_shares(both, split, start, rng)


class Comparison(NamedTuple):
    """What B does differently from A.

    Attributes
    ----------
    differences : ndarray of shape (pairs,)
        B less A, in the unit of the measure; for a ratio B divided by A.
    seeds : ndarray of shape (pairs, 2)
        Seed and split of both runs.
    paired : Paired
        Of the differences; for a ratio of their logarithms.
    """

    differences: Floats
    seeds: NDArray[np.int64]
    paired: Paired


def compared(plan: Plan, table: pd.DataFrame, measure: str) -> Comparison:
    """Compare the two points of a plan of pairs, leaving out pairs of which a run did not end well.

    Parameters
    ----------
    plan : Plan
        Of ``pairs_plan``.
    table : DataFrame
        Of ``results_table``.
    measure : {"test_loss", "ratio", "accuracy"}
        "ratio" is that of the test losses.

    Raises
    ------
    InputError
        If there are fewer than two pairs.
    """
    metric = "test_loss" if measure == "ratio" else measure
    places = np.array([point.places for point in plan.points])
    both = table["used"].to_numpy()[places].all(axis=0)
    a, b = (table[column(metric, point.pool)].to_numpy()[where[both]] for point, where in zip(plan.points, places, strict=True))
    if len(a) < 2:
        raise InputError("There are fewer than two pairs of which both runs ended well. Train more, or choose another value.")
    seeds = table[["seed", "split_seed"]].to_numpy()[places[0][both]]
    if measure != "ratio":
        return Comparison(b - a, seeds, paired(a, b))
    a, b = np.maximum(a, SMALLEST), np.maximum(b, SMALLEST)
    return Comparison(b / a, seeds, paired(np.log(a), np.log(b)))


class LeftOut(NamedTuple):
    """Pairs that no comparison is made of, because a run of them did not end well.

    Attributes
    ----------
    pairs : int
        How many there are in all.
    left_out : int
        How many of them.
    diverged_a, diverged_b : int
        How many of the runs of A and of B diverged, or ended with a loss that is no finite number.
    not_ended : int
        How many of the pairs are left out for no such run, but for one that was not trained to its end, or was given up.
    """

    pairs: int
    left_out: int
    diverged_a: int
    diverged_b: int
    not_ended: int


def pairs_left_out(plan: Plan, table: pd.DataFrame) -> LeftOut:
    """Count what ``compared`` leaves out.

    Parameters
    ----------
    plan : Plan
        Of ``pairs_plan``.
    table : DataFrame
        Of ``results_table``.
    """
    places = np.array([point.places for point in plan.points])
    used, status = table["used"].to_numpy()[places], table["status"].to_numpy()[places]
    diverged = ~used & np.isin(status, ["diverged", "finished"])
    left_out = ~used.all(axis=0)
    of_a, of_b = map(int, diverged.sum(axis=1))
    return LeftOut(len(left_out), int(left_out.sum()), of_a, of_b, int((left_out & ~diverged.any(axis=0)).sum()))


class SpreadChange(NamedTuple):
    """How the spread of test losses between seeds changes from a plan's first point to its last.

    Attributes
    ----------
    first_sd, last_sd : float
        Standard deviations in nats; a few large losses decide them, so they have no interval.
    first, last : Band
        Mean absolute deviations of the logarithm of the loss from its median, with their intervals.
    ratio : Band
        ``last`` divided by ``first``.
    seeds : int
        How many seeds there are of which both runs ended well; nothing else is used.
    """

    first_sd: float
    last_sd: float
    first: Band
    last: Band
    ratio: Band
    seeds: int


def spread_change(plan: Plan, table: pd.DataFrame) -> SpreadChange:
    """Compare the spread at the first point of a plan with that at its last, seed by seed.

    Parameters
    ----------
    plan : Plan
        Of ``sweep_plan``.
    table : DataFrame
        Of ``results_table``.

    Raises
    ------
    InputError
        If there are fewer than two seeds, or the first point's runs came out the same.
    """
    ends = (plan.points[0], plan.points[-1])
    places = np.array([point.places for point in ends])
    both = table["used"].to_numpy()[places].all(axis=0)
    first, last = (table[column("test_loss", point.pool)].to_numpy()[list(point.places)][both] for point in ends)
    if len(first) < 2:
        raise InputError("To compare spreads takes at least two seeds of which both runs ended well.")
    logs = [np.log(np.maximum(losses, SMALLEST)) for losses in (first, last)]
    return SpreadChange(
        first_sd=float(first.std(ddof=1)),
        last_sd=float(last.std(ddof=1)),
        first=spread_band(logs[0]),
        last=spread_band(logs[1]),
        ratio=spread_ratio(*logs),
        seeds=len(first),
    )


def csv_file(table: pd.DataFrame) -> bytes:
    """The table as a CSV file."""
    return table.to_csv(index=False, float_format="%.9g", lineterminator="\n").encode()


def parquet_file(table: pd.DataFrame) -> bytes:
    """The table as a Parquet file, for ``pandas.read_parquet``."""
    file = io.BytesIO()
    table.to_parquet(file, index=False)
    return file.getvalue()


def _row(result: Result) -> dict[str, object]:
    members = np.array([member.loss for member in result.members])
    row: dict[str, object] = {
        "status": result.status,
        "used": _is_used(result),
        "epochs_trained": result.epochs,
        "train_loss": result.train_loss,
        "train_accuracy": result.train_accuracy,
        "member_loss_mean": members.mean(),
        "member_loss_sd": members.std(ddof=1) if len(members) > 1 else np.nan,
    }
    for pool, scores in result.pools.items():
        row |= {column(metric, pool): getattr(scores, name) for metric, name in _SCORES.items()}
    return row


def _is_used(result: Result) -> bool:
    losses = [result.train_loss, *(scores.loss for scores in [*result.pools.values(), *result.members])]
    return result.status == "finished" and bool(np.isfinite(losses).all())
