"""What people take home from a run, and bring back, without a browser."""

import io

import numpy as np
import pandas as pd
import pytest

from ensemble import Run
from testing.app_test import TRAIN, open_app, open_popover, state_of, wait_for_the_run, words

pytestmark = pytest.mark.usefixtures("training_service")


@pytest.fixture(scope="module")
def trained():
    app = open_app(TRAIN, epochs="5", members="3", seed="2")
    app.button(key="train").click().run()
    wait_for_the_run(app)
    open_popover(app, "Download")
    return app


def test_every_download_is_offered(trained):
    labels = {button.proto.label for button in trained.get("download_button")}
    assert labels == {"Report", "Run file", "Keras model", "Losses (CSV)", "Predictions (CSV)", "Python script", "Notebook"}


@pytest.mark.nightly
def test_rows_that_no_library_gives_are_offered_too():
    app = open_app(TRAIN, epochs="2", imbalance="0.5")
    app.button(key="train").click().run()
    wait_for_the_run(app)
    assert not app.get("download_button")
    open_popover(app, "Download")
    assert "Rows (CSV)" in {button.proto.label for button in app.get("download_button")}


def test_a_run_file_is_opened_again(trained):
    run = state_of(trained).job.run
    app = open_app(TRAIN)
    open_popover(app, "Download")
    app.file_uploader(key="run_file").set_value(("run.npz", run.to_bytes(), "application/octet-stream")).run()
    assert not app.exception
    assert not app.error
    opened = state_of(app).job.run
    assert opened.config == run.config
    np.testing.assert_array_equal(opened.curves, run.curves)
    assert (app.session_state["members"], app.session_state["seed"]) == (3, 2)
    assert "opened from a file" in words(app)
    app.switch_page("pages/predictions.py").run()
    assert not app.exception
    assert app.number_input(key="wine").max == 36


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04nonsense", b"\x80\x04\x95" * 100])
def test_a_damaged_run_file_gets_a_sentence(content):
    app = open_app(TRAIN)
    open_popover(app, "Download")
    app.file_uploader(key="run_file").set_value(("run.npz", content, "application/octet-stream")).run()
    assert not app.exception
    assert "saved run" in app.error[0].value
    assert state_of(app).job is None


def test_a_run_of_other_rows_says_what_to_choose(trained):
    app = open_app(TRAIN, data="iris")
    file = ("run.npz", state_of(trained).job.run.to_bytes(), "application/octet-stream")
    open_popover(app, "Download")
    app.file_uploader(key="run_file").set_value(file).run()
    assert "trained on other rows" in app.error[0].value


def test_pinned_runs_are_kept_up_to_four_and_compared(trained):
    app = open_app(TRAIN, epochs="2", members="2")
    for dropout in (0.0, 0.1, 0.2, 0.3, 0.4):
        app.slider(key="dropout").set_value(dropout).run()
        app.button(key="train").click().run()
        wait_for_the_run(app)
        app.button(key="pin").click().run()
        assert app.button(key="pin").disabled
    assert [job.config.dropout for job in state_of(app).pinned] == [0.1, 0.2, 0.3, 0.4]
    app.switch_page("pages/compare.py").run()
    assert not app.exception
    assert [(one.label, one.value) for one in app.metric] == [("Dropout", f"0.{n}") for n in (1, 2, 3, 4)]


def test_the_run_file_holds_what_numpy_and_pandas_read(trained):
    job = state_of(trained).job
    again = Run.load(io.BytesIO(job.run.to_bytes()))
    pd.testing.assert_frame_equal(again.history, job.run.history)
