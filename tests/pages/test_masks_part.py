"""Members > Masks, without a browser and without training: the runs that it shows ship with the app."""

import base64
from types import SimpleNamespace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from ensemble import EnsembleConfig
from ensemble.datasets.builtin import load_table
from ensemble.dropout.pools import log_pool_of_masks
from ensemble.related import example, measurements, plans
from ensemble.sweeps.passes import difference
from pages.parts.members import passes
from pages.parts.members.context import Context
from testing import PATIENCE
from testing.app_test import component_data, pictures, state_of, words
from ui.text.format import number

CONFIG = EnsembleConfig()
WAYS = ("joint", "independent", "bootstrap")


@pytest.fixture(scope="module")
def runs(wine):
    planned = plans.ensembles(CONFIG, wine)
    return {way: example.find(*planned[way]) for way in WAYS}


def shipped():
    return measurements.find(plans.measured(CONFIG, 0, "passes"), load_table("wine"), 0.2)


@pytest.fixture
def part(monkeypatch, runs, wine):
    """The part with some of the runs, and so many of the results over seeds."""
    results = shipped()

    def shown(config=CONFIG, ways=WAYS, seeds=10):
        monkeypatch.setattr(passes, "measured", lambda *asked: results[:seeds])
        context = Context(
            {way: runs[way] for way in ways}, wine, len(wine.y_train), "example", config, wine, None, SimpleNamespace(seed=0)
        )
        app = AppTest.from_function(_show_part, default_timeout=PATIENCE, kwargs={"context": context}).run()
        assert not app.exception
        return app

    return shown


def _show_part(context):
    from dataclasses import replace

    import streamlit as st

    from pages.parts.members import masks

    masks.show(replace(context, beside_the_parts=st.container()))


def numbers(text, *shape):
    return np.frombuffer(base64.b64decode(text), "<f8").reshape(*shape)


def test_the_browser_gets_masks_that_were_drawn_and_all_of_one_member(part, runs, wine):
    sent = component_data(part())
    assert (sent["row"], sent["rows"], sent["way"], sent["ways"]) == (7, 36, "joint", list(WAYS))
    assert sent["every_name"] == "All 1,024 masks of member 1 alone"
    drawn, every = sent["drawn"], sent["every"]
    np.testing.assert_allclose(np.exp(drawn["off"]), runs["joint"].predict_proba(wine.x_test)[6], atol=1e-5)
    near = log_pool_of_masks(numbers(drawn["log_proba"], 500, 1, 3))[0]
    np.testing.assert_allclose(np.exp(near), np.exp(drawn["off"]), atol=0.05)
    top = int(np.argmax(drawn["off"]))
    low, high = (numbers(drawn["bands"][f"log_{end}"], 500) for end in ("low", "high"))
    assert low[-1] < np.exp(near[top]) < high[-1] < high[9]
    assert every["bands"] is None
    log_proba, weights = numbers(every["log_proba"], 1024, 1, 3), numbers(every["log_weights"], 1024)
    np.testing.assert_allclose(log_pool_of_masks(log_proba, weights)[0], every["off"], atol=1e-10)
    both = [np.exp(weights) @ numbers(every[side], 1024) for side in ("losses", "divergences")]
    assert both[0] == pytest.approx(both[1], rel=1e-10)


def test_it_says_where_the_log_pool_is_exact_and_where_not(part):
    app = part()
    assert component_data(app)["is_exact"]
    assert "**Exact here.** One layer reads the units of all members" in words(app)
    state_of(app).masked_way = "independent"
    app.run()
    assert (component_data(app)["way"], component_data(app)["is_exact"]) == ("independent", False)
    assert "**Not exact for these members together.**" in words(app)
    state_of(app).masked_way = "bootstrap"
    app.run()
    assert component_data(app)["is_exact"]
    assert "the combining layer reads these without a softmax between" in words(app)


def test_an_ensemble_that_is_not_there_yet_cannot_be_chosen(part):
    app = part(ways=("joint",))
    state_of(app).masked_way = "bootstrap"
    app.run()
    sent = component_data(app)
    assert (sent["way"], sent["ways"]) == ("joint", ["joint"])


def test_the_comparison_of_methods_claims_what_its_intervals_allow(part):
    app = part()
    assert len(pictures(app)) == 4
    for figure in pictures(app):
        assert figure["layout"]["xaxis"]["ticktext"] == ["1", "2", "4", "8", "10"]
        named = {trace["name"]: trace for trace in figure["data"] if trace.get("name")}
        assert [len(named[name]["y"]) for name in ("single network", "MC dropout", "ensemble")] == [1, 5, 5]
        assert all((np.array(trace["error_y"]["arrayminus"]) >= 0).all() for trace in named.values())
    text = words(app)
    found = difference(shipped(), "nll", 10)
    assert found.low < 0 < found.high
    assert "Test loss: at 10 passes ensemble and MC dropout differ by no more than luck" in text
    found = difference(shipped(), "confidence_far", 10)
    assert found.high < 0
    points = number(-100 * found.mean)
    assert f"Confidence far from the data: at 10 passes the ensemble is {points} points lower than MC dropout" in text
    assert "10 seeds of start and split" in text


def test_one_result_over_seeds_is_too_few_for_a_comparison(part):
    assert not pictures(part(seeds=1))


def test_without_dropout_all_masks_are_one_net_and_the_page_says_what_to_change(part):
    app = part(config=EnsembleConfig(dropout=0))
    assert "**Dropout is 0 in this experiment.**" in words(app)
    assert "Set **Dropout** above 0" in words(app)
    assert not app.get("bidi_component")
    assert not pictures(app)


def test_with_too_many_units_the_switch_is_off_and_says_why(part, runs, wine, monkeypatch):
    monkeypatch.setattr("pages.parts.members.masks.MAX_UNITS", 9)
    sent = component_data(part())
    assert sent["every"] is None
    assert "10 hidden units has 1,024 masks, too many to list. With 9 units or fewer" in " ".join(sent["why_not"].split())
