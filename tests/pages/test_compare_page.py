"""Compare: what is pinned, what is said of it, and what is not, without a browser."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from ensemble import EnsembleConfig, load_dataset
from ensemble.datasets.builtin import load_table
from ensemble.datasets.config import DataConfig
from ensemble.datasets.splits import split
from ensemble.probability.scoreboard import scoreboard
from ensemble.runs.comparison import forecasts, rows_that_differ_most
from ensemble.runs.run import Run
from ensemble.runs.weights import weight_shapes
from ensemble.sharing.lesson import Lesson
from pages.parts.compare.scores import _is_clear, _sentence
from testing.app_test import open_app, pictures, wait_for_the_run, words
from ui import session
from ui.charts.comparison import curves
from ui.session import rows, runs, settings, upload

PAGE = "pages/compare.py"


@pytest.fixture(autouse=True)
def pinned(monkeypatch):
    """What the session has pinned, in place of runs that somebody would have to train first."""
    jobs = []
    for name in ("pinned", "compared"):
        monkeypatch.setattr(session, name, lambda: list(jobs), raising=False)
    monkeypatch.setattr(session, "unpin", lambda gone: jobs.remove(next(one for one in jobs if one.id == gone)), raising=False)
    return jobs


def job(number, data, epochs=20, message="", **settings):
    config, rng = EnsembleConfig(members=2, epochs=epochs, **settings), np.random.default_rng(number)
    weights = tuple(
        rng.normal(0, 0.6, shape).astype(np.float32) for shape in weight_shapes(config, data.features, data.classes)
    )
    fall = np.exp(-np.arange(epochs)[:, None] / 7 - [0, 0.1, 0, 0]).astype(np.float32)
    run = Run.before_training(config, data, weights)
    kept = np.zeros((epochs, len(data.y_test), data.classes), np.float32)
    return SimpleNamespace(
        id=f"job{number}", config=config, dataset=data, run=replace(run.extended(weights, fall, kept), message=message)
    )


def curves_of(app):
    return pictures(app)[:2]


def letters_of(figure):
    return [note for note in figure["layout"]["annotations"] if note["text"].startswith("<b>")]


@pytest.mark.parametrize(("count", "said"), [(0, "There is no run yet"), (1, "takes two runs: press one of the changes above")])
def test_with_fewer_than_two_runs_the_page_says_what_to_do(pinned, wine, count, said):
    pinned.extend(job(number, wine) for number in range(count))
    app = open_app(PAGE)
    assert said in words(app)
    assert len(pictures(app)) == 2 * count
    assert app.button(key="same_with_dropout").label == "dropout 0.5"


def test_the_same_with_one_change_is_trained_by_one_press_on_the_same_split(training_service):
    app = open_app(PAGE, epochs="2", members="3")
    app.button(key="same_with_seed").click().run()
    job = wait_for_the_run(app)
    assert (job.config.seed, job.config.members, job.config.epochs) == (1, 3, 2)
    assert app.session_state["split"] == 0
    assert job.dataset.same_rows(load_dataset("wine", seed=0))
    app.button(key="same_with_dropout").click().run()
    assert wait_for_the_run(app).config == EnsembleConfig(seed=1, members=3, epochs=2, dropout=0.5)
    assert app.button(key="same_with_dropout").label == "dropout 0"


def test_before_anybody_has_trained_two_examples_are_compared(monkeypatch):
    monkeypatch.setattr(session, "compared", runs.compared)
    app = open_app(PAGE)
    assert [(metric.label, metric.value) for metric in app.metric] == [("Activation", "linear"), ("Activation", "relu")]
    assert len(pictures(app)) == 6
    assert "Both runs are examples" in words(app)
    assert app.button(key="same_with_activation").label == "activation relu"


def test_a_pinned_example_stands_before_the_other_example(monkeypatch):
    monkeypatch.setattr(session, "compared", runs.compared)
    monkeypatch.setattr(session, "pinned", runs.pinned)
    app = open_app(PAGE)
    app.button(key="pin").click().run()
    assert [metric.value for metric in app.metric] == ["linear", "relu"]
    assert len([button for button in app.button if str(button.key).startswith("unpin_")]) == 1


def test_the_changed_run_stands_beside_the_one_it_came_from_when_it_has_ended(training_service, monkeypatch):
    monkeypatch.setattr(session, "compared", runs.compared)
    app = open_app(epochs="2", members="3")
    app.button(key="train").click().run()
    wait_for_the_run(app)
    app.switch_page(PAGE).run()
    app.button(key="same_with_dropout").click().run()
    wait_for_the_run(app)
    assert [(metric.label, metric.value) for metric in app.metric] == [("Dropout", "0.25"), ("Dropout", "0.5")]
    assert "examples" not in words(app)
    assert len(pictures(app)) >= 5


def test_a_lesson_offers_those_changes_alone_that_it_shows():
    app = open_app(PAGE, **Lesson(shows=("dropout",)).to_query())
    assert [button.key for button in app.button if str(button.key).startswith("same_with")] == ["same_with_dropout"]


@pytest.mark.parametrize("count", [2, 3, 4])
def test_runs_are_shown_by_settings_curves_scores_and_rows(pinned, wine, count):
    pinned.extend(job(number, wine, dropout=number / 10) for number in range(count))
    app = open_app(PAGE)
    names = [f"Run {letter}" for letter in "ABCD"[:count]]
    (differences,) = (table.value for table in app.dataframe)
    assert [(metric.label, metric.value) for metric in app.metric] == [("Dropout", f"{n / 10:g}") for n in range(count)]
    assert len(differences) == count - 1
    assert len(pictures(app)) == 2 + 3 + 1
    runs = {name: one.run for name, one in zip(names, pinned, strict=True)}
    expected = rows_that_differ_most(forecasts(runs, wine), wine)
    lines = pictures(app)[5]["layout"]["yaxis"]["ticktext"]
    assert [line.partition(" · ")[0] for line in lines] == [f"wine {row}" for row in expected["row"]]
    board = scoreboard(forecasts(runs, wine), wine.y_test, np.random.default_rng(0))
    for figure, score in zip(pictures(app)[2:5], ("nll", "brier", "accuracy"), strict=True):
        diamonds = [trace for trace in figure["data"] if trace["marker"].get("symbol") == "diamond"]
        np.testing.assert_allclose(np.ravel([diamond["x"] for diamond in diamonds]), board[score])
        colours = [line["line"]["color"] for line in curves_of(app)[0]["data"]]
        assert [diamond["marker"]["color"] for diamond in diamonds] == colours
    assert "cover the luck of the test wines only" in words(app)


def test_every_run_has_a_colour_a_dash_and_a_letter_at_the_end_of_its_curve(pinned, wine):
    pinned.extend(job(number, wine, epochs=10 + number) for number in range(4))
    for figure in curves_of(open_app(PAGE)):
        lines = [trace["line"] for trace in figure["data"]]
        assert len({line["color"] for line in lines}) == len({line["dash"] for line in lines}) == 4
        labels = letters_of(figure)
        assert [label["text"] for label in labels] == ["<b>A</b>", "<b>B</b>", "<b>C</b>", "<b>D</b>"]
        assert [label["x"] for label in labels] == [10, 11, 12, 13]
        heights = np.sort([label["y"] for label in labels])
        assert (np.diff(heights) > 0.069).all()


def test_a_long_curve_is_thin_with_its_moving_mean():
    """Two test losses in one chart were one hairball."""
    noisy = np.exp(np.random.default_rng(0).normal(size=(2, 200)))
    history = pd.DataFrame({"epoch": np.arange(1, 201), "test_loss": noisy[0], "train_loss": noisy[1]})
    for log in (False, True):
        thin, thick = curves({"Run A": history}, "test_loss", log).traces
        np.testing.assert_allclose(thin["y"], noisy[0])
        spread = np.std(np.log(np.asarray(thick["y"])))
        assert spread < 0.5 * np.std(np.log(noisy[0]))
        assert thin["line"]["width"] < thick["line"]["width"]
    short = curves({"Run A": history[:20]}, "test_loss", log=True)
    assert len(short.traces) == 1


def test_differences_that_are_clear_of_luck_are_sentences_and_others_are_not(pinned, wine):
    pinned.extend(replace_id(job(0, wine), str(number)) for number in range(2))
    shown = words(open_app(PAGE))
    assert "No difference is clear of luck" in shown
    assert "of twenty differences that are luck alone, one may be clear of 0" in shown  # up to nine intervals stand here
    board = pd.Series({"name": "Run B", "nll": 0.5, "nll_low": 0.1, "nll_high": 0.9, "brier_low": -0.1, "brier_high": 0.1})
    assert [_is_clear(board, score) for score in ("nll", "brier")] == [True, False]
    said = _sentence("Run A", board, "nll")
    assert said == "Run B's test loss is **0.5 nats higher** than Run A's (95 % interval +0.1 to +0.9)."


def test_letters_at_the_ends_stay_apart_when_curves_end_in_one_point(pinned, wine):
    pinned.extend(job(number, wine) for number in range(4))
    for figure in curves_of(open_app(PAGE)):
        heights = np.array([label["y"] for label in letters_of(figure)])
        assert (np.diff(np.sort(heights)) > 0.069).all()
        assert (heights <= 1).all()


def test_both_curves_have_one_axis_and_it_can_be_linear(pinned, wine):
    pinned.extend(job(number, wine) for number in range(2))
    app = open_app(PAGE)
    axes = [figure["layout"]["yaxis"] for figure in curves_of(app)]
    assert [axis["type"] for axis in axes] == ["log", "log"]
    assert axes[0]["range"] == pytest.approx(axes[1]["range"])
    app.button_group(key="compare_axis").set_value("Linear").run()
    axes = [figure["layout"]["yaxis"] for figure in curves_of(app)]
    assert all(axis.get("type", "linear") == "linear" for axis in axes)
    assert axes[0]["range"] == pytest.approx(axes[1]["range"])
    assert axes[0]["range"][0] == 0


@pytest.mark.parametrize("other", [{"seed": 1}, {"test_size": 0.3}, {"name": "moons"}])
def test_runs_on_different_splits_are_compared_by_settings_and_curves_alone(pinned, wine, other):
    pinned.extend([job(0, wine), job(1, load_dataset(**{"name": "wine"} | other))])
    app = open_app(PAGE)
    assert "different splits" in words(app)
    assert len(pictures(app)) == 2
    assert "Final scores" not in [heading.value for heading in app.header]


def test_the_same_run_twice_differs_nowhere(pinned, wine):
    pinned.extend([job(0, wine), replace_id(job(0, wine), "again")])
    text = words(open_app(PAGE))
    assert "These runs were asked for with the same settings" in text
    assert "Nowhere: these runs" in text


def replace_id(one, name):
    return SimpleNamespace(**vars(one) | {"id": name})


def test_more_than_luck_is_one_press_away_on_many_runs(pinned, wine):
    """Intervals over test rows cannot say it; the press trains both settings over the same seeds."""
    pinned.extend([job(0, wine, hidden_units=7), job(1, wine, hidden_units=7, dropout=0.5)])
    app = open_app(PAGE)
    assert "Is that more than luck?" in [heading.value for heading in app.header]
    assert "One run of each cannot say" in words(app)
    app.button(key="pairs_job1_dropout").click().run()
    assert not app.exception
    assert app.title[0].value == "Many runs"
    assert app.session_state["experiments_part"] == "Two settings, same seeds"
    assert app.selectbox(key="many_other").value == "dropout"
    assert app.number_input(key="many_other_dropout").value == 0.5
    assert app.session_state["hidden_units"] == 7
    assert app.session_state["dropout"] == 0.25


def test_the_press_fills_in_a_page_that_was_open_before(pinned, wine):
    pinned.extend([job(0, wine), job(1, wine, activation="relu")])
    app = open_app("pages/experiments.py")
    app.switch_page(PAGE).run()
    app.button(key="pairs_job1_activation").click().run()
    assert not app.exception
    assert app.selectbox(key="many_other").value == "activation"
    assert app.selectbox(key="many_other_activation").value == "relu"


def test_the_same_settings_lead_to_how_lucky_that_was(pinned, wine):
    """Same settings, another start."""
    pinned.extend([job(0, wine), replace_id(job(1, wine), "again")])
    app = open_app(PAGE)
    app.button(key="luck_of_settings").click().run()
    assert not app.exception
    assert app.session_state["experiments_part"] == "How lucky was that?"


def test_runs_on_rows_that_are_no_longer_chosen_say_so(pinned, wine):
    pinned.extend([job(0, load_dataset("moons")), job(1, load_dataset("moons"), dropout=0.5)])
    app = open_app(PAGE)
    assert "on “Data”" in words(app)
    assert not [button for button in app.button if str(button.key).startswith("pairs_")]


def test_mcnemars_p_stands_beside_the_difference_of_accuracies(pinned, wine):
    pinned.extend(job(number, wine, dropout=number / 10) for number in range(2))
    table = open_app(PAGE).dataframe[0].value
    assert 0 < float(table["McNemar p"].item()) <= 1
    assert "-" not in "".join(table.to_numpy().ravel())  # minus signs are true ones


def test_a_run_is_taken_out_by_its_button(pinned, wine):
    pinned.extend(job(number, wine) for number in range(3))
    app = open_app(PAGE)
    app.button(key="unpin_job1").click().run()
    assert not app.exception
    assert [one.id for one in pinned] == ["job0", "job2"]
    assert len(curves_of(app)[0]["data"]) == 2


def test_a_run_without_an_epoch_does_not_count_and_one_that_diverged_says_so(pinned, wine):
    pinned.extend([job(0, wine), job(1, wine, message="The loss was no number any more."), job(2, wine)])
    pinned[2].run = None
    app = open_app(PAGE)
    assert "The loss was no number any more." in words(app)
    assert len(curves_of(app)[0]["data"]) == 2


def test_a_single_test_row_gives_a_sentence_in_place_of_bands(pinned, wine):
    one_row = replace(wine, x_test=wine.x_test[:1], y_test=wine.y_test[:1], test_rows=wine.test_rows[:1])
    pinned.extend(job(number, one_row) for number in range(2))
    assert "One row is too few for an interval over rows: raise the test share" in words(open_app(PAGE))


def test_names_from_the_data_are_shown_as_they_stand(pinned, wine):
    hostile = replace(wine, class_names=("<img src=x onerror=alert(1)>", "$x^2$", "**c**"))
    pinned.extend(job(number, hostile) for number in range(2))
    app = open_app(PAGE)
    lines = pictures(app)[5]["layout"]["yaxis"]["ticktext"]
    assert not any("<" in line for line in lines)
    assert hostile.class_names[0] not in words(app)


def test_a_pinned_run_on_an_upload_is_found_without_training_rows(monkeypatch):
    """Many runs of it are one press away."""
    table = load_table("wine")
    for part, name, value in ((upload, "has_own_rows", True), (rows, "table", table), (settings, "data_config", DataConfig())):
        monkeypatch.setattr(part, name, lambda value=value: value)
    data = split(table, 0.2, 0)
    kept = replace(data, x_train=data.x_train[:0].copy())
    divided = []
    monkeypatch.setattr(rows, "split", lambda *asked: (divided.append(asked), split(*asked))[1])
    for _ in range(3):  # A large table is not divided again at each movement on the page.
        assert session.dataset_is(kept, EnsembleConfig())
        assert not session.dataset_is(kept, EnsembleConfig(seed=1))
    assert [asked[1:] for asked in divided] == [(0.2, 0), (0.2, 1)]
    assert session.dataset_is(data, EnsembleConfig())


def test_on_a_logarithmic_axis_the_base_rate_has_its_name_at_its_line():
    """Plotly takes an annotation's place there for a logarithm: the names stood far outside the picture."""
    history = pd.DataFrame({"epoch": [1, 2, 3], "test_loss": [2.0, 0.5, 0.1], "train_loss": [2.0, 0.2, 0.01]})
    levels = {"base rate H(π)": 1.02, "uniform ln 3": np.log(3)}
    for log, place in ((True, np.log10(1.02)), (False, 1.02)):
        layout = curves({"Run A": history}, "test_loss", log, levels).checked().layout
        notes = {note.text: note.y for note in layout.annotations}
        assert next(y for text, y in notes.items() if text.startswith("base rate")) == pytest.approx(place)
        assert [line.y0 for line in layout.shapes] == pytest.approx(list(levels.values())[: 1 if log else 2])
    assert "base rate H(π), uniform ln 3" in {
        note.text for note in curves({"Run A": history}, "test_loss", True, levels).checked().layout.annotations
    }
