"""Are you a probability? The class as a forecaster, judged and pooled like nets."""

from __future__ import annotations

import streamlit as st

from ensemble import EnsembleConfig
from ensemble.calibration.reliability import reliability_in_bins
from ensemble.rng import evaluation_rng
from ensemble.room import Room
from ensemble.room.forecasters import MIN_QUESTIONS, ClassForecasts, class_forecasts, questions_that_count
from ensemble.room.tally import MIN_SHOWN
from pages.parts.room import words
from ui.charts import reliability as pictures
from ui.charts import room as scores
from ui.charts import show as draw
from ui.text.fill import fill
from ui.text.format import number, percent

EVENT = "the answer is right"


def show(room: Room) -> None:
    """The class's reliability, and its pools against its members; before five people and five questions, how many there are."""
    votes = room.votes()
    seen = class_forecasts(votes)
    if seen is None:
        st.info(
            fill(
                words.TOO_FEW,
                people=room.people,
                there=questions_that_count(votes),
                needed=MIN_QUESTIONS,
                least=MIN_SHOWN,
            ),
            icon=":material/hourglass_top:",
        )
        return
    left, right = st.columns([1.3, 1], gap="large")
    with left:
        _show_reliability(seen)
    with right:
        _show_pools(seen)


def _show_reliability(seen: ClassForecasts) -> None:
    band = reliability_in_bins(seen.confidence, seen.hit, evaluation_rng(EnsembleConfig()), together=seen.event)
    sure, right, low, high = seen.overall(evaluation_rng(EnsembleConfig()))
    claim = words.SURER if right < low else words.LESS_SURE if right > high else words.WITHIN_LUCK
    draw(
        pictures.in_bins(band.table, EVENT),
        key="class_reliability",
        alt=f"Reliability of {len(seen.hit)} answers",
        title=fill(claim, sure=percent(sure), right=percent(right)),
    )
    st.caption(fill(words.BAND, answers=f"{len(seen.hit):,}", questions=seen.questions))


def _show_pools(seen: ClassForecasts) -> None:
    draw(
        scores.class_scores(seen),
        key="class_scores",
        alt="Mean loss of the people, and of the class pooled",
        title=fill(words.POOLED, linear=number(seen.linear), log_score=number(seen.log_score)),
    )
    st.markdown(fill(words.POOLS))
