"""The app in Streamlit's AppTest: every page and control, without a browser."""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from streamlit.testing.v1 import AppTest

from ensemble.execution.jobs import Job, RunGroup
from testing import PATIENCE
from ui.session.state import STATE, Related, SessionState
from ui.widgets.experiment.run_settings import MORE

APP = Path(__file__).resolve().parent.parent / "app.py"
OF_PAGES = {"members": "ensembles", "calibration": "folds", "decide": "folds", "losses": "outputs"}
SOFTMAX, TRAIN, PREDICTIONS = "pages/softmax.py", "pages/train.py", "pages/predictions.py"


_open: list[list[AppTest]] = []


@contextmanager
def sessions_that_end() -> Iterator[None]:
    """At the end of the block, stop the runs of sessions that began in it, so that they do not keep the worker busy."""
    _open.append([])
    try:
        yield
    finally:
        for app in _open.pop():
            if STATE in app.session_state:
                stop_all(state_of(app))


def stop_all(state: SessionState) -> None:
    groups = [related.group for related in state.related.values()]
    measured = [runs.sweep for runs in state.measured.values()]
    for one in [state.job, *groups, *state.sweeps.values(), *measured]:
        if one and one.live:
            one.cancel()


def open_app(page: str = TRAIN, **query: str) -> AppTest:
    """The app on a page, with the expander of further settings open, since its content is drawn only then."""
    app = AppTest.from_file(str(APP), default_timeout=PATIENCE)
    for name, value in query.items():
        app.query_params[name] = value
    app.session_state[MORE] = True
    if _open:
        _open[-1].append(app)
    app.run()
    if page != SOFTMAX:
        app.switch_page(page).run()
    assert not app.exception
    return app


def state_of(app: AppTest) -> SessionState:
    """The state of the session besides the values of its widgets."""
    return app.session_state[STATE]


def open_popover(app: AppTest, label: str) -> None:
    """Open a popover of the experiment's bar, since its content is drawn only then."""
    app.session_state[f"{label.lower()}_popover"] = True
    app.run()


def wait_for_the_run(app: AppTest) -> Job:
    job = state_of(app).job
    assert job
    assert job.wait(PATIENCE)
    app.run()
    assert not app.exception
    ended = state_of(app).job
    assert ended
    return ended


def words(app: AppTest) -> str:
    return " ".join(element.value for element in [*app.markdown, *app.caption, *app.info, *app.warning, *app.error])


def component_data(app: AppTest) -> Any:
    of_the_page = [one.proto for one in app.get("bidi_component") if one.proto.component_name != "softmax_lab_shell"]
    return json.loads(of_the_page[0].json)


def related(app: AppTest, name: str) -> Related:
    """The related runs of a page, or of the part with that name."""
    return state_of(app).related[OF_PAGES.get(name, name)]


def wait_for_related(app: AppTest, name: str) -> RunGroup:
    if related(app, name).waits:  # estimates are larger on busy cores
        app.button(key=f"train_{OF_PAGES.get(name, name)}").click().run()
    group = related(app, name).group
    assert group
    assert group.wait(PATIENCE)
    app.run()
    assert not app.exception
    return group


def pictures(app: AppTest) -> list[dict[str, Any]]:
    """The figures on the page, in their order, with Plotly's encoded arrays decoded."""
    return [json.loads(element.proto.spec, object_hook=_decoded) for element in app.get("plotly_chart")]


def _decoded(value: dict[str, Any]) -> Any:
    if "bdata" not in value:
        return value
    array = np.frombuffer(base64.b64decode(value["bdata"]), value["dtype"])
    return array.reshape([int(length) for length in value["shape"].split(",")]) if "shape" in value else array


def go_to_part(app: AppTest, page: str, part: str) -> None:
    app.button_group(key=f"{page}_part").set_value(part).run()
    assert not app.exception


def train(app: AppTest, name: str) -> RunGroup:
    """Press Train, and wait for the run and its related runs."""
    app.button(key="train").click().run()
    wait_for_the_run(app)
    return wait_for_related(app, name)
