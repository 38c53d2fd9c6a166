"""Scores of several forecasts of the same rows, and their differences from the first one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from ensemble.probability.scoreboard import scoreboard
from ensemble.runs.comparison import differences_from_first
from pages.parts.compare import words
from pages.parts.compare.context import SameRows
from ui.charts import comparison as pictures
from ui.charts import loss_references
from ui.charts import scores as score_pictures
from ui.charts import show as show_picture
from ui.text.fill import fill
from ui.text.format import number, plain
from ui.text.intervals import of_infinite_losses, of_scores, with_ends, with_interval

if TYPE_CHECKING:
    import pandas as pd

SCORES = {"nll": "Test loss", "brier": "Brier score", "accuracy": "Accuracy"}
IN_A_SENTENCE = {"nll": "test loss", "brier": "Brier score", "accuracy": "accuracy"}
UNITS = {"nll": "nats", "brier": "", "accuracy": "points"}


def show(same: SameRows) -> None:
    """The differences that luck of the rows does not explain, a picture for each score, and a table of all differences.

    Raises
    ------
    InputError
        If there are too few test rows for an interval.
    """
    data, log_probas = same.data, same.log_probas
    board = scoreboard(log_probas, data.y_test, same.rng)
    differences = differences_from_first(log_probas, data.y_test, same.rng)
    first = next(iter(log_probas))
    clear = [_sentence(first, row, score) for _, row in differences.iterrows() for score in SCORES if _is_clear(row, score)]
    infinite = [
        of_infinite_losses(
            plain(first), plain(row["name"]), row["ruled_out_by_both"], row["nll"], data.row_name, data.row_names
        )
        for _, row in differences.iterrows()
    ]
    undefined = bool(differences["nll"].isna().any())
    none = fill(words.NO_DIFFERENCE, rows=len(data.y_test), row_names=data.row_names, undefined=undefined)
    st.markdown("  \n".join([*(clear or [none]), *filter(None, infinite)]))
    levels = loss_references(data.y_test, data.classes)
    for column, score in zip(st.columns(3, gap="large"), SCORES, strict=True):
        with column:
            show_picture(
                score_pictures.scoreboard(board, score, {}, pictures.run_colours(), levels if score == "nll" else None),
                key=f"compare_{score}",
                alt=f"{SCORES[score]} of {len(board)} {same.what}s",
                title=SCORES[score],
            )
    st.caption(of_scores(len(data.y_test), data.row_name, data.row_names))
    with st.expander(f"All differences from {plain(first)}, with their intervals"):
        _show_differences(differences, same)


def _is_clear(row: pd.Series, score: str) -> bool:
    return bool(row[f"{score}_low"] > 0 or row[f"{score}_high"] < 0)


def _sentence(first: str, row: pd.Series, score: str) -> str:
    """A sentence on a difference that luck does not explain."""
    value, low, high = (row[name] * (100 if score == "accuracy" else 1) for name in (score, f"{score}_low", f"{score}_high"))
    size = f"{number(abs(value))} {UNITS[score]}".strip()
    direction = "higher" if value > 0 else "lower"
    what = f"{plain(row['name'])}'s {IN_A_SENTENCE[score]} is **{size} {direction}** than {plain(first)}'s"
    return with_interval(what, low, high)


def _show_differences(differences: pd.DataFrame, same: SameRows) -> None:
    row_names = same.data.row_names
    rows = [row for _, row in differences.iterrows()]
    st.dataframe(
        {
            same.what.capitalize(): differences["name"],
            **{
                f"{title}, 95 % interval": [with_ends(row[score], row[f"{score}_low"], row[f"{score}_high"]) for row in rows]
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
                help=f"Exact, two-sided: how often so uneven a count of {row_names} that one {same.what} alone gets right "
                "comes by luck."
            )
        },
    )
    st.caption(fill(words.DIFFERENCES, row_names=row_names, what=same.what))


def _points(fraction: float) -> str:
    return f"{'+' if fraction > 0 else '−' if fraction < 0 else ''}{abs(100 * fraction):.1f}"
