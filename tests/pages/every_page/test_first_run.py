"""What the first run of a page sends to a browser: counted, since each element costs the server and the browser time."""

import json

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.local_script_runner import LocalScriptRunner

from testing import PATIENCE
from testing.app_test import APP, PREDICTIONS, TRAIN, open_app
from ui.server.scripts_of_charts import scripts_of_charts

pytestmark = pytest.mark.usefixtures("training_service")
KILOBYTE = 1000


@pytest.fixture
def runs(monkeypatch):
    """The messages of each run of a script."""
    made = []
    take = LocalScriptRunner.forward_msgs
    monkeypatch.setattr(LocalScriptRunner, "forward_msgs", lambda runner: made.append(take(runner)) or made[-1])
    return made


def drawn(messages):
    return [one for one in messages if one.WhichOneof("type") == "delta"]


@pytest.mark.parametrize(("page", "elements", "kilobytes"), [(TRAIN, 40, 116), (PREDICTIONS, 28, 85)])
def test_a_page_is_drawn_in_one_run_of_few_elements(runs, page, elements, kilobytes):
    AppTest.from_file(str(APP), default_timeout=PATIENCE).run().switch_page(page).run()
    *_, last = runs
    assert [one.WhichOneof("type") for one in last].count("new_session") <= 1
    assert len(drawn(last)) <= elements
    assert sum(one.ByteSize() for one in drawn(last)) <= kilobytes * KILOBYTE


def shell(app):
    return next(json.loads(one.proto.json) for one in app.get("bidi_component") if one.proto.component_name.endswith("_shell"))


def styles(app):
    return [one.proto.body for one in app.get("html") if "<style>" in one.proto.body]


def test_pages_bring_no_styles_but_those_of_the_presenters_view():
    assert not styles(open_app(TRAIN))
    assert len(styles(open_app(TRAIN, view="presenter"))) == 1


def test_the_scripts_of_charts_are_begun_ahead_in_a_plan_alone_and_fetched_elsewhere():
    plain, plan = shell(open_app(TRAIN)), shell(open_app(TRAIN, plan="trust"))
    assert plain["scripts"] == plan["scripts"] == [*scripts_of_charts()]
    assert (plain["soon"], plan["soon"]) == (False, True)
