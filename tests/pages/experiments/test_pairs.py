"""Two settings over the same seeds: differences and a verdict."""

import numpy as np
import pytest

from ensemble.sweeps.comparisons import compared
from testing.app_test import open_app, pictures, words
from tests.pages.experiments.many_runs import PAGE, PAIRS, open_part, plan_of, results_of, sweep_of, train
from ui.text.format import number

pytestmark = pytest.mark.usefixtures("training_service")


@pytest.fixture(scope="module")
def paired():
    app = open_part(PAIRS, pairs="6")
    train(app, "pairs")
    return app


def test_pairs_have_their_differences_and_a_verdict(paired):
    sweep = sweep_of(paired, "pairs")
    for measure in ("ratio", "accuracy", "test_loss"):
        paired.button_group(key="many_measure").set_value(measure).run()
        expected = compared(plan_of(sweep), results_of(sweep), measure)
        dots = next(trace for trace in pictures(paired)[0]["data"] if trace.get("name") == "a pair")
        np.testing.assert_allclose(dots["y"], np.sort(expected.differences))
    text = words(paired)
    assert "over 6 pairs" in text
    assert f"{number(abs(expected.paired.mean))} nats" in text
    assert "pairs are needed to detect" not in text
    assert "times as large" not in text
    assert "Needs at least 10 pairs to tell; you have 6." in text
    assert "Needs at least 10 pairs; you have 6." in text


@pytest.mark.parametrize(
    "setting",
    [
        "pooling",
        "bootstrap_share",
        *(
            pytest.param(setting, marks=pytest.mark.nightly)
            for setting in ("hidden_layers", "optimizer", "outputs", "label_smoothing")
        ),
    ],
)
def test_any_setting_can_be_paired(setting):
    app = open_part(PAIRS, other=setting, pairs="3")
    train(app, "pairs")
    assert len(pictures(app)) == 1
    if setting == "bootstrap_share":
        assert "All pairs came out the same." in words(app)


def test_b_has_to_differ_from_a():
    app = open_part(PAIRS)
    app.number_input(key="many_other_dropout").set_value(0.25).run()
    assert "A has 0.25 already" in words(app)
    assert app.button(key="train_pairs").disabled


def test_pairs_of_the_example_give_way_to_others():
    """The sweeps that ship with the app have an owner without a tab."""
    app = open_app(PAGE, part=PAIRS)
    shipped = sweep_of(app, "pairs")
    assert not shipped.live
    app.session_state["epochs"], app.session_state["members"] = 2, 1
    app.session_state["many_pairs"] = 2
    app.run()
    assert not app.exception
    if sweep_of(app, "pairs") is shipped:
        app.button(key="train_pairs").click().run()
    assert not app.exception
    assert sweep_of(app, "pairs") is not shipped
