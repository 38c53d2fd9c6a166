"""How good the test loss is: beside those of forecasts that look at no feature."""

from __future__ import annotations

import streamlit as st

from ensemble import classic
from ensemble.execution.jobs import Job
from ensemble.probability.scoring import base_rate_loss, uniform_loss
from pages.parts.train import words
from ui.text.fill import fill
from ui.text.format import number, percent


def show(job: Job, result: classic.Outcome) -> None:
    """The two reference losses with their numbers, and how this run's compares."""
    data = job.dataset
    base_rate = base_rate_loss(data.y_test, data.classes)
    is_better = result.test_loss < base_rate
    verdict = fill(words.GOOD, saved=percent(1 - result.test_loss / base_rate)) if is_better else words.NO_GOOD
    st.markdown(
        fill(
            words.GOOD_LOSS,
            classes=data.classes,
            uniform=number(uniform_loss(data.classes)),
            base_rate=number(base_rate),
            loss=number(result.test_loss),
            verdict=verdict.strip(),
        )
    )
