"""Scores of the runs on the same test rows, and how far they are from the first one's."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from ensemble.probability.scoreboard import scoreboard
from ensemble.probability.vectors import Floats
from ensemble.runs.comparison import differences_from_first, forecasts
from pages.parts.compare import words
from pages.parts.compare.context import Context
from ui.charts import comparison as pictures
from ui.charts import scores as score_pictures
from ui.charts import show as show_picture
from ui.text.fill import fill
from ui.text.intervals import change, of_scores, signed

SCORES = {"nll": "NLL (nats)", "brier": "Brier score (0 to 2)", "accuracy": "Accuracy"}


def show(context: Context) -> None:
    """A picture for each score, and a table of differences.

    Raises
    ------
    InputError
        If there are too few test rows for an interval.
    """
    st.header("Final scores")
    data, log_probas = context.data, forecasts(context.runs, context.data)
    board = scoreboard(log_probas, data.y_test, context.rng)
    for column, score in zip(st.columns(3, gap="large"), SCORES, strict=True):
        with column:
            show_picture(
                score_pictures.scoreboard(board, score, {}, pictures.run_colours()),
                key=f"compare_{score}",
                alt=f"{SCORES[score]} of {len(board)} runs",
            )
    st.caption(fill(words.SCORES, intervals=of_scores(len(data.y_test), data.row_name, data.row_names)))
    _show_differences(context, log_probas)


def _show_differences(context: Context, log_probas: Mapping[str, Floats]) -> None:
    first, row_names = next(iter(log_probas)), context.data.row_names
    differences = differences_from_first(log_probas, context.data.y_test, context.rng)
    rows = [row for _, row in differences.iterrows()]
    st.markdown(f"**Difference from {first}**, on the same {row_names}")
    st.dataframe(
        {
            "Run": differences["name"],
            **{
                f"{title}, 95 % interval": [
                    f"{signed(row[score])} ({change(row[f'{score}_low'], row[f'{score}_high'])})" for row in rows
                ]
                for score, title in (("nll", "NLL (nats)"), ("brier", "Brier score (−2 to 2)"))
            },
            "Accuracy (points), 95 % interval": [
                f"{_points(row['accuracy'])} ({_points(row['accuracy_low'])} to {_points(row['accuracy_high'])})"
                for row in rows
            ],
            "McNemar p": [f"{p:.3f}" for p in differences["p"]],
        },
        hide_index=True,
        column_config={
            "McNemar p": st.column_config.TextColumn(
                help=f"Exact, two-sided: how often so uneven a count of {row_names} that one run alone gets right comes by "
                "luck."
            )
        },
    )
    st.caption(fill(words.DIFFERENCES, row_names=row_names))


def _points(fraction: float) -> str:
    return f"{'+' if fraction > 0 else '−' if fraction < 0 else ''}{abs(100 * fraction):.1f}"
