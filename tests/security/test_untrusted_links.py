"""Links that mean harm, ten thousand by night: settings within bounds, a few plain sentences, nothing run or opened."""

import random
from types import SimpleNamespace
from urllib.parse import urlencode

import pytest
import streamlit as st

from ensemble import EnsembleConfig
from ensemble.datasets.config import DataConfig
from ensemble.lecture.shipped import shipped
from ensemble.sharing.lesson import Lesson
from testing.audit import nothing_happens
from testing.fuzz import size
from ui import session
from ui.session import rows, runs
from ui.session.state import STATE, Owner, SessionState

INPUTS = size(10_000)
MAX_NOTICES = 60
MAX_REMARK = 700
MAX_LINK = 40_000
LESSON = Lesson(title="Dropout", text="Move **dropout**.", shows=("dropout",), questions=False).to_query()
NAMES = (
    *(name for section in session.SECTIONS.values() for name in section.names),
    *("__class__", "model_config", "", "members[]", "Members", "<img src=x onerror=alert(1)>", "\ud800", "a" * 5000, "self"),
)
VALUES = (
    *("", " ", "0", "-1", "1", "7.6", "32", "33", "999999", "1e999", "-1e999", "nan", "-nan", "inf", "0x10", "1_0", "١٢", "½"),
    *("9" * 5000, "0." + "0" * 5000 + "1", "1e-400", "True", "None", "null", "[]", "{}", "linear", "wine", "joint", "on"),
    *("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "![x](http://127.0.0.1:1/x)", "[x](javascript:alert(1))"),
    *("$x$", ":material/home:", "\x00", "\u202eabc", "\ud800", "\n\n# x", "a" * 100_000, "../../etc/passwd", "%00", "%s%n"),
    *("__import__('os').system('true')", "{0.__class__}", "${7*7}", "presenter", "members, dropout", "split, start"),
    *("0" * 32, "1, 2, 99", "off", ".".join(["ab"] * 50), "cos\nsystem\n(S'true'\ntR.", "eNo" * 20_000, LESSON["lesson"]),
)


class Browser:
    """The part of Streamlit by which a session and its address are kept."""

    def __init__(self, query):
        self.session_state: dict = {STATE: SessionState(owner=Owner("me", "tab"))}
        self.address: dict[str, str] = dict(query)
        self.query_params = SimpleNamespace(to_dict=lambda: dict(self.address), get=query.get, from_dict=self.go_to)

    def go_to(self, link):
        self.address = dict(link)

    def begin(self, monkeypatch):
        monkeypatch.setattr(st, "session_state", self.session_state)
        monkeypatch.setattr(st, "query_params", self.query_params)


def hostile_query(rng: random.Random) -> dict[str, str]:
    query = {rng.choice(NAMES): rng.choice(VALUES) for _ in range(rng.choice((1, 2, 3, 8, 30)))}
    if rng.random() < 0.2:
        query |= LESSON
    if rng.random() < 0.1:
        query |= {f"name{number}": "x" for number in range(300)}
    if rng.random() < 0.3:
        query[rng.choice(NAMES)] = "".join(map(chr, rng.choices(range(0x3000), k=rng.choice((3, 30)))))
    return query


@pytest.fixture
def trained(monkeypatch, wine):
    """Counts what a link trains, in place of training it."""
    asked = []
    # Read before: what a link may train at once depends on the rows, and one may name a plan that comes with the app.
    shipped()
    monkeypatch.setattr(rows, "dataset", lambda: wine)
    monkeypatch.setattr(runs, "train", lambda: asked.append(session.config()))
    return asked


@pytest.mark.fuzz
def test_ten_thousand_hostile_links_begin_sound_sessions(monkeypatch, trained):
    rng, said = random.Random(13), 0
    for _ in range(INPUTS):
        browser = Browser(hostile_query(rng))
        browser.begin(monkeypatch)
        with nothing_happens():
            session.arrive()
            session.arrive_at_wine(36, otherwise=5)
            session.arrive_at_part("part_of_a_page", ("First", "Second"))
            session.write_link("wine")
        check_session(browser)
        said += bool(session.notices())
    assert said > INPUTS / 2
    assert all(isinstance(config, EnsembleConfig) for config in trained)


def check_session(browser: Browser) -> None:
    state = browser.session_state
    for settings, chosen in ((EnsembleConfig, session.config()), (DataConfig, session.data_config())):
        for name, value in chosen:
            low_high_or_words = settings.choices(name) or settings.bounds(name)
            assert value in low_high_or_words or low_high_or_words[0] <= value <= low_high_or_words[1]
    assert 1 <= state["wine"] <= 36
    assert state["part_of_a_page"] in ("First", "Second")
    assert 0.01 <= session.state().temperature <= 100
    assert isinstance(session.presents(), bool)
    assert session.job() is None
    assert len(session.notices()) <= MAX_NOTICES
    for notice in session.notices():
        assert len(notice) <= MAX_REMARK
        assert notice.isprintable()
        assert notice.endswith(".")
    assert len(urlencode(browser.address)) < MAX_LINK


def test_what_a_link_has_made_of_itself_comes_back_without_notices(monkeypatch, trained):
    rng = random.Random(14)
    for _ in range(300):
        browser = Browser(hostile_query(rng))
        browser.begin(monkeypatch)
        session.arrive()
        session.write_link()
        chosen = session.config(), session.data_config(), session.lesson()
        Browser(browser.address).begin(monkeypatch)
        session.arrive()
        assert (session.config(), session.data_config(), session.lesson()) == chosen
        assert session.notices() == []


def test_a_thousand_unknown_names_are_told_in_a_few_sentences():
    _, notices = EnsembleConfig.from_query({f"name{number}": "1" for number in range(1000)})
    assert len(notices) == 4
    assert "997 more" in notices[-1]
