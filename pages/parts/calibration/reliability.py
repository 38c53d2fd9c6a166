"""How often forecasts come true against their probability, and how far calibrated forecasts would be off by luck."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from ensemble.calibration.reliability import (
    Bin,
    SimulatedCalibrationError,
    forecast_counts,
    fullest_bin,
    reliability,
    reliability_in_bins,
    simulated_calibration_error,
)
from ensemble.probability.scoring import one_vs_rest, top_label
from ensemble.probability.vectors import softmax
from pages.parts.calibration import class_weights, label_noise, words
from ui import caches
from ui.charts import reliability as pictures
from ui.charts import show as draw
from ui.text.fill import fill
from ui.text.format import number, percent, plain
from ui.widgets.forecasts.judged import Judged

TOP = "the likeliest class is right"
IN_BINS, CURVE = "Bins", "Curve"
UNLIKELY = 0.05
NEARLY_SURE = 0.95
MAX_CLASSES_IN_SIGHT = 12
"""More stay in one row, which scrolls."""


def show(context: Judged) -> None:
    seen, rng = context.seen, context.rng()
    proba = softmax(seen.logits)
    left, right = st.columns([1.3, 1], gap="large")
    with right:
        luck = simulated_calibration_error(proba, seen.y, rng)
        _show_luck(luck)
        event, view = _choose_event(context.data.class_names), _choose_view()
    if event == TOP:
        forecasts, hits = top_label(proba, seen.y)
    else:
        forecasts, hits = one_vs_rest(proba, seen.y, context.data.class_names.index(event))
    with left:
        band = reliability_in_bins(forecasts, hits, rng)
        title = _in_a_sentence(fullest_bin(band.table))
        if view == IN_BINS:
            figure, reading = pictures.in_bins(band.table, event), words.BINS
        else:
            band, _ = caches.band_of_the_curve(context.group_id, context.judged_on, event, forecasts, context.rng())
            figure = pictures.as_curve(reliability(forecasts, hits), band.table, forecast_counts(forecasts), event)
            reading = words.CURVE
        draw(figure, key="reliability", alt=f"Reliability of {len(forecasts)} forecasts", title=title)
        st.caption(f"{fill(reading)} {fill(words.LEAVES_THE_BAND, left=percent(band.left))}")
        st.markdown(fill(words.CAME_TRUE, mean=percent(float(forecasts.mean()), 1), hits=int(hits.sum()), forecasts=len(hits)))
    with right:
        draw(
            pictures.simulated_errors(luck.simulated, luck.error),
            key="ece_by_luck",
            alt="ECE of simulated calibrated forecasts",
            title=fill(words.ECE_OF_CALIBRATED, forecasts=len(seen.y), mean=number(luck.mean)),
        )
    class_weights.show(context)
    label_noise.show(context)


def _show_luck(luck: SimulatedCalibrationError) -> None:
    st.metric(
        f"Calibrated data sets (simulated) with an ECE of {number(luck.error)} or more",
        f"{luck.reached} of {len(luck.simulated):,}",
        help="The expected calibration error (ECE) is the mean gap between confidence in the likeliest class and accuracy, "
        "over 10 bins weighted by their counts. Data sets are simulated from these very forecasts, as if they were calibrated.",
    )
    unlikely = luck.reached < UNLIKELY * len(luck.simulated)
    st.markdown(fill(words.NOT_LUCK if unlikely else words.LUCK))


def _in_a_sentence(fullest: Bin) -> str:
    digits = 1 if fullest.forecast > NEARLY_SURE else 0
    return fill(words.FULLEST_BIN, count=fullest.size, near=percent(fullest.forecast, digits), hits=fullest.hits)


def _choose_view() -> str:
    view: str = st.segmented_control(
        "Diagram",
        (IN_BINS, CURVE),
        key="reliability_view",
        default=IN_BINS,
        required=True,
        persist_state="session",
        help="Bins are 10 points wide. The curve (CORP; Dimitriadis et al. 2021) chooses its own bins.",
    )
    return view


def _choose_event(classes: Sequence[str]) -> str:
    event: str = st.segmented_control(
        "Event",
        (TOP, *classes),
        wrap=len(classes) <= MAX_CLASSES_IN_SIGHT,
        key="event",
        default=TOP,
        format_func=plain,
        required=True,
        persist_state="session",
        help="The event that is forecast: the likeliest class is right, or one class is the true one. The likeliest of "
        f"{len(classes)} classes has at least 1/{len(classes)}.",
    )
    return event
