"""One number that can fix overconfidence."""

from __future__ import annotations

import streamlit as st

from ensemble.calibration.temperature import COLDEST, TEMPERATURES, fit_temperature, over_temperatures, split_rows
from ensemble.probability.scoreboard import change_by_temperature
from pages.parts.calibration import words
from pages.parts.calibration.context import Context, choose_share
from ui.charts import calibration as pictures
from ui.charts import show as draw
from ui.text.fill import fill
from ui.text.format import percent
from ui.text.intervals import change


def show(context: Context) -> None:
    seen, data, rng = context.seen, context.data, context.rng()
    st.markdown(fill(words.TEMPERATURE, row_names=data.row_names))
    fitting = split_rows(len(seen.y), choose_share(data), rng)
    judged = ~fitting
    temperature = fit_temperature(seen.logits[fitting], seen.y[fitting])
    best = fit_temperature(seen.logits[judged], seen.y[judged])
    left, right = st.columns([1.4, 1], gap="large")
    with left:
        table = over_temperatures(seen.logits[judged], seen.y[judged], TEMPERATURES)
        marks = {"T = 1": 1.0, f"fitted T = {temperature:.2f}": temperature}
        draw(pictures.over_temperatures(table, marks), key="over_temperatures", alt="Scores against temperature")
    with right:
        st.metric(
            "Fitted temperature",
            f"{temperature:.2f}",
            help=f"From {int(fitting.sum())} {data.row_names}; the range is 0.01 to 100.",
        )
        table = change_by_temperature(seen.logits[judged], temperature, seen.y[judged], rng)
        st.dataframe(
            {
                "score": table["score"],
                "before": [_score_in_words(name, value) for name, value in zip(table["score"], table["before"], strict=True)],
                "after": [_score_in_words(name, value) for name, value in zip(table["score"], table["after"], strict=True)],
                "change": [
                    change(low, high) if low == low else "cannot change" if name == "accuracy" else "–"
                    for name, low, high in zip(table["score"], table["low"], table["high"], strict=True)
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
        st.caption(fill(words.INTERVALS_OF_CHANGE, judged=int(judged.sum()), row_names=data.row_names, best=f"{best:.2f}"))
        st.markdown(
            fill(words.ABOVE_AND_BELOW_1) + (" " + fill(words.AT_1, row_names=data.row_names) if temperature == 1 else "")
        )
        st.markdown(fill(words.COLDEST, row_name=data.row_name, coldest=COLDEST))


def _score_in_words(name: str, value: float) -> str:
    return percent(value, 1) if name == "accuracy" else f"{value:.4f}"
