"""Three pictures side by side, one for each score: ensembles beside their members."""

from __future__ import annotations

import streamlit as st

from ensemble import Dataset
from ensemble.disagreement.scoreboards import Scoreboard
from pages.parts.members import words
from ui.charts import loss_references
from ui.charts import scores as pictures
from ui.charts import show as draw
from ui.text.fill import fill
from ui.text.intervals import of_scores


def show_scores(board: Scoreboard, data: Dataset, role: str = "ensemble", what: str = "members") -> None:
    """Loss, Brier score and accuracy, each titled with the number of members (or models) that beat their pool."""
    for column, (score, title) in zip(st.columns(3, gap="medium"), words.SCORES.items(), strict=True):
        own = {name: members[score].to_numpy() for name, members in board.members.items()}
        better, members = board.members_ahead(score)
        rival = "their ensemble" if role == "ensemble" else "the best pool"
        claim = fill(words.MEMBERS_AHEAD, better=better, members=members, what=what, rival=rival) if members else ""
        levels = loss_references(data.y_test, data.classes) if score == "nll" else {}
        with column:
            draw(
                pictures.scoreboard(board.forecasts, score, own, levels=levels, role=role),
                key=f"score_{score}",
                alt=f"{score} of {len(board.forecasts)} forecasts",
                title=f"{title}: {claim}" if claim else title,
            )
    st.caption(of_scores(len(data.y_test), data.row_name, data.row_names))
