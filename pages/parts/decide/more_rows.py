"""Where few errors decide everything: one press trains on more rows, or on rows with label noise."""

from __future__ import annotations

import streamlit as st

from ensemble.datasets.config import DataConfig
from pages.parts.decide import words
from ui import session
from ui.text.fill import fill
from ui.text.format import percent
from ui.widgets.forecasts.judged import Judged

ENOUGH_ERRORS = 20
NOISE = 0.2


def offer_more(context: Judged, wrong: int) -> None:
    """Say that few answers are wrong, and offer rows of which more will be; nothing where enough are."""
    data = context.data
    if wrong >= ENOUGH_ERRORS:
        return
    counts = {"wrong": wrong, "rows": f"{len(context.seen.y):,}"}
    if context.file:
        st.markdown(fill(words.FEW_ERRORS, what_to_do=words.MORE_IN_THE_FILE, **counts))
        return
    present = session.data_config()
    offers = {}
    if data.name != "digits" and session.shows("data"):
        offers["Digits: 1,797 rows"] = DataConfig(data="digits", test_share=present.test_share)
    if not present.label_noise and session.shows("label_noise"):
        offers[f"Label noise {percent(NOISE)}"] = present.model_copy(update={"label_noise": NOISE})
    if not offers:
        return
    st.markdown(fill(words.FEW_ERRORS, what_to_do=words.MORE_HERE, **counts))
    with st.container(horizontal=True, gap="small"):
        for number, (label, wanted) in enumerate(offers.items()):
            st.button(
                label,
                key=f"more_rows_{number}",
                icon=":material/play_arrow:",
                on_click=_train_on,
                args=(wanted,),
                disabled=session.is_training(),
                help="Trains these settings anew. All pages are then about that run.",
            )


def _train_on(wanted: DataConfig) -> None:
    own_rows = session.has_own_rows() and wanted.data != "digits"
    session.choose(session.config(), wanted)
    session.use_own_rows(own_rows)
    session.train()
