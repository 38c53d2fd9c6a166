"""The page for the host: read in ten seconds, and nothing private on it."""

import pytest

from ensemble.execution import metrics
from ensemble.execution.metrics import Load, Report
from testing.app_test import open_app

HEALTH = "pages/health.py"


@pytest.fixture
def health(monkeypatch):
    """Opens the page of a host of which this is to be said."""

    def open_(load, ended=None, mean_wait_seconds=None, web_bytes=None, up_seconds=None):
        report = Report(load, ended or {}, mean_wait_seconds, web_bytes, up_seconds)
        monkeypatch.setattr(metrics, "report", lambda: report)
        app = open_app(HEALTH)
        return app, {metric.label: metric.value for metric in app.metric}

    return open_


def test_a_busy_host_sees_what_goes_on(health):
    load = Load(workers=2, waiting=31, training=2, sweeps=1, worker_bytes=(900_000_000, 950_000_000))
    ended = {"done": 40, "diverged": 2, "stopped": 5, "failed": 3}
    app, shown = health(load, ended, mean_wait_seconds=4.26, web_bytes=290_000_000, up_seconds=3 * 3600 + 25 * 60)
    assert "Training processes ready: 2." in app.success[0].value
    assert shown == {
        "Training processes": "2",
        "Runs in training": "2",
        "Runs that wait": "31",
        "Sweeps under way": "1",
        "Running for": "3 h 25 min",
        "Runs done": "42",
        "Runs failed": "3",
        "Mean wait": "4.3 s",
        "Web process": "290 MB",
        "Largest training process": "950 MB",
        "All training processes": "1850 MB",
    }


def test_before_training_has_been_started_it_says_so(health):
    app, shown = health(None)
    assert "starts with the server" in app.info[0].value
    assert not app.success
    assert (shown["Mean wait"], shown["Web process"], shown["Running for"]) == ("none yet", "unknown", "unknown")


def test_trouble_comes_before_anything_else(health):
    app, _ = health(Load(trouble="The scheduler of the training cluster does not answer."))
    assert "does not answer" in app.error[0].value
    assert not app.success


def test_no_worker_is_not_well(health):
    app, _ = health(Load())
    assert "No training process is ready" in app.warning[0].value
    assert not app.success


def test_versions_are_named(health):
    app, _ = health(Load(workers=1))
    assert all(
        name in app.caption[-1].value for name in ("Python 3.", "streamlit 1.", "tensorflow", "keras 3.", "distributed 20")
    )
