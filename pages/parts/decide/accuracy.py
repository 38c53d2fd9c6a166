"""Two forecasters who give the same answers: accuracy cannot tell them apart, bills and proper scores can."""

from __future__ import annotations

import numpy as np
import streamlit as st

from ensemble.decisions import bill as bill_of
from ensemble.decisions.bills import Bill
from ensemble.decisions.equal_accuracy import same_answers
from ensemble.probability.scoring import brier_score, negative_log_likelihood
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
A, B = "A: these forecasts", "B: the same answers"


def show(context: Judged) -> None:
    seen, data = context.seen, context.data
    left, right = st.columns([1.7, 1], gap="large")
    with right:
        sureness = _choose_sureness()
        prices = choose_prices(data.class_names)
    first = log_softmax(seen.logits)
    forecasts = {A: first, B: same_answers(first, sureness)}
    paid = {
        name: _paid(context, f"{name} {sureness}" if name == B else words.AS_THEY_ARE, one) for name, one in forecasts.items()
    }
    dearer, cheaper = pictures.dearer_and_cheaper(paid[A], paid[B])
    wrong = forecasts[A].argmax(axis=1) != seen.y
    with left:
        draw(
            pictures.equal_accuracy(paid[A], paid[B]),
            key="equal_accuracy",
            alt=f"What A and B pay for {len(dearer)} price lists",
            title=fill(
                words.EQUAL,
                accuracy=percent(1 - float(wrong.mean()), 1),
                dearer=int(dearer.sum()),
                cheaper=int(cheaper.sum()),
                lists=len(dearer),
            ),
        )
        bills = {name: bill_of(np.exp(one), seen.y, prices.costs(), context.rng()) for name, one in forecasts.items()}
        losses = {name: float(negative_log_likelihood(one, seen.y).mean()) for name, one in forecasts.items()}
        _show_table(forecasts, bills, losses, seen.y, data.row_name)
    with right:
        if bills[A].paid == bills[B].paid:
            st.markdown(fill(words.ALIKE_PRICES if prices.are_alike() else words.SAME_BILL))
        st.markdown(fill(words.ACCURACY, sureness=f"{sureness:g}"))
        if losses[B] < losses[A]:
            direction = "too far apart (too sure)" if sureness < 1 else "too close together (not sure enough)"
            st.markdown(fill(words.B_IS_BETTER, direction=direction))
        offer_more(context, int(wrong.sum()))


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


def _paid(context: Judged, name: str, log_proba: Floats) -> Floats:
    seen = context.seen
    return caches.bills_of_random_prices(
        context.series_id, context.judged_on, name, np.exp(log_proba), seen.y, context.rng()
    ).paid


def _show_table(
    forecasts: dict[str, Floats], bills: dict[str, Bill], losses: dict[str, float], y: np.ndarray, row_name: str
) -> None:
    st.dataframe(
        {
            "": list(forecasts),
            "Accuracy": [percent(float((one.argmax(axis=1) == y).mean()), 1) for one in forecasts.values()],
            "Loss (nats)": [number(loss) for loss in losses.values()],
            "Brier (0 to 2)": [number(brier_score(np.exp(one), y)) for one in forecasts.values()],
            f"Promised per {row_name}": [number(made.promised) for made in bills.values()],
            "Paid": [number(made.paid) for made in bills.values()],
        },
        hide_index=True,
    )
