"""The bar of a page that judges a file of forecasts: the file, its model, and a button that goes back to the run."""

from __future__ import annotations

import streamlit as st

from ensemble.forecasts import Forecasts
from ensemble.probability.scoring import row_nll
from ui import session
from ui.session.state import ForeignForecasts
from ui.text.format import number, plain
from ui.widgets.experiment.experiment_bar import popover
from ui.widgets.forecasts.forecasts_downloads import show_forecasts_downloads

MODEL = "judged_model"


def show_forecasts_bar(foreign: ForeignForecasts, one_model: bool) -> None:
    """Draw the bar.

    Parameters
    ----------
    foreign : ForeignForecasts
        The forecasts that the page judges.
    one_model : bool
        Whether the page judges one model at a time, which is chosen in the bar.
    """
    with st.container(key="experiment_bar", horizontal=True, vertical_alignment="center"):
        with st.container(key="experiment_in_words", width="stretch", gap=None):
            st.markdown(f"{whose(foreign)}  \n{_result(foreign) if one_model else _models(foreign)}")
        if one_model and len(foreign.forecasts.model_names) > 1:
            _choose_model(foreign)
        what = "Downloads the verdict on these forecasts."
        popover("Download", ":material/download:", what, lambda: show_forecasts_downloads(foreign))
        st.button(
            "Back to the run",
            key="back_to_the_run",
            icon=":material/undo:",
            on_click=session.back_to_the_run,
            help="This page is about the run again. The file stays on “Data”.",
        )


def whose(foreign: ForeignForecasts) -> str:
    """The name of the file, in Markdown."""
    return f"**{plain(foreign.name)}**: {counts_in_words(foreign.forecasts)} **Not trained here.**"


def counts_in_words(found: Forecasts) -> str:
    """The numbers of models, rows and classes."""
    models = len(found.model_names)
    return f"{models} model{'s' if models > 1 else ''}, {len(found.y):,} {found.row_names}, {found.classes} classes."


def _result(foreign: ForeignForecasts) -> str:
    found = foreign.forecasts
    index = found.index_of(foreign.model)
    log_proba = found.log_proba[index]
    right = int((log_proba.argmax(axis=1) == found.y).sum())
    name = f"{plain(foreign.model)}: " if len(found.model_names) > 1 else ""
    return f"{name}loss **{number(float(row_nll(log_proba, found.y).mean()))} nats** · **{right:,} of {len(found.y):,}** right"


def _models(foreign: ForeignForecasts) -> str:
    return f"Models: {', '.join(map(plain, foreign.forecasts.model_names))}"


def _choose_model(foreign: ForeignForecasts) -> None:
    st.session_state[MODEL] = foreign.model
    st.selectbox(
        "Model",
        foreign.forecasts.model_names,
        key=MODEL,
        width=200,
        label_visibility="collapsed",
        on_change=lambda: session.choose_model(st.session_state[MODEL]),
        help="Whose forecasts are judged.",
    )
