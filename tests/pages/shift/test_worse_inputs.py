"""The part "Worse inputs" of Shift, without a browser: digits ship with the app, so that nothing is trained."""

import re

import pytest

from ensemble.related import measurements, plans
from ensemble.related.example import CONFIG
from ensemble.shift.robustness import METHODS
from ensemble.sweeps.robustness import findings, fitted_temperature, scores_by_severity
from testing import PATIENCE
from testing.app_test import component_data, open_app, state_of, words
from ui.components import corruptions as component

pytestmark = pytest.mark.usefixtures("training_service")

PAGE = "pages/shift.py"
PART = "Worse inputs"


@pytest.fixture(scope="module")
def seeds():
    """What was measured on digits."""
    (one,) = [one for one in measurements.SHIPPED if (one.measure, one.rows) == ("corruptions", "digits")]
    return [result.measurements for result in measurements.find(one.plan(), measurements.table_of(one.data), 0.2)]


def test_digits_are_there_at_once_with_curves_forecasts_and_pictures(training_service, seeds):
    sent = component_data(open_app(PAGE, part=PART))
    assert (sent["kind"], sent["severity"], sent["seeds"]) == ("rotation", 3, plans.SEEDS_OF_A_MEASURE)
    table = scores_by_severity(seeds, "rotation").set_index(["method", "severity"])
    for index, method in enumerate(METHODS):
        assert sent["scores"]["nll"]["mean"][index][5] == table.loc[method, 5]["nll"]
        assert [len(proba) for proba in sent["proba"][index]] == [40] * 6
    assert len({row["truth"] for row in sent["rows"]}) == 4
    assert sent["pictures"]["side"] == 8
    assert sent["features"] is None


def test_sentences_follow_from_the_numbers_of_each_severity(seeds):
    app = open_app(PAGE, part=PART, corruption="noise", severity="5")
    mean, low, high = fitted_temperature(seeds)
    assert f"Here **T is {mean:.2f}** (95 % interval {low:.2f} to {high:.2f} over 10 seeds" in words(app)
    sent = component_data(app)
    assert (sent["kind"], sent["severity"]) == ("noise", 5)
    for severity, (title, *said) in enumerate(sent["claims"]):
        found = findings(seeds, "noise", severity, 10)
        text = " ".join(said)
        assert title.startswith(f"Severity {severity}: ")
        assert ("differ by no more than luck" in title) == (1 < len(found.ranking.tied) < 4)
        assert ("no method has the lowest loss beyond luck" in title) == (len(found.ranking.tied) == 4)
        assert ("Equal probabilities" in text) == found.above_uniform
        assert ("accuracy falls" in text) == (severity > 0 and found.accuracy.high < 0)
        assert ("does not help beyond luck" in text) == (found.temperature.low <= 1 <= found.temperature.high)


def test_an_unusable_link_leaves_the_default_corruption_and_severity():
    sent = component_data(open_app(PAGE, part=PART, corruption="<b>fog</b>", severity="9"))
    assert (sent["kind"], sent["severity"]) == ("rotation", 3)


@pytest.mark.nightly
def test_rows_that_are_no_pictures_show_the_features_that_change_most():
    app = open_app(PAGE, part=PART, rows="wine", corruption="drift", epochs="2", members="2")
    sent = component_data(app)
    assert [name for name, _ in sent["kinds"]] == ["noise", "stuck", "drift"]
    assert sent["pictures"] is None
    assert sent["features"]["names"][0] == "flavanoids"
    assert sent["levels"][2] == "flavanoids reads 20 % of its range too high"
    assert state_of(app).measured["corruptions"].sweep.wait(PATIENCE)
    app.run()
    sent = component_data(app)
    assert sent["seeds"] == 10
    assert re.search(r"accuracy|luck", " ".join(sent["claims"][1]))
    assert "flavanoids" in words(app)


def test_while_nothing_is_trained_rows_alone_are_shown(monkeypatch):
    sent = []
    monkeypatch.setattr(component, "_component", lambda **options: sent.append(options["data"]))
    from ensemble import load_dataset

    component.corruptions(
        [],
        CONFIG,
        load_dataset("digits"),
        "blur",
        titles={"blur": "Blur"},
        levels=["clean"] * 6,
        claims=[["Waiting"]] * 6,
        severity=2,
        key="severities",
        on_corruption=print,
        on_severity=print,
    )
    assert (sent[0]["scores"], sent[0]["proba"]) == (None, None)
    assert sent[0]["pictures"]
