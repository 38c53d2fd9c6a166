"""Losses: its runs are trained, stopped and trained again."""

from importlib import import_module

import numpy as np
import pytest

from ensemble.probability.class_weights import balanced_weights
from pages.parts.losses import words as words_of_the_page
from testing.app_test import go_to_part, open_app, pictures, related, train, wait_for_related, wait_for_the_run, words
from ui.text.format import number

pytestmark = pytest.mark.usefixtures("training_service")


KINDS = ["softmax"] * 5 + ["sigmoid"] * 5 + ["linear"] * 5 + ["softmax_squared", "softmax_twice"]


@pytest.mark.nightly
def test_one_press_trains_each_kind_of_output():
    app = open_app("pages/losses.py", data="iris", epochs="20")  # its folds are of one size: one program for all five
    assert [run.config.outputs for run in train(app, "losses").runs] == KINDS
    assert "All 150 rows add up to 1." in words(app)
    go_to_part(app, "losses", "Two mistakes")
    assert app.dataframe[0].value["Right"].str.endswith(" of 30").all()


def test_only_softmax_outputs_are_always_probability_vectors():
    """On the example, which was trained in advance."""
    app = open_app("pages/losses.py")
    runs = list(related(app, "losses").runs.values())
    assert [run.config.outputs for run in runs] == KINDS
    softmax, sigmoid, linear = [line.value for line in app.markdown if " lie outside 0 to 1" in line.value]
    assert softmax.startswith("All 178 rows add up to 1.")
    assert sigmoid.startswith("Rows add up to ")
    assert linear.startswith("Rows add up to ")
    assert "; 0 of 534 lie outside" in softmax
    assert "; 0 of 534 lie outside" not in linear
    assert "not sufficient" in words(app)
    assert len(pictures(app)) == 6
    go_to_part(app, "losses", "Two mistakes")
    pulls, floor = pictures(app)
    assert "The base rate has no line here" in words(app)
    assert [trace["name"] for trace in pulls["data"]] == [
        "Softmax, cross-entropy",
        "Softmax, squared error",
        "Softmax twice, cross-entropy",
    ]
    assert any(note["text"].startswith("floor 0.551 nats = −ln 0.576") for note in floor["layout"]["annotations"])
    twice = runs[-1].history["train_loss_as_trained"]
    assert f"**0.551 nats**; training reached {number(twice.iloc[-1])}" in words(app)
    assert app.dataframe[0].value["Right"].str.endswith(" of 36").all()


@pytest.mark.nightly
def test_runs_that_a_page_needs_can_be_stopped_and_trained_again(monkeypatch):
    monkeypatch.setattr(import_module("ui.session.related"), "MAX_SECONDS_UNASKED", float("inf"))  # busy cores
    app = open_app("pages/losses.py", data="iris", epochs="400", seed="8")
    app.button(key="train").click().run()
    wait_for_the_run(app)
    app.button(key="stop_outputs").click().run()
    group = wait_for_related(app, "outputs")
    assert not group.complete
    assert "lie outside" not in words(app)
    app.button(key="train_outputs").click().run()
    assert wait_for_related(app, "outputs").complete
    assert "lie outside" in words(app)
    app.session_state["members"] = 3
    app.run()
    assert "Set: ensemble size 3" in words(app)
    assert "lie outside" in words(app)


def test_class_weights_are_named_where_losses_would_reach_the_true_frequencies():
    """With weights w the weighted loss is lowest at w p, normalised, whatever the loss: no such run reaches the frequencies."""
    p, w = np.array([0.8, 0.2]), balanced_weights([0] * 8 + [1] * 2, 2)
    grid = np.linspace(0.01, 0.99, 99)
    loss = -(w * p * np.log(np.stack([grid, 1 - grid], axis=1))).sum(axis=1)
    assert grid[loss.argmin()] == pytest.approx(0.5)
    assert "neither label smoothing nor class weights" in " ".join(words_of_the_page.WHAT_IS_SEEN.split())
