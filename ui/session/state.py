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
        Key of the request, such as the id of the shown run; when it changes, new runs are planned.
    plan : mapping
        Configuration and rows of each run by name, in order of priority.
    group : RunGroup or None
        The submitted runs; None until they are submitted.
    seconds : float
        Estimated training time of the missing runs.
    refusal : str
        Why they cannot be trained here; empty if they can.
    shown : mapping
        Planned runs that equal the shown run, by name.
    """

    asked: Hashable
    plan: Mapping[str, tuple[EnsembleConfig, Dataset]]
    group: RunGroup | None = None
    seconds: float = 0.0
    refusal: str = ""
    shown: Mapping[str, Run] = MappingProxyType({})

    @property
    def runs(self) -> dict[str, Run]:
        """The runs that have been trained, by name."""
        trained = zip(self.plan, self.group.runs, strict=False) if self.group else ()
        return {**self.shown, **dict(trained)}

    @property
    def is_complete(self) -> bool:
        """Whether all runs have been trained."""
        return bool(self.plan) and len(self.runs) == len(self.plan)

    @property
    def is_live(self) -> bool:
        """Whether some runs are waiting or in training."""
        return self.group is not None and self.group.live

    @property
    def waits(self) -> bool:
        """Whether the runs have not been submitted, and wait for somebody to press the button."""
        return self.group is None and bool(self.plan) and not self.refusal


class Pinned(NamedTuple):
    """A run that is kept for comparison; ``dataset`` holds no features of uploaded training rows."""

    id: str
    config: EnsembleConfig
    run: Run | None
    dataset: Dataset


@dataclass(frozen=True, eq=False)
class ForeignForecasts:
    """Forecasts from a file, and the one of their models that is judged.

    Attributes
    ----------
    name : str
        Name of the file.
    forecasts : Forecasts
    model : str
        Name of the judged model.
    """

    name: str
    forecasts: Forecasts
    model: str


class Made(NamedTuple):
    """A cached result and its key; it is kept until a result with another key is asked for."""

    asked: Any
    result: Any


class Stepper(NamedTuple):
    """The widget that a presenter's keys step through: its key, and its values in order."""

    key: str
    parts: tuple[str, ...]


class Pair(NamedTuple):
    """The setting in which B is to differ from A on the page of many runs, and B's value."""

    setting: str
    value: Value


class Flash(StrEnum):
    """A place on a page where a message is shown once, at the next rerun."""

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
        The owner of this session's runs in the training service.
    has_arrived : bool
        Whether the link has been read.
    notices : list of str
        Messages on parts of the link that could not be used.
    lesson : Lesson
        The lesson of the link.
    experiment : Experiment
        Settings of the page Many runs.
    pair : Pair or None
        Values for the controls of the part “Two settings, same seeds”, set when they are drawn next.
    temperature : float
        The temperature on the pages Read and Decide.
    prices : Prices or None
        Prices of errors on the page Decide; None until somebody has chosen.
    decided_row : int or None
        The row on the page Decide whose costs are shown, by its number in the table, from 0; None until somebody has chosen.
    page : str
        The address of the shown page.
    part_in_link, part : str
        The part of a page that the link asks for, and the one that is shown.
    refused_beside : str or None
        The session's run, or nothing, while the page showed a refusal by the training service; None while it shows none.
    part_notice : str
        The notice, if any, that the shown page does not have that part.
    kept : dict
        Last values of the controls by key, since a browser that changes pages quickly may report a control as empty.
    settings_read : Made or None
        The settings of the controls by kind, with the script run in which they were read.
    own_file, own_table : File or None, Table or None
        The uploaded file, and the table made from it.
    own_last : dict of str to Made
        The sheet and the table that were last read from the file.
    own_made : Made or None
        Splits of the uploaded rows by name, for the present settings.
    forecasts_file : File or None
        The uploaded file of forecasts.
    forecasts_seen, forecasts_read : Made or None
        The columns of that file, and the forecasts last read from it.
    forecasts : ForeignForecasts or None
        Forecasts that pages judge instead of the run's.
    shift_rows : str
        The data set on the page Shift; empty until somebody has chosen.
    room_code, room_secret : str
        The code of the session's room, and the secret of its lecturer; empty if there is none.
    participant : str
        The secret that identifies this browser in rooms.
    entered : tuple of (str, str)
        The code of the room that has counted this participant, and the participant.
    followed : Followed or None
        The lecture led in the room, as this session shows it; None if none is led.
    before_view : BeforeView or None
        The lecturer's page before a student's view was shown; None while none is shown.
    joined : str
        The id of the last run that has joined the class's ensemble, so that it does not join again by itself.
    corruption, severity : str, int
        The corruption on the page Shift by its name in ``ensemble.shift.corruptions``, empty until somebody has chosen; and its
        severity, 0 to 5.
    class_shares : tuple of float or None
        Shares of the classes at use, on the page Shift; None until somebody has chosen.
    left_out : int or None
        The class that is left out of training on the page Shift, from 0; None until somebody has chosen.
    masked_way : str
        The ensemble in the part Masks, by its way of training.
    drawing, net : str
        The first drawing on the page Draw a digit, and the net that classifies it; empty until somebody has chosen.
    job : Job or None
        The session's run, in training or trained.
    earlier : Job or None
        The previous run with epochs. It is shown until the present one has epochs, and beside it after that.
    example : Job or None
        The run that ships with the app, which is shown until the session has its own.
    sources : dict of str to Source
        Tables and splits of runs, by their ids.
    related : dict of str to Related
        Runs that pages need besides the shown one, by name.
    pinned : list of Pinned
        Runs that are kept for comparison, the oldest first.
    measured : dict of str
        Measurements over seeds by name: see ``ui.session.measurements``.
    sweeps : dict of str to Sweep
        Experiments of many runs, by name.
    trainings : dict of str
        The purpose of each of this session's sweeps by id: see ``ui.session.sweeps``.
    guesses : dict of str to str
        Answers by question; empty for one that was skipped.
    question_positions : dict of str to int
        Position in a list of questions, by the key of the first one.
    flash : dict of Flash to str
        Messages to be shown once.
    next_page : str
        The page that a callback has asked to open.
    plan : Plan or None
        The open plan.
    plan_in_link : str
        The plan as links hold it; empty for one that exists only in a file or a room.
    step : int
        The shown step of the plan, from 0.
    steps_done : frozenset of int
        The finished steps.
    came_from : dict of int to int
        For each visited step, the step before it.
    sent_answer : str
        The question of the room and its round that this session has answered; empty again while the answer is changed.
    explores : bool
        Whether somebody in a led lecture explores alone: all pages and controls are available, and the step waits.
    plan_guesses : dict of int to str
        Answers to the questions of the plan's steps; empty for one that was skipped.
    lecture_record : LectureRecord
        Pictures and numbers that the steps have shown.
    opens_step : bool
        Whether the next page opens the step's view.
    is_led_here : bool
        Whether the app has opened this page, rather than the menu or the browser's buttons.
    trains_sweep : bool
        Whether the page Many runs trains its sweep as soon as it is drawn.
    has_new_experiment : bool
        Whether the controls of the page Many runs take their values from ``experiment`` when they are drawn next.
    new_scores : dict or None
        Scores and temperature to set on the page Softmax.
    draft_plan : Draft or None
        The plan that is being written.
    stepper, page_step : Stepper or None, int
        The widget that a presenter's keys step through on this page, and how many pages they have moved on.
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
    refused_beside: str | None = None
    part_notice: str = ""
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
    sent_answer: str = ""
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
    """The state of this session, cached for each run of the script, since a page asks for it a hundred times."""
    run = streamlit_internals.script_run()
    if run is not None and getattr(_of_thread, "run", None) is run:
        return _of_thread.state
    present: SessionState | None = st.session_state.get(STATE)
    if present is None:
        present = st.session_state[STATE] = SessionState()
    _of_thread.run, _of_thread.state = run, present
    return present


def owner() -> Owner:
    """The owner of this session's runs in the training service."""
    return state().owner


def flash(where: Flash, message: str) -> None:
    """Show a message once, at the next rerun."""
    state().flash[where] = message


def take_flash(where: Flash) -> str:
    """The message to be shown at this place, which is removed; empty if there is none."""
    return state().flash.pop(where, "")


def lead_to(page: str) -> None:
    """Open another page at the next rerun (a callback, where Streamlit cannot open it at once)."""
    state().next_page = page
