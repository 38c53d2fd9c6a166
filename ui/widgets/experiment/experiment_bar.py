"""The bar of the experiment: the shown run, its results, and the buttons to train, stop, pin and download."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from ensemble import classic
from ensemble.execution.jobs import Job
from ensemble.limits import limits
from ui import session
from ui.text.format import number, plain
from ui.widgets import status
from ui.widgets.downloads import open_saved, show_downloads
from ui.widgets.experiment import run_settings
from ui.widgets.shell.frame import announce

MAX_SECONDS_TO_TRAIN_AS_ONE_MOVES = 1.0
SECONDS_TO_WAIT_FOR_THE_RUN = 0.4

EXAMPLE = ":blue-badge[Example] Trained in advance with these settings"


@st.fragment
def show_bar(related: str, write_link: Callable[[], None]) -> None:
    """The bar of a page. It reruns the page when the shown run or the related runs have changed.

    Parameters
    ----------
    related : str
        The name in ``session.related`` of the runs that the page also needs; empty for none.
    write_link : callable
        Writes the page's address.
    """
    train_as_one_moves()
    job = session.job()
    if job and job.live:
        job.wait(SECONDS_TO_WAIT_FOR_THE_RUN)
    session.begin_related(first=related)
    drawn = _what_is_drawn(related)
    polling = session.is_training() or (bool(related) and session.related(related).is_live)

    @st.fragment(run_every=session.seconds_between_news() if polling else None)
    def say_what_is_shown() -> None:
        if polling and (_what_is_drawn(related) != drawn or session.is_refusal_outdated()):
            st.rerun()
        describe(related)

    draw(say_what_is_shown, _draw_controls)
    write_link()


def draw(words: Callable[[], None], controls: Callable[[], None]) -> None:
    """Lay out the bar.

    Parameters
    ----------
    words, controls : callable
        Draw the description of the shown run, and the buttons.
    """
    with st.container(key="experiment_bar", horizontal=True, vertical_alignment="center"):
        with st.container(key="experiment_in_words", width="stretch", gap=None):
            words()
        if not _is_all_said_by_the_step():
            controls()
            _draw_keep()


def _is_all_said_by_the_step() -> bool:
    """Whether the present step has nothing to set and nothing to train, so that its bar can be shorter."""
    step = session.step()
    if step is None or step.shows != () or not session.is_at_step() or session.state().explores:
        return False
    return step.action is None or step.action.do not in ("train", "join the class")


def _draw_controls() -> None:
    draw_train_and_stop()
    if run_settings.are_shown() or session.shows("data"):
        popover("Settings", ":material/tune:", "Chooses what the next press of Train trains.", _draw_settings)


def _draw_settings() -> None:
    run_settings.show()
    run_settings.show_other_beginnings(session.dataset().row_names)
    if session.shows("data"):
        st.page_link("pages/data.py", label="Choose other data", icon=":material/table:")


def popover(label: str, icon: str, help: str, draw_content: Callable[[], None]) -> None:
    """A popover whose content is drawn only while it is open, which makes the page faster."""
    opened = st.popover(label, icon=icon, help=help, key=f"{label.lower()}_popover", on_change="rerun")
    if opened.open:
        with opened:
            draw_content()


def _what_is_drawn(related: str) -> tuple[object, ...]:
    """A key that changes when the page has to be rerun."""
    shown = session.ended_shown_job()
    there = session.related(related).runs if related else {}
    return shown.id, session.shown_job().id, session.is_training(), tuple(there)


def describe(related: str = "") -> None:
    """Two lines: the shown run, and its results or its progress."""
    shown, job = session.shown_job(), session.job()
    of_rows = run_settings.settings_of_rows() if shown.dataset.same_rows(session.dataset()) else []
    rows = plain(", ".join([run_settings.rows_in_words(shown.dataset), *of_rows]))
    experiment = f"**{rows}** · {run_settings.settings_in_words(shown.config)}"
    if job and (job.live or not (job.run and job.run.epochs)):
        said = [status.sentence(job)]
    else:
        said = [EXAMPLE if session.is_example(shown) else status.sentence(shown), result_in_words(shown)]
    changes = run_settings.changes_in_words(job or shown)
    if changes:
        said.append(f":orange-badge[Set: {plain(changes)}] {_what_to_do()}")
    elif related and (coming := session.related(related)).is_live:
        said.append(f"{len(coming.runs)} of {len(coming.plan)} runs for this page")
    st.markdown(f"{experiment}  \n{' · '.join(filter(None, said))}")
    announce(status.announcement(job))


def _what_to_do() -> str:
    seconds = seconds_to_train()
    if st.session_state.get("as_i_move") and seconds > MAX_SECONDS_TO_TRAIN_AS_ONE_MOVES:
        return f"takes about {seconds:.0f} s: press Train"
    return "press Train"


def result_in_words(job: Job) -> str:
    """Test loss and accuracy of a run with at least one epoch."""
    if not job.run or not job.run.epochs:
        return ""
    result = classic.outcome(job.run, job.dataset)
    return (
        f"test loss **{number(result.test_loss)} nats** · "
        f"**{result.test_hits} of {result.test_rows}** {job.dataset.row_names} right"
    )


def draw_train_and_stop(epochs_per_second: Callable[[], float | None] = lambda: None) -> None:
    """The buttons Train, unless the present step has one, and, while a run is waiting or in training, Stop."""
    too_much = session.why_not_train()
    job = session.job()
    if session.is_training() and job:
        st.button(
            "Stop",
            key="stop",
            icon=":material/stop:",
            on_click=session.stop,
            disabled=not session.may_stop(job.owner),
            help="Ends the run now and keeps its epochs so far.",
        )
    if not session.step_does("train"):
        st.button(
            "Train",
            key="train",
            disabled=bool(too_much),
            type="secondary" if session.plan() else "primary",
            icon=":material/play_arrow:",
            on_click=lambda: session.train(epochs_per_second=epochs_per_second()),
            help=plain(too_much) if too_much else "Trains from scratch with these settings.",
        )
    if not run_settings.are_shown():
        return
    st.toggle(
        "As I move",
        key="as_i_move",
        persist_state="session",
        help="Trains as soon as you release a setting, if a run takes less than a second.",
    )


def _draw_keep() -> None:
    """The buttons to pin and to download the shown run."""
    shown = session.ended_shown_job()
    st.button(
        "Pin",
        key="pin",
        icon=":material/push_pin:",
        on_click=session.pin,
        disabled=session.is_pinned(shown),
        help="Keeps this run for the page “Compare”, up to four.",
    )
    popover("Download", ":material/download:", "Downloads this run, or opens a saved one.", _draw_downloads)


def _draw_downloads() -> None:
    show_downloads(session.ended_shown_job())
    if limits().uploads:
        open_saved()


def train_as_one_moves() -> None:
    """Train with the chosen settings, if “As I move” is on and training is quick."""
    if not st.session_state.get("as_i_move") or not run_settings.are_shown() or session.why_not_train():
        return
    latest = session.job() or session.shown_job()
    if session.has_changed_since(latest) and seconds_to_train() <= MAX_SECONDS_TO_TRAIN_AS_ONE_MOVES:
        session.train()


def seconds_to_train() -> float:
    """Estimated seconds for a run with the chosen settings."""
    return session.seconds_of(session.config(), session.dataset())
