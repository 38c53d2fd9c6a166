"""The page “Questions”: its entries, its search, and the experiment that each of them sets up."""

import re
from functools import lru_cache

import numpy as np
import pytest

from ensemble.calibration.decomposition import over_epochs
from ensemble.decisions import best_actions
from ensemble.decisions.costs import Prices
from ensemble.probability.softmax_losses import softmax_twice_bound, softmax_twice_floor
from ensemble.related import example
from ensemble.runs.held_out import held_out
from pages.parts.questions.entries import all_entries, matching
from testing.app_test import PATIENCE, open_app, state_of, words
from ui.page_registry import PAGES
from ui.session import runs

QUESTIONS = "pages/questions.py"
ENTRIES = all_entries()
# Each trains a network that no other test of a page does.
OF_OTHER_LOSSES = ("from_logits", "class_weights", "nan")
SENTENCE = re.compile(r"[.!?](?=\s|$)")


def test_there_are_thirty_with_names_of_their_own():
    assert len(ENTRIES) == 30
    assert len({entry.key for entry in ENTRIES}) == len({entry.ask for entry in ENTRIES}) == 30


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.key)
def test_each_has_a_right_answer_three_sentences_and_its_sources(entry):
    assert 0 <= entry.right < len(entry.answers)
    assert len(set(entry.answers)) == len(entry.answers)
    assert len(SENTENCE.findall(entry.answer.strip())) == 3
    assert entry.page in PAGES
    assert entry.url.startswith("https://")
    assert entry.asked.startswith("https://")
    assert entry.set or not entry.train or entry.page == "train"


def test_a_temperature_repairs_a_good_part_of_a_risen_loss_and_not_all_of_it():
    """On the page that the answer opens: the best temperature takes back three fifths of what the loss has risen."""
    planned = example.planned()
    names = [name for name in planned if name.startswith("own ")]
    seen = held_out([example.find(*planned[name]) for name in names], [planned[name][1] for name in names])
    epochs = over_epochs(seen.log_proba, seen.y)
    risen = epochs["nll"].iloc[-1] - epochs["nll"].min()
    assert epochs["calibration"].iloc[-1] / risen == pytest.approx(0.6, abs=0.1)
    (entry,) = (entry for entry in ENTRIES if entry.key == "rising_loss")
    assert "can repair a good part of that" in entry.answer


def test_a_search_finds_what_has_all_its_words():
    def found(search):
        return [entry.key for entry in matching(ENTRIES, search)]

    assert len(found("")) == 30
    assert found("from_logits") == ["from_logits"]
    assert "abstain" in found("Chow threshold 0.95")
    assert found("temperature KEEPS order") == ["percentages"]
    assert found("xylophone") == []


def test_a_link_holds_the_search_and_the_first_found_is_open():
    app = open_app(QUESTIONS, search="logits=True")
    assert [radio.key for radio in app.radio] == ["guess_question_from_logits"]
    app.text_input(key="search").set_value("xylophone").run()
    assert "No question has all these words" in words(app)
    assert app.query_params["search"] == "xylophone"


def test_a_guess_is_followed_by_the_answer_and_counted():
    app = open_app(QUESTIONS, search="from_logits")
    entry = next(entry for entry in ENTRIES if entry.key == "from_logits")
    assert "0.576" not in words(app)
    app.radio[0].set_value(entry.answers[0]).run()
    assert f"You said “{entry.answers[0]}”" in words(app)
    assert "0.576" in words(app)
    assert "1 of 30 guessed, 0 right" in words(app)
    assert entry.url in words(app)


def everything_said(app):
    """All texts of a page: those of its controls, pictures and components too."""
    return " ".join(_texts(app.main))


def _texts(block):
    for child in block.children.values():
        if hasattr(child, "children"):
            yield str(getattr(child, "proto", ""))
            yield from _texts(child)
        else:
            yield from (str(getattr(child, "value", "")), str(child.proto))


@pytest.mark.usefixtures("training_service")
@pytest.mark.parametrize(
    "entry",
    [pytest.param(entry, id=entry.key, marks=[pytest.mark.nightly] * (entry.key in OF_OTHER_LOSSES)) for entry in ENTRIES],
)
def test_one_press_sets_up_the_experiment_that_the_answer_speaks_of(entry):
    app = open_app(QUESTIONS, search=entry.ask)
    app.button(key=f"try_{entry.key}").click().run()
    assert not app.exception
    if entry.train:
        assert state_of(app).job.wait(PATIENCE)
    app.switch_page(f"pages/{entry.page}.py").run()
    assert not app.exception
    assert not app.error
    assert app.title[0].value.startswith(PAGES[entry.page].title)
    assert not entry.part or app.query_params["part"] == entry.part
    for setting, value in entry.set.items():
        assert app.query_params[setting] == value
    assert everything_said(app).count(entry.find), entry.find
    if entry.set or entry.part not in ("", part_at_first(entry.page)):
        assert not said_at_first(entry.page).count(entry.find), entry.find


@lru_cache
def opened_at_first(page):
    return open_app(f"pages/{page}.py")


def said_at_first(page):
    return everything_said(opened_at_first(page))


def part_at_first(page):
    return opened_at_first(page).query_params.get("part", "")


@pytest.mark.usefixtures("training_service")
def test_an_experiment_that_the_host_does_not_allow_is_refused_with_the_reason(monkeypatch):
    app = open_app(QUESTIONS, search="from_logits")
    monkeypatch.setattr(runs, "why_not_train", lambda: "Too much for this host.")
    app.button(key="try_from_logits").click().run()
    assert "Too much for this host." in words(app)
    assert state_of(app).job is None


def test_the_numbers_of_the_answers_are_those_that_the_app_computes():
    answers = {entry.key: entry.answer for entry in ENTRIES}
    assert f"{softmax_twice_bound(3):.3f} for three classes" in answers["from_logits"]
    assert f"{softmax_twice_floor(3):.3f} nats for three classes" in answers["from_logits"]
    with np.errstate(over="ignore"):
        assert np.isinf(np.exp(np.float32([88, 89]))).tolist() == [False, True]
    assert "exp(89) is already infinite" in answers["maximum"]
    costs = Prices.preset("One error costs twenty", 2).costs()
    malignant = np.array([1 / 21 + 1e-9, 1 / 21 - 1e-9])
    assert best_actions(np.stack([malignant, 1 - malignant], axis=1), costs).tolist() == [0, 1]
    assert "it changes at 1/21" in answers["threshold"]


@pytest.mark.parametrize("suggested", ["temperature", "NaN", "threshold"])
def test_a_search_that_the_page_suggests_finds_something(suggested):
    assert matching(ENTRIES, suggested)
