"""Tables of an experiment: one row for each run or for each condition, and files of them.

A run that diverged or was given up, or whose loss is not finite, is counted; no quantile, mean or interval is made of it.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ensemble.classic import Spread
from ensemble.config import EnsembleConfig
from ensemble.probability.vectors import Floats
from ensemble.sweeps.design import Condition, SweepPlan
from ensemble.sweeps.results import AS_TRAINED, POOLS, Result, RunSpec

if TYPE_CHECKING:
    import pandas as pd

MIN_FOR_QUANTILES = 20
METRICS = ("test_loss", "train_loss", "accuracy", "confidence", "calibration_error", "refinement", "temperature")
_SCORES = {"test_loss": "loss", "accuracy": "accuracy", "confidence": "confidence"}
_CALIBRATION = {"calibration_error": "error", "refinement": "refinement", "temperature": "temperature"}


def results_table(specs: Sequence[RunSpec], results: Sequence[Result | None], failures: Mapping[int, str]) -> pd.DataFrame:
    """One row for each run of an experiment, in the order of its specs.

    Parameters
    ----------
    specs : sequence of RunSpec
    results : sequence of Result or None
        In the same order; None where a run has not ended.
    failures : mapping of int to str
        Why runs were given up, by their index among the specs.

    Returns
    -------
    DataFrame
        The settings of the run, seed included; ``split_seed``; ``status``, one of "finished", "diverged", "stopped", "given up"
        and "not trained"; ``used``, whether numbers are made of it; ``epochs``; ``train_loss`` (nats) and ``train_accuracy``;
        test loss (nats), accuracy, confidence, calibration error, refinement (nats) and temperature, by pool; mean and
        standard deviation of the members' own test losses (nats).

    Examples
    --------
    >>> table = results_table([RunSpec(EnsembleConfig(seed=4), 0)] * 2, [None, None], {1: "Lost twice."})
    >>> table[["seed", "split_seed", "status", "used"]].to_numpy().tolist()
    [[4, 0, 'not trained', False], [4, 0, 'given up', False]]
    """
    import pandas as pd  # here, because the first page should not wait for it

    rows = []
    for index, (spec, result) in enumerate(zip(specs, results, strict=True)):
        row = {**spec.config.__dict__, "split_seed": spec.split_seed}
        ended = {"status": "given up" if index in failures else "not trained"} if result is None else _row(result)
        rows.append(row | ended)
    columns = [*EnsembleConfig.model_fields, "split_seed", "status", "used", "epochs_trained", "train_loss", "train_accuracy"]
    columns += [column(metric, pool) for pool in POOLS for metric in (*_SCORES, *_CALIBRATION)]
    columns += ["member_loss_mean", "member_loss_sd"]
    table = pd.DataFrame(rows).reindex(columns=columns)
    table["used"] = table["used"].eq(True)
    table["epochs_trained"] = table["epochs_trained"].fillna(0).astype(int)
    numeric = columns[columns.index("train_loss") :]
    table[numeric] = table[numeric].astype(float)
    return table


def column(metric: str, pool: str = AS_TRAINED) -> str:
    """The column of a metric for a pool; the training loss is that of the ensemble as trained.

    >>> column("accuracy", "mean of logits"), column("train_loss")
    ('accuracy_mean_of_logits', 'train_loss')
    """
    return f"{metric}_{pool.replace(' ', '_')}" if metric != "train_loss" else metric


def runs_of(table: pd.DataFrame, condition: Condition) -> pd.DataFrame:
    """The rows of a condition's runs, read through its pool: ``METRICS`` are columns of their names."""
    rows = table.iloc[list(condition.indices)]
    return rows.assign(**{metric: rows[column(metric, condition.pool)] for metric in METRICS})


def used_values(table: pd.DataFrame, condition: Condition, metric: str) -> Floats:
    """A metric of the runs of a condition that count, in the order of their seeds."""
    indices = np.array(condition.indices)
    values = table[column(metric, condition.pool)].to_numpy()[indices]
    return values[table["used"].to_numpy()[indices]]


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
    ends = [0.05, 0.5, 0.95] if len(values) >= MIN_FOR_QUANTILES else [0, 0.5, 1]
    return Spread(*map(float, np.quantile(values, ends)))


def band_ends(counts: Iterable[int]) -> tuple[str, str]:
    """The displayed name of the ends of ``median_and_band``, for this number of runs.

    >>> band_ends([30, 30]), band_ends([10]), band_ends([30, 10])
    (('5 %', '95 %'), ('minimum', 'maximum'), ('5 % (minimum below 20 runs)', '95 % (maximum below 20 runs)'))
    """
    there = [count for count in counts if count]
    if min(there, default=0) >= MIN_FOR_QUANTILES:
        return "5 %", "95 %"
    if max(there, default=0) < MIN_FOR_QUANTILES:
        return "minimum", "maximum"
    few = f"below {MIN_FOR_QUANTILES} runs"
    return f"5 % (minimum {few})", f"95 % (maximum {few})"


def band_name(counts: Iterable[int]) -> str:
    """The displayed name of the band of ``median_and_band``, for this number of runs.

    >>> band_name([30, 30]), band_name([10]), band_name([30, 10])
    ('5 % to 95 %', 'minimum to maximum', '5 % to 95 %, below 20 runs minimum to maximum')
    """
    low, high = band_ends(counts)
    if "(" in low:
        return f"5 % to 95 %, below {MIN_FOR_QUANTILES} runs minimum to maximum"
    return f"{low} to {high}"


def summary(plan: SweepPlan, table: pd.DataFrame) -> pd.DataFrame:
    """One row for each condition of a plan.

    Parameters
    ----------
    plan : SweepPlan
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
    for condition in plan.conditions:
        status = table["status"].to_numpy()[list(condition.indices)]
        row: dict[str, object] = dict(zip(plan.settings, condition.levels, strict=True))
        row |= {"runs": len(condition.indices), "used": int(table["used"].to_numpy()[list(condition.indices)].sum())}
        row |= {word: int(np.sum(status == word)) for word in ("diverged", "given up")}
        for metric in METRICS:
            row[f"{metric}_low"], row[metric], row[f"{metric}_high"] = median_and_band(used_values(table, condition, metric))
        rows.append(row)
    return pd.DataFrame(rows)


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
        "used": is_used(result),
        "epochs_trained": result.epochs,
        "train_loss": result.train_loss,
        "train_accuracy": result.train_accuracy,
        "member_loss_mean": members.mean(),
        "member_loss_sd": members.std(ddof=1) if len(members) > 1 else np.nan,
    }
    for pool, scores in result.pools.items():
        row |= {column(metric, pool): getattr(scores, name) for metric, name in _SCORES.items()}
    for pool, measured in result.calibration.items():
        row |= {column(metric, pool): getattr(measured, name) for metric, name in _CALIBRATION.items()}
    return row


def is_used(result: Result) -> bool:
    """Whether a run counts: it has finished, and all its losses are finite."""
    losses = [result.train_loss, *(scores.loss for scores in [*result.pools.values(), *result.members])]
    return result.status == "finished" and bool(np.isfinite(losses).all())
