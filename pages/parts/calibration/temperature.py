"""One number that can fix overconfidence."""

from __future__ import annotations

import streamlit as st

from ensemble.calibration.temperature import (
    COLDEST,
    HOTTEST,
    TEMPERATURES,
    fit_temperature,
    over_temperatures,
    split_rows,
)
from ensemble.probability.scoreboard import change_by_temperature
from pages.parts.calibration import words
from ui.charts import calibration as pictures
from ui.charts import loss_references
from ui.charts import show as draw
from ui.text.fill import fill
from ui.text.format import number, percent
from ui.text.intervals import change
from ui.widgets.forecasts.judged import Judged, choose_share, with_finite_loss


def show(context: Judged) -> None:
    context = with_finite_loss(context)
    seen, data, rng = context.seen, context.data, context.rng()
    left, right = st.columns([1.5, 1], gap="large")
    with right:
        fitting = split_rows(len(seen.y), choose_share(data), rng)
    judged = ~fitting
    logits, y = seen.logits[judged], seen.y[judged]
    temperature = fit_temperature(seen.logits[fitting], seen.y[fitting])
    with left:
        table = over_temperatures(logits, y, TEMPERATURES)
        marks = {"T = 1": 1.0, f"fitted: T = {temperature:.2f}": temperature}
        changed = change_by_temperature(logits, temperature, y, rng)
        draw(
            pictures.over_temperatures(table, marks, loss_references(y, data.classes)),
            key="over_temperatures",
            alt="Loss and confidence against temperature",
            title=fill(words.LOSS_CHANGES, before=number(changed["before"][0]), after=number(changed["after"][0])),
        )
        accuracy = percent(float(changed["before"].iloc[-1]), 1)
        st.markdown(fill(words.SAME_ACCURACY, accuracy=accuracy))
    with right:
        st.metric(
            "Fitted temperature",
            f"{temperature:.2f}",
            help=f"From {int(fitting.sum())} {data.row_names}; the range is 0.01 to 100.",
        )
        st.markdown(fill(words.TEMPERATURE, row_names=data.row_names))
        st.markdown(
            fill(words.ABOVE_AND_BELOW_1) + (" " + fill(words.AT_1, row_names=data.row_names) if temperature == 1 else "")
        )
        st.dataframe(
            {
                "score": changed["score"],
                "before": list(map(_score_in_words, changed["score"], changed["before"])),
                "after": list(map(_score_in_words, changed["score"], changed["after"])),
                "change": [
                    change(low, high) if low == low else "cannot change" if name == "accuracy" else "–"
                    for name, low, high in zip(changed["score"], changed["low"], changed["high"], strict=True)
                ],
            },
            hide_index=True,
            column_config={
                "score": "",
                "before": "T = 1",
                "after": f"T = {temperature:.2f}",
                "change": "95 % interval of the change",
            },
        )
        best = fit_temperature(logits, y)
        st.caption(fill(words.INTERVALS_OF_CHANGE, judged=int(judged.sum()), row_names=data.row_names, best=f"{best:.2f}"))
        if min(temperature, best) <= COLDEST:
            st.markdown(fill(words.COLDEST, row_name=data.row_name, coldest=COLDEST))
        if max(temperature, best) >= HOTTEST:
            st.markdown(fill(words.HOTTEST, hottest=f"{HOTTEST:g}"))


def _score_in_words(name: str, value: float) -> str:
    return percent(value, 1) if name == "accuracy" else f"{value:.4f}"
