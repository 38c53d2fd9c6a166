"""The part "Who decides what" of Decide, without a browser."""

import base64

import numpy as np
import pytest

from ensemble.decisions.costs import PRESETS, Prices
from testing.app_test import component_data, open_app, state_of, words
from ui.components.decisions import to_browser, to_prices

pytestmark = pytest.mark.usefixtures("training_service")

PAGE = "pages/decide.py"


def test_the_link_brings_prices_temperature_and_example_to_the_component():
    app = open_app(PAGE, prices="3~0.1~1_2_7", temperature="2.5", row="26")
    sent = component_data(app)
    wanted = Prices([[0, 7, 1], [1, 0, 1], [1, 1, 0]], 0.1)
    assert sent["prices"] == to_browser(wanted)
    assert to_prices(sent["prices"], 3) == state_of(app).prices == wanted
    assert (sent["temperature"], sent["rows"][sent["row"]]) == (2.5, 25)
    assert [preset["name"] for preset in sent["presets"]] == list(PRESETS)
    scores = np.frombuffer(base64.b64decode(sent["z"]), "<f4").reshape(-1, 3)
    assert len(scores) == len(sent["y"]) == len(sent["rows"]) == 178
    wrong = (scores.argmax(axis=1) != sent["y"]).sum()
    assert 0 < wrong < 20
    assert f"**Only {wrong} of 178 answers are wrong.**" in words(app)
    assert {"more_rows_0", "more_rows_1"} <= {button.key for button in app.button}


@pytest.mark.parametrize(
    "sent",
    [
        None,
        [],
        {},
        {"errors": [[0, 1]], "expert": None},
        {"errors": [[0, 1], [1, "0"]], "expert": None},
        {"errors": [[0, 1], [1, float("nan")]], "expert": 1},
        {"errors": "ab", "expert": 1},
    ],
)
def test_prices_that_are_none_leave_the_present_ones(sent):
    assert to_prices(sent, 2) is None


def test_prices_of_a_browser_are_brought_within_their_bounds():
    received = to_prices({"errors": [[0, -5], [1e9, 0]], "expert": float("inf")}, 2)
    assert received == Prices([[0, 0], [1000, 0]], 1000)
    assert to_prices({"errors": [[0, 1], [1, 0]], "expert": "free"}, 2).expert is None
