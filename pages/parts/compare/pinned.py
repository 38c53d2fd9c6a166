"""The pinned runs, and the settings in which they differ."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from ensemble import Run
from ensemble.datasets.csv_words import counted
from ensemble.runs.comparison import settings_that_differ
from pages.parts.compare import words
from pages.parts.compare.context import Context
from ui import session
from ui.charts import comparison as pictures
from ui.session.state import Pinned
from ui.text.format import in_words_of_settings, number, percent

MAX_LARGE = 3


def show_what_to_do(how_many: int) -> None:
    """Say how to get a comparison of one's own."""
    st.info((words.NO_RUN, words.ONE_RUN, words.EXAMPLES)[how_many], icon=":material/compare_arrows:")


def show(context: Context) -> None:
    """A box for each run, and below them the settings that all share."""
    settings = settings_that_differ({name: job.config for name, job in context.jobs.items()})
    what_ran = {name: _what_ran(context, name) for name in context.jobs}
    alike = len(set(what_ran.values())) == 1
    for index, (name, job) in enumerate(context.jobs.items()):
        with st.container(border=True, gap="small"):
            _show_head(index, name, job, dict(zip(settings["setting"], settings[name], strict=True)))
            st.markdown(_result(context.runs[name]))
            notes = ["" if alike else what_ran[name], context.runs[name].message]
            if any(notes):
                st.caption(" ".join(filter(None, notes)))
    if len(context.jobs) > 1:
        same = words.OTHER_SETTINGS_ALIKE if len(settings) else words.SETTINGS_ALIKE
        st.caption(f"{same} All runs: {_first(what_ran)}" if alike else same)
    elif alike:
        st.caption(_first(what_ran))


def _show_what_is_its_own(values: Mapping[str, str]) -> None:
    """The settings in which the runs differ, large where there are few."""
    if len(values) > MAX_LARGE:
        st.markdown("  \n".join(f"{title} **{value}**" for title, value in values.items()), width="content")
        return
    for title, value in values.items():
        st.metric(title, in_words_of_settings(value), width="content")


def _result(run: Run) -> str:
    last = run.history.iloc[-1]
    return f"Test loss {number(last['test_loss'])} nats, accuracy {percent(last['test_accuracy'], 1)}"


def _what_ran(context: Context, name: str) -> str:
    data = context.jobs[name].dataset
    return f"{counted(context.runs[name].epochs, 'epoch')} on {len(data.y_train)} {data.row_names}, {len(data.y_test)} to test."


def _first(what_ran: Mapping[str, str]) -> str:
    return next(iter(what_ran.values()))


def _show_head(index: int, name: str, job: Pinned, values: Mapping[str, str]) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.html(f"<b>{name}</b><br>{pictures.mark(index)}", width="content")
        _show_what_is_its_own(values)
        if not any(one.id == job.id for one in session.pinned()):
            return
        st.button(
            "Unpin",
            key=f"unpin_{job.id}",
            type="tertiary",
            icon=":material/keep_off:",
            on_click=session.unpin,
            args=(job.id,),
            help=f"Takes {name} out of the comparison.",
        )
