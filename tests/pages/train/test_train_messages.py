"""What “Train” says of a run whose loss rises or is no number, and where its presses lead."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.softmax.steps import STEPS
from pages.parts.train import no_number
from testing import ROOT
from testing.app_test import state_of, words
from ui.components.cross_entropy import ZERO_LN_ZERO


def show_a_diverged_run(status):
    from types import SimpleNamespace

    from pages.parts.train import no_number

    no_number.show(SimpleNamespace(run=SimpleNamespace(status=status)) if status else None)


def show_a_run(slope, gain=0):
    import numpy as np

    from pages.parts.train.outcome import show_rising_loss

    time = np.arange(100) / 100
    loss = 0.2 + np.exp(-20 * time) + slope * np.maximum(0, time - 0.3)

    class Fitted:
        curves = np.stack([loss, loss, 0 * time + 0.9, 0.9 + gain * time], axis=-1)

    class Rows:
        y_test = (0,) * 50

    show_rising_loss(Fitted(), Rows())


def show_a_good_loss(lead):
    from types import SimpleNamespace
    from unittest.mock import patch

    import numpy as np
    import streamlit as st

    from ensemble import classic
    from pages.parts.train import good_loss
    from ui import caches

    y = np.tile([0, 0, 1, 2], 50)

    class Rows:
        y_test, x_test, classes, row_name, row_names = y, None, 3, "row", "rows"

    class Fitted:
        config = SimpleNamespace(seed=0)

        def logits(self, _):
            return lead * np.eye(3, dtype=np.float32)[y]

    outcome = SimpleNamespace(test_loss=0.5)
    with (
        patch.object(caches, "runs_key", return_value=f"made up, {lead}"),
        patch.object(classic, "outcome", return_value=outcome),
    ):
        st.markdown(good_loss.in_words(Fitted(), Rows()))


def opened(function, *args):
    app = AppTest.from_function(function, args=args).run()
    assert not app.exception
    return app


@pytest.mark.parametrize("status", [None, "finished", "stopped"])
def test_only_a_diverged_run_is_said_to_be_no_number(status):
    assert not opened(show_a_diverged_run, status).button


def test_a_diverged_run_leads_to_overflow_and_to_zero_ln_zero():
    app = opened(show_a_diverged_run, "diverged")
    assert "not a number" in words(app)
    app.button(key="to_overflow").click().run()
    assert state_of(app).next_page == "softmax"
    assert app.session_state["step"] == no_number.OVERFLOW
    assert no_number.OVERFLOW in STEPS
    app.button(key="to_zero_ln_zero").click().run()
    assert state_of(app).next_page == "cross_entropy"
    chosen = app.session_state["cross_entropy_chosen"]
    assert {name: chosen[name] for name in ("p", "q")} == ZERO_LN_ZERO
    assert any(p == q == 0 for p, q in zip(chosen["p"], chosen["q"], strict=True))


def test_a_rising_loss_at_constant_accuracy_links_to_calibration():
    assert not opened(show_a_run, 0).button
    app = opened(show_a_run, 1)
    assert "has risen while accuracy stood" in words(app)
    assert "45 of 50 right" in words(app)
    app.button(key="to_epochs").click().run()
    assert state_of(app).next_page == "calibration"
    assert f'"{app.session_state["calibration_part"]}": epochs' in Path(ROOT / "pages" / "calibration.py").read_text()


def test_an_accuracy_that_rises_with_the_loss_is_not_said_to_stand():
    """30 of 36 right and then 34 is no accuracy that stood."""
    assert "has risen while accuracy rose" in words(opened(show_a_run, 1, 0.1))


@pytest.mark.parametrize(
    ("lead", "said"),
    [
        (2, "nats less than the base rate** (95 % interval "),
        (0.05, "nats; Gaffke 2005) includes 0."),
        (-2, "worse than the base rate**, by "),
    ],
)
def test_a_good_loss_is_measured_against_the_base_rate(lead, said):
    text = words(opened(show_a_good_loss, lead))
    assert said in text
    assert "ln 3 ≈ 1.10 nats" in text
    assert "known only in hindsight" in text
    assert "≈ 1.04 nats" in text
    assert "200 test rows" in text
    assert "Only rows that the network was not trained on count here" in text
