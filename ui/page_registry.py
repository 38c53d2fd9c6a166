"""The app's pages, in the order of the menu: the only place that lists their names."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

SECTIONS = ("Learn", "Experiment", "Teach")
STEPS_OF_SOFTMAX = {
    "exponentiate": "Scores to probabilities",
    "divide": "Why exponentiate?",
    "link": "Two classes",
    "predictors": "On a log scale",
    "gibbs": "The view of physics",
    "shift": "Add a constant",
    "decisive": "Sure or unsure",
    "temperature": "Temperature",
    "overflow": "Overflow",
    "language_model": "Language model",
}
"""Titles of the page's steps, by their names in links and in the component that draws them."""


class Page(NamedTuple):
    """A page of the app.

    Attributes
    ----------
    url : str
        The page's address, and the name of its script in ``pages/``.
    title : str
        The page's only name: in the menu, as its heading, and in every text that mentions it.
    question : str
        The question that the page answers, shown beside the title.
    section : str
        The group in the menu, one of ``SECTIONS``; empty for a page that the menu does not show.
    icon : str
        A Material symbol, in Streamlit's notation.
    in_lessons : bool
        Whether a lesson can begin with the page.
    parts : mapping of str to str
        Titles of those parts that have other names in links.
    """

    url: str
    title: str
    question: str
    section: str
    icon: str
    in_lessons: bool = True
    parts: Mapping[str, str] = MappingProxyType({})

    @property
    def script(self) -> str:
        """The path of the script, as ``st.Page`` and ``st.page_link`` take it."""
        return f"pages/{self.url}.py"


PAGES = {
    page.url: page
    for page in (
        Page("softmax", "Softmax", "From scores to probabilities", "Learn", ":material/functions:", parts=STEPS_OF_SOFTMAX),
        Page("cross_entropy", "Cross-entropy", "What does the loss compare?", "Learn", ":material/stacked_bar_chart:"),
        Page("questions", "Questions", "What do people really ask?", "Learn", ":material/help:", in_lessons=False),
        Page("data", "Data", "Which rows?", "Experiment", ":material/table:"),
        Page("train", "Train", "Train an ensemble, live", "Experiment", ":material/model_training:"),
        Page("predictions", "Read", "What does it say about one row?", "Experiment", ":material/bar_chart:"),
        Page("members", "Members", "Why an ensemble?", "Experiment", ":material/groups:"),
        Page("calibration", "Calibration", "Are they probabilities?", "Experiment", ":material/target:"),
        Page("decide", "Decide", "What should one do?", "Experiment", ":material/balance:"),
        Page("shift", "Shift", "What if the world changes?", "Experiment", ":material/trending_flat:"),
        Page("draw", "Draw a digit", "What does it say of yours?", "Experiment", ":material/draw:"),
        Page("losses", "Losses", "Does the loss make probabilities?", "Experiment", ":material/call_split:"),
        Page("regression", "Regression", "What does a deep net give up?", "Experiment", ":material/query_stats:"),
        Page("compare", "Compare", "What changed?", "Experiment", ":material/compare:", in_lessons=False),
        Page("experiments", "Many runs", "How lucky was that?", "Experiment", ":material/stacked_line_chart:"),
        Page("room", "Room", "What does the class say?", "Teach", ":material/meeting_room:", in_lessons=False),
        Page("lesson", "Lesson", "One link for a class", "Teach", ":material/school:", in_lessons=False),
    )
}
NOTES = Page("notes", "Notes", "", "", ":material/speaker_notes:", in_lessons=False)
HEALTH = Page("health", "Health", "", "", ":material/monitor_heart:", in_lessons=False)


def title_of_part(page: str, part: str) -> str:
    """What people read for a part of a page, by its name in links.

    >>> title_of_part("softmax", "divide"), title_of_part("decide", "Abstain")
    ('Why exponentiate?', 'Abstain')
    """
    return PAGES[page].parts.get(part, part) if page in PAGES else part
