"""Processor time to read and judge 50,000 forecasts of 10 classes: ``python -m benchmarks.forecasts``.

All rows are scored, fitted and charged; the reliability diagram and its band take 5,000 of them, as the page does. ``--quick``
takes 2,000 rows. Imports come before: a server has them already.
"""

from __future__ import annotations

import argparse
import io
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from ensemble.calibration import brier_score, expected_calibration_error, fit_temperature
from ensemble.calibration.reliability import reliability_in_bins, simulated_calibration_error
from ensemble.decisions import Prices, bill
from ensemble.forecasts import Forecasts, read_forecasts
from ensemble.probability.scoring import row_nll, top_label

CLASSES, TARGET = 10, 2.0


def table_of(rows: int) -> pd.DataFrame:
    """Overconfident forecasts with all their digits, and what happened."""
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(rows, CLASSES)) * 2
    proba = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    sharper = np.exp(1.5 * logits) / np.exp(1.5 * logits).sum(axis=1, keepdims=True)
    names = np.array([f"class {k}" for k in range(CLASSES)])
    y = (proba.cumsum(axis=1) < rng.random((rows, 1))).sum(axis=1).clip(max=CLASSES - 1)
    return pd.DataFrame(sharper, columns=names).assign(y=names[y])


def contents(rows: int) -> dict[str, bytes]:
    """The same table as CSV and as Parquet."""
    table = table_of(rows)
    table.to_parquet(parquet := io.BytesIO())
    return {"CSV": table.to_csv(index=False).encode(), "Parquet": parquet.getvalue()}


def steps(content: bytes) -> dict[str, Callable[[dict[str, Any]], Any]]:
    """What is done, in this order; each step is given what those before it have found."""

    def scores(found: dict[str, Any]) -> tuple[float, float, float]:
        of = found["read"]
        proba = np.exp(of.log_proba[0])
        return row_nll(of.log_proba[0], of.y).mean(), brier_score(proba, of.y), expected_calibration_error(proba, of.y)

    def reliability(found: dict[str, Any]) -> Any:
        seen = found["read"].held_out()
        proba, rng = np.exp(seen.logits), np.random.default_rng(0)
        simulated_calibration_error(proba, seen.y, rng)
        return reliability_in_bins(*top_label(proba, seen.y), rng)

    def charge(found: dict[str, Any]) -> Any:
        of: Forecasts = found["read"]
        costs = Prices.preset("One error costs twenty", CLASSES).costs()
        return bill(np.exp(of.log_proba[0]), of.y, costs, np.random.default_rng(0))

    return {
        "read": lambda _: read_forecasts(content)[0],
        "scores": scores,
        "temperature": lambda found: fit_temperature(found["read"].log_proba[0], found["read"].y),
        "reliability": reliability,
        "bill": charge,
    }


def seconds(content: bytes) -> dict[str, float]:
    """Processor time of each step."""
    found: dict[str, Any] = {}
    took = {}
    for name, step in steps(content).items():
        start = time.process_time()
        found[name] = step(found)
        took[name] = time.process_time() - start
    return took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few rows")
    rows = 2_000 if parser.parse_args().quick else 50_000
    for name, content in {"warm-up": contents(200)["Parquet"], **contents(rows)}.items():
        took = seconds(content)
        if name == "warm-up":
            continue
        total = sum(took.values())
        print(f"{rows:,} rows x {CLASSES} classes, {name}, {len(content) / 1e6:.1f} MB: processor time in seconds")
        for step, of_step in took.items():
            print(f"  {step:14} {of_step:6.2f}")
        print(f"  {'all':14} {total:6.2f}   target {TARGET:g}: {'reached' if total <= TARGET else 'NOT REACHED'}", flush=True)


if __name__ == "__main__":
    main()
