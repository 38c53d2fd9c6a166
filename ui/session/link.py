"""The address of a page: a table of its sections, and of how each is read into the session and written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple
from urllib.parse import urlencode

import streamlit as st

from ensemble import EnsembleConfig
from ensemble.datasets.config import DataConfig
from ensemble.decisions.costs import PARAMETER as OF_PRICES
from ensemble.decisions.costs import Prices
from ensemble.execution.sweep import Sweep
from ensemble.room import Room
from ensemble.room.codes import read_code
from ensemble.settings import Settings
from ensemble.sharing.lesson import IN_LINKS as OF_LESSONS
from ensemble.sharing.lesson import VERSION, Lesson
from ensemble.shift.corruptions import SEVERITIES
from ensemble.sweeps.experiment import IN_LINKS as OF_EXPERIMENTS
from ensemble.sweeps.experiment import Experiment
from ensemble.sweeps.results import RunSpec
from ui.session import runs, settings
from ui.session.plan_in_link import IN_LINKS as OF_PLANS
from ui.session.plan_in_link import read_plan, write_plan
from ui.session.run_in_link import read_run, train_on_arrival, write_run
from ui.session.shares import read_class_shares, write_class_shares
from ui.session.state import SEVERITY, TEMPERATURES, state
from ui.session.sweeps import data_of, find, sweeps, training_of
from ui.widget_keys import Key

MAX_SWEEPS = 4
MAX_DIGITS = 8
MAX_LETTERS = 40
MAX_SECRET = 80
MAX_SEARCH = 100
OF_A_LESSON = {"experiments": ("experiment",), "decide": ("prices",), "draw": ("drawing", "net")}


class Section(NamedTuple):
    """A part of the address.

    Attributes
    ----------
    names : tuple of str
        Its parameters.
    read : callable
        Reads the parameters that a link has into the session; returns a sentence for each that cannot be used unchanged.
    write : callable
        Returns the session as parameters; default values are left out.
    everywhere : bool
        Whether every page's address has the section, rather than only those of pages that show it.
    """

    names: tuple[str, ...]
    read: Callable[[dict[str, str]], list[str]]
    write: Callable[[], dict[str, str]]
    everywhere: bool = True


def parameter(name: str, read: Callable[[str], list[str]], write: Callable[[], str], everywhere: bool = True) -> Section:
    """A section of one parameter, which is left out if ``write`` returns an empty text."""

    def read_if_there(query: dict[str, str]) -> list[str]:
        return read(query[name]) if name in query else []

    def write_unless_empty() -> dict[str, str]:
        return {name: text} if (text := write()) else {}

    return Section((name,), read_if_there, write_unless_empty, everywhere)


def word(name: str, field: str) -> Section:
    """A section of one parameter, whose text is stored unchanged in a field of the session's state."""

    def keep(text: str) -> list[str]:
        setattr(state(), field, text[:MAX_LETTERS])
        return []

    return parameter(name, keep, lambda: getattr(state(), field), everywhere=False)


def _read_lesson(query: dict[str, str]) -> list[str]:
    lesson, _, notices = Lesson.from_query(query, also=DataConfig.model_fields)
    state().lesson = lesson or Lesson()
    return notices


def _read_settings(kind: type[Settings], query: dict[str, str]) -> list[str]:
    values, notices = kind.from_query(query)
    settings.arrive_with(values)
    return notices


def _read_experiment(query: dict[str, str]) -> list[str]:
    state().has_new_experiment = True
    state().experiment, notices = Experiment.from_query(query)
    return notices


def _read_prices(query: dict[str, str]) -> list[str]:
    state().prices, notices = Prices.from_query(query)
    return notices


def _write_prices() -> dict[str, str]:
    present = state().prices
    return present.to_query() if present else {}


def _read_temperature(text: str) -> list[str]:
    try:
        asked = float(text[:MAX_LETTERS])
    except ValueError:
        asked = float("nan")
    if asked != asked:
        return ["Temperature: the link does not give a number from 0.01 to 100; 1 is used."]
    low, high = TEMPERATURES
    state().temperature = min(max(asked, low), high)
    return [] if low <= asked <= high else ["Temperature: the link asks for one outside 0.01 to 100; the nearest is used."]


def _write_temperature() -> str:
    return "" if state().temperature == 1 else f"{state().temperature:.4g}"


def _read_wine(text: str) -> list[str]:
    if text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS:
        st.session_state[Key.WINE] = int(text)
    return []


def _read_decided_row(text: str) -> list[str]:
    if text.isascii() and text.isdigit() and 0 < len(text) <= MAX_DIGITS:
        state().decided_row = int(text) - 1
    return []


def _write_decided_row() -> str:
    row = state().decided_row
    return "" if row is None else str(row + 1)


def _read_room(text: str) -> list[str]:
    state().room_code = read_code(text)
    return [] if state().room_code else ["The link's room has no code of five letters. Enter the code that is shown."]


def _read_lecturer(text: str) -> list[str]:
    """Only the lecturer's link holds the secret; addresses that the app writes do not, since a projector shows them."""
    state().room_secret = text[:MAX_SECRET]
    return []


def _read_severity(text: str) -> list[str]:
    if len(text) == 1 and text in map(str, SEVERITIES):
        state().severity = int(text)
    return []


def _write_severity() -> str:
    return "" if state().severity == SEVERITY else str(state().severity)


def _read_left_out(text: str) -> list[str]:
    if text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS:
        state().left_out = int(text)
    return []


def _write_left_out() -> str:
    left_out = state().left_out
    return "" if left_out is None else str(left_out)


def _read_part(text: str) -> list[str]:
    state().part_in_link = text
    return []


def _read_search(text: str) -> list[str]:
    settings.set_value(Key.SEARCH, text[:MAX_SEARCH])
    return []


def _read_view(text: str) -> list[str]:
    st.session_state[Key.PRESENTER] = text == "presenter"
    return []


def _read_sweeps(text: str) -> list[str]:
    """Find experiments of many runs again, except those on uploaded rows."""
    named = [name for name in text.split(".") if name][:MAX_SWEEPS]
    held = [sweep for sweep in map(find, named) if sweep]
    state().sweeps = {training_of(sweep).name: sweep for sweep in held if not training_of(sweep).own_rows}
    notices = []
    if gone := len(named) - len(held):
        some = f"{gone} of the {len(named)} experiments of many runs of this link {'is' if gone == 1 else 'are'}"
        which = "The many runs of this link are" if gone == len(named) else some
        notices.append(
            f"{which} no longer held here. Press Train, and the same numbers come back. If they were trained on an uploaded "
            "file, upload that file again first."
        )
    if any(training_of(sweep).own_rows for sweep in held):
        notices.append(
            "Many runs of this link were trained on an uploaded file, which no link contains. Upload it again and choose its "
            "rows. Then press Train, and the same numbers come back."
        )
    return notices


def _write_sweeps() -> str:
    """Only sweeps that somebody has asked for: the app begins the others by itself, so links need not name them."""
    return ".".join(sweep.id for sweep in sweeps().values() if not training_of(sweep).unasked)


# In the order of reading: the notice on a missing run depends on the lesson.
SECTIONS = {
    "lesson": Section(OF_LESSONS, _read_lesson, lambda: settings.lesson().to_query()),
    "settings": Section(
        tuple(EnsembleConfig.model_fields), partial(_read_settings, EnsembleConfig), lambda: settings.config().to_query()
    ),
    "data": Section(
        tuple(DataConfig.model_fields), partial(_read_settings, DataConfig), lambda: settings.data_config().to_query()
    ),
    "experiment": Section(OF_EXPERIMENTS, _read_experiment, lambda: state().experiment.to_query(), everywhere=False),
    "prices": Section((OF_PRICES,), _read_prices, _write_prices, everywhere=False),
    "temperature": parameter("temperature", _read_temperature, _write_temperature, everywhere=False),
    "wine": parameter("wine", _read_wine, lambda: str(st.session_state.get(Key.WINE, "")), everywhere=False),
    "row": parameter("row", _read_decided_row, _write_decided_row, everywhere=False),
    "part": parameter("part", _read_part, lambda: state().part, everywhere=False),
    "rows": word("rows", "shift_rows"),
    "room": parameter("room", _read_room, lambda: state().room_code),
    "lecturer": parameter("lecturer", _read_lecturer, lambda: ""),
    "corruption": word("corruption", "corruption"),
    "severity": parameter("severity", _read_severity, _write_severity, everywhere=False),
    "shares": parameter("shares", read_class_shares, write_class_shares, everywhere=False),
    "left_out": parameter("left_out", _read_left_out, _write_left_out, everywhere=False),
    "drawing": word("drawing", "drawing"),
    "net": word("net", "net"),
    "plan": Section(OF_PLANS, read_plan, write_plan),
    "search": parameter("search", _read_search, lambda: str(st.session_state.get(Key.SEARCH) or ""), everywhere=False),
    "view": parameter("view", _read_view, lambda: "presenter" if st.session_state.get(Key.PRESENTER) else ""),
    "run": parameter("run", read_run, write_run),
    "sweep": parameter("sweep", _read_sweeps, _write_sweeps),
}


def arrive(here: str = "") -> None:
    """Begin the page with the address ``here``: read the link if the session is new, and restore the controls' values."""
    present = state()
    present.stepper = None
    if present.next_page == here:
        present.next_page = ""
    open_next_page()
    if not present.has_arrived:
        query = st.query_params.to_dict()
        notices = read(query)
        present.has_arrived = True
        present.notices = notices + train_on_arrival(query.get("run", ""))
    else:
        settings.restore_values()
    if present.page != here and present.part_notice in present.notices:
        present.notices.remove(present.part_notice)
    if refusal := runs.take_refusal():
        st.error(refusal, icon=":material/hourglass_top:")


def open_next_page() -> None:
    """Open the page that a callback has asked for, if any.

    With an open plan, the page that is left keeps its address in the browser's history, so that Back finds its step.
    ``next_page`` is kept until that page begins, because a late message of the previous page would otherwise undo the change.
    """
    if page := state().next_page:
        state().is_led_here = True
        st.switch_page(f"pages/{page}.py", query_params=st.query_params.to_dict() if state().plan else None)


def read(query: Mapping[str, str]) -> list[str]:
    """Read a link into the session; returns a sentence for each parameter that cannot be used unchanged."""
    known = {name for section in SECTIONS.values() for name in section.names}
    notices = []
    for key, section in SECTIONS.items():
        # Unknown names go to the section of the settings, which reports them.
        others = query.keys() - known if key == "settings" else set()
        notices += section.read({name: text for name, text in query.items() if name in section.names or name in others})
    return notices


def written(*shown: str) -> dict[str, str]:
    """The session as parameters of a link: the sections of every address, and those of the page, ``shown``."""
    chosen = [section for key, section in SECTIONS.items() if section.everywhere or key in shown]
    return {name: text for section in chosen for name, text in section.write().items()}


def write_link(*shown: str) -> None:
    """Write the settings, the run and the page's own sections into its address.

    Parameters
    ----------
    *shown : str
        The page's own sections, such as "part" or "wine".
    """
    link = written(*shown)
    if st.query_params.to_dict() != link:
        st.query_params.from_dict(link)


def link_to(page: str, lesson: Lesson) -> str:
    """The address of a page with the settings of this session and a lesson."""
    sections = ("settings", "data", *OF_A_LESSON.get(page, ()))
    query = {name: text for key in sections for name, text in SECTIONS[key].write().items()}
    return address_of(page, {"v": VERSION} | query | lesson.to_query())


def link_of_room(room: Room) -> str:
    """The address at which people enter a room."""
    return address_of("room", {"room": room.code})


def link_of_lecturer(room: Room) -> str:
    """The address with the secret of a room: it gives anybody the rights of the lecturer."""
    return address_of("room", {"room": room.code, "lecturer": room.secret})


def link_of_notes(room: Room) -> str:
    """The address of the notes window. It holds no secret: the lecturer's browser remembers it."""
    return address_of("notes", {"room": room.code})


def link_to_run(sweep: Sweep, spec: RunSpec) -> str:
    """The address that trains one run of a sweep again; empty for uploaded rows, which no link holds."""
    if training_of(sweep).own_rows:
        return ""
    query = spec.config.to_query() | data_of(sweep, spec).to_query() | Lesson(train=True).to_query()
    return address_of("train", query)


def address_of(page: str, query: dict[str, str]) -> str:
    """The address of a page with this query."""
    return f"{address_of_file(page)}?{urlencode(query)}"


def address_of_file(path: str) -> str:
    """The address at which this app serves a path."""
    return f"{(st.context.url or '').partition('?')[0].rpartition('/')[0]}/{path}"
