"""How many of the forecasts of 70 % come true, and how far from that calibrated forecasts would be."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from ensemble.calibration.reliability import forecast_counts, reliability, reliability_in_bins, simulated_calibration_error
from ensemble.probability.scoring import one_vs_rest, top_label
from ensemble.probability.vectors import softmax
from pages.parts.calibration import words
from pages.parts.calibration.context import Context
from ui import caches
from ui.charts import calibration as pictures
from ui.charts import show as draw
from ui.text.fill import fill
from ui.text.format import number, percent, plain

TOP = "the likeliest class is right"
IN_BINS, CURVE = "Bins", "Curve"


def show(context: Context) -> None:
    st.markdown(fill(words.RELIABILITY))
    seen, rng = context.seen, context.rng()
    event = _choose_event(context.data.class_names)
    proba = softmax(seen.logits)
    if event == TOP:
        forecasts, hits = top_label(proba, seen.y)
    else:
        forecasts, hits = one_vs_rest(proba, seen.y, context.data.class_names.index(event))
    left, right = st.columns([1.5, 1], gap="large")
    with left:
        view = st.segmented_control(
            "Diagram",
            (IN_BINS, CURVE),
            key="reliability_view",
            default=IN_BINS,
            required=True,
            persist_state="session",
            help="Bins are 10 points wide. The curve (CORP; Dimitriadis et al. 2021) chooses its own bins.",
        )
        if view == IN_BINS:
            band = reliability_in_bins(forecasts, hits, rng)
            figure, reading = pictures.reliability_in_bins(band.table, event), words.BINS
        else:
            band, rng = caches.band_of_the_curve(context.series_id, context.judged_on, event, forecasts, rng)
            figure = pictures.reliability(reliability(forecasts, hits), band.table, forecast_counts(forecasts), event)
            reading = words.CURVE
        draw(figure, key="reliability", alt=f"Reliability of {len(forecasts)} forecasts")
        st.caption(f"{fill(reading)} {fill(words.LEAVES_THE_BAND, left=percent(band.left))}")
    with right:
        error = simulated_calibration_error(proba, seen.y, rng)
        st.metric(
            "Luck alone reaches this ECE in",
            f"{error.reached} of {len(error.simulated):,}",
            help="Data sets simulated from these very forecasts, as if they were perfectly calibrated.",
        )
        st.metric(
            "Expected calibration error (ECE)",
            number(error.error),
            help="Mean gap between confidence in the likeliest class and accuracy, over 10 bins weighted by their counts.",
        )
        draw(pictures.by_luck(error.simulated, error.error), key="ece_by_luck", alt="ECE of simulated calibrated forecasts")
        st.markdown(
            fill(
                words.ECE_OF_CALIBRATED,
                forecasts=len(forecasts),
                mean=number(error.mean),
                draws=f"{len(error.simulated):,}",
            )
        )
        st.markdown(
            fill(
                words.CAME_TRUE,
                mean=percent(float(forecasts.mean()), 1),
                hits=int(hits.sum()),
                forecasts=len(hits),
            )
        )


def _choose_event(classes: Sequence[str]) -> str:
    event: str = st.segmented_control(
        "Event",
        (TOP, *classes),
        key="event",
        default=TOP,
        format_func=plain,
        required=True,
        persist_state="session",
        help="What the forecast probability is of: that the likeliest class is right, or one class against the rest. The "
        f"likeliest of {len(classes)} classes has at least 1/{len(classes)}.",
    )
    return event
