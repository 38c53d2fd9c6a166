"""The report on a file of forecasts: a self-contained HTML file, for reading offline and printing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import numpy as np

from ensemble import EnsembleConfig
from ensemble.calibration.decomposition import decompose_brier
from ensemble.calibration.models import models_at_a_glance
from ensemble.calibration.reliability import reliability_in_bins, simulated_calibration_error
from ensemble.decisions import bill
from ensemble.decisions.costs import Prices
from ensemble.forecasts import Forecasts
from ensemble.probability.scoreboard import scoreboard
from ensemble.probability.scoring import top_label
from ensemble.rng import evaluation_rng
from ensemble.runs.comparison import differences_from_first
from ui import charts
from ui.charts import reliability
from ui.report.page import as_html, environment, of_every_report
from ui.text.format import number, percent
from ui.text.intervals import of_infinite_losses, of_intervals, with_ends

MAX_DIAGRAMS = 6
LOSSES = ("nll", "brier")


def forecasts_report(name: str, forecasts: Forecasts, prices: Prices, made_at: datetime) -> str:
    """The forecasts of a file in words, tables and interactive figures.

    Parameters
    ----------
    name : str
        That of the file.
    forecasts : Forecasts
        Of two rows or more; of more than 5,000, some are judged, and the report says so.
    prices : Prices
        Of as many classes: what errors cost.
    made_at : datetime
        Stands on the report.

    Returns
    -------
    str
        An HTML document as ``ui.report.document.report``: it needs no network, and its policy forbids every request.

    Raises
    ------
    InputError
        If there are too few rows for an interval.
    """
    with charts.in_light():
        judged, sentence = forecasts.at_most()
        models = list(_models(judged))
        return (
            environment()
            .get_template("forecasts.html.jinja")
            .render(
                **of_every_report(name, made_at),
                forecasts=judged,
                rows=f"{len(forecasts.y):,}",
                sentence=sentence,
                class_counts=_class_counts(judged),
                scores=_scores(judged),
                **_differences(judged),
                intervals=of_intervals(judged.row_name, judged.row_names),
                parts=_parts(judged),
                costs=_costs(prices, judged),
                bills=_bills(prices, judged),
                models=models,
                more=max(len(judged.model_names) - MAX_DIAGRAMS, 0),
            )
        )


def _rng() -> np.random.Generator:
    return evaluation_rng(EnsembleConfig())


def _log_probas(judged: Forecasts) -> dict[str, Any]:
    return dict(zip(judged.model_names, judged.log_proba, strict=True))


def _class_counts(judged: Forecasts) -> list[tuple[str, int]]:
    return list(zip(judged.class_names, np.bincount(judged.y, minlength=judged.classes).tolist(), strict=True))


def _scores(judged: Forecasts) -> list[tuple[str, ...]]:
    """For each model: its scores with their intervals, its confidence and its temperature."""
    board, glance = scoreboard(_log_probas(judged), judged.y, _rng()), models_at_a_glance(judged.log_proba, judged.y)
    return [
        (
            str(row["name"]),
            *(f"{number(row[score])} ({number(row[f'{score}_low'])} to {number(row[f'{score}_high'])})" for score in LOSSES),
            f"{percent(row['accuracy'], 1)} ({percent(row['accuracy_low'], 1)} to {percent(row['accuracy_high'], 1)})",
            percent(float(own["confidence"]), 1),
            f"{own['temperature']:.2f}",
        )
        for (_, row), (_, own) in zip(board.iterrows(), glance.iterrows(), strict=True)
    ]


def _differences(judged: Forecasts) -> dict[str, list[Any]]:
    """What the other models lose more than the first one, with the 95 % intervals, and sentences; empty for one model."""
    if len(judged.model_names) < 2:
        return {"differences": [], "infinite_losses": []}
    table = differences_from_first(_log_probas(judged), judged.y, _rng())
    rows = [row for _, row in table.iterrows()]
    first, row_words = judged.model_names[0], (judged.row_name, judged.row_names)
    return {
        "differences": [
            (
                str(row["name"]),
                *(with_ends(row[score], row[f"{score}_low"], row[f"{score}_high"]) for score in LOSSES),
                f"{row['p']:.3f}",
            )
            for row in rows
        ],
        "infinite_losses": [
            of_infinite_losses(first, str(row["name"]), row["ruled_out_by_both"], row["nll"], *row_words) for row in rows
        ],
    }


def _parts(judged: Forecasts) -> list[tuple[str, ...]]:
    """The Brier score of each model in its parts."""
    return [
        (name, *(number(part) for part in decompose_brier(np.exp(one), judged.y))) for name, one in _log_probas(judged).items()
    ]


def _costs(prices: Prices, judged: Forecasts) -> list[tuple[str, ...]]:
    rows = zip(prices.actions(judged.class_names), prices.costs().tolist(), strict=True)
    return [(action, *(f"{cost:g}" for cost in costs)) for action, costs in rows]


def _bills(prices: Prices, judged: Forecasts) -> list[tuple[str, ...]]:
    """The promised and the paid cost of each model with these prices."""
    costs = prices.costs()
    bills: list[tuple[str, ...]] = []
    for name, one in _log_probas(judged).items():
        made = bill(np.exp(one), judged.y, costs, _rng())
        bills.append((name, number(made.promised), number(made.paid), f"{number(made.low)} to {number(made.high)}"))
    return bills


def _models(judged: Forecasts) -> Iterator[dict[str, str]]:
    """The reliability diagrams, and how far calibrated forecasts would be from calibration by luck."""
    figures, words = {}, []
    for k, (name, one) in enumerate(list(_log_probas(judged).items())[:MAX_DIAGRAMS]):
        proba = np.exp(one)
        band = reliability_in_bins(*top_label(proba, judged.y), _rng())
        luck = simulated_calibration_error(proba, judged.y, _rng())
        figures[f"reliability_{k}"] = reliability.in_bins(band.table, "likeliest class is right")
        words.append(
            {"name": name, "left": percent(band.left), "error": number(luck.error), "reached": f"{luck.reached:,}"}
            | {"simulated": f"{len(luck.simulated):,}"}
        )
    for html, said in zip(as_html(figures).values(), words, strict=True):
        yield {**said, "figure": html}
