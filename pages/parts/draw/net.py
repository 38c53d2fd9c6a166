"""The net that classifies the drawing: the shown run if it is on digits, or one that was trained in advance."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st

from ensemble import Dataset, Run, classic
from ensemble.related import digits
from pages.parts.draw import words
from ui import session
from ui.components.draw import are_digits
from ui.text.fill import fill
from ui.text.format import plain
from ui.widgets.experiment.run_settings import rows_in_words

KEY = "draw_net"
OWN = "own"
LABELS = {OWN: "Your run", "joint": "Joint example", "independent": "Independent example"}


class Net(NamedTuple):
    """A run on digits, its rows, and an id that changes when it does."""

    run: Run
    data: Dataset
    id: str


def choose() -> Net:
    """Let people choose a net, describe it, and offer to train on digits."""
    shown = session.ended_shown_job()
    own = Net(shown.run, shown.dataset, shown.id) if shown.run and are_digits(shown.dataset) else None
    options = [*([OWN] if own else []), *digits.CONFIGS]
    asked = session.state().net
    session.set_value(KEY, asked if asked in options else options[0])
    with st.container(key="net_and_words", horizontal=True, vertical_alignment="center"):
        chosen = st.segmented_control(
            "Net",
            options,
            key=KEY,
            format_func=LABELS.__getitem__,
            required=True,
            on_change=_keep_choice,
            label_visibility="collapsed",
        )
        net = own if own and chosen == OWN else Net(digits.run(chosen), digits.data(), f"digits {chosen}")
        result = classic.outcome(net.run, net.data)
        st.markdown(
            fill(
                words.NET,
                is_own=chosen == OWN,
                members=net.run.config.members,
                training=net.run.config.training,
                activation=net.run.config.activation,
                right=result.test_hits,
                rows=result.test_rows,
            )
        )
        if own is None:
            _offer_own(shown.dataset)
    return net


def _offer_own(data: Dataset) -> None:
    st.markdown(fill(words.OTHER_DATA, data=plain(rows_in_words(data))))
    if session.shows("data"):
        st.button(
            "Train on digits",
            key="train_on_digits",
            icon=":material/play_arrow:",
            on_click=_train_on_digits,
            disabled=session.is_training(),
            help="Trains the present settings on scikit-learn's digits. All pages are then about that run.",
        )


def _keep_choice() -> None:
    session.state().net = st.session_state[KEY]


def _train_on_digits() -> None:
    session.choose(session.config(), session.data_config().model_copy(update={"data": "digits"}))
    session.use_own_rows(False)
    session.train()
