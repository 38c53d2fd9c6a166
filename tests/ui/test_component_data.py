"""What the components are sent, without a browser."""

import base64
import json

import numpy as np
import pytest

from ensemble import EnsembleConfig, Run, load_dataset
from ensemble.probability import log_softmax
from ensemble.related import digits
from ensemble.runs.weights import weight_shapes
from ui.components.draw import draw
from ui.components.scores import scores
from ui.components.test_rows import constant_losses, pixels
from ui.components.training_view import MAX_WINES, frames, training_view
from ui.server.written import written


@pytest.fixture(scope="module", params=["wine", "digits"])
def data(request):
    return load_dataset(request.param)


@pytest.fixture(scope="module")
def run(data):
    config = EnsembleConfig(epochs=3)
    weights = tuple(np.zeros(shape, np.float32) for shape in weight_shapes(config, data.features, data.classes))
    log_proba = log_softmax(np.random.default_rng(0).normal(size=(3, len(data.y_test), data.classes))).astype(np.float32)
    return Run.before_training(config, data, weights).extended(weights, np.ones((3, 7), np.float32), log_proba)


def as_sent(data):
    """As the component has it."""
    return json.loads(written(data))


def test_scores_of_a_row_are_sent_whole_with_controls_that_reach_them(monkeypatch):
    sent = []
    monkeypatch.setattr("ui.components.scores._component", lambda **options: sent.append(options["data"]))
    for z, reach in (([14.2, -3.0, 0.5], 20), ([9.9, -10.0], 10), ([-10.1, 0.0], 20), ([1e30, 0.0], 1e30)):
        scores("link", z=z, key="scores")
        assert (sent[-1]["z"], sent[-1]["reach"]) == (z, pytest.approx(reach))
    scores("link", key="scores")
    assert (sent[-1]["z"], sent[-1]["reach"]) == ([2.0, 1.0, -1.0], 10)


def test_frames_name_the_rows_that_their_probabilities_are_of(run, data):
    sent = frames(run, data)
    rows = np.array(sent["rows"])
    assert len(rows) == min(len(data.y_test), MAX_WINES)
    assert sent["truth"] == data.y_test[rows].tolist() == sorted(sent["truth"])
    proba = np.frombuffer(base64.b64decode(sent["proba"]), "<u2").reshape(3, len(rows), data.classes) / 65535
    np.testing.assert_allclose(proba, np.exp(run.test_log_proba[:, rows]), atol=1e-5)


def test_the_run_before_marks_what_it_gave_the_true_class_of_each_column(monkeypatch, run, data):
    sent = []
    monkeypatch.setattr("ui.components.training_view._component", lambda **options: sent.append(as_sent(options["data"])))
    options = {"run_id": "a", "state": "finished", "total_epochs": 3, "every": 1.0, "key": "view"}
    training_view(run, data, ghost_of_rows=run, **options)
    rows = np.array(sent[-1]["frames"]["rows"])
    expected = np.exp(run.test_log_proba[-1][rows, data.y_test[rows]])
    np.testing.assert_allclose(sent[-1]["ghost_of_rows"], expected, atol=1e-4)
    training_view(run, data, **options)
    assert sent[-1]["ghost_of_rows"] is None


@pytest.mark.parametrize(
    ("settings", "other_losses", "other_units"),
    [
        ({}, [(4, "")], ""),
        ({"training": "independent", "label_smoothing": 0.1}, [(4, "mean of members and label smoothing")], ""),
        ({"training": "bootstrap"}, [(4, "members on their own samples"), (8, "out-of-bag members only")], ""),
        ({"outputs": "linear"}, [(4, "squared error")], "squared error"),
    ],
)
def test_the_loss_of_fit_is_sent_with_the_reason_why_it_is_another_one(monkeypatch, settings, other_losses, other_units):
    sent, data = [], load_dataset("wine")
    monkeypatch.setattr("ui.components.training_view._component", lambda **options: sent.append(as_sent(options["data"])))
    config = EnsembleConfig(epochs=4, **settings)
    weights = tuple(np.zeros(shape, np.float32) for shape in weight_shapes(config, data.features, data.classes))
    options = {"run_id": "a", "state": "training", "total_epochs": 4, "every": 1.0, "key": "view"}
    training_view(Run.before_training(config, data, weights), data, **options)
    assert sent[-1]["curves"].keys() >= {"fit_loss", "fit_loss_end_weights", "fit_loss_dropout_off"}
    assert sent[-1]["fit_other_losses"] == [[epoch, reasons] for epoch, reasons in other_losses]
    assert sent[-1]["fit_other_units"] == other_units


def test_digits_come_with_their_pixels_and_wines_without(run, data):
    rows = np.array([5, 1])
    sent = pixels(data, rows)
    if data.name == "wine":
        assert sent is None
    else:
        shown = np.frombuffer(base64.b64decode(sent["pixels"]), np.uint8).reshape(2, sent["side"], sent["side"])
        np.testing.assert_allclose(shown[0].ravel() / 255 * 16, data.in_units(data.x_test[rows])[0].clip(0, 16), atol=0.04)
        assert len(base64.b64decode(frames(run, data)["pictures"]["pixels"])) == 64 * MAX_WINES


def test_pictures_of_losses_have_lines_at_base_rate_and_uniform_loss(data):
    sent = constant_losses(data)
    shares = np.bincount(data.y_test) / len(data.y_test)
    assert sent["base_rate"] == pytest.approx(-np.log(shares[data.y_test]).mean())
    expected = {f"ln {data.classes}": np.log(data.classes), "base rate H(π)": sent["base_rate"]}
    assert {line["name"]: line["loss"] for line in sent["constants"]} == pytest.approx(expected)


@pytest.mark.parametrize(("said", "chosen"), [("blank", ["blank"]), ("<b>", []), (["digit"], []), (None, [])])
def test_a_drawing_to_begin_with_is_one_of_those_that_there_are(monkeypatch, said, chosen):
    made, remembered = {}, []
    monkeypatch.setattr("ui.components.draw._component", lambda **options: made.update(options))
    monkeypatch.setattr("streamlit.session_state", {"paper": {"drawing": said}})
    draw(digits.run("joint"), digits.data(), "nothing", run_id="a", key="paper", on_drawing=remembered.append)
    assert made["data"]["drawing"] == "digit"
    made["on_drawing_change"]()
    assert remembered == chosen
