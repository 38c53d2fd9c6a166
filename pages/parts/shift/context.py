"""What the parts of the page share: which rows they look at."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from ensemble import Dataset, EnsembleConfig
from ensemble.execution.jobs import Job
from ensemble.sharing.script import Source
from ui import session
from ui.text.format import pretty

OTHER_ROWS = ("digits", "blobs")
LITTLE_HAPPENS = ("wine", "iris", "breast_cancer")
"""Small sets that are learned nearly without error: a part begins with other rows while the experiment is about one of them."""


KEY = "shift_rows"


@dataclass(frozen=True)
class Context:
    """What a part is shown.

    Attributes
    ----------
    config : EnsembleConfig
        Of the shown run.
    source : Source
        The rows that the part looks at, and how they are split.
    is_own : bool
        Whether these are the rows of the shown run.
    """

    config: EnsembleConfig
    source: Source
    is_own: bool

    @property
    def data(self) -> Dataset:
        """The split of these rows with the seed of the shown run."""
        return session.split_of(self.source)


def context_of(shown: Job, rows_of_the_part: str) -> Context:
    """Let people choose the rows, beside the parts: those of the shown run, or others on which more is to be seen.

    Parameters
    ----------
    shown : Job
        The run that the page is about.
    rows_of_the_part : str
        Which of ``OTHER_ROWS`` the part begins with where little happens on the run's own.
    """
    own, source = shown.dataset.name, session.source_of(shown)
    names = tuple(dict.fromkeys((own, *OTHER_ROWS) if source else OTHER_ROWS))
    asked = session.state().shift_rows
    otherwise = rows_of_the_part if own in LITTLE_HAPPENS or not source else own
    chosen = asked if asked in names else otherwise
    session.set_value(KEY, chosen)
    st.segmented_control(
        "Rows",
        names,
        key=KEY,
        format_func=pretty,
        required=True,
        on_change=_keep_choice,
        help="What to train and judge on: the rows of the experiment, or others on which more is to be seen.",
        label_visibility="collapsed",
    )
    if chosen == own and source:
        return Context(shown.config, source, is_own=True)
    return Context(shown.config, session.source_named(chosen, shown.config), is_own=False)


def _keep_choice() -> None:
    session.state().shift_rows = st.session_state[KEY]
