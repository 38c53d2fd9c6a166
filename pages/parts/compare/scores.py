"""Scores of the runs on the same test rows, and how far they are from the first one's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from ensemble.probability.scoreboard import scoreboard
from ensemble.runs.comparison import differences_from_first, forecasts
from pages.parts.compare import words
from pages.parts.compare.context import Context
from ui.charts import comparison as pictures
from ui.charts import loss_references
from ui.charts import scores as score_pictures
from ui.charts import show as show_picture
from ui.text.fill import fill
from ui.text.format import number
from ui.text.intervals import change, of_scores, signed

if TYPE_CHECKING:
    import pandas as pd

SCORES = {"nll": "Test loss", "brier": "Brier score", "accuracy": "Accuracy"}
UNITS = {"nll": "nats", "brier": "", "accuracy": "points"}


def show(context: Context) -> None:
    """The differences that are more than the luck of the rows, a picture for each score, and a table of all differences.

    Raises
    ------
    InputError
        If there are too few test rows for an interval.
    """
    st.header("Final scores")
    data, log_probas = context.data, forecasts(context.runs, context.data)
    board = scoreboard(log_probas, data.y_test, context.rng)
    differences = differences_from_first(log_probas, data.y_test, context.rng)
    first = next(iter(log_probas))
    clear = [_sentence(first, row, score) for _, row in differences.iterrows() for score in SCORES if _is_clear(row, score)]
    none = fill(words.NO_DIFFERENCE, rows=len(data.y_test), row_names=data.row_names)
    st.markdown("  \n".join(clear) or none)
    levels = loss_references(data.y_test, data.classes)
    for column, score in zip(st.columns(3, gap="large"), SCORES, strict=True):
        with column:
            show_picture(
                score_pictures.scoreboard(board, score, {}, pictures.run_colours(), levels if score == "nll" else None),
                key=f"compare_{score}",
                alt=f"{SCORES[score]} of {len(board)} runs",
                title=SCORES[score],
            )
    st.caption(of_scores(len(data.y_test), data.row_name, data.row_names))
    with st.expander(f"All differences from {first}, with their intervals"):
        _show_differences(differences, data.row_names)


def _is_clear(row: pd.Series, score: str) -> bool:
    return bool(row[f"{score}_low"] > 0 or row[f"{score}_high"] < 0)


def _sentence(first: str, row: pd.Series, score: str) -> str:
    """A difference that is clear of luck, in words."""
    value, low, high = (row[name] * (100 if score == "accuracy" else 1) for name in (score, f"{score}_low", f"{score}_high"))
    size = f"{number(abs(value))} {UNITS[score]}".strip()
    direction = "higher" if value > 0 else "lower"
    what = f"{row['name']}'s {SCORES[score].lower()} is **{size} {direction}** than {first}'s"
    return f"{what} (95 % interval {change(low, high)})."


def _show_differences(differences: pd.DataFrame, row_names: str) -> None:
    rows = [row for _, row in differences.iterrows()]
    st.dataframe(
        {
            "Run": differences["name"],
            **{
                f"{title}, 95 % interval": [
                    f"{signed(row[score])} ({change(row[f'{score}_low'], row[f'{score}_high'])})" for row in rows
                ]
                for score, title in (("nll", "Test loss (nats)"), ("brier", "Brier score (−2 to 2)"))
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
