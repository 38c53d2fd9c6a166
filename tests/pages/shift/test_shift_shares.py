"""The part "Other shares" of Shift, without a browser."""

import base64
import re

import numpy as np
import pytest

from ensemble.decisions import Prices
from ensemble.shift.training_shares import rare_shares
from testing.app_test import component_data, open_app, pictures, state_of, wait_for_related, words
from testing.browser_steps import number_of
from ui.components.decisions import to_browser

pytestmark = pytest.mark.usefixtures("training_service")

PAGE = "pages/shift.py"


def opened(**query):
    app = open_app(PAGE, part="Other shares", **query)
    wait_for_related(app, "shares")
    wait_for_related(app, "ways_to_train")
    return app


def log_proba(sent, name):
    scores = np.frombuffer(base64.b64decode(sent[name]), "<f4").reshape(-1, len(sent["classes"])).astype(float)
    return scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))


def test_blobs_are_corrected_to_the_truth_and_every_control_moves_its_picture():
    app = opened()
    sent, shown = component_data(app), words(app)
    assert len(sent["y"]) == len(sent["rows"]) == 2000
    assert sent["shares"] == pytest.approx(rare_shares(3), abs=1e-4)
    assert sent["seen"] == pytest.approx([1 / 3] * 3, abs=0.02)
    assert sent["prices"] == to_browser(Prices.preset("One error costs twenty", 3))
    assert np.abs(np.exp(log_proba(sent, "z")) - np.exp(log_proba(sent, "truth"))).mean() < 0.03
    bands = sent["bands"]
    assert bands["shares"] == pytest.approx(sent["shares"], abs=1e-4)
    assert bands["change"][1] < 0
    assert bands["loss"]["after"][1] < bands["loss"]["temperature"][0] < bands["loss"]["before"][1]
    assert "better, 95 % interval" in shown
    assert "95 % interval of the change is −" in shown
    error, corrected, by_luck = map(
        number_of, re.search(r"goes from (\S+) to (\S+)\. .*?at most (\S+) in at least 19", shown, re.S).groups()
    )
    assert corrected < by_luck < error
    assert "The estimate costs the difference (95 % interval" in shown
    assert "No effect beyond luck" not in shown
    titles = [element.value for element in app.markdown]
    assert any("lowers the loss after class weights" in title for title in titles)

    def shares_by_step():
        return [line["y"] for line in pictures(app)[0]["data"] if line.get("mode", "").startswith("lines+markers")]

    first = shares_by_step()
    assert [line[0] for line in first] == pytest.approx(sent["seen"])
    assert [line[-1] for line in first] == pytest.approx(sent["shares"], abs=0.1)
    app.button(key="draw_unlabelled_rows").click().run()
    second = shares_by_step()
    assert first[0][-1] != second[0][-1]
    app.select_slider(key="unlabelled_rows").set_value(2000).run()
    assert shares_by_step()[0][-1] != second[0][-1]
    assert not app.exception


def test_a_link_brings_shares_and_those_of_training_leave_nothing_to_correct():
    app = opened(shares="0.3333_0.3333_0.3334", rows="blobs")
    assert component_data(app)["shares"] == pytest.approx([0.3333, 0.3333, 0.3334])
    assert app.query_params["shares"] == "0.3333_0.3333_0.3334"
    state_of(app).class_shares = (0.1, 0.2, 0.7)
    app.run()
    assert app.query_params["shares"] == "0.1_0.2_0.7"


@pytest.mark.nightly
def test_little_happens_on_wine_and_too_few_effective_rows_are_named():
    app = opened(rows="wine", shares="0_0_1")
    sent, shown = component_data(app), words(app)
    assert sent["truth"] is None
    assert len(sent["y"]) == 36
    assert f"**Only {np.bincount(sent['y'])[2]} effective wines.**" in shown
    state_of(app).class_shares = None
    app.run()
    low, high = component_data(app)["bands"]["change"]
    assert low <= 0 <= high
    assert "No effect beyond luck on these wines" in words(app)
    assert "Little happens" not in words(app)
