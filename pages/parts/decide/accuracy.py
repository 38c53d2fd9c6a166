"""Two forecasters who give the same answers: accuracy cannot tell them apart, bills and proper scores can."""

from __future__ import annotations

import streamlit as st

from ensemble.decisions.equal_accuracy import Forecaster, two_forecasters
from ensemble.probability.vectors import Floats, log_softmax
from pages.parts.decide import words
from pages.parts.decide.more_rows import offer_more
from ui import caches
from ui.charts import decisions as pictures
from ui.charts import show as draw
from ui.text.fill import fill
from ui.text.format import number, percent
from ui.widgets.judged import Judged
from ui.widgets.prices import choose_prices

SURENESS = (0.1, 0.2, 0.5, 2.0, 5.0, 10.0)


def show(context: Judged) -> None:
    seen, data = context.seen, context.data
    left, right = st.columns([1.7, 1], gap="large")
    with right:
        sureness = _choose_sureness()
        prices = choose_prices(data.class_names)
    first, second = two_forecasters(log_softmax(seen.logits), sureness, seen.y, prices.costs(), context.rng())
    paid = [_paid(context, words.AS_THEY_ARE, first), _paid(context, f"times {sureness}", second)]
    dearer, cheaper = pictures.dearer_and_cheaper(*paid)
    with left:
        draw(
            pictures.equal_accuracy(*paid),
            key="equal_accuracy",
            alt=f"What A and B pay for {len(dearer)} price lists",
            title=fill(
                words.EQUAL,
                accuracy=percent(first.accuracy, 1),
                dearer=int(dearer.sum()),
                cheaper=int(cheaper.sum()),
                lists=len(dearer),
            ),
        )
        _show_table({"A: these forecasts": first, "B: the same answers": second}, data.row_name)
    with right:
        if first.bill.paid == second.bill.paid:
            st.markdown(fill(words.ALIKE_PRICES if prices.are_alike() else words.SAME_BILL))
        st.markdown(fill(words.ACCURACY, sureness=f"{sureness:g}"))
        if second.loss < first.loss:
            direction = "too far apart (too sure)" if sureness < 1 else "too close together (not sure enough)"
            st.markdown(fill(words.B_IS_BETTER, direction=direction))
        offer_more(context, round((1 - first.accuracy) * len(seen.y)))


def _choose_sureness() -> float:
    chosen: float = st.select_slider(
        "B's scores are A's times",
        SURENESS,
        value=5.0,
        key="sureness",
        format_func=lambda value: f"{value:g}",
        persist_state="session",
        width=420,
        help="Above 1, B is surer of the same answers; below 1, less sure.",
    )
    return chosen


def _paid(context: Judged, name: str, forecaster: Forecaster) -> Floats:
    seen, key = context.seen, (context.series_id, context.judged_on, name)
    return caches.bills_of_random_prices(*key, forecaster.proba, seen.y, context.rng()).paid


def _show_table(forecasters: dict[str, Forecaster], row_name: str) -> None:
    measured = list(forecasters.values())
    st.dataframe(
        {
            "": list(forecasters),
            "Accuracy": [percent(one.accuracy, 1) for one in measured],
            "Loss (nats)": [number(one.loss) for one in measured],
            "Brier (0 to 2)": [number(one.brier) for one in measured],
            f"Promised per {row_name}": [number(one.bill.promised) for one in measured],
            "Paid": [number(one.bill.paid) for one in measured],
        },
        hide_index=True,
    )
