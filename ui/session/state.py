"""What a session holds besides the values of its widgets: one typed object under one key of ``st.session_state``."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple

import streamlit as st

from ensemble import Dataset, EnsembleConfig, Run
from ensemble.datasets.table import Table
from ensemble.decisions.costs import Prices
from ensemble.execution.jobs import Job, RunGroup
from ensemble.execution.sweep import Sweep
from ensemble.forecasts import Forecasts
from ensemble.lecture import Plan
from ensemble.lecture.draft import Draft
from ensemble.sharing.lesson import Lesson
from ensemble.sharing.script import Source
from ensemble.sweeps.experiment import Experiment
from ensemble.sweeps.values import Value
from ui.server import streamlit_internals
from ui.server.owners import Owner
from ui.session.followed import BeforeView, Followed
from ui.session.step_record import LectureRecord
from ui.widget_keys import STATE

_of_thread = threading.local()
TEMPERATURES = (0.01, 100.0)
SEVERITY = 3
EXAMPLE_SCORES = (2.0, 1.0, -1.0)


class File(NamedTuple):
    """An uploaded file, in this session's memory only."""

    name: str
    content: bytes


class Related(NamedTuple):
    """Runs that a page needs besides the shown one.

    Attributes
    ----------
    asked : hashable
        What they belong to, such as the id of the shown run: others are planned when it changes.
    plan : mapping
        Configuration and rows of each, by name, in the order in which they are wanted.
    group : RunGroup or None
        What is trained or was found; None until it is asked for.
    seconds : float
        Estimate for those that are not there.
    refusal : str
        Why they cannot be trained here; empty if they can.
    shown : mapping
        Those of them that are the shown run itself, by name.
    """

    asked: Hashable
    plan: Mapping[str, tuple[EnsembleConfig, Dataset]]
    group: RunGroup | None = None
    seconds: float = 0.0
    refusal: str = ""
    shown: Mapping[str, Run] = MappingProxyType({})

    @property
    def runs(self) -> dict[str, Run]:
        """Those that are there, by name."""
        trained = zip(self.plan, self.group.runs, strict=False) if self.group else ()
        return {**self.shown, **dict(trained)}

    @property
    def is_complete(self) -> bool:
        """Whether all of them are there."""
        return bool(self.plan) and len(self.runs) == len(self.plan)

    @property
    def is_live(self) -> bool:
        """Whether some are on their way."""
        return self.group is not None and self.group.live

    @property
    def waits(self) -> bool:
        """Whether they are trained only if somebody asks for them."""
        return self.group is None and bool(self.plan) and not self.refusal


class Pinned(NamedTuple):
    """A run that is kept for comparison; of uploaded rows to train on, ``dataset`` holds the labels alone."""

    id: str
    config: EnsembleConfig
    run: Run | None
    dataset: Dataset


@dataclass(frozen=True, eq=False)
class ForeignForecasts:
    """Forecasts that were not made here, and which of their models is judged.

    Attributes
    ----------
    name : str
        That of their file.
    forecasts : Forecasts
    model : str
        One of its models.
    """

    name: str
    forecasts: Forecasts
    model: str


class Made(NamedTuple):
    """A result, and what it was made of: it is kept until something else is asked for."""

    asked: Any
    result: Any


class Stepper(NamedTuple):
    """What a presenter's keys step through: the key of a widget, and its values in their order."""

    key: str
    parts: tuple[str, ...]


class Pair(NamedTuple):
    """The setting in which B is to differ from A on the page of many runs, and B's value."""

    setting: str
    value: Value


class Flash(StrEnum):
    """Where a message is shown once, the next time that the page is drawn."""

    REFUSAL = "refusal"
    RUN_FILE = "run file"
    MANY_RUNS = "many runs"
    ROOM = "room"
    STEP = "step"
    PLAN = "plan"
    ADDED_STEP = "added step"


def _new_owner() -> Owner:
    return Owner(uuid.uuid4().hex, streamlit_internals.browser_tab())


@dataclass
class SessionState:
    """The state of one session.

    Attributes
    ----------
    owner : Owner
        This session's name towards the training service.
    has_arrived : bool
        Whether the link has been read.
    notices : list of str
        What could not be used as the link has it, and has not been settled since.
    lesson : Lesson
        What the link says and allows.
    experiment : Experiment
        What the page of many runs asks for.
    pair : Pair or None
        What its controls are to be set to when they are drawn next.
    temperature : float
        By which the pages Read and Decide divide the logits.
    prices : Prices or None
        What errors cost on the page Decide; None until somebody has chosen.
    decided_row : int or None
        The row on the page Decide whose costs are shown, by its number in the table, from 0; None until one is chosen.
    page : str
        The page that is shown, by its address.
    part_in_link, part : str
        The part of a page that the link asks for, and the one that is shown.
    kept : dict
        What controls have shown, by key: a browser in a hurry may report a choice as empty.
    settings_read : Made or None
        The run of the script in which the controls were read last, and what they showed, by kind.
    own_file, own_table : File or None, Table or None
        The uploaded file, and the rows made of it.
    own_last : dict of str to Made
        How the file was last read: its sheet and its table.
    own_made : Made or None
        Splits of the uploaded rows, by name, for the present settings.
    forecasts_file : File or None
        The uploaded file of forecasts.
    forecasts_seen, forecasts_read : Made or None
        What its columns are, and the forecasts that it was last read as.
    forecasts : ForeignForecasts or None
        Those that pages judge in place of a run's.
    shift_rows : str
        Which rows the page Shift looks at; empty until somebody has chosen.
    room_code, room_secret : str
        The room that the session is in, and the secret of its lecturer; both empty if there is none.
    participant : str
        The secret by which rooms know this browser.
    entered : tuple of (str, str)
        The code of the room that counts this session's participant already, and that participant.
    followed : Followed or None
        What is shown of the lecture that is led in the room; None while none is.
    before_view : BeforeView or None
        What was shown before the view of somebody else; None while none is shown.
    joined : str
        The id of the last run that has joined the class's ensemble; it does not join by itself again.
    corruption, severity : str, int
        How its rows get worse, by its name in ``ensemble.shift.corruptions``, empty until somebody has chosen; and how far,
        0 to 5.
    class_shares : tuple of float or None
        Shares of the classes at use; None until somebody has chosen some.
    left_out : int or None
        The class that the page Shift leaves out of training, from 0; None until somebody has chosen.
    masked_way : str
        Which ensemble's units the part Masks drops.
    drawing, net : str
        What the paper of the page Draw a digit begins with, and whose net reads it; empty until somebody has chosen.
    job : Job or None
        The run that is trained or has been trained.
    earlier : Job or None
        The run before it that has trained epochs: it is shown until the present one has some, and beside it then.
    example : Job or None
        The run that ships with the app, which is shown until the session has one of its own.
    sources : dict of str to Source
        Where the rows of runs came from, by their ids.
    related : dict of str to Related
        What pages need besides the shown run, by name.
    pinned : list of Pinned
        Runs that are kept for comparison, the oldest first.
    measured : dict of str
        Measurements over seeds that parts of pages ask for, by name: see ``ui.session.measurements``.
    sweeps : dict of str to Sweep
        Experiments of many runs, by name.
    trainings : dict of str
        What this session's sweeps are for, by their ids: see ``ui.session.sweeps``.
    guesses : dict of str to str
        Answers by question; empty for one that was skipped.
    question_positions : dict of str to int
        Which of several questions is asked, by the first one's key.
    flash : dict of Flash to str
        Messages to be shown once.
    next_page : str
        The page that a press of a button leads to.
    plan : Plan or None
        The lecture that is on.
    plan_in_link : str
        What links say of it; empty for one that is in a file or in a room alone.
    step : int
        Its step that is shown, from 0.
    steps_done : frozenset of int
        Those that are done.
    came_from : dict of int to int
        For each step that has been gone to, the one from which that was.
    explores : bool
        Whether somebody who is led looks around alone: all pages and controls are there then, and the step waits.
    plan_guesses : dict of int to str
        Answers to the questions of its steps; empty for one that was skipped.
    lecture_record : LectureRecord
        What its steps have shown.
    opens_step : bool
        Whether the step's view is to be opened as soon as a page begins.
    is_led_here : bool
        Whether the app has opened this page, and nobody by the menu or the browser's buttons.
    trains_sweep : bool
        Whether the page of many runs is to train what it shows as soon as it is drawn.
    has_new_experiment : bool
        Whether the controls of the page of many runs are to begin with ``experiment`` anew.
    new_scores : dict or None
        What the page Softmax is to set its scores and its temperature to.
    draft_plan : Draft or None
        The plan that is being written.
    stepper, page_step : Stepper or None, int
        What a presenter's keys step through on this page, and how many pages they have stepped on.
    """

    owner: Owner = field(default_factory=_new_owner)
    has_arrived: bool = False
    notices: list[str] = field(default_factory=list)
    lesson: Lesson = field(default_factory=Lesson)
    experiment: Experiment = field(default_factory=Experiment)
    pair: Pair | None = None
    temperature: float = 1.0
    prices: Prices | None = None
    decided_row: int | None = None
    page: str = ""
    part_in_link: str = ""
    part: str = ""
    kept: dict[str, Any] = field(default_factory=dict)
    settings_read: Made | None = None
    own_file: File | None = None
    own_table: Table | None = None
    own_last: dict[str, Made] = field(default_factory=dict)
    own_made: Made | None = None
    forecasts_file: File | None = None
    forecasts_seen: Made | None = None
    forecasts_read: Made | None = None
    forecasts: ForeignForecasts | None = None
    shift_rows: str = ""
    room_code: str = ""
    room_secret: str = ""
    participant: str = ""
    entered: tuple[str, str] = ("", "")
    followed: Followed | None = None
    before_view: BeforeView | None = None
    joined: str = ""
    corruption: str = ""
    severity: int = SEVERITY
    class_shares: tuple[float, ...] | None = None
    left_out: int | None = None
    masked_way: str = "joint"
    drawing: str = ""
    net: str = ""
    job: Job | None = None
    earlier: Job | None = None
    example: Job | None = None
    sources: dict[str, Source] = field(default_factory=dict)
    related: dict[str, Related] = field(default_factory=dict)
    pinned: list[Pinned] = field(default_factory=list)
    measured: dict[str, Any] = field(default_factory=dict)
    sweeps: dict[str, Sweep] = field(default_factory=dict)
    trainings: dict[str, Any] = field(default_factory=dict)
    guesses: dict[str, str] = field(default_factory=dict)
    question_positions: dict[str, int] = field(default_factory=dict)
    flash: dict[Flash, str] = field(default_factory=dict)
    next_page: str = ""
    plan: Plan | None = None
    plan_in_link: str = ""
    step: int = 0
    steps_done: frozenset[int] = frozenset()
    came_from: dict[int, int] = field(default_factory=dict)
    explores: bool = False
    plan_guesses: dict[int, str] = field(default_factory=dict)
    lecture_record: LectureRecord = field(default_factory=LectureRecord)
    opens_step: bool = False
    is_led_here: bool = False
    trains_sweep: bool = False
    has_new_experiment: bool = False
    new_scores: dict[str, Any] | None = None
    draft_plan: Draft | None = None
    stepper: Stepper | None = None
    page_step: int = 0


def state() -> SessionState:
    """The state of this session, looked up once in each run of the script: a page asks for it a hundred times."""
    run = streamlit_internals.script_run()
    if run is not None and getattr(_of_thread, "run", None) is run:
        return _of_thread.state
    present: SessionState | None = st.session_state.get(STATE)
    if present is None:
        present = st.session_state[STATE] = SessionState()
    _of_thread.run, _of_thread.state = run, present
    return present


def owner() -> Owner:
    """This session's name towards the training service."""
    return state().owner


def flash(where: Flash, message: str) -> None:
    """Have a message shown once."""
    state().flash[where] = message


def take_flash(where: Flash) -> str:
    """The message to be shown here now; empty if there is none."""
    return state().flash.pop(where, "")


def lead_to(page: str) -> None:
    """Open another page when this one is drawn next, as in a callback, which cannot open it itself."""
    state().next_page = page
