"""Analyses of sweeps: spread between seeds and members, sources of variance, and paired comparisons of two settings.

Only runs that ended well are compared; ``ensemble.sweeps.tables`` says which.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ensemble.errors import InputError
from ensemble.probability.intervals import Band
from ensemble.probability.vectors import Floats
from ensemble.sweeps.design import Condition, SweepPlan
from ensemble.sweeps.experiment import SOURCES
from ensemble.sweeps.paired_runs import Paired, paired
from ensemble.sweeps.results import Result
from ensemble.sweeps.tables import column, is_used, summary, used_values
from ensemble.sweeps.variance import MIN_FOR_SHARES, VarianceShares, member_variance, spread_band, spread_ratio, variance_shares

if TYPE_CHECKING:
    import pandas as pd

MIN_LOSS = 1e-12


def spreads(plan: SweepPlan, table: pd.DataFrame, results: Sequence[Result | None]) -> pd.DataFrame:
    """Spread of test losses at each condition of a plan: of ensembles between seeds, of single members within and between runs.

    Parameters
    ----------
    plan : SweepPlan
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
    for condition in plan.conditions:
        row: dict[str, object] = dict(zip(plan.settings, condition.levels, strict=True))
        ensembles, members = used_values(table, condition, "test_loss"), member_losses(results, condition)
        row["ensemble"] = ensembles.std(ddof=1) if len(ensembles) > 1 else np.nan
        parts = member_variance(members) if members.size else None
        row |= {"within": parts.within if parts else np.nan, "between": parts.between if parts else np.nan}
        row["averaged"] = row["within"] / np.sqrt(members.shape[1]) if parts else np.nan
        rows.append(row)
    return pd.DataFrame(rows)


def summary_with_spreads(plan: SweepPlan, table: pd.DataFrame, results: Sequence[Result | None]) -> pd.DataFrame:
    """``summary`` and ``spreads`` of the same plan side by side, one row for each condition."""
    columns = ["ensemble", "within", "between", "averaged"]
    return summary(plan, table).join(spreads(plan, table, results)[columns])


def member_losses(results: Sequence[Result | None], condition: Condition) -> Floats:
    """Test losses (runs, members) of each member on its own, in nats, of those runs of a condition that numbers are made of."""
    ended = [result for result in (results[index] for index in condition.indices) if result is not None and is_used(result)]
    losses = np.array([[member.loss for member in result.members] for result in ended])
    return losses if losses.size else np.empty((0, 0))


def run_variance_shares(plan: SweepPlan, table: pd.DataFrame, rng: np.random.Generator) -> VarianceShares:
    """Shares of the variance of the log test loss that come from the split and from the start.

    Parameters
    ----------
    plan : SweepPlan
        Of ``replicate_plan``. Its first run is the same for every source, and is left out.
    table : DataFrame
        Of ``results_table``. Of each seed all three runs are needed.
    rng : Generator
        Draws the intervals.

    Raises
    ------
    InputError
        If a source is missing, or as ``variance_shares``.
    """
    conditions = {condition.levels[0]: list(condition.indices[1:]) for condition in plan.conditions}
    if len(conditions) < len(SOURCES):
        raise InputError("To tell split and start apart takes runs of all three kinds. Choose all three and train.")
    used = np.all([table["used"].to_numpy()[indices] for indices in conditions.values()], axis=0)
    if used.sum() < MIN_FOR_SHARES:
        raise InputError(
            f"Needs at least {MIN_FOR_SHARES + 1} seeds; you have {used.sum() + 1}. A seed counts if its three runs ended well."
        )
    losses = table[column("test_loss")].to_numpy()
    both, split, start = (np.log(np.maximum(losses[conditions[name]][used], MIN_LOSS)) for name in ("both", "split", "start"))
    return variance_shares(both, split, start, rng)


class Comparison(NamedTuple):
    """The differences of B from A.

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


def compared(plan: SweepPlan, table: pd.DataFrame, measure: str) -> Comparison:
    """Compare the two conditions of a plan of pairs, without pairs in which a run failed.

    Parameters
    ----------
    plan : SweepPlan
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
    indices = np.array([condition.indices for condition in plan.conditions])
    both = table["used"].to_numpy()[indices].all(axis=0)
    a, b = (
        table[column(metric, condition.pool)].to_numpy()[where[both]]
        for condition, where in zip(plan.conditions, indices, strict=True)
    )
    if len(a) < 2:
        raise InputError("There are fewer than two pairs of which both runs ended well. Train more, or choose another value.")
    seeds = table[["seed", "split_seed"]].to_numpy()[indices[0][both]]
    if measure != "ratio":
        return Comparison(b - a, seeds, paired(a, b))
    a, b = np.maximum(a, MIN_LOSS), np.maximum(b, MIN_LOSS)
    return Comparison(b / a, seeds, paired(np.log(a), np.log(b)))


class LeftOut(NamedTuple):
    """Pairs that a comparison leaves out because one of their runs failed.

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


def pairs_left_out(plan: SweepPlan, table: pd.DataFrame) -> LeftOut:
    """Count the pairs that ``compared`` leaves out.

    Parameters
    ----------
    plan : SweepPlan
        Of ``pairs_plan``.
    table : DataFrame
        Of ``results_table``.
    """
    indices = np.array([condition.indices for condition in plan.conditions])
    used, status = table["used"].to_numpy()[indices], table["status"].to_numpy()[indices]
    diverged = ~used & np.isin(status, ["diverged", "finished"])
    left_out = ~used.all(axis=0)
    of_a, of_b = map(int, diverged.sum(axis=1))
    return LeftOut(len(left_out), int(left_out.sum()), of_a, of_b, int((left_out & ~diverged.any(axis=0)).sum()))


class SpreadChange(NamedTuple):
    """How the spread of test losses between seeds changes from a plan's first condition to its last.

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


def spread_change(plan: SweepPlan, table: pd.DataFrame) -> SpreadChange:
    """Compare the spread at the first condition of a plan with that at its last, seed by seed.

    Parameters
    ----------
    plan : SweepPlan
        Of ``sweep_plan``.
    table : DataFrame
        Of ``results_table``.

    Raises
    ------
    InputError
        If there are fewer than two seeds, or the first condition's runs came out the same.
    """
    ends = (plan.conditions[0], plan.conditions[-1])
    indices = np.array([condition.indices for condition in ends])
    both = table["used"].to_numpy()[indices].all(axis=0)
    first, last = (table[column("test_loss", condition.pool)].to_numpy()[list(condition.indices)][both] for condition in ends)
    if len(first) < 2:
        raise InputError("To compare spreads takes at least two seeds of which both runs ended well.")
    logs = [np.log(np.maximum(losses, MIN_LOSS)) for losses in (first, last)]
    return SpreadChange(
        first_sd=float(first.std(ddof=1)),
        last_sd=float(last.std(ddof=1)),
        first=spread_band(logs[0]),
        last=spread_band(logs[1]),
        ratio=spread_ratio(*logs),
        seeds=len(first),
    )
