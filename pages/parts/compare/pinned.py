"""The pinned runs: what they are, and in which settings they differ."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from ensemble.runs.comparison import settings_that_differ
from pages.parts.compare import words
from pages.parts.compare.context import Context
from ui import session
from ui.charts import comparison as pictures
from ui.session.state import Pinned
from ui.text.fill import fill


def show_what_to_do(how_many: int) -> None:
    """Say how runs come here."""
    st.info(words.ONE_RUN if how_many else words.NO_RUN, icon=":material/push_pin:")
    st.markdown(fill(words.WHAT_TO_DO))
    st.page_link("pages/train.py", label="Train", icon=":material/model_training:")


def show(context: Context) -> None:
    """A box for each run, and below them what is the same for all."""
    settings = settings_that_differ({name: job.config for name, job in context.jobs.items()})
    what_ran = {name: _what_ran(context, name) for name in context.jobs}
    alike = len(set(what_ran.values())) == 1
    columns = st.columns(len(context.jobs))
    for index, (column, (name, job)) in enumerate(zip(columns, context.jobs.items(), strict=True)):
        with column, st.container(border=True):
            _show_name(index, name, job)
            own = [f"{title} **{value}**" for title, value in zip(settings["setting"], settings[name], strict=True)]
            if own:
                st.markdown("  \n".join(own))
            notes = ["" if alike else what_ran[name], context.runs[name].message]
            if any(notes):
                st.caption(" ".join(filter(None, notes)))
    if len(context.jobs) > 1:
        same = words.OTHER_SETTINGS_ALIKE if len(settings) else words.SETTINGS_ALIKE
        st.caption(f"{same} All runs: {_first(what_ran)}" if alike else same)
    elif alike:
        st.caption(_first(what_ran))


def _what_ran(context: Context, name: str) -> str:
    data = context.jobs[name].dataset
    return f"{context.runs[name].epochs} epochs on {len(data.y_train)} {data.row_names}, {len(data.y_test)} to test."


def _first(what_ran: Mapping[str, str]) -> str:
    return next(iter(what_ran.values()))


def _show_name(index: int, name: str, job: Pinned) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.html(f"<b>{name}</b><br>{pictures.mark(index)}", width="content")
        st.button(
            "Unpin",
            key=f"unpin_{job.id}",
            type="tertiary",
            icon=":material/keep_off:",
            on_click=session.unpin,
            args=(job.id,),
            help=f"Takes {name} out of the comparison.",
        )
