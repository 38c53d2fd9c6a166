"""What the page Train asks for again and again while a run waits: in a crowd its words alone, for the picture stays."""

import pytest
from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext

from ensemble.execution import service
from testing.app_test import open_app, state_of
from tests.execution.fake_workers import CONFIG, FakeWorkers
from ui import session


@pytest.fixture
def timers(monkeypatch):
    """The timers of the page's fragments in its last run; each asks for its own anew."""
    begun, enqueue = [], ScriptRunContext.enqueue
    monkeypatch.setattr(session, "keep_alive", lambda: None)

    def note(context, message):
        if message.WhichOneof("type") == "auto_rerun":
            begun.append(message.auto_rerun.fragment_id)
        enqueue(context, message)

    monkeypatch.setattr(ScriptRunContext, "enqueue", note)
    return begun


@pytest.mark.parametrize("is_crowd", [True, False])
def test_the_words_alone_ask_for_news_until_the_run_begins(monkeypatch, timers, wine, is_crowd):
    workers = FakeWorkers()
    monkeypatch.setattr(service, "_service", workers.service)
    monkeypatch.setattr(session, "is_in_a_crowd", lambda: is_crowd)
    workers.service.submit(CONFIG, wine, "another")
    workers.start(workers.runs[0])
    app = open_app()
    app.button("train").click().run()
    assert not app.exception
    job = state_of(app).job
    assert job.state == "queued"
    timers.clear()
    before = job.timing.last_heartbeat
    app.run()
    assert len(timers) == (1 if is_crowd else 2)
    assert job.timing.last_heartbeat > before
    workers.finish(workers.runs[0])
    workers.start(workers.runs[0])
    timers.clear()
    app.run()
    assert job.state == "training"
    assert len(timers) == 2
