"""Run files that mean harm, ten thousand by night: a sound run or one sentence, and nothing is opened, run or unpickled."""

import io
import json
import pickle
import random
import re
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from ensemble import EnsembleConfig, InputError, Run
from ensemble.runs.curves import CURVES
from ensemble.runs.weights import weight_shapes
from testing.audit import nothing_happens
from testing.fuzz import size

INPUTS = size(10_000)
MAX_BYTES = 1_000_000
CLASSES, FEATURES, ROWS = ("a", "b"), ("f", "g"), 5


class Hostile:
    def __reduce__(self):
        return (exec, ("raise SystemExit('a file was run')",))


ODD = (
    *(b"", b"\x00", b"\xff" * 8, b"PK\x01\x02", b"\x93NUMPY", b"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }"),
    *(
        b"__import__('os').system('true')",
        b"(9**9**9,)",
        b"<f4",
        b"|O",
        b"|V0",
        b"'shape': (99999999, 99999999)",
        b"../../x.npy",
    ),
    *(
        b"1e999",
        b"NaN",
        b"null",
        b"[" * 500,
        b"9" * 5000,
        b'"\\ud800"',
        b"<script>alert(1)</script>",
        b"![x](http://127.0.0.1:1)",
    ),
    pickle.dumps(Hostile()),
)
WORDS = (
    "training",
    "config",
    "members",
    "status",
    "message",
    "finished",
    "descr",
    "shape",
    "fortran_order",
    "False",
    "f4",
    "1",
)


@pytest.fixture(scope="module")
def entries() -> dict[str, bytes]:
    """What is inside the file of a small run."""
    config, rng = EnsembleConfig(members=2, hidden_units=2, hidden_layers=1, epochs=3), np.random.default_rng(0)
    proba = rng.dirichlet([1, 1], (3, ROWS))
    run = Run(
        config=config,
        class_names=CLASSES,
        feature_names=FEATURES,
        weights=tuple(rng.normal(size=shape).astype(np.float32) for shape in weight_shapes(config, 2, 2)),
        curves=np.ones((3, len(CURVES)), np.float32),
        kept_epochs=np.arange(1, 4),
        test_log_proba=np.log(proba).astype(np.float32),
        status="finished",
    )
    with zipfile.ZipFile(io.BytesIO(run.to_bytes())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(entries: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return file.getvalue()


def damaged(rng: random.Random, data: bytes) -> bytes:
    """The bytes after one to three accidents."""
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        at, to = sorted(rng.randrange(len(data) + 1) for _ in range(2))
        kind = rng.randrange(6)
        if kind == 0:
            data = data[:at] + rng.choice(ODD) + data[at:]
        elif kind == 1:
            data = data[:at] + data[min(to, at + 9) :]
        elif kind == 2:
            data = data[:at] + bytes([rng.randrange(256)]) + data[at + 1 :]
        elif kind == 3:
            data = data[:at]
        elif kind == 4:
            data = data[:at] + data[at:to] * 2 + data[to:]
        else:
            data = data.replace(rng.choice(WORDS).encode(), rng.choice((*ODD, b"2", b"True")))
    return data


def with_corrupted_header(rng: random.Random, entry: bytes) -> bytes:
    """The header with another value under one of its keys, as an array whose length is right."""
    about = json.loads(bytes(np.load(io.BytesIO(entry))))
    odd = [None, True, -1, 10**30, 1.5, "x" * 5000, "<img src=x>", ["a", "b"], [1], {}, {"members": 1}, float("nan"), "\ud800"]
    inner = rng.choice((about, about["config"]))
    inner[rng.choice([*inner, "more"])] = rng.choice(odd)
    file = io.BytesIO()
    np.save(file, np.frombuffer(json.dumps(about).encode(), np.uint8))
    return file.getvalue()


def hostile_file(rng: random.Random, entries: dict[str, bytes]) -> bytes:
    kind, name = rng.randrange(4), rng.choice(list(entries))
    if kind == 0:
        return damaged(rng, packed(entries))
    if kind == 1:
        return packed(entries | {"about.npy": with_corrupted_header(rng, entries["about.npy"])})
    if kind == 2:
        other = rng.choice((name, "x.pkl", "/etc/passwd", "../" + name, "x" + damaged(rng, name.encode()).decode("latin-1")))
        return packed({**entries, other: rng.choice(ODD)})
    return packed(entries | {name: damaged(rng, entries[name])}, rng.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)))


def loaded(data: bytes) -> tuple[Run | None, str]:
    try:
        return Run.load(data), ""
    except InputError as error:
        return None, str(error)


@pytest.mark.fuzz
@pytest.mark.filterwarnings("ignore")
def test_ten_thousand_hostile_run_files_end_in_a_run_or_in_a_sentence(entries):
    rng, runs, refusals = random.Random(12), 0, set()
    assert Run.load(packed(entries)).epochs == 3
    for _ in range(INPUTS):
        data = hostile_file(rng, entries)
        with nothing_happens():
            run, refusal = loaded(data)
        if run:
            check_run(run)
            runs += 1
        else:
            assert re.fullmatch(r"This file [ -~]{10,250}\.", refusal)
            refusals.add(refusal)
    assert runs > 0.03 * INPUTS
    assert len(refusals) >= 2


def check_run(run: Run) -> None:
    assert [weight.shape for weight in run.weights] == weight_shapes(run.config, len(run.feature_names), len(run.class_names))
    assert all(np.isfinite(array).all() for array in (*run.weights, run.curves))
    assert all(isinstance(name, str) for name in (*run.class_names, *run.feature_names))
    assert not set("<>[]!*_`$/\\\n") & set(run.message)
    assert len(run.to_bytes()) < MAX_BYTES
    assert Run.load(run.to_bytes()).config == run.config


@pytest.mark.parametrize(
    "message",
    [
        "![x](http://127.0.0.1:1/x.png)",
        "<b>bold</b>",
        "see www.example.org now",
        "**bold**",
        "$x$",
        ":material/home:",
        "a" * 301,
    ],
)
def test_a_message_that_this_app_does_not_write_is_refused(entries, message):
    about = json.loads(bytes(np.load(io.BytesIO(entries["about.npy"])))) | {"message": message}
    with pytest.raises(InputError, match="not a saved run"):
        Run.load(packed(entries | {"about.npy": as_entry(about)}))


@pytest.mark.parametrize(
    "message",
    [
        "Stopped after epoch 3 of 10.",
        "The loss was no longer a finite number in epoch 7: the steps are too long. "
        "The run keeps its last good state. Try a learning rate of 1e-05.",
        "Training failed for a reason that the app did not expect; its log says more. Press Train to try again.",
    ],
)
def test_a_message_of_this_app_comes_back(entries, message):
    about = json.loads(bytes(np.load(io.BytesIO(entries["about.npy"])))) | {"message": message}
    assert Run.load(packed(entries | {"about.npy": as_entry(about)})).message == message


def as_entry(about: dict) -> bytes:
    file = io.BytesIO()
    np.save(file, np.frombuffer(json.dumps(about).encode(), np.uint8))
    return file.getvalue()


def test_weights_whose_products_are_not_finite_fit_no_rows(wine, short_run):
    kept = slice(0, len(short_run.kept_epochs) - 1)
    thinned = replace(short_run, kept_epochs=short_run.kept_epochs[kept], test_log_proba=short_run.test_log_proba[kept])
    assert thinned.fits(wine)
    huge = tuple(np.full_like(weight, 3e38) for weight in thinned.weights)
    loaded = Run.load(replace(thinned, weights=huge).to_bytes())
    assert not loaded.fits(wine)
