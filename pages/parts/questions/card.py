"""One question: a guess, the answer, and a button that sets up its experiment."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.parts.questions import words
from pages.parts.questions.entries import Entry
from ui import session
from ui.page_registry import PAGES
from ui.text.fill import fill
from ui.widgets import questions


def guess_of(entry: Entry) -> str | None:
    """As ``ui.widgets.questions.guess_of``."""
    return questions.guess_of(_key(entry))


def show(entry: Entry) -> None:
    """Ask for a guess, then show the answer and its source."""
    right = entry.answers[entry.right]
    questions.take_guess(
        questions.Question(
            _key(entry), entry.ask, entry.answers, right, f"\n\n{fill(entry.answer)}", {}, entry.page, entry.part
        ),
        _set_nothing,
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            f"Try it: {where(entry)}",
            key=f"try_{entry.key}",
            type="primary",
            icon=":material/science:",
            on_click=session.set_up,
            args=(entry.page, entry.part, entry.set, entry.show, entry.train),
            help="Sets up the experiment and opens its page.",
        )
        if guess_of(entry) is not None:
            st.caption(fill(words.SOURCE, source=entry.source, url=entry.url, asked=entry.asked))


def where(entry: Entry) -> str:
    """The title of the page of its experiment, and of its part."""
    page = PAGES[entry.page].title
    return f"{page}, {entry.part}" if entry.part and not entry.part.islower() else page


def _key(entry: Entry) -> str:
    return f"question_{entry.key}"


def _set_nothing(_: dict[str, Any]) -> None:
    """Do nothing: on this page a guess does not set up the experiment."""
