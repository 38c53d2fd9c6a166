"""The lines that write a file of forecasts, executed, and the template: what comes out is read back as it was."""

import contextlib
import sys
import types
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_wine
from sklearn.ensemble import RandomForestClassifier
from sklearn.naive_bayes import GaussianNB

from ensemble.forecasts import read_forecasts
from ensemble.forecasts.snippets import SNIPPETS, template
from ensemble.probability import log_softmax

X, Y = load_wine(return_X_y=True)
LOGITS = np.random.default_rng(0).normal(size=(60, 3)).astype(np.float32)
TRUTH = np.arange(60) % 3


@pytest.fixture
def written(tmp_path, monkeypatch):
    """Executes a snippet with these names, and gives what is read of the file that it writes."""
    monkeypatch.chdir(tmp_path)

    def execute(name, **given):
        exec(compile(SNIPPETS[name], name, "exec"), given)
        return read_forecasts(Path("forecasts.csv").read_bytes())

    return execute


@pytest.mark.parametrize("y", [Y, np.array(["gold", "ruby", "dark red"])[Y], Y == 1])
def test_the_snippet_for_scikit_learn(written, y):
    model = GaussianNB().fit(X[::2, :4], y[::2])
    found, notices = written("scikit-learn", model=model, X_test=X[1::2, :4], y_test=y[1::2])
    np.testing.assert_allclose(found.log_proba[0], model.predict_log_proba(X[1::2, :4]), rtol=1e-9, atol=1e-12)
    assert [found.class_names[k] for k in found.y] == [str(one) for one in y[1::2]]
    assert notices == []


def test_the_snippet_for_several_models(written):
    y = np.array(["gold", "ruby", "dark red"])[Y]
    models = {"forest": RandomForestClassifier(10, random_state=0), "linear": GaussianNB()}
    fitted = {name: model.fit(X[::2, :4], y[::2]) for name, model in models.items()}
    found, _ = written("Several models", **fitted, X_test=X[1::2, :4], y_test=y[1::2])
    assert found.model_names == ("forest", "linear")
    proba = np.stack([model.predict_proba(X[1::2, :4]) for model in fitted.values()])
    np.testing.assert_allclose(np.exp(found.log_proba), proba, rtol=0, atol=1e-12)


class Outputs(np.ndarray):
    def double(self):
        return self.astype(np.float64)

    def cpu(self):
        return self

    def numpy(self):
        return np.asarray(self)


class Network:
    def eval(self):
        return self

    def __call__(self, x):
        return x.view(Outputs)


def test_the_snippet_for_pytorch_with_a_stand_in(written, monkeypatch):
    torch = types.ModuleType("torch")
    torch.no_grad, torch.Tensor = contextlib.nullcontext, type("Tensor", (), {})  # the second is looked for by SciPy
    monkeypatch.setitem(sys.modules, "torch", torch)

    found, notices = written("PyTorch", model=Network(), x_test=LOGITS, y_test=TRUTH)
    np.testing.assert_allclose(found.log_proba[0], log_softmax(LOGITS), rtol=0, atol=1e-12)
    assert (found.class_names, found.y.tolist()) == (("cat", "dog", "fox"), TRUTH.tolist())
    assert "read as logits" in notices[0]


def test_the_template_is_read():
    found, notices = read_forecasts(template())
    assert found.class_names == ("setosa", "versicolor", "virginica")
    assert found.y.tolist() == [0, 0, 1, 1, 2, 2]
    assert notices == []
