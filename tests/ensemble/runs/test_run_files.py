"""Run files go through bytes and files, and hostile ones are refused."""

import functools
import io
import json
import pickle
import re
import tracemalloc
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ensemble import EnsembleConfig, InputError, Run
from ensemble.runs.archive import MAX_FILE_BYTES
from ensemble.runs.weights import weight_shapes
from testing.fuzz import examples


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


def two_of_one_name():
    with pytest.warns(UserWarning, match=re.escape("Duplicate name: 'curves.npy'")):
        return packed([*valid()[1].items(), ("curves.npy", b"")])


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
    "two of one name": two_of_one_name,
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
def test_a_damaged_run_file_is_refused_or_still_a_run(data):
    content = bytearray(valid()[0])
    for index, byte in data.draw(st.lists(st.tuples(st.integers(0, len(content) - 1), st.integers(0, 255)), max_size=6)):
        content[index] = byte
    start, length = data.draw(st.integers(0, len(content))), data.draw(st.sampled_from([0, 0, 1, 40]))
    content[start : start + length] = data.draw(st.binary(max_size=60))
    loads_or_refuses(bytes(content[: data.draw(st.one_of(st.just(len(content)), st.integers(0, len(content))))]))


@examples(150)
@given(name=st.sampled_from(sorted(valid()[1])), data=st.data())
def test_a_changed_entry_of_an_archive_is_refused_or_still_a_run(name, data):
    entry = bytearray(valid()[1][name])
    for index, byte in data.draw(
        st.lists(st.tuples(st.integers(0, len(entry) - 1), st.integers(0, 255)), min_size=1, max_size=4)
    ):
        entry[index] = byte
    loads_or_refuses(with_entry(name, bytes(entry)))
