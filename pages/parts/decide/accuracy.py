"""Two forecasters who give the same answers: accuracy cannot tell them apart, bills and proper scores can."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from ensemble import InputError
from ensemble.decisions.equal_accuracy import Forecaster, same_answers, two_forecasters
from ensemble.probability.vectors import Floats, log_softmax
from pages.parts.decide import words
from pages.parts.decide.more_rows import offer_more
from ui import caches
from ui.charts import decisions as pictures
from ui.charts import show as draw
from ui.text.fill import fill
from ui.text.format import number, percent, plain
from ui.widgets.forecasts.judged import Judged
from ui.widgets.forecasts.prices import choose_prices

if TYPE_CHECKING:
    import pandas as pd

SURENESS = (0.1, 0.2, 0.5, 2.0, 5.0, 10.0)


def show(context: Judged) -> None:
    seen, data = context.seen, context.data
    left, right = st.columns([1.7, 1], gap="large")
    with right:
        sureness = _choose_sureness()
        prices = choose_prices(data.class_names)
    logs = log_softmax(seen.logits)
    first, second = two_forecasters(logs, sureness, seen.y, prices.costs(), context.rng())
    names = (words.AS_THEY_ARE, f"times {sureness}")
    paid = [_paid(context, name, one) for name, one in zip(names, (first, second), strict=True)]
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
                rows=f"{len(seen.y):,}",
                row_names=data.row_names,
            ),
        )
        try:
            scores = [
                caches.scores(context.group_id, context.judged_on, name, one, seen.y, context.rng()).iloc[0]
                for name, one in zip(names, (logs, same_answers(logs, sureness)), strict=True)
            ]
        except InputError as problem:
            st.info(plain(str(problem)))
        else:
            _show_table([first, second], scores, len(seen.y), data.row_name)
            st.caption(fill(words.EQUAL_TABLE, row_names=data.row_names))
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
    seen, key = context.seen, (context.group_id, context.judged_on, name)
    return caches.bills_of_random_prices(*key, forecaster.proba, seen.y, context.rng()).paid


def _show_table(forecasters: list[Forecaster], scores: list[pd.Series], rows: int, row_name: str) -> None:
    """What is measured of each forecaster, with its interval or band."""
    both = list(zip(forecasters, scores, strict=True))
    lines = {
        "Right": [f"{round(one.accuracy * rows):,} of {rows:,}" for one, _ in both],
        "Accuracy": [_with_interval(score, "accuracy", lambda value: percent(value, 1)) for _, score in both],
        "Loss (nats)": [_with_interval(score, "nll", number) for _, score in both],
        "Brier (0 to 2)": [_with_interval(score, "brier", number) for _, score in both],
        f"Promised per {row_name}": [number(one.bill.promised) for one, _ in both],
        f"Paid per {row_name}": [number(one.bill.paid) for one, _ in both],
        "Paid if calibrated": [f"{number(one.bill.low)} to {number(one.bill.high)}" for one, _ in both],
    }
    st.dataframe(
        {
            "": list(lines),
            "A: these forecasts": [first for first, _ in lines.values()],
            "B: the same answers": [second for _, second in lines.values()],
        },
        hide_index=True,
    )


def _with_interval(score: pd.Series, name: str, written: Callable[[float], str]) -> str:
    mean, low, high = score[name], score[f"{name}_low"], score[f"{name}_high"]
    return f"{written(mean)} ({written(low)} to {written(high)})" if low < high else written(mean)
