"""What people take away: CSV in pandas, a script and a notebook that are executed, and run files that were tampered with."""

import ast
import dataclasses
import functools
import io
import json
import pickle
import re
import runpy
import subprocess
import sys
import tracemalloc
import zipfile

import nbclient
import nbformat
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ipykernel.kernelspec import KERNEL_NAME

from ensemble import EnsembleConfig, InputError, Run
from ensemble.datasets.builtin import BUILT_IN, load_table
from ensemble.datasets.splits import split
from ensemble.datasets.table import Table
from ensemble.forecasts import read_forecasts
from ensemble.forecasts.snippets import SNIPPETS
from ensemble.probability.vectors import entropy, log_softmax
from ensemble.runs.archive import MAX_FILE_BYTES
from ensemble.runs.weights import weight_shapes
from ensemble.sharing.python_source import WIDTH
from ensemble.sharing.script import TOLERANCE, Source, history_csv, notebook, predictions_csv, script, table_csv
from testing import PATIENCE
from testing.fuzz import examples

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
    "bootstrap alone": SMALL | {"training": "bootstrap", "members": 1, "bootstrap_share": 1, "batch_size": 512},
}
NASTY = ("=1+1", '"+"', "-@\\", "a,b;'c'", "<b>$x$</b>\n# %% §seed", '"""', "\u202e\ud7ff" * 40, "é" * 300)


def nasty_table():
    """Numbers that need all digits, a constant feature, and names that try to get out of their quotes."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(60, 3)) * [1e-9, 1e9, 1] + [0, 0, 1 / 3]
    x[:, 2] = x[0, 2]
    return Table("=upload", x, np.arange(60) % 8, ("=first", "a,b", 'say "c"'), NASTY)


@functools.cache
def trained(name):
    """A table, and what the app makes of it."""
    from ensemble.training.loop import train

    settings_ = EXECUTED.get(name, SMALL)
    config = EnsembleConfig(**settings_)
    table = nasty_table() if name == "table file" else load_table("digits" if name == "digits" else "wine")
    table = table.only(["proline", "hue"]) if name == "bootstrap linear" else table
    source = Source(table, 0.3 if name == "joint linear" else 0.2, config.seed)
    return source, train(config, split(table, source.test_size, source.seed))


BY_DAY = ("joint sigmoid", "independent linear", "bootstrap sigmoid", "table file")


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
def test_whatever_classes_are_called_a_script_only_ever_holds_their_names_as_text(names):
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


def test_pandas_reads_the_history_back_exactly(short_run):
    table = pd.read_csv(io.BytesIO(history_csv(short_run)))
    assert list(table.columns) == list(short_run.history.columns)
    assert np.array_equal(table[list(table.columns[1:])].to_numpy(np.float32), short_run.curves)


def test_pandas_reads_the_predictions_back_exactly(wine, short_run):
    table = pd.read_csv(io.BytesIO(predictions_csv(short_run, wine)))
    proba = short_run.predict_proba(wine.x_test)
    assert np.array_equal(table["row"], wine.test_rows + 1)
    assert np.array_equal(table.filter(like="probability of ").to_numpy(), proba)
    np.testing.assert_allclose(table["entropy"], entropy(proba), rtol=1e-15)
    np.testing.assert_allclose(table["nll"], -np.log(proba[range(36), wine.y_test]), rtol=1e-6)
    assert list(table["true class"]) == [wine.class_names[k] for k in wine.y_test]
    assert list(table["likeliest class"]) == [wine.class_names[k] for k in proba.argmax(axis=1)]


@pytest.mark.parametrize("name", ["＝1+1", "＋1", "－1", "−1", "＠sum", " =1", "﹦1"])
def test_a_full_width_formula_gets_an_apostrophe_too_security_13(name):
    rows = Table("named", np.eye(2), np.array([0, 1]), (name, "1=1"), ("no", "yes"))
    assert table_csv(rows).decode().splitlines()[0] == f"'{name},1=1,class"


def test_names_are_no_formulas_in_a_spreadsheet(wine, short_run):
    named = dataclasses.replace(wine, class_names=("＝HYPERLINK(1)", " +1", "@sum"))
    table = pd.read_csv(io.BytesIO(predictions_csv(short_run, named)))
    assert {*table["true class"]} == {"'＝HYPERLINK(1)", "' +1", "'@sum"}
    assert not any(name.startswith(("=", "+", "-", "@")) for name in table.columns)
    assert list(pd.read_csv(io.BytesIO(table_csv(nasty_table()))).columns) == ["'=first", "a,b", 'say "c"', "class"]


def test_a_run_goes_through_bytes_and_files_alike(short_run, tmp_path):
    content = short_run.to_bytes()
    assert content == short_run.to_bytes()
    short_run.save(tmp_path / "run")
    assert (tmp_path / "run").read_bytes() == content
    for source in (content, io.BytesIO(content), tmp_path / "run", str(tmp_path / "run")):
        loaded = Run.load(source)
        assert loaded.to_bytes() == content


@functools.cache
def valid():
    """A small valid run file, and its entries."""
    config = EnsembleConfig(members=2, hidden_units=2, hidden_layers=1, epochs=3)
    weights = tuple(np.ones(shape, np.float32) for shape in weight_shapes(config, 2, 2))
    run = Run(
        config, ("a", "b"), ("f", "g"), weights, np.ones((3, 4), np.float32), np.arange(1, 4), -np.ones((3, 5, 2), np.float32)
    )
    content = run.ended("finished").to_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return content, {name: archive.read(name) for name in archive.namelist()}


def packed(entries, method=zipfile.ZIP_DEFLATED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, entry in entries.items() if isinstance(entries, dict) else entries:
            archive.writestr(name, entry)
    return file.getvalue()


def with_entry(name, entry):
    return packed(valid()[1] | {name: entry})


def with_about(**changes):
    about = json.loads(np.load(io.BytesIO(valid()[1]["about.npy"])).tobytes())
    return with_json(json.dumps(about | changes))


def with_json(text):
    return with_entry("about.npy", array(np.frombuffer(text.encode(), np.uint8)))


def with_config(**changes):
    return with_about(config=json.loads(np.load(io.BytesIO(valid()[1]["about.npy"])).tobytes())["config"] | changes)


def array(values, **options):
    file = io.BytesIO()
    np.save(file, values, **options)
    return file.getvalue()


def lying(shape, kind="<f4"):
    """An array whose header promises more than there is."""
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(file, {"descr": kind, "fortran_order": False, "shape": shape})
    return file.getvalue() + bytes(96)


class Hostile:
    def __reduce__(self):
        return (exec, ("raise SystemExit('a file was executed')",))


def hostile_object():
    objects = np.empty(1, object)
    objects[0] = Hostile()
    return objects


def understated():
    """An entry that says it unpacks to 96 bytes, and unpacks to 200 MB."""
    content = with_entry("curves.npy", bytes(200 * 2**20))
    return content.replace((200 * 2**20).to_bytes(4, "little"), (96).to_bytes(4, "little"))


NAN = np.full((3, 4), np.nan, np.float32)
HOSTILE_FILES = {
    "zip bomb by its own words": lambda: with_entry("curves.npy", bytes(200 * 2**20)),
    "zip bomb that lies": understated,
    "many small bombs": lambda: packed([(f"{n}.npy", bytes(2**20)) for n in range(60)]),
    "a million entries": lambda: b"PK\x01\x02" * 10**6 + valid()[0],
    "an unpacker that asks for much": lambda: packed(valid()[1], zipfile.ZIP_LZMA),
    "too large": lambda: bytes(MAX_FILE_BYTES + 1),
    "object array": lambda: with_entry("curves.npy", array(hostile_object(), allow_pickle=True)),
    "pickle for an array": lambda: with_entry("curves.npy", pickle.dumps(Hostile())),
    "pickle for the file": lambda: pickle.dumps(Hostile()),
    "pickle beside the arrays": lambda: with_entry("more.pkl", pickle.dumps(Hostile())),
    "float64": lambda: with_entry("curves.npy", array(np.ones((3, 4)))),
    "complex": lambda: with_entry("curves.npy", array(np.ones((3, 4), np.complex64))),
    "whole numbers": lambda: with_entry("weight_0.npy", array(np.ones((2, 2, 2), np.int32))),
    "big-endian": lambda: with_entry("curves.npy", array(np.ones((3, 4), ">f4"))),
    "text": lambda: with_entry("curves.npy", array(np.full((3, 4), "x"))),
    "structured": lambda: with_entry("curves.npy", array(np.zeros(3, [("a", "f4")]))),
    "nothing in it": lambda: with_entry("curves.npy", lying((10**18,), "|V0")),
    "shape that lies": lambda: with_entry("curves.npy", lying((10**6, 10**6))),
    "shape beyond counting": lambda: with_entry("curves.npy", lying((2**62, 2**62))),
    "negative shape": lambda: with_entry("curves.npy", lying((-6, -4))),
    "shape of another run": lambda: with_entry("weight_0.npy", array(np.ones((2, 2, 3), np.float32))),
    "more epochs than asked for": lambda: with_entry("curves.npy", array(np.ones((4, 4), np.float32))),
    "kept epochs that are none": lambda: with_entry("kept_epochs.npy", array(np.array([1, 2, 9]))),
    "kept epochs backwards": lambda: with_entry("kept_epochs.npy", array(np.array([3, 2, 1]))),
    "weights that are no numbers": lambda: with_entry("weight_0.npy", array(np.full((2, 2, 2), np.nan, np.float32))),
    "infinite weights": lambda: with_entry("weight_0.npy", array(np.full((2, 2, 2), np.inf, np.float32))),
    "losses that are no numbers": lambda: with_entry("curves.npy", array(NAN)),
    "predictions that are no numbers": lambda: with_entry("test_log_proba.npy", array(np.full((3, 5, 2), np.nan, np.float32))),
    "probabilities above 1": lambda: with_entry("test_log_proba.npy", array(np.ones((3, 5, 2), np.float32))),
    "path": lambda: with_entry("../../etc/curves.npy", b""),
    "absolute path": lambda: with_entry("/etc/passwd", b""),
    "two of one name": lambda: packed([*valid()[1].items(), ("curves.npy", b"")]),
    "entry missing": lambda: packed({name: entry for name, entry in valid()[1].items() if name != "curves.npy"}),
    "no entry": lambda: packed({}),
    "huge JSON": lambda: with_json("[" + "[]," * 10**6 + "[]]"),
    "deep JSON": lambda: with_json("[" * 10**5),
    "long number": lambda: with_json('{"format": ' + "9" * 10**5 + "}"),
    "JSON of another kind": lambda: with_json("[1]"),
    "no UTF-8": lambda: with_entry("about.npy", array(np.full(9, 255, np.uint8))),
    "unknown setting": lambda: with_config(backdoor=1),
    "many unknown settings": lambda: with_config(**{f"s{n}": n for n in range(20_000)}),
    "setting out of range": lambda: with_config(members=10**9),
    "setting that is no number": lambda: with_config(dropout=float("nan")),
    "setting of another kind": lambda: with_config(training=["joint"]),
    "configuration of another kind": lambda: with_about(config="joint"),
    "names of another kind": lambda: with_about(class_names="ab"),
    "names that are no text": lambda: with_about(class_names=[1, {}]),
    "names with half a character": lambda: with_about(feature_names=["f", "\ud800"]),
    "too many names": lambda: with_about(feature_names=["f"] * 1000),
    "no names": lambda: with_about(class_names=[]),
    "message of another kind": lambda: with_about(message=["<script>"]),
    "unknown status": lambda: with_about(status="rooted"),
    "status of another kind": lambda: with_about(status=[]),
    "another version": lambda: with_about(format=2),
}


@pytest.mark.parametrize("name", HOSTILE_FILES)
def test_a_hostile_run_file_is_refused_in_a_sentence_within_bounds_of_memory(name):
    assert Run.load(valid()[0]).epochs == 3
    content = HOSTILE_FILES[name]()
    tracemalloc.start()
    with pytest.raises(InputError) as refused:
        Run.load(content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert re.fullmatch(r"This file [^.]+(\.| MB, [^.]+\.)", str(refused.value))
    assert peak < 160 * 2**20


def test_no_more_is_read_from_an_open_file_than_a_run_can_have():
    class Endless(io.RawIOBase):
        def read(self, size=-1):
            assert 0 <= size <= MAX_FILE_BYTES + 1
            return bytes(size)

    with pytest.raises(InputError, match="larger"):
        Run.load(Endless())


def loads_or_refuses(content):
    refusal = ""
    try:
        run = Run.load(content)
    except InputError as error:
        refusal = str(error)
    if refusal:
        assert refusal.count(".") == 1
    else:
        assert run.weights[0].shape == (2, 2, 2)
        assert Run.load(run.to_bytes()).config == run.config


@examples(150)
@given(data=st.data())
def test_a_file_that_is_cut_changed_or_mended_is_refused_in_a_sentence_or_still_a_run(data):
    content = bytearray(valid()[0])
    for index, byte in data.draw(st.lists(st.tuples(st.integers(0, len(content) - 1), st.integers(0, 255)), max_size=6)):
        content[index] = byte
    start, length = data.draw(st.integers(0, len(content))), data.draw(st.sampled_from([0, 0, 1, 40]))
    content[start : start + length] = data.draw(st.binary(max_size=60))
    loads_or_refuses(bytes(content[: data.draw(st.one_of(st.just(len(content)), st.integers(0, len(content))))]))


@examples(150)
@given(name=st.sampled_from(sorted(valid()[1])), data=st.data())
def test_an_entry_that_is_changed_inside_a_sound_archive_is_refused_in_a_sentence_or_still_a_run(name, data):
    entry = bytearray(valid()[1][name])
    for index, byte in data.draw(
        st.lists(st.tuples(st.integers(0, len(entry) - 1), st.integers(0, 255)), min_size=1, max_size=4)
    ):
        entry[index] = byte
    loads_or_refuses(with_entry(name, bytes(entry)))
