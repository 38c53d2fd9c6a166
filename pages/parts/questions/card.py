"""One question: a guess, the answer, and the press that sets up its experiment."""

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
    """Take a guess, then give the answer and its source."""
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
    """The page of its experiment by its name, and the part if that has a title."""
    page = PAGES[entry.page].title
    return f"{page}, {entry.part}" if entry.part and not entry.part.islower() else page


def _key(entry: Entry) -> str:
    return f"question_{entry.key}"


def _set_nothing(_: dict[str, Any]) -> None:
    """A guess alone moves no experiment here."""
