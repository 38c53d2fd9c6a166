"""Forecasts written as the app reads them, and the script that judges them with plain scikit-learn."""

import runpy
import sys

import numpy as np
import pytest

from ensemble import InputError
from ensemble.decisions import bill
from ensemble.forecasts import Forecasts, read_forecasts
from ensemble.sharing.judging import FIGURES, figures, forecasts_csv, judging_script

COSTS = [[0, 1, 20], [1, 0, 1], [1, 1, 0], [0.3, 0.3, 0.3]]


def made(models=("net", "forest"), classes=("a", "b", "c"), rows=300, with_zeros=False):
    rng = np.random.default_rng(1)
    logits = rng.normal(size=(len(models), rows, 3)) * 2
    if with_zeros:
        logits[0, rng.random(rows) < 0.3, 2] = -np.inf
        logits[0, 0] = [-800.0, 0, 0]
    log_proba = logits - np.logaddexp.reduce(logits, axis=2, keepdims=True)
    y = (np.exp(log_proba[0]).cumsum(axis=1) < rng.random((rows, 1))).sum(axis=1)
    y[0] = 0
    return Forecasts(y, log_proba, tuple(classes), tuple(models), np.arange(rows) + 2)


NASTY = made(models=('=HYPERLINK("x")', "a: b"), classes=("=1+1", "NA", 'say "c"\\'), with_zeros=True)
CASES = {"two models": made(), "probabilities of 0": made(with_zeros=True), "one model": made(models=("net",)), "nasty": NASTY}
RULED_OUT = made(with_zeros=True)
RULED_OUT.y[RULED_OUT.log_proba[0, :, 2] == -np.inf] = 2
CASES["infinite loss"] = RULED_OUT
CASES["models named as infinity begins"] = made(models=("inference", "info"))
CASES |= {
    "codes": made(classes=("007", "010", "100")),
    "truth values": made(classes=("true", "false", "maybe")),
    "numbers": made(classes=("1", "2.5", "1e3")),
}
CASES["truth values"].y[:] %= 2
CASES["a class that never came true"] = made()
CASES["a class that never came true"].y[:] %= 2


@pytest.fixture
def executed(tmp_path, monkeypatch, capsys):
    def execute(forecasts, costs=None):
        (tmp_path / "judge.py").write_text(judging_script(forecasts, costs), encoding="utf-8")
        (tmp_path / "forecasts.csv").write_bytes(forecasts_csv(forecasts))
        monkeypatch.chdir(tmp_path)
        capsys.readouterr()
        return runpy.run_path("judge.py"), capsys.readouterr().out

    return execute


@pytest.mark.parametrize("name", CASES)
def test_the_script_comes_to_the_figures_of_the_app(executed, name):
    forecasts = CASES[name]
    script, output = executed(forecasts)
    for k, model in enumerate(forecasts.model_names):
        ours, theirs = list(figures(forecasts, k).values()), script["judge"](script["log_probas"][model])
        np.testing.assert_allclose(theirs, ours, rtol=1e-9, atol=1e-9)
        assert f"{model}: nll={ours[0]:.12g} " in output
    assert output.count("agrees with the app: True") == len(forecasts.model_names)
    assert np.isinf(figures(forecasts)["nll"]) == (name == "infinite loss")


def test_the_script_adds_the_bill(executed):
    script, output = executed(made(), COSTS)
    for k, (model, log_proba) in enumerate(script["log_probas"].items()):
        proba = np.exp(made().log_proba[k])
        expected = np.stack([(proba * row).sum(axis=1) for row in COSTS], axis=1)
        paid = np.array(COSTS)[expected.argmin(axis=1), made().y].mean()
        np.testing.assert_allclose(script["bill"](log_proba), [expected.min(axis=1).mean(), paid], rtol=1e-9)
        assert f"{model}: promised=" in output


@pytest.mark.parametrize("price", [1, 0.1, 0.7])
def test_script_and_app_break_ties_between_actions_alike(executed, price):
    rng = np.random.default_rng(2)
    proba = rng.dirichlet(np.ones(6), 300)
    proba[:, 5] = proba[:, 0] = proba[:, [0, 5]].max(axis=1) + 1
    proba /= proba.sum(axis=1, keepdims=True)
    forecasts = Forecasts(rng.integers(6, size=300), np.log(proba)[None], tuple("abcdef"), ("net",), np.arange(300) + 2)
    costs = (1 - np.eye(6)) * price
    script, output = executed(forecasts, costs)
    made = bill(np.exp(forecasts.log_proba[0]), forecasts.y, costs, rng)
    np.testing.assert_allclose(script["bill"](script["log_probas"]["net"]), [made.promised, made.paid], rtol=1e-12)
    assert "agrees with the app: True" in output


@pytest.mark.parametrize("part", [0, -1, -2])
@pytest.mark.parametrize("has_parts", [True, False])
def test_a_figure_that_is_not_the_apps_is_said(executed, monkeypatch, part, has_parts):
    if not has_parts:
        monkeypatch.setitem(sys.modules, "model_diagnostics.scoring", None)
    script, _ = executed(made(), COSTS)
    found = list(script["APP"]["net"])
    assert script["agree"](found, script["APP"]["net"])
    found[part] += 1e-6
    assert not script["agree"](found, script["APP"]["net"])


def test_the_script_counts_its_rows(executed):
    assert executed(made())[1].startswith("300 rows, all of forecasts.csv.\nnet: nll=")
    assert "show figures of 5,000 of them" in executed(made(models=("net",), rows=5001))[1]


def test_without_model_diagnostics_the_script_says_what_is_lacking(executed, monkeypatch):
    monkeypatch.setitem(sys.modules, "model_diagnostics.scoring", None)
    _, output = executed(made())
    assert output.count("agrees with the app: True") == 2
    assert "not compared: pip install model-diagnostics" in output
    assert f"nll={figures(made())['nll']:.12g}" in output


@pytest.mark.parametrize("name", ["two models", "probabilities of 0", "one model", "infinite loss"])
def test_what_is_written_is_read_back(name):
    forecasts = CASES[name]
    found, _ = read_forecasts(forecasts_csv(forecasts))
    assert (found.class_names, found.model_names) == (forecasts.class_names, forecasts.model_names)
    np.testing.assert_array_equal(found.y, forecasts.y)
    np.testing.assert_array_equal(found.row_numbers, forecasts.row_numbers)
    np.testing.assert_array_equal(np.isneginf(found.log_proba), np.isneginf(forecasts.log_proba))
    np.testing.assert_allclose(found.log_proba, forecasts.log_proba, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("costs", [[[0, 1]], [0, 1, 2], [[0, 1, np.inf]]])
def test_costs_of_other_classes_are_refused(costs):
    with pytest.raises(InputError, match="Costs"):
        judging_script(made(), costs)


def test_figures_have_their_names():
    assert tuple(figures(made())) == FIGURES
