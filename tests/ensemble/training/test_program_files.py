"""Compiled programs on the disk: the next process neither traces nor compiles, and no file is trusted that is damaged."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

from ensemble import EnsembleConfig
from ensemble.training import program_files
from ensemble.training.arguments import program_key
from ensemble.training.loop import train
from ensemble.training.program import program_for
from ensemble.training.program_files import ProgramFile
from testing import ROOT

PROGRAM = ProgramFile(b"graph", {"code.pb": b"machine code"})
NO_OTHER_TEST_COMPILES = EnsembleConfig(members=2, epochs=2, hidden_units=9)
TRAINS = """
import json, os
from ensemble import EnsembleConfig, load_dataset
from ensemble.training import program_files
from ensemble.training.arguments import program_key
from ensemble.training.loop import train
from ensemble.training.program import program_for

kept = program_files.machine_code_of
compiled = []

class MachineCode:
    def __init__(self, name, known):
        self.context = kept(name, known)

    def __enter__(self):
        found = self.context.__enter__()
        self.before = self.files()
        if not self.before:
            self.folder.rmdir()  # as another thread does that has ended meanwhile
        return found

    def __exit__(self, *error):
        compiled.extend(self.files() - self.before)
        return self.context.__exit__(*error)

    def files(self):
        return {(path.name, path.stat().st_ino) for path in self.folder.glob("*.pb")}

    @property
    def folder(self):
        return program_files._private_folder() / program_files._OWN_FOLDER

program_files.machine_code_of = MachineCode
data, config = load_dataset("wine"), EnsembleConfig(members=2, epochs=2, hidden_units=9)
run = train(config, data)
traces = program_for(program_key(config, data)).traces
left = program_files.is_in_use() and (program_files._private_folder() / program_files._OWN_FOLDER).exists()
curves, flags = run.curves.tobytes().hex(), os.environ["XLA_FLAGS"]
print(json.dumps({"traces": traces, "compiled": len(compiled), "curves": curves, "left": left, "flags": flags}))
"""


NO_MORE_FILES = """
import resource
import ensemble.training.loop
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
"""


def process(folder, before="", **variables):
    """A process that trains a short run with its cache in this folder."""
    environment = {name: value for name, value in os.environ.items() if name != "TF_XLA_FLAGS"} | variables
    return subprocess.Popen(
        [sys.executable, "-c", before + TRAINS],
        cwd=ROOT,
        env=environment | {"XDG_CACHE_HOME": str(folder)},
        stdout=subprocess.PIPE,
        text=True,
    )


def told(trains):
    """What it says at its end."""
    out, _ = trains.communicate(timeout=300)
    assert trains.returncode == 0
    return json.loads(out.splitlines()[-1])


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """The cache folder after the first start, of two processes at once, and what they said."""
    folder = tmp_path_factory.mktemp("cache")
    both = [process(folder), process(folder)]
    return folder, [told(one) for one in both]


def programs(folder):
    return [path for path in (folder / "softmax-lab" / "programs").iterdir() if path.is_file()]


def test_two_first_starts_at_once_leave_one_file_for_the_next(first):
    folder, both = first
    assert all(one["traces"] in (0, 1) and one["compiled"] == one["traces"] for one in both)
    assert max(one["traces"] for one in both) == 1
    assert len(programs(folder)) == 1
    assert {path.stat().st_mode & 0o777 for path in (folder / "softmax-lab").iterdir()} == {0o700}
    again = told(process(folder))
    assert (again["traces"], again["compiled"]) == (0, 0)
    assert {one["curves"] for one in both} == {again["curves"]}
    assert not any(one["left"] for one in (*both, again)), "a worker that is killed would leave its folder"
    assert list((folder / "softmax-lab" / "programs").iterdir()) == programs(folder)


def test_machine_code_that_xla_refuses_is_compiled_anew(first, wine):
    folder, (one, _) = first
    (path,) = programs(folder)
    program = program_files.load(path.name)
    assert program is None, "this process has neither compiled it nor read its file"
    program = program_files._read(path.read_bytes())
    program_files.save(path.name, program._replace(machine_code=dict.fromkeys(program.machine_code, b"broken")))
    refused = train(NO_OTHER_TEST_COMPILES, wine)
    assert program_for(program_key(NO_OTHER_TEST_COMPILES, wine)).traces == 1
    assert refused.curves.tobytes().hex() == one["curves"]
    assert program_files.load(path.name) is None


@pytest.mark.parametrize("before", ["", NO_MORE_FILES], ids=["no folder", "no more files"])
def test_training_goes_on_where_nothing_can_be_written_or_xla_knows_an_option_no_more(tmp_path, first, before):
    """XLA gives a program up that it is to write to a file and cannot."""
    (tmp_path / "file").write_text("")
    _, (one, _) = first
    unknown = "--xla_backend_extra_options=xla_cpu_of_another_version=1"
    flags = f"--xla_backend_optimization_level=0 {unknown}"
    trained = told(process(tmp_path if before else tmp_path / "file", before, XLA_FLAGS=flags))
    assert trained["flags"].startswith(f"{flags} --xla_backend_extra_options=xla_cpu_small_while_loop_byte_threshold=")
    curves, expected = (np.frombuffer(bytes.fromhex(each["curves"]), np.float32) for each in (trained, one))
    np.testing.assert_allclose(curves, expected, rtol=1e-4)


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "softmax-lab" / "programs"


@pytest.mark.parametrize(
    "damage", [lambda content: content[:-1], lambda content: b"", lambda content: content[:40] + b"x" + content[41:]]
)
def test_a_damaged_file_is_as_good_as_none(cache, damage):
    assert program_files.load("one") is None
    program_files.save("one", PROGRAM)
    assert program_files.load("one") == PROGRAM
    path = cache / "one"
    path.write_bytes(damage(path.read_bytes()))
    assert program_files.load("one") is None


def test_what_was_used_longest_ago_makes_room(cache, monkeypatch):
    for second, name in enumerate(("one", "two", "three")):
        program_files.save(name, PROGRAM)
        os.utime(cache / name, (second, second))
    program_files.load("one")
    monkeypatch.setattr(program_files, "MAX_BYTES", 3 * (cache / "one").stat().st_size)
    program_files.save("four", PROGRAM)
    assert {path.name for path in cache.iterdir()} == {"one", "three", "four"}


def test_a_folder_into_which_others_can_write_is_not_used(cache):
    program_files.save("one", PROGRAM)
    cache.chmod(0o777)
    assert program_files.load("one") is None
    program_files.save("two", PROGRAM)
    assert [path.name for path in cache.iterdir()] == ["one"]


def test_a_cache_folder_that_cannot_be_written_costs_nothing(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    program_files.save("one", PROGRAM)
    assert program_files.load("one") is None


def test_the_name_depends_on_all_that_the_machine_code_does(monkeypatch):
    names = {program_files.name_of("program"), program_files.name_of("another")}
    monkeypatch.setenv("XLA_FLAGS", "--another")
    names.add(program_files.name_of("program"))
    monkeypatch.setattr(program_files, "_processor", lambda: "another")
    names.add(program_files.name_of("program"))
    monkeypatch.setattr(program_files, "fingerprint", lambda: "another")
    names.add(program_files.name_of("program"))
    assert len(names) == 5


def test_a_folder_of_ones_own_is_kept_and_an_inherited_one_replaced(cache, monkeypatch):
    own = "--tf_xla_auto_jit=1 --tf_xla_persistent_cache_directory=/mine"
    assert program_files.flags_with_own_folder(own) == own
    flags = program_files.flags_with_own_folder("--tf_xla_auto_jit=1")
    assert flags.startswith("--tf_xla_auto_jit=1 --tf_xla_persistent_cache_directory=")
    monkeypatch.setattr(program_files, "_OWN_FOLDER", "xla-of-process-another")
    assert "xla-of-process-another" in program_files.flags_with_own_folder(flags)
    assert len(program_files.flags_with_own_folder(flags).split()) == 2
    monkeypatch.setattr(program_files, "_processor", lambda: "")
    assert program_files.flags_with_own_folder("") == ""
