"""Which action is the cheapest for which forecast: prices, temperature and one example under the pointer."""

from __future__ import annotations

import streamlit as st

from ensemble.probability.scoring import top_label
from ensemble.probability.vectors import softmax
from pages.parts.decide import words
from pages.parts.decide.more_rows import offer_more
from ui import session
from ui.components.decisions import decisions
from ui.page import write_link
from ui.text.fill import fill
from ui.widgets.forecasts.judged import Judged


def show(context: Judged) -> None:
    _decide(context)
    left, right = st.columns(2, gap="large")
    left.markdown(words.CHEAPEST_ACTION)
    right.markdown(fill(words.BORDERS, row_names=context.data.row_names))
    with right:
        offer_more(context, int((~top_label(softmax(context.seen.logits), context.seen.y)[1]).sum()))


@st.fragment
def _decide(context: Judged) -> None:
    """Prices, temperature and example are moved without the rest of the page."""
    decisions(
        context.seen,
        context.data,
        session.prices(context.data.classes),
        row=session.state().decided_row,
        data_id=f"{context.group_id} {context.judged_on}",
        key="decisions",
        on_prices=session.set_prices,
        on_row=_choose_row,
    )
    write_link()


def _choose_row(row: int) -> None:
    session.state().decided_row = row
