"""Scripts and notebooks repeat a run with plain Keras."""

import ast
import dataclasses
import functools
import re
import runpy
import subprocess
import sys

import nbclient
import nbformat
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ipykernel.kernelspec import KERNEL_NAME

from ensemble import EnsembleConfig
from ensemble.datasets.builtin import BUILT_IN, load_table
from ensemble.datasets.config import corrupted
from ensemble.datasets.splits import split
from ensemble.datasets.table import Table
from ensemble.forecasts import read_forecasts
from ensemble.forecasts.snippets import SNIPPETS
from ensemble.probability.vectors import log_softmax
from ensemble.sharing.python_source import WIDTH
from ensemble.sharing.script import TOLERANCE, Source, notebook, script, table_csv
from testing import PATIENCE
from tests.ensemble.sharing.small_runs import nasty_table

SMALL = {"members": 3, "hidden_units": 5, "epochs": 3, "batch_size": 16}

EXECUTED = {
    "classic": {"epochs": 3},
    "classic for longer": {"epochs": 12, "members": 2, "seed": 7},
    "classic with Keras 2": {"epochs": 3, "optimizer": "rmsprop_keras2"},
    "joint sigmoid": SMALL | {"outputs": "sigmoid", "optimizer": "adam", "activation": "tanh", "hidden_layers": 3},
    "joint linear": SMALL | {"outputs": "linear", "optimizer": "sgd", "dropout": 0},
    "joint alone": SMALL | {"members": 1, "activation": "relu", "hidden_layers": 1, "label_smoothing": 0.2},
    "independent softmax": SMALL | {"training": "independent", "optimizer": "sgd", "seed": 3},
    "independent sigmoid": SMALL | {"training": "independent", "outputs": "sigmoid", "optimizer": "adam"},
    "independent linear": SMALL | {"training": "independent", "outputs": "linear", "dropout": 0, "label_smoothing": 0.1},
    "independent alone": SMALL | {"training": "independent", "outputs": "sigmoid", "members": 1},
    "bootstrap softmax": SMALL | {"training": "bootstrap", "optimizer": "adam", "label_smoothing": 0.1},
    "bootstrap sigmoid": SMALL
    | {"training": "bootstrap", "outputs": "sigmoid", "bootstrap_share": 0.3}
    | {"optimizer": "rmsprop_keras2"},
    "bootstrap linear": SMALL | {"training": "bootstrap", "outputs": "linear", "optimizer": "sgd", "dropout": 0},
    "joint squared": SMALL | {"outputs": "softmax_squared", "class_weights": "balanced", "dropout": 0},
    "joint twice": SMALL | {"outputs": "softmax_twice", "class_weights": "balanced", "label_smoothing": 0.1},
    "independent twice": SMALL | {"training": "independent", "outputs": "softmax_twice", "class_weights": "balanced"},
    "independent twice alone": SMALL
    | {"training": "independent", "outputs": "softmax_twice", "members": 1, "class_weights": "balanced"},
    "bootstrap squared": SMALL | {"training": "bootstrap", "outputs": "softmax_squared", "class_weights": "balanced"},
    "bootstrap twice": SMALL | {"training": "bootstrap", "outputs": "softmax_twice", "optimizer": "adam", "dropout": 0},
    "label noise": SMALL | {"class_weights": "balanced"},
    "bootstrap alone": SMALL | {"training": "bootstrap", "members": 1, "bootstrap_share": 1, "batch_size": 512},
}


@functools.cache
def trained(name):
    """A table, and what the app makes of it."""
    from ensemble.training.loop import train

    settings_ = EXECUTED.get(name, SMALL)
    config = EnsembleConfig(**settings_)
    table = nasty_table() if name == "table file" else load_table("digits" if name == "digits" else "wine")
    table = table.only(["proline", "hue"]) if name == "bootstrap linear" else table
    table = corrupted(table, label_noise=0.2) if name == "label noise" else table
    source = Source(table, 0.3 if name == "joint linear" else 0.2, config.seed)
    return source, train(config, split(table, source.test_size, source.seed))


BY_DAY = ("independent linear", "bootstrap sigmoid", "table file")


@pytest.fixture
def executed(tmp_path, monkeypatch, capsys):
    """Executes a script in this process, which has loaded TensorFlow already, and gives what it prints."""

    def execute(name):
        source, run = trained(name)
        (tmp_path / "ensemble.py").write_text(script(run.config, source, run), encoding="utf-8")
        (tmp_path / "table.csv").write_bytes(table_csv(nasty_table()))
        monkeypatch.chdir(tmp_path)
        capsys.readouterr()
        runpy.run_path("ensemble.py")
        return capsys.readouterr().out

    return execute


def scores(output):
    """The lines of losses and accuracies as a table."""
    lines = [dict(re.findall(r"(\w+)=(\S+)", line)) for line in output.splitlines() if line.startswith("epoch=")]
    return pd.DataFrame(lines).astype(float).set_index("epoch")


def agree(output, run):
    """Whether what was printed is the history of the run; far closer than the script promises, for so few epochs."""
    ours = run.history.set_index("epoch")
    theirs = scores(output)
    assert theirs.index[-1] == run.config.total_epochs
    assert {"train_loss", "fit_loss"} <= {*theirs.columns}
    np.testing.assert_allclose(theirs, ours.loc[theirs.index, theirs.columns], rtol=1e-5, atol=2e-6)
    assert "agrees with the app: True" in output


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.nightly] * (name not in BY_DAY))
        for name in [*EXECUTED, "table file", "digits"]
        if name != "classic"
    ],
)
def test_a_script_that_is_executed_prints_the_numbers_of_the_app(executed, name):
    agree(executed(name), trained(name)[1])


def test_the_snippet_for_keras_writes_forecasts_that_are_read_back(tmp_path, monkeypatch):
    import keras

    monkeypatch.chdir(tmp_path)
    rng, outputs = np.random.default_rng(0), {"softmax": np.log, None: np.asarray}
    for activation, logits_of in outputs.items():
        model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation=activation)])
        x_test, y_test = rng.normal(size=(40, 4)), np.arange(40) % 3
        exec(compile(SNIPPETS["Keras"], "Keras", "exec"), {"model": model, "x_test": x_test, "y_test": y_test})
        found, notices = read_forecasts((tmp_path / "forecasts.csv").read_bytes())
        expected = log_softmax(logits_of(np.float64(model.predict(x_test, verbose=0))))
        np.testing.assert_allclose(found.log_proba[0], expected, rtol=0, atol=1e-9)
        assert found.class_names == ("cat", "dog", "fox")
        assert found.y.tolist() == y_test.tolist()
        assert bool(notices) == (activation is None)


@pytest.mark.nightly
def test_a_script_in_a_process_of_its_own_prints_the_numbers_of_the_app(tmp_path):
    source, run = trained("classic")
    (tmp_path / "ensemble.py").write_text(script(run.config, source, run), encoding="utf-8")
    done = subprocess.run([sys.executable, "ensemble.py"], cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    agree(done.stdout, run)


def test_the_notebook_is_valid_and_explains_each_cell():
    source, run = trained("bootstrap sigmoid")
    book = nbformat.reads(notebook(run.config, source, run), as_version=4)
    nbformat.validate(book)
    kinds = [cell.cell_type for cell in book.cells]
    assert kinds == ["markdown", "code"] * (len(kinds) // 2)
    assert any("$$" in cell.source for cell in book.cells)


@pytest.mark.nightly
def test_the_cells_of_the_notebook_end_with_the_numbers_of_the_app():
    source, run = trained("bootstrap sigmoid")
    book = nbformat.reads(notebook(run.config, source, run), as_version=4)
    nbclient.NotebookClient(book, timeout=PATIENCE, kernel_name=KERNEL_NAME).execute()
    agree("".join(output.get("text", "") for cell in book.cells for output in cell.get("outputs", [])), run)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.nightly] * (name not in ("classic", *BY_DAY)))
        for name in [*EXECUTED, "table file"]
    ],
)
def test_every_script_is_formatted_python_within_a_hundred_columns(name, tmp_path):
    source, run = trained(name)
    text = script(run.config, source, run)
    assert max(map(len, text.splitlines())) <= WIDTH
    assert not re.search(r"^#[?|]|§", text, re.MULTILINE) or name == "table file"
    (tmp_path / "script.py").write_text(text, encoding="utf-8")
    options = ["--isolated", "--line-length", str(WIDTH)]
    subprocess.run([sys.executable, "-m", "ruff", "format", "--check", *options, "script.py"], cwd=tmp_path, check=True)
    subprocess.run(
        [sys.executable, "-m", "ruff", "check", "-q", "--isolated", "--ignore", "E402", "script.py"], cwd=tmp_path, check=True
    )


def test_a_script_has_no_branch_for_another_way_of_training():
    text = script(EnsembleConfig(dropout=0), Source(load_table("wine")))
    for word in ("mask", "Dropout", "samples", "combin", "Average", "smoothing", "csv", "agrees"):
        assert word.lower() not in text.lower(), word


def test_a_script_imports_only_what_it_says_has_to_be_installed():
    for name in ("classic", "table file"):
        source, run = trained(name)
        tree = ast.parse(script(run.config, source, run))
        names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        names |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert names <= {"csv", "fractions", "keras", "math", "numpy", "tensorflow", "sklearn"}
        called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
        assert not called & {"eval", "exec", "compile", "__import__"}


@given(names=st.lists(st.text(), min_size=2, max_size=5))
def test_class_names_are_only_text_in_a_script(names):
    table = Table("any", np.eye(len(names)), np.arange(len(names)), tuple(map(str, range(len(names)))), tuple(names))
    tree = ast.parse(script(EnsembleConfig(), Source(table)))
    (found,) = [node.value for node in tree.body if ast.unparse(node).startswith("CLASS_NAMES = ")]
    for name, literal in zip(names, ast.literal_eval(found), strict=True):
        assert literal == name or name.startswith(literal.removesuffix("…"))
    nbformat.validate(nbformat.reads(notebook(EnsembleConfig(), Source(table)), as_version=4))


@pytest.mark.parametrize("name", BUILT_IN)
def test_built_in_rows_come_from_scikit_learn_where_it_has_them(name):
    table = load_table(name)
    assert Source(table).needs_table_file == (name in ("xor", "spirals"))
    noisy = dataclasses.replace(table, y=np.roll(table.y, 1))
    assert Source(noisy).needs_table_file
    text = script(EnsembleConfig(), Source(noisy))
    assert "table.csv" in text
    assert "datasets" not in text


def test_a_run_that_did_not_finish_is_repeated_without_a_comparison(short_run):
    source = Source(load_table("wine"))
    assert "agrees" not in script(short_run.config, source, short_run.ended("stopped"))
    assert str(TOLERANCE) in script(short_run.config, source, short_run)


def test_a_script_explains_the_gap_between_fit_and_measured_loss():
    def told(**settings):
        text = script(EnsembleConfig(**settings), Source(load_table("wine")))
        return " ".join(text[text.index("# `fit_loss` is") : text.index("def report(")].replace("#", "").split())

    assert "each before its step and with dropout on. `train_loss` is measured after the epoch with dropout off" in told()
    assert "each before its step. `train_loss` is measured after the epoch." in told(dropout=0)
    assert "this is their mean" in told(training="independent")
    assert "later the combining layer's" in told(training="bootstrap")
    assert "squared error, which cannot be compared with a loss in nats" in told(outputs="linear")
    assert "Only `fit_loss` includes the label smoothing" in told(label_smoothing=0.1)


def test_a_script_marks_the_wrong_word_with_weights_and_noise():
    twice = script(EnsembleConfig(outputs="softmax_twice"), Source(load_table("wine")))
    assert "The mistake is the word True" in twice
    assert "CategoricalCrossentropy(from_logits=True)" in twice
    assert "from_logits" not in script(EnsembleConfig(), Source(load_table("wine")))
    noisy = Source(corrupted(load_table("wine"), label_noise=0.2))
    assert not noisy.needs_table_file
    text = script(EnsembleConfig(class_weights="balanced"), noisy)
    assert "permutation(len(y))[:36]" in text
    assert "class_weight=CLASS_WEIGHT" in text
