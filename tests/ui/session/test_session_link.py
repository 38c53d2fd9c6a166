"""The address of a page: what the session writes into a link, another session reads out of it, for every field."""

from contextlib import contextmanager
from importlib import import_module
from itertools import pairwise
from types import SimpleNamespace
from unittest.mock import patch

import pytest
import streamlit as st
from hypothesis import given
from hypothesis import settings as settings_of_hypothesis
from hypothesis import strategies as some

from ensemble import EnsembleConfig
from ensemble.datasets.config import DataConfig
from ensemble.decisions.costs import DEFAULT, Prices
from ensemble.lecture import Plan
from ensemble.lecture.plan_link import to_link
from ensemble.lecture.shipped import shipped
from ensemble.room.codes import LETTERS
from ensemble.settings import Settings
from ensemble.sharing.lesson import LENGTHS, Lesson
from ensemble.sweeps.experiment import SOURCES, Experiment, ExperimentChoices
from ensemble.sweeps.values import choices, usual_other, usual_values, written
from ui import session
from ui.session import link, run_in_link, settings
from ui.session.state import STATE, TEMPERATURES, Owner, SessionState

PARTS = ("Reliability", "Two settings, same seeds", "Größe & Zahl")
KNOWN_NAMES = (*EnsembleConfig.model_fields, *DataConfig.model_fields)
of_sweeps = import_module("ui.session.sweeps")  # the package has a function of that name


@contextmanager
def new_session():
    """A session that has just begun, without a browser."""
    state = SessionState(owner=Owner("me", "tab"))
    with patch.object(st, "session_state", {STATE: state}):
        link.read({})
        yield state


@pytest.fixture(scope="module", autouse=True)
def held():
    """A training service that holds runs and sweeps under any id of 32 letters, and nothing else."""
    jobs, sweeps = {}, {}

    def job(name):
        return (
            jobs.setdefault(name, SimpleNamespace(id=name, dataset=SimpleNamespace(name="wine"))) if len(name) == 32 else None
        )

    service = SimpleNamespace(job=job, sweeps=SimpleNamespace(find=sweeps.get))
    with patch.object(run_in_link.service, "current", lambda: service), patch.object(of_sweeps, "_trained", {}):
        for number in range(link.MAX_SWEEPS):
            sweep = Sweep(f"{number:032x}")
            sweeps[sweep.id] = sweep
            of_sweeps._trained[sweep] = of_sweeps.Training(f"sweep {number}", None, DataConfig(), own_rows=False)
        yield SimpleNamespace(job=job, sweeps=[*sweeps.values()])


class Sweep:
    def __init__(self, name):
        self.id = name


def values_of(kind: type[Settings]):
    """Settings with any value in any field."""
    return some.builds(kind, **{name: values_of_field(kind, name) for name in kind.model_fields})


def values_of_field(kind: type[Settings], name: str):
    if words := kind.choices(name):
        return some.sampled_from(words)
    low, high = kind.bounds(name)
    return some.integers(low, high) if isinstance(low, int) else some.floats(low, high)


def lessons():
    return some.builds(
        Lesson,
        title=some.text(max_size=LENGTHS["title"]),
        text=some.text(max_size=200),
        shows=some.none() | some.lists(some.sampled_from(KNOWN_NAMES), unique=True).map(tuple),
        questions=some.booleans(),
        train=some.booleans(),
    )


@some.composite
def experiments(draw):
    chosen = draw(values_of(ExperimentChoices).filter(lambda chosen: chosen.along != chosen.across))
    sources = draw(some.sets(some.sampled_from(SOURCES), min_size=1))
    texts = {"vary": ", ".join(source for source in SOURCES if source in sources)}
    for name, setting in (("along_values", chosen.along), ("across_values", chosen.across)):
        texts[name] = "" if setting == "none" else draw(lists_of_values(setting))
    other = draw(some.sampled_from(choices(chosen.other)) if choices(chosen.other) else numbers(chosen.other))
    texts["other_value"] = "" if other == usual_other(chosen.other) else written(other)
    return Experiment(chosen, **texts)


def numbers(setting: str):
    low, high = EnsembleConfig.bounds(setting)
    return some.integers(low, high) if isinstance(low, int) else some.floats(low, min(high, 1.0))


def lists_of_values(setting: str):
    """Lists of values as people write them; empty for the usual ones."""
    usual = usual_values(setting)
    if words := choices(setting):
        lists = some.lists(some.sampled_from(words), min_size=1, unique=True).map(", ".join)
    else:
        several = some.lists(numbers(setting).map(lambda value: value or abs(value)), min_size=1, max_size=5, unique=True)
        lists = several.map(lambda values: ", ".join(map(written, sorted(values))))
    return lists.map(lambda text: "" if text == usual else text)


@some.composite
def prices_of_errors(draw):
    """Prices that are not those of a session in which nobody has chosen any."""
    price, classes = some.floats(0, 1000), draw(some.integers(2, 4))
    row = some.lists(price, min_size=classes, max_size=classes)
    errors = draw(some.lists(row, min_size=classes, max_size=classes))
    return draw(some.just(Prices(errors, draw(some.none() | price))).filter(lambda made: made.name() != DEFAULT))


def shares_of_classes():
    """Shares to four decimals."""
    counts = some.lists(some.integers(0, 10_000), min_size=1, max_size=29).map(lambda ends: [0, *sorted(ends), 10_000])
    return counts.map(lambda ends: tuple((b - a) / 10_000 for a, b in pairwise(ends)))


@some.composite
def plans_under_way(draw):
    """A plan, what a link says of it, its step, and those that are done."""
    title = some.text(min_size=1, max_size=20).map(lambda text: f"a{text}z")
    steps = some.lists(
        some.builds(lambda title: {"title": title, "page": "train", "settings": {"members": 3}}, title), min_size=1
    )
    plan = draw(
        some.sampled_from(list(shipped().values())) | some.builds(lambda steps: Plan.of({"title": "T", "steps": steps}), steps)
    )
    index = some.integers(0, len(plan.steps) - 1)
    asked = {index: step.question.answers for index, step in enumerate(plan.steps) if step.question}
    guesses = draw(some.fixed_dictionaries({}, optional={index: some.sampled_from(("", *asked[index])) for index in asked}))
    return plan, to_link(plan), draw(index), draw(some.frozensets(index)), guesses


def put_plan(under_way) -> None:
    state = session.state()
    none = None, "", 0, frozenset(), {}
    state.plan, state.plan_in_link, state.step, state.steps_done, state.plan_guesses = under_way or none


def plan_under_way():
    state = session.state()
    if state.plan is None:
        return None
    return state.plan, state.plan_in_link, state.step, state.steps_done, state.plan_guesses


def put_settings(values: Settings) -> None:
    settings.set_values(values)


def put(name):
    return lambda value: setattr(session.state(), name, value)


def get(name):
    return lambda: getattr(session.state(), name)


def to_four_digits(value: float) -> float:
    return float(f"{value:.4g}")


def part_shown() -> str:
    session.arrive_at_part("a_part", ("The first", *PARTS))
    return session.state().part


# For each section of the address: its values, how the session takes one, and how it gives it back.
FIELDS = {
    "lesson": (lessons(), put("lesson"), get("lesson")),
    "settings": (values_of(EnsembleConfig), put_settings, settings.config),
    "data": (values_of(DataConfig), put_settings, settings.data_config),
    "experiment": (experiments(), put("experiment"), get("experiment")),
    "prices": (some.none() | prices_of_errors(), put("prices"), get("prices")),
    "temperature": (
        some.floats(*TEMPERATURES).map(lambda value: float(f"{value:.4g}")),
        put("temperature"),
        get("temperature"),
    ),
    "wine": (
        some.integers(1, 10**link.MAX_DIGITS - 1),
        lambda value: session.set_value(session.Key.WINE, value),
        lambda: st.session_state[session.Key.WINE],
    ),
    "row": (some.none() | some.integers(0, 10**link.MAX_DIGITS - 2), put("decided_row"), get("decided_row")),
    "part": (some.sampled_from(PARTS), put("part"), part_shown),
    "rows": (some.text(max_size=link.MAX_LETTERS), put("shift_rows"), get("shift_rows")),
    "room": (some.text(LETTERS, min_size=5, max_size=5), put("room_code"), get("room_code")),
    "lecturer": (some.just(""), put("room_secret"), get("room_secret")),
    "corruption": (some.text(max_size=link.MAX_LETTERS), put("corruption"), get("corruption")),
    "severity": (some.integers(0, 5), put("severity"), get("severity")),
    "shares": (some.none() | shares_of_classes(), put("class_shares"), get("class_shares")),
    "left_out": (some.none() | some.integers(0, 10**link.MAX_DIGITS - 1), put("left_out"), get("left_out")),
    "drawing": (some.text(max_size=link.MAX_LETTERS), put("drawing"), get("drawing")),
    "net": (some.text(max_size=link.MAX_LETTERS), put("net"), get("net")),
    "plan": (some.none() | plans_under_way(), put_plan, plan_under_way),
    "search": (
        some.text(max_size=link.MAX_SEARCH),
        lambda value: session.set_value(session.Key.SEARCH, value),
        lambda: st.session_state.get(session.Key.SEARCH) or "",
    ),
    "view": (
        some.booleans(),
        lambda value: session.set_value(session.Key.PRESENTER, value),
        lambda: bool(st.session_state.get(session.Key.PRESENTER)),
    ),
    "run": (some.none() | some.uuids().map(lambda value: value.hex), None, None),
    "sweep": (some.sets(some.integers(0, link.MAX_SWEEPS - 1)), None, None),
}


@pytest.fixture(scope="module")
def fields(held):
    """``FIELDS``, with runs and sweeps of the service that is held."""
    jobs, sweeps = held.job, held.sweeps
    runs = FIELDS["run"][0].map(lambda name: jobs(name) if name else None), put("job"), get("job")
    several = FIELDS["sweep"][0].map(lambda numbers: {f"sweep {number}": sweeps[number] for number in sorted(numbers)})
    return FIELDS | {"run": runs, "sweep": (several, put("sweeps"), get("sweeps"))}


def test_every_section_of_the_address_has_values_here():
    assert list(FIELDS) == list(link.SECTIONS)


@pytest.mark.parametrize("name", FIELDS)
@settings_of_hypothesis(max_examples=60)
@given(data=some.data())
def test_a_section_of_a_link_comes_back_as_it_was_written(fields, name, data):
    values, put, get = fields[name]
    value = data.draw(values)
    with new_session():
        put(value)
        query = link.written(name)
    assert set(query) <= {*link.SECTIONS[name].names}
    with new_session():
        assert link.read(query) == []
        assert get() == value
        assert link.written(name) == query


@settings_of_hypothesis(max_examples=30)
@given(data=some.data())
def test_all_sections_of_a_link_come_back_together(fields, data):
    drawn = {name: data.draw(values) for name, (values, _, _) in fields.items()}
    with new_session():
        for name, value in drawn.items():
            fields[name][1](value)
        query = link.written(*fields)
    with new_session():
        assert link.read(query) == []
        assert {name: get() for name, (_, _, get) in fields.items()} == drawn


def test_a_parameter_belongs_to_one_section():
    names = [name for section in link.SECTIONS.values() for name in section.names]
    assert len(set(names)) == len(names)


def test_an_address_has_what_its_page_shows_and_no_more(held):
    with new_session() as state:
        state.temperature, state.part = 2.5, "Reliability"
        session.set_value(session.Key.WINE, 7)
        session.set_value("members", 3)
        assert link.written() == {"members": "3"}
        assert link.written("part") == {"members": "3", "part": "Reliability"}
        assert link.written("wine", "temperature") == {"members": "3", "temperature": "2.5", "wine": "7"}


@pytest.mark.parametrize(
    ("query", "notice"),
    [
        ({"temperature": "warm"}, "does not give a number"),
        ({"temperature": ""}, "does not give a number"),
        ({"temperature": "1e9"}, "the nearest is used"),
        ({"prices": "3~x"}, "Prices: the link has some that cannot be read"),
        ({"prices": "2~~1_2_-3"}, "the nearest are used"),
        ({"shares": "0.5_x"}, "Shares: those of the link cannot be read"),
        ({"shares": "0_0"}, "Shares: those of the link cannot be read"),
        ({"run": "gone"}, "This link names no run of this app"),
        ({"run": "upload"}, "was trained on an uploaded file"),
        ({"sweep": "gone"}, "The many runs of this link are no longer held here"),
        ({"sweep": f"{0:032x}.gone"}, "1 of the 2 experiments of many runs of this link is no longer held here"),
        ({"membres": "3"}, "membres"),
    ],
)
def test_what_a_link_cannot_have_is_said_in_one_sentence(query, notice):
    with new_session():
        [said] = link.read(query)
    assert notice in said


def test_a_run_that_is_gone_is_not_missed_by_a_link_that_trains():
    with new_session():
        assert link.read({"run": "gone", **Lesson(train=True).to_query()}) == []


def test_a_run_on_uploaded_rows_is_not_given_to_whoever_has_the_link(held):
    run = held.job("f" * 32)
    run.dataset.name = "upload"
    with new_session():
        [said] = link.read({"run": run.id})
        assert session.job() is None
    assert "was trained on an uploaded file" in said


def test_the_link_of_a_lesson_on_decide_has_the_prices_and_others_have_not():
    with new_session() as state, patch.object(link.st, "context", SimpleNamespace(url="http://127.0.0.1/lesson")):
        state.prices = Prices([[0, 1], [3, 0]], 0.2)
        assert "prices=2~0.2~2_1_3" in session.link_to("decide", Lesson(title="Act"))
        assert "prices" not in session.link_to("members", Lesson(title="Act"))


def test_the_link_of_a_lesson_on_drawing_has_the_drawing_and_the_net():
    with new_session() as state, patch.object(link.st, "context", SimpleNamespace(url="http://127.0.0.1/lesson")):
        state.drawing, state.net = "letter", "independent"
        assert "drawing=letter&net=independent" in session.link_to("draw", Lesson(title="Draw"))
        assert "drawing" not in session.link_to("members", Lesson(title="Draw"))


def test_the_usual_severity_is_in_no_address():
    with new_session() as state:
        assert "severity" not in link.written("shares", "severity")
        state.severity = 0
        assert link.written("severity")["severity"] == "0"


def test_settings_of_a_link_are_not_read_from_the_controls_again_in_that_run(monkeypatch):
    this_run, next_run = object(), object()
    monkeypatch.setattr(settings.streamlit_internals, "script_run", lambda: this_run)
    read = []
    value_of = settings._value_of
    monkeypatch.setattr(settings, "_value_of", lambda name, kept: read.append(name) or value_of(name, kept))
    with new_session():
        link.read({"members": "3", "test_share": "0.3"})
        asked = session.config(), session.data_config()
        assert asked == (EnsembleConfig(members=3), DataConfig(test_share=0.3))
        assert not read
        session.set_value("members", 4)
        assert session.config().members == 4
        assert "members" in read
        monkeypatch.setattr(settings.streamlit_internals, "script_run", lambda: next_run)
        st.session_state["members"] = 5
        assert session.config().members == 5
