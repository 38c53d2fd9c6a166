"""The report of a run: a self-contained HTML file with its figures, for reading offline and printing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import numpy as np

from ensemble import Dataset, EnsembleConfig, InputError, Run
from ensemble.calibration.reliability import reliability_in_bins
from ensemble.classic import CONFIDENT, Outcome, outcome
from ensemble.probability.scoreboard import scoreboard
from ensemble.probability.scoring import top_label
from ensemble.probability.vectors import entropy, log_softmax
from ensemble.rng import evaluation_rng
from ensemble.runs.comparison import value_as_text
from ensemble.runs.test_rows import nll_of_test_rows
from ensemble.runs.weights import weight_count
from ui import charts
from ui.charts import comparison, members, reliability
from ui.charts.figure import Figure
from ui.report.page import as_html, environment, of_every_report
from ui.text.format import number, percent
from ui.text.intervals import of_intervals

ROWS_SHOWN = 1000
CLASSES_SHOWN = 6


def report(run: Run, data: Dataset, made_at: datetime) -> str:
    """A run in words, tables and interactive figures.

    Parameters
    ----------
    run : Run
        With at least one epoch.
    data : Dataset
        What it was trained on.
    made_at : datetime
        Stands on the report.

    Returns
    -------
    str
        An HTML document that needs no network: Plotly is in it, once, and its content security policy forbids every request.
        It is light whatever the page is, and no wider than an A4 sheet.

    Raises
    ------
    InputError
        If the run has no epoch yet.
    """
    if not run.epochs:
        raise InputError("This run has no epoch yet. Train it before you take its report away.")
    with charts.in_light():
        return _document(run, data, made_at)


def _document(run: Run, data: Dataset, made_at: datetime) -> str:
    figures, left = _figures(run, data)
    result = outcome(run, data)
    accuracy_band = [percent(end) for end in result.test_accuracy_band]
    return (
        environment()
        .get_template("report.html.jinja")
        .render(
            **of_every_report(data.name, made_at),
            run=run,
            config=run.config,
            data=data,
            result=result,
            outcome=_outcome(result),
            accuracy_band=accuracy_band,
            weights=f"{weight_count(run.config, data.features, data.classes):,}",
            settings=_settings(run.config),
            class_counts=_class_counts(data),
            features=_features(data),
            tests=len(data.y_test),
            figures=figures,
            scores=_scores(run, data, result) if len(data.y_test) > 1 else [],
            intervals=of_intervals(data.row_name, data.row_names),
            left=percent(left),
            how_many=f" (the first {ROWS_SHOWN:,} of {len(data.y_test):,})" if len(data.y_test) > ROWS_SHOWN else "",
            row_titles=[data.row_name.capitalize(), "True class", "Likeliest", *_bar_titles(data), "Entropy", "NLL"],
            rows=_rows(run, data),
        )
    )


def _figures(run: Run, data: Dataset) -> tuple[dict[str, str], float]:
    """Pictures as HTML, and the share of data sets in which calibrated forecasts leave the band of the reliability diagram."""
    left = 0.0
    proba = run.predict_proba(data.x_test)
    figures = {"losses": comparison.losses(run.history, charts.loss_references(data.y_test, data.classes))}
    if len(proba) > 1:
        confidence, hits = top_label(proba, data.y_test)
        table, left = reliability_in_bins(confidence, hits, evaluation_rng(run.config))
        figures["reliability"] = reliability.in_bins(table, "likeliest class is right")
    if data.classes == 3:
        figures["triangle"] = _triangle(proba[:ROWS_SHOWN], data)
    return as_html(figures), left


def _triangle(proba: np.ndarray, data: Dataset) -> Figure:
    chosen = int(proba.max(axis=1).argmin())
    names = [comparison.escape_label(name) for name in data.class_names]
    figure = members.triangle(proba[None], data.y_test[: len(proba)], names, chosen)
    *crowd, large = figure.traces
    for dots, symbol in zip(crowd, charts.SYMBOLS, strict=False):
        dots["marker"] |= {"size": 8, "opacity": 0.75, "symbol": symbol}
    large["marker"]["symbol"] = charts.SYMBOLS[data.y_test[chosen]]
    large["name"] = f"{data.row_name.capitalize()} {chosen + 1}"
    hover = f"{data.row_name} %{{customdata}}<br>%{{b:.3f}} · %{{c:.3f}} · %{{a:.3f}}<extra></extra>"
    return figure.update_traces(hovertemplate=hover, cliponaxis=False)


def _outcome(result: Outcome) -> dict[str, str]:
    return {
        "Training loss": f"{number(result.train_loss)} nats",
        "Test loss": f"{number(result.test_loss)} nats",
        "Test accuracy": f"{result.test_hits} of {result.test_rows}",
        "Mean confidence": percent(result.mean_confidence, 1),
        f"Unsure (below {percent(CONFIDENT)})": f"{result.unsure} of {result.test_rows}",
    }


def _settings(config: EnsembleConfig) -> list[tuple[str, str, str]]:
    """Title and value of each setting, and that of the classic example where it is another one."""
    classic, rows = EnsembleConfig(), []
    for name, value in config:
        usual = getattr(classic, name)
        if_other = "" if value == usual else value_as_text(usual)
        rows.append((EnsembleConfig.model_fields[name].title or name, value_as_text(value), if_other))
    return rows


def _class_counts(data: Dataset) -> list[tuple[str, int, int]]:
    train, test = (np.bincount(y, minlength=data.classes).tolist() for y in (data.y_train, data.y_test))
    return list(zip(data.class_names, train, test, strict=True))


def _features(data: Dataset) -> list[tuple[str, str]]:
    ends = zip(data.feature_names, data.low, data.high, strict=True)
    return [(name, f"{low:.4g} to {high:.4g}") for name, low, high in ends]


def _scores(run: Run, data: Dataset, result: Outcome) -> list[tuple[str, ...]]:
    """Title, score, and both ends of its interval."""
    board = scoreboard({"": log_softmax(run.logits(data.x_test))}, data.y_test, evaluation_rng(run.config)).iloc[0]
    rows = [
        (title, *(number(float(board[f"{score}{end}"])) for end in ("", "_low", "_high")))
        for score, title in (("nll", "Negative log-likelihood (nats)"), ("brier", "Brier score (0 to 2)"))
    ]
    accuracy = (result.test_hits / result.test_rows, *result.test_accuracy_band)
    return [*rows, ("Accuracy", *(percent(fraction, 1) for fraction in accuracy))]


def _bar_titles(data: Dataset) -> list[str]:
    return list(data.class_names) if data.classes <= CLASSES_SHOWN else ["p(true)", "p(likeliest)"]


def _rows(run: Run, data: Dataset) -> Iterator[dict[str, object]]:
    """The test rows one by one, with a bar for each class, or for the true and the likeliest where there are many."""
    shown = slice(ROWS_SHOWN)
    proba, truth = run.predict_proba(data.x_test)[shown], data.y_test[shown]
    losses, colours = nll_of_test_rows(run, data)[shown], charts.colours()
    for p, true, likeliest, uncertainty, loss in zip(proba, truth, proba.argmax(axis=1), entropy(proba), losses, strict=True):
        classes = range(data.classes) if data.classes <= CLASSES_SHOWN else (true, likeliest)
        yield {
            "true": data.class_names[true],
            "likeliest": data.class_names[likeliest],
            "bars": [(float(p[k]), colours[k % len(colours)]) for k in classes],
            "entropy": f"{uncertainty:.3f}",
            "nll": number(float(loss)),
        }
