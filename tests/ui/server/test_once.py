"""What a page asks for again and again, or hundreds of people see, is made once: counted, not timed."""

import gc
import json
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from weakref import ref

import pytest

from ensemble import classic
from ensemble import once as once_of
from ensemble.once import once
from ensemble.related import example
from ui.components import training_view
from ui.server import streamlit_internals
from ui.server.written import Written, written
from ui.session import state

module_of_state = sys.modules[state.__module__]
module_of_view = sys.modules[training_view.__name__]


class Counted(dict):
    """A session's state that counts how often it is read."""

    reads = 0

    def get(self, *key):
        self.reads += 1
        return super().get(*key)


def another():
    """Another run of the example's values."""
    return example.run().__class__(**vars(example.run()))


@pytest.fixture
def session(monkeypatch):
    kept = Counted()
    monkeypatch.setattr(module_of_state, "st", SimpleNamespace(session_state=kept))
    monkeypatch.setattr(module_of_state, "_of_thread", threading.local())
    return kept


def test_the_state_of_a_session_is_looked_up_once_in_the_thread_of_its_scripts(session, monkeypatch):
    monkeypatch.setattr(streamlit_internals, "script_run", object)
    states = {id(state()) for _ in range(100)}
    assert (len(states), session.reads) == (1, 1)


def test_another_thread_looks_it_up_again_and_so_does_who_is_in_no_script(session, monkeypatch):
    monkeypatch.setattr(streamlit_internals, "script_run", lambda: None)
    assert state() is state()
    assert session.reads == 2
    monkeypatch.setattr(streamlit_internals, "script_run", object)
    first = state()
    session.clear()
    another = ThreadPoolExecutor().submit(state).result()
    assert another is not first
    assert state() is first


def test_what_the_picture_of_a_run_is_made_of_is_made_once_for_everybody(monkeypatch):
    run, data, sent = example.run(), example.data(), []
    monkeypatch.setattr(module_of_view, "_component", lambda **options: sent.append(options["data"]))
    monkeypatch.setattr(module_of_view, "st", SimpleNamespace(session_state={}))
    made = []
    frames = module_of_view.frames
    monkeypatch.setattr(module_of_view, "frames", lambda *given: made.append(given) or frames(*given))
    run = example.run().__class__(**vars(run))
    for viewer in range(2):
        module_of_view.training_view(
            run, data, run_id=f"run of {viewer}", state="finished", total_epochs=200, every=1, key="view", ghost=run
        )
    assert made == [(run, data)]
    for part in ("curves", "ghost", "frames"):
        assert isinstance(sent[0][part], Written)
        assert sent[0][part] is sent[1][part]
    told = json.loads(written(sent[0]))
    assert told["frames"] == frames(run, data)
    assert told["run"] == "run of 0"
    assert told["curves"]["test_loss"] == told["ghost"] == [float(f"{loss:.6g}") for loss in run.history["test_loss"]]


def test_what_is_made_of_a_run_goes_with_the_run_and_with_its_rows():
    def make(run, data):
        return [run.epochs, data.name]

    run, data = another(), example.data()
    assert once(make, run, data) is once(make, run, data) is not once(make, another(), data)
    gc.collect()
    assert len(once_of._made[make]) == 1
    del run
    gc.collect()
    assert not once_of._made[make]


def test_large_texts_are_kept_of_the_last_runs_only():
    """A class has hundreds of runs, and the texts that its browsers are sent are as large as the runs."""
    runs = [another() for _ in range(module_of_view.TEXTS_KEPT + 1)]
    texts = [(module_of_view._curves(ref(run)), module_of_view._frames(ref(run), ref(example.data()))) for run in runs]
    for of, index in ((module_of_view._curves, 0), (module_of_view._frames, 1)):
        assert of.cache_info().currsize == module_of_view.TEXTS_KEPT
        more = () if index == 0 else (ref(example.data()),)
        assert of(ref(runs[-1]), *more) is texts[-1][index]
        assert of(ref(runs[0]), *more) is not texts[0][index]


def test_texts_keep_no_run_alive():
    run = another()
    module_of_view._curves(ref(run))
    gone = ref(run)
    del run
    gc.collect()
    assert gone() is None


def test_the_outcome_of_a_run_is_computed_once(monkeypatch):
    run, data, computed = example.run(), example.data(), []
    make = classic._outcome
    monkeypatch.setattr(classic, "_outcome", lambda *given: computed.append(given) or make(*given))
    assert classic.outcome(run, data) == classic.outcome(run, data) == make(run, data)
    assert len(computed) == 1
