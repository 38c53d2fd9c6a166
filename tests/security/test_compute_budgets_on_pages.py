"""What pages say of runs beyond the budget, what a session holds, and where it comes from: nothing is trained."""

import re
from dataclasses import replace
from importlib import import_module
from types import SimpleNamespace
from unittest.mock import Mock

import numpy as np
import pytest
import streamlit as st
from streamlit.web.server.starlette import starlette_server

from ensemble import EnsembleConfig, Run, load_dataset
from ensemble.datasets.config import DataConfig
from ensemble.datasets.csv_table import UPLOADED
from ensemble.datasets.splits import split
from ensemble.execution import service as service_module
from ensemble.execution.service import Service
from ensemble.limits import Limits
from ensemble.runs.weights import weight_shapes
from ensemble.sharing.lesson import Lesson
from testing import ROOT
from testing.app_test import TRAIN, open_app, state_of, words
from tests.security.test_compute_budgets import DEAREST, upload
from ui import session
from ui.session import rows, runs, settings
from ui.session.state import Related

ARRIVE = Lesson(train=True).to_query()


@pytest.fixture(autouse=True)
def service(monkeypatch):
    """The app's own service, without a worker."""
    one = Service(scheduler="tcp://127.0.0.1:9", limits=Limits(store_megabytes=0))
    one.start = Mock()
    monkeypatch.setattr(service_module, "_service", one)
    return one


def open_link(page=TRAIN, **settings):
    return open_app(page, **{name: str(value) for name, value in settings.items()})


def test_the_most_expensive_link_is_refused_with_its_cost(service):
    app = open_link(data="digits", **DEAREST, **ARRIVE)
    assert (state_of(app).job, service.live) == (None, 0)
    assert app.button(key="train").disabled
    said = words(app)
    assert "This link asks to train more than this server allows." in said
    assert "This run would take about 67,000 times the classic run" in said
    assert "Choose at most 29 epochs, or try a larger batch size, fewer members" in said
    app.slider(key="epochs").set_value(29).run()
    assert not app.button(key="train").disabled


def test_only_an_expensive_link_waits_for_train(service):
    app = open_link(data="digits", epochs=2000, **ARRIVE)
    assert (state_of(app).job, service.live) == (None, 0)
    assert "Look at the settings, and press Train to begin." in words(app)
    app.button(key="train").click().run()
    assert service.live == 1
    assert "press Train to begin" not in words(app)
    assert state_of(open_link(data="digits", **ARRIVE)).job.live


def after_one_epoch(config, data):
    weights = tuple(np.zeros(shape, np.float32) for shape in weight_shapes(config, data.features, data.classes))
    uniform = np.full((1, len(data.y_test), data.classes), -np.log(data.classes), np.float32)
    run = Run.before_training(config, data, weights).extended(weights, np.ones((1, 4), np.float32), uniform)
    return replace(run, status="finished")


def test_an_expensive_group_or_sweep_cannot_be_begun(service):
    digits = load_dataset("digits")
    dear = service.reopened(after_one_epoch(EnsembleConfig(epochs=2000), digits), digits, "me")
    app = open_link("pages/calibration.py", data="digits", epochs=2000, run=dear.id)
    assert state_of(app).job is dear
    assert "These 10 runs would take about" in words(app)
    assert "train_folds" not in [button.key for button in app.button]
    app = open_link("pages/experiments.py", part="How lucky was that?", epochs=2000, seeds=1000)
    assert app.button(key="train_luck").disabled
    assert "These 3,000 runs would take about 30,000 times the classic run" in words(app)
    assert (service.live, service.sweeps.live) == (0, 0)


def test_a_session_holds_two_sources_and_pinned_runs_no_rows(monkeypatch, service):
    table = upload(300)
    data = split(table, 0.2, 0)
    monkeypatch.setattr(st, "session_state", {})
    monkeypatch.setattr(st, "context", SimpleNamespace(ip_address=None))
    for part, name, value in ((rows, "table", table), (rows, "dataset", data), (settings, "data_config", DataConfig())):
        monkeypatch.setattr(part, name, lambda value=value: value)
    for seed in range(6):
        config = EnsembleConfig(seed=seed)
        monkeypatch.setattr(settings, "config", lambda config=config: config)
        runs.take(service.reopened(after_one_epoch(config, data), data, "me"), rows.source())
        session.pin()
        session.pin()
    state = session.state()
    assert list(state.sources) == [state.earlier.id, state.job.id]
    assert [source.table for source in state.sources.values()] == [table] * 2
    assert session.source_of(state.job) is state.sources[state.job.id]
    assert [one.config.seed for one in state.pinned] == [2, 3, 4, 5]
    assert [one.dataset.x_train.shape for one in state.pinned] == [(0, 13)] * 4
    assert all(one.dataset.x_train.base is None and len(one.dataset.y_train) == 240 for one in state.pinned)
    assert session.is_pinned(state.job)


def test_groups_on_uploaded_rows_are_given_up_with_them(monkeypatch, service, wine):
    monkeypatch.setattr(st, "session_state", {})
    config = EnsembleConfig(seed=7)
    plans = {"own": {"joint": (config, replace(wine, name=UPLOADED))}, "wine": {"joint": (config, wine)}}
    own, built_in = (service.submit_group(list(plans[name].values()), f"me-{name}") for name in plans)
    related = session.state().related
    related["ensembles"] = Related("a", plans["own"], own)
    related["folds"] = Related("b", plans["wine"], built_in)
    related["outputs"] = Related("c", plans["own"])
    session.use_own(upload(100))
    assert (list(related), own.live, built_in.live) == (["folds"], False, True)
    session.use_own(replace(upload(100), y=np.zeros(100, int)))
    assert built_in.live


@pytest.mark.parametrize(
    ("shown", "person"),
    [
        (None, ""),
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("unknown" * 99, ("unknown" * 99)[:64]),
    ],
)
def test_a_person_is_an_address_or_a_network_of_a_household(monkeypatch, shown, person):
    monkeypatch.setattr(st, "context", SimpleNamespace(ip_address=shown))
    assert session.address() == person


def test_only_trusted_proxies_set_the_visitors_address(monkeypatch):
    monkeypatch.delenv("FORWARDED_ALLOW_IPS", raising=False)
    uvicorn = import_module("uvicorn")  # comes with Streamlit
    server = uvicorn.Config(None, **starlette_server._get_uvicorn_config_kwargs())
    assert (server.proxy_headers, server.forwarded_allow_ips) == (True, "127.0.0.1,::1")
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "10.0.0.2")
    assert uvicorn.Config(None).forwarded_allow_ips == "10.0.0.2"


def test_the_proxy_bounds_the_tabs_of_one_address_and_lets_a_class_in():
    sample = (ROOT / "docs" / "hosting.md").read_text(encoding="utf-8")
    stream = re.search(r"location = /_stcore/stream \{(.*?)\n  \}", sample, re.DOTALL)[1]
    assert 300 <= int(re.search(r"limit_conn tabs (\d+);", stream)[1]) <= 1000
    assert "limit_conn_zone $binary_remote_addr zone=tabs" in sample
