"""Forecasts of a file: from the page “Data” to every page that judges them, and back to the run."""

import numpy as np
import pytest

from ensemble import EnsembleConfig
from ensemble.decisions import risk_coverage
from ensemble.forecasts import read_forecasts
from ensemble.forecasts.sample import MODELS, NAME, sample
from ensemble.limits import Limits
from ensemble.related import example
from ensemble.sharing.script import predictions_csv
from pages.parts.data import judge
from testing.app_test import component_data, go_to_part, open_app, pictures, state_of, words
from ui.text.format import number

DATA, CALIBRATION, DECIDE, MEMBERS, COMPARE = (
    f"pages/{name}.py" for name in ("data", "calibration", "decide", "members", "compare")
)
OF_CALIBRATION = ("Reliability", "Scores", "Temperature", "Pool, then calibrate", "Prediction sets")
OF_DECIDE = ("The bill", "Abstain", "Why not accuracy")
HEADER = b"true class,<b>m</b>: a,<b>m</b>: b,$x$: a,$x$: b\n"
RULED_OUT = HEADER + b"\n".join([b"a,0.5,0.5,1,0", b"b,1,0,0.3,0.7", b"a,0.8,0.2,0,1", b"b,0.2,0.8,0.4,0.6"] * 30)


def judging(content=None, name="mine.csv"):
    """A session that has chosen this file of forecasts, or pressed for the sample."""
    app = open_app(DATA, part="Judge forecasts")
    if content is None:
        app.button(key="try_forecasts").click().run()
    else:
        upload(app, content, name)
    assert not app.exception
    return app


def upload(app, content, name="mine.csv"):
    app.file_uploader(key="judge_file").set_value((name, content, "text/csv")).run()
    assert not app.exception


def go(app, page, part=""):
    app.switch_page(page).run()
    if part:
        go_to_part(app, page.split("/")[1].removesuffix(".py"), part)
    assert not app.exception
    return app


def numbers_of(app):
    """All numbers in the pictures of the page."""
    found = []

    def collect(value):
        if isinstance(value, dict):
            for one in value.values():
                collect(one)
        elif isinstance(value, list | tuple | np.ndarray):
            for one in value:
                collect(one)
        elif isinstance(value, int | float | np.number) and not isinstance(value, bool):
            found.append(float(value))

    for figure in pictures(app):
        collect([{axis: trace.get(axis) for axis in ("x", "y", "error_x", "error_y")} for trace in figure["data"]])
    return np.array(found)


def titles_of(app):
    return [one.value for one in app.markdown if one.value.startswith(":small[**")]


def test_the_sample_shows_a_verdict_until_a_file_is_there():
    app = open_app(DATA, part="Judge forecasts")
    assert not app.exception
    forecasts, _ = read_forecasts(sample())
    assert len(pictures(app)) == len(MODELS)
    for figure, model, log_proba in zip(pictures(app), MODELS, forecasts.log_proba, strict=True):
        hits = int((log_proba.argmax(axis=1) == forecasts.y).sum())
        dots = next(one for one in figure["data"] if str(one.get("name")).startswith("these forecasts"))
        assert np.sum([count for _, count in dots["customdata"]]) == len(forecasts.y)
        assert np.sum([right for right, _ in dots["customdata"]]) == hits
        assert f"“{model}”: mean top probability" in words(app)
        assert f"right {hits} of 600" in words(app)
    assert "The sample: what a verdict looks like" in words(app)
    assert state_of(app).forecasts is None
    upload(app, RULED_OUT)
    assert not pictures(app)
    assert "The sample:" not in words(app)


def test_one_press_shows_a_file_at_work_on_every_page_that_judges():
    app = judging()
    assert not app.error
    assert f"**{NAME}**: 2 models, 600 rows, 3 classes." in words(app)
    glance = app.dataframe[0].value
    assert glance["Model"].tolist() == list(MODELS)
    assert [float(t) for t in glance["Best T"]] == pytest.approx([1.04, 2.55], abs=0.01)
    for part in OF_CALIBRATION:
        assert pictures(go(app, CALIBRATION, part)), part
        assert "Not trained here." in words(app)
    assert not pictures(go(app, CALIBRATION, "Over the epochs"))
    assert "holds no epochs of training" in words(app)
    assert component_data(go(app, DECIDE, "Who decides what"))["classes"] == ["sun", "rain", "snow"]
    assert pictures(go(app, DECIDE, "The bill"))
    assert len(pictures(go(app, MEMBERS, "Pooling"))) == 4
    assert "“careful” gets" in words(app)
    assert not pictures(go(app, MEMBERS, "Size"))
    assert "a file of forecasts holds none" in words(app)
    assert len(pictures(go(app, COMPARE))) == 4
    assert "over-confident's test loss is **0.272 nats higher** than careful's" in words(app)
    assert not state_of(app).related  # nothing was trained for the run meanwhile


def test_the_model_is_chosen_in_the_bar_and_stays_from_page_to_page():
    app = go(judging(), CALIBRATION)
    assert "no evidence** of miscalibration" in words(app)
    app.selectbox(key="judged_model").set_value("over-confident").run()
    assert "**miscalibrated**" in words(app)
    go(app, DECIDE)
    assert app.selectbox(key="judged_model").value == "over-confident"
    assert "over-confident: loss **0.965 nats**" in words(app)


def test_predictions_of_a_run_give_the_figures_of_the_run():
    run, data = example.run(), example.data()
    of_run, of_file = open_app(CALIBRATION), judging(predictions_csv(run, data))
    of_run.button_group(key="judged_on").set_value("Test wines").run()
    for part in ("Reliability", "Temperature", "Prediction sets"):
        expected = numbers_of(go(of_run, CALIBRATION, part))
        assert len(expected) > 2
        np.testing.assert_allclose(numbers_of(go(of_file, CALIBRATION, part)), expected, rtol=1e-9, atol=1e-9, err_msg=part)
    # What the file pays is what the run pays; the run's members have rules of their own besides.
    bills = [[title.replace("wine", "row") for title in titles_of(go(app, DECIDE, "The bill"))] for app in (of_run, of_file)]
    assert len(bills[0]) == 3
    assert bills[0] == bills[1]


def test_the_run_is_one_press_away_and_the_file_stays():
    app = go(judging(), CALIBRATION)
    app.button(key="back_to_the_run").click().run()
    assert not app.exception
    assert "Trained in advance with these settings" in words(app)
    assert not app.selectbox
    assert state_of(app).forecasts is None
    go(app, DATA, "Judge forecasts")
    assert f"**{NAME}**" in words(app)
    assert state_of(app).forecasts is None
    app.button(key="judge").click().run()
    assert "Not trained here." in words(go(app, COMPARE))
    go(app, DATA, "Judge forecasts")
    app.button(key="forget_forecasts").click().run()
    assert "Trained in advance" in words(go(app, CALIBRATION))
    assert state_of(app).forecasts_file is None


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (b"\x00\x01\x02\xff" * 100, "binary"),
        (b"true class,a,b\na,0.5,0.5\nz,0.5,0.5\n", "“z”"),
        (b"true class,a,b\na,0.5,0.9\nb,0.5,0.5\n", "logits"),
    ],
)
def test_a_file_that_cannot_be_judged_gets_a_sentence_and_nothing_is_lost(content, sentence):
    app = judging()
    held = state_of(app).forecasts
    upload(app, content)
    assert len(app.error) == 1
    assert sentence in app.error[0].value
    assert "Nothing is lost" in words(app)
    assert state_of(app).forecasts is held
    assert f"**{NAME}**" in words(go(app, CALIBRATION))


def test_a_guess_that_is_wrong_is_corrected_on_the_page():
    app = judging(b"first,second,a,b\na,b,0.9,0.1\na,b,0.2,0.8\nb,a,0.3,0.7\nb,a,0.6,0.4\n")
    assert "which column holds the true classes" in app.error[0].value
    app.selectbox(key="forecasts_target").set_value(1).run()
    assert not app.error
    assert state_of(app).forecasts.forecasts.y.tolist() == [1, 1, 0, 0]
    app.button_group(key="forecasts_kind").set_value("logits").run()
    assert state_of(app).forecasts.forecasts.log_proba[0, 0] == pytest.approx(np.log([1, 1]) - np.log1p(np.exp([-0.8, 0.8])))


def test_what_a_model_rules_out_and_comes_true_is_an_infinite_loss_on_every_page():
    app = judging(RULED_OUT, "<i>x</i>.csv")
    assert "so the loss is infinite at every temperature" in words(app)
    assert app.dataframe[0].value["Loss (nats)"].tolist() == ["∞", "∞"]
    go(app, CALIBRATION, "Scores")
    assert "The **loss** of all classes together is **∞**: 30 rows" in words(app)
    assert app.dataframe[0].value["Score"].tolist()[1:] == ["∞", "∞"]
    go(app, CALIBRATION, "Temperature")
    assert "the loss is ∞ at every temperature. What follows is about the other 90." in words(app)
    assert pictures(go(app, MEMBERS, "Pooling"))
    assert "one model vetoes the class for all" in words(app)
    figure = pictures(go(app, COMPARE))[0]
    assert [note["text"] for note in figure["layout"]["annotations"]].count("∞ →") == 2
    assert "<b>m</b>" not in words(app)
    assert "the difference of their losses is undefined" in words(app)
    assert "No difference is clear of luck" not in words(app)


@pytest.mark.nightly
def test_what_is_ruled_out_leaves_no_page_without_its_picture():
    app = judging(RULED_OUT)
    for page, parts in ((CALIBRATION, OF_CALIBRATION), (DECIDE, OF_DECIDE)):
        for part in parts:
            assert pictures(go(app, page, part)), part
    assert component_data(go(app, DECIDE, "Who decides what"))["classes"] == ["a", "b"]


def test_the_bill_says_what_its_temperatures_and_its_rules_leave_out():
    rows = b"a,0.7,0.3,0.6,0.4\nb,0.4,0.6,0.3,0.7\n" * 20
    app = go(judging(HEADER + rows + b"a,0,1,1,0\n" * 2), DECIDE, "The bill")
    assert "They are fitted without 2 rows whose true class has the probability 0" in words(app)
    assert "In 2 rows the models rule out every class between them, so there is no “mean of logits”." in words(app)


def test_one_model_is_neither_pooled_nor_compared():
    app = judging(b"true class,a,b\n" + b"a,0.7,0.3\nb,0.4,0.6\n" * 20)
    for page, part in ((CALIBRATION, "Pool, then calibrate"), (MEMBERS, "Pooling"), (COMPARE, "")):
        go(app, page, part)
        assert not pictures(app)
        assert "takes two models, and this file has one" in words(app)


def test_forecasts_are_in_no_address_and_in_no_other_session():
    app, other = go(judging(), CALIBRATION), open_app(CALIBRATION)
    assert set(app.query_params) <= {*other.query_params, "part"}
    assert "Trained in advance" in words(other)
    assert state_of(other).forecasts is None


def test_where_no_files_are_taken_the_sample_still_shows_what_is_judged(monkeypatch):
    monkeypatch.setattr(judge, "limits", lambda: Limits(uploads=False))
    app = judging()
    assert not app.get("file_uploader")
    assert "This server accepts no files" in words(app)
    assert state_of(app).forecasts.name == NAME


def test_the_sample_is_the_same_each_time_and_one_of_its_models_is_calibrated():
    from ensemble.calibration.reliability import simulated_calibration_error

    assert sample() == sample()
    forecasts, _ = read_forecasts(sample())
    luck = [
        simulated_calibration_error(np.exp(one), forecasts.y, np.random.default_rng(0)).reached for one in forecasts.log_proba
    ]
    assert luck[0] > 100
    assert luck[1] == 0
    assert EnsembleConfig().seed == 0  # what is drawn for a file is drawn as for the example


def test_equal_probabilities_make_no_upper_end_for_the_coverage_of_sets():
    app = go(judging(RULED_OUT), CALIBRATION, "Prediction sets")
    assert "give their true class the same probability, the threshold" in words(app)
    assert "to 100.0 % in at least 9 of 10 random splits, whatever the network." in words(app)
    app = go(judging(), CALIBRATION, "Prediction sets")
    assert "the same probability, the threshold" not in words(app)
    assert "to 100.0 % in at least 9 of 10 random splits" not in words(app)


@pytest.mark.parametrize(
    ("far", "title"),
    [(0.8, "5 of 40 rows get forecasts that differ by more than 0.01"), (0.505, "9 of 40 rows get forecasts that differ**")],
)
def test_rows_that_hardly_differ_are_not_said_to_have_the_same_forecast(far, title):
    """Nine rows have different forecasts, five of them by more than 0.01: the title said “5 get a different forecast”."""
    close = [f"a,0.5,0.5,{0.504},{0.496}"] * 4
    lines = [*close, *[f"b,0.5,0.5,{far},{1 - far:.3f}"] * 5, *["a,0.5,0.5,0.5,0.5"] * 31]
    app = go(judging("\n".join(["true class,m: a,m: b,n: a,n: b", *lines]).encode()), COMPARE)
    assert any(title in one for one in titles_of(app))


def test_the_largest_temperature_is_said_to_be_the_largest_that_is_allowed():
    """Forecasts that are wrong three times in four, with 60 %: “its best temperature, 100.00” is the end of the range."""
    content = "true class,a,b\n" + "a,0.6,0.4\nb,0.6,0.4\nb,0.6,0.4\nb,0.6,0.4\n" * 20
    app = go(judging(content.encode()), CALIBRATION, "Temperature")
    assert "the likelihood is best at the largest T allowed, 100" in words(app)
    go(app, CALIBRATION, "Scores")
    assert "At its best temperature from 0.01 to 100, 100.00, it would be" in words(app)
    app = go(judging(), CALIBRATION, "Temperature")
    assert "the largest T allowed" not in words(app)


@pytest.mark.parametrize(("wrong", "said"), [(0, "**No answer of 40 is wrong.**"), (1, "**Only 1 of 40 is wrong.**")])
def test_without_errors_none_is_said_to_decide_every_bill(wrong, said):
    content = "true class,a,b\n" + "a,0.9,0.1\n" * 20 + "b,0.1,0.9\n" * (20 - wrong) + "b,0.9,0.1\n" * wrong
    app = go(judging(content.encode()), DECIDE, "The bill")
    assert said in words(app)
    assert "decide every bill" not in words(app)


def test_forecasts_of_one_digit_are_ties_whatever_their_other_probabilities():
    rng = np.random.default_rng(0)
    top = rng.choice([0.5, 0.6, 0.7, 0.8, 0.9], 300)
    second = ((1 - top) * rng.choice([0.25, 0.5, 0.75], 300)).round(3)
    wrong = rng.random(300) > top
    lines = [f"{'b' if w else 'a'},{p:.1f},{q:.3f},{1 - p - q:.3f}" for p, q, w in zip(top, second, wrong, strict=True)]
    app = go(judging("\n".join(["true class,a,b,c", *lines, "c,0.9,0.05,0.05"]).encode()), DECIDE, "Abstain")
    tied = risk_coverage((1 - np.append(top, 0.9)).round(9), np.append(wrong, True))
    answered = round(0.8 * 301)
    assert f"The surest 80 %: {number(round(tied.wrong(answered), 1))} of {answered} wrong" in words(app)
