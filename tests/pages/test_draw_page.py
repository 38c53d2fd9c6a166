"""Draw a digit: whose net reads the drawing, and what the link and the component are told."""

import base64

import numpy as np
import pytest

from ensemble import load_dataset
from ensemble.datasets.neighbours import distances_to_nearest
from ensemble.related import digits
from testing.app_test import component_data, open_app, state_of, wait_for_the_run, words
from ui.components.draw import are_digits, examples, pixels

pytestmark = pytest.mark.usefixtures("training_service")

PAGE = "pages/draw.py"


def right(name):
    run, data = digits.run(name), digits.data()
    return int((run.logits(data.x_test).argmax(axis=1) == data.y_test).sum())


def test_a_first_visitor_has_a_drawn_digit_and_the_classic_net_on_digits():
    app = open_app(PAGE)
    sent = component_data(app)
    assert sent["drawing"] == "digit"
    assert (sent["network"]["training"], sent["network"]["activation"]) == ("joint", "linear")
    weights = np.frombuffer(base64.b64decode(sent["network"]["weights"]), "<f4")
    np.testing.assert_array_equal(weights, np.concatenate([array.ravel() for array in digits.run("joint").weights]))
    assert f"10 joint linear members, **{right('joint')} of 360** test digits right" in words(app).replace("\n", " ")
    assert "Your experiment is on wine" in words(app)


def test_the_component_gets_training_digits_and_their_usual_distances():
    sent, data = component_data(open_app(PAGE)), digits.data()
    train = np.frombuffer(base64.b64decode(sent["train"]), np.uint8).reshape(-1, 64)
    np.testing.assert_allclose(data.scaled(train), data.x_train, atol=1e-6)
    np.testing.assert_array_equal(np.frombuffer(base64.b64decode(sent["labels"]), np.uint8), data.y_train)
    assert (sent["usual"], sent["far"]) == pytest.approx(tuple(np.quantile(distances_to_nearest(train), (0.5, 0.99))))


def test_each_class_has_its_first_test_digit_as_an_example():
    data = digits.data()
    for k, shown in enumerate(examples(data)):
        np.testing.assert_array_equal(shown, pixels(data, data.x_test)[data.y_test == k][0])


def test_a_link_brings_the_drawing_and_the_net_and_a_choice_is_in_the_address():
    app = open_app(PAGE, drawing="letter", net="independent")
    sent = component_data(app)
    assert (sent["drawing"], sent["network"]["training"], sent["network"]["activation"]) == ("letter", "independent", "relu")
    app.button_group(key="draw_net").set_value("joint").run()
    assert component_data(app)["network"]["training"] == "joint"
    assert app.query_params["net"] in ("joint", ["joint"])
    assert app.query_params["drawing"] in ("letter", ["letter"])


def test_a_drawing_or_a_net_that_there_is_not_gives_way_to_the_usual_one():
    sent = component_data(open_app(PAGE, drawing="<b>", net="own"))
    assert (sent["drawing"], sent["network"]["training"]) == ("digit", "joint")


def test_a_button_trains_on_digits_and_that_run_reads_the_drawing():
    app = open_app(PAGE, epochs="2", members="3")
    app.button(key="train_on_digits").click().run()
    assert app.session_state["data"] == "digits"
    run = wait_for_the_run(app).run
    assert are_digits(state_of(app).job.dataset)
    assert app.button_group(key="draw_net").value == "own"
    sent = component_data(app)
    assert sent["network"]["members"] == run.config.members == 3
    assert "Your run: 3 joint linear members" in words(app)
    assert "train_on_digits" not in {button.key for button in app.button}
    app.button_group(key="draw_net").set_value("independent").run()
    assert component_data(app)["network"]["members"] == 10


def test_only_whole_digits_are_read_as_drawings():
    assert are_digits(digits.data())
    assert not are_digits(digits.data().only(digits.data().feature_names[:16]))
    assert not are_digits(load_dataset("wine"))
