"""Shift, “A class that was not there”: what its sentences claim is what the numbers say."""

import re
import time

import numpy as np
import pytest

from ensemble.datasets.builtin import load_table
from ensemble.related import measurements
from ensemble.shift.detectors import TOP
from ensemble.sweeps.novelty import novelty_over_seeds
from pages.parts.shift.each_class import contrast_in_words
from pages.parts.shift.novelty import USUAL
from testing import PATIENCE
from testing.app_test import component_data, open_app, pictures, state_of, words
from testing.coverage.detector_intervals import measured_detectors
from ui.components.novelty import to_browser
from ui.text.format import number
from ui.text.intervals import change

pytestmark = pytest.mark.usefixtures("training_service")

PAGE, PART = "pages/shift.py", "A class that was not there"


def shipped(left_out=2):
    found = next(one for one in measurements.SHIPPED if (one.measure, one.left_out) == ("novelty", left_out))
    table = measurements.table_of(found.data)
    return [result.measurements for result in measurements.find(found.plan(), table, found.data.test_share)]


def finished(app):
    """The page once its runs over seeds are there."""
    sweep = state_of(app).measured["novelty"].sweep
    end = time.monotonic() + PATIENCE
    while sweep.live and time.monotonic() < end:
        time.sleep(0.1)
    app.run()
    assert not app.exception
    return app


def tables(app):
    return [element.value for element in app.dataframe]


def test_digits_show_at_once_which_detectors_notice_the_digit_that_was_left_out():
    app = open_app(PAGE, part=PART)
    seen = novelty_over_seeds(shipped())
    areas, claims, each_class = tables(app)
    assert list(areas["AUROC"]) == [one.auroc for one in seen.detectors]
    assert list(each_class["Left out"]) == list("0123456789")
    assert each_class.set_index("Left out")["distance"]["2"] == f"{seen.detector('distance').auroc:.3f}"
    assert len(claims) == len(seen.pairs) == 10
    verdicts = set(claims["The first is better on"])
    assert {"other rows too", "no difference beyond luck"} <= verdicts, "with this default something is to be seen"
    assert "tells “2” from known digits best" in words(app)
    legend = [trace["name"].rsplit(" ", 1)[0] for trace in pictures(app)[0]["data"] if trace.get("name")]
    assert legend == [one.name for one in seen.detectors], "the largest area first, as the curves lie"
    sent = component_data(app)
    assert len(sent["novel_scores"]) == 177
    assert sent["known_scores"] == sorted(sent["known_scores"])
    app.button_group(key="detector").set_value("energy").run()
    assert "the loss never trains it" in words(app)
    assert component_data(app)["novel_scores"] == list(shipped()[0]["novel energy"])


def test_another_class_is_in_the_address_and_is_there_at_once():
    app = open_app(PAGE, part=PART, rows="digits", left_out="8")
    assert app.session_state["left_out_class"] == 8
    assert list(tables(app)[0]["AUROC"]) == [one.auroc for one in novelty_over_seeds(shipped(8)).detectors]
    app.button_group(key="left_out_class").set_value(2).run()
    assert app.query_params["left_out"] == "2"
    assert len(app.get("plotly_chart")) == 1


def test_other_settings_than_the_classic_ones_wait_for_a_press(monkeypatch):
    """On a fast host, after short runs, ten runs on digits would be cheap enough to begin by themselves."""
    monkeypatch.setattr(measurements, "SHIPPED", ())
    monkeypatch.setattr("ui.session.measurements.MAX_SECONDS_UNASKED", 0)
    app = open_app(PAGE, part=PART, rows="digits", left_out="4")
    assert app.button(key="train_novelty").label == "Train 10 runs for this"
    assert not state_of(app).measured["novelty"].is_live
    assert not app.get("plotly_chart")


def test_a_class_in_a_link_that_is_not_there_is_passed_over():
    assert open_app(PAGE, part=PART, left_out="77").session_state["left_out_class"] == 2


@pytest.mark.nightly
def test_wine_says_what_its_few_rows_can_tell():
    app = finished(open_app(PAGE, part=PART, rows="wine"))
    areas, claims = tables(app)
    undecided = (claims["The first is better on"] == "no difference beyond luck").sum()
    assert ("Digits say more" in words(app)) == (2 * undecided > len(claims))
    assert "48 of “Cultivar 2”" in words(app)
    assert (areas["AUROC"] <= 1).all()


def test_the_claim_is_as_far_as_the_intervals_allow():
    from pages.parts.shift.novelty import _claim

    names = {"class_name": "x", "row_name": "row", "row_names": "rows"}
    rng = np.random.default_rng(0)

    def claim(shifts, novel=200, noise=0.02, runs=10):
        of_known, of_novel = (rng.normal(size=(len(shifts), count)) for count in (300, novel))
        of_novel += np.array(shifts)[:, None]
        several = [
            measured_detectors(*(one + noise * rng.normal(size=one.shape) for one in (of_known, of_novel))) for _ in range(runs)
        ]
        return _claim(novelty_over_seeds(several), names)

    assert claim([0.5, 3.0]).startswith("“entropy” tells “x” from known rows best")
    assert claim([1.0, 1.2], novel=10).startswith("“entropy” leads on these rows")
    assert claim([1.0, 1.0], noise=3.0).startswith("No detector beats the top probability beyond luck")
    assert claim([3.0, 0.5]).startswith("No detector beats the top probability beyond luck")
    assert claim([0.5, 3.0], runs=1).startswith("One run")


def test_detectors_that_are_alike_are_named_together():
    from pages.parts.shift.novelty import _claim

    rng = np.random.default_rng(0)
    of_known, of_novel = (rng.normal(size=(2, count))[[0, 1, 1]] for count in (300, 200))
    of_novel += np.array([[0.5], [3.0], [3.0]])
    noisy = [[rows + 0.3 * rng.normal(size=rows.shape) for rows in (of_known, of_novel)] for _ in range(10)]
    title = _claim(novelty_over_seeds([measured_detectors(*one) for one in noisy]), {"class_name": "x", "row_names": "rows"})
    both = r"“(entropy|mutual information)” \([\d.]+\) and “.*” \([\d.]+\)"
    assert re.fullmatch(both + r" tell “x” apart better than the top probability \([\d.]+\)", title)


def test_the_example_is_said_to_be_the_largest_contrast_only_where_it_is():
    def found(*shifts):
        rng = np.random.default_rng(0)
        of_known, of_novel = (rng.normal(size=(len(shifts), count)) for count in (300, 200))
        of_novel += np.array(shifts)[:, None]
        noisy = [[rows + 0.02 * rng.normal(size=rows.shape) for rows in (of_known, of_novel)] for _ in range(10)]
        return novelty_over_seeds([measured_detectors(*one) for one in noisy])

    wide, narrow, shared = found(0.5, 3.0, 1.0), found(2.0, 3.0, 1.0), found(1.0, 3.0, 3.0)
    text = contrast_in_words({0: wide, 1: narrow, 2: shared}, 0, "abc")
    assert text.startswith("**“a” is the example because the lead is largest there.** “entropy”")
    assert "for “b”" in text
    lead = wide.ahead_of(TOP)
    assert lead.low < lead.mean < lead.high
    assert f"by an AUROC of {number(lead.mean)} ({change(lead.low, lead.high)})" in text.replace("\n", " ")
    assert "“entropy” is alone in front for 2 of 3 classes. Not for “c” (" in text
    text = contrast_in_words({0: wide, 1: narrow}, 1, "ab")
    assert text.startswith("**“b” is the example.**")
    assert "The lead is largest for “a”" in text
    assert "alone in front for each of the 2 classes" in text


def test_for_the_digit_8_energy_is_as_good_as_distance():
    assert {"energy", "distance"} <= {one.name for one in novelty_over_seeds(shipped(8)).leaders}


def test_the_default_digit_has_the_largest_contrast_of_all():
    digits = measurements.of_classes_left_out("novelty", load_table("digits"))
    ahead = {digit: novelty_over_seeds(shipped(digit)).ahead_of(TOP).mean for digit in digits}
    assert max(ahead, key=ahead.get) == USUAL["digits"]


def test_the_browser_gets_classes_by_their_numbers_in_the_whole_table():
    wine = load_table("wine")
    measured = {
        "called": (0.0, 1.0),
        "novel entropy": (0.1, 0.2),
        "known entropy": (0.0, 0.3),
        "novel top probability": (0.5, 0.4),
    }
    sent = to_browser(measured, wine, 1, "entropy")
    assert sent["called"] == [0, 2]
    assert sent["rows"] == (np.flatnonzero(wine.y == 1)[:2] + 1).tolist()
    assert sent["pictures"] is False
    digits = to_browser(measured, load_table("digits"), 2, "entropy")
    assert (digits["called"], digits["pictures"]["side"]) == ([0, 1], 8)
