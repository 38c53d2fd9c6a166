"""A library that one thread is still importing never breaks what another one draws."""

import subprocess
import sys

import pytest

from testing import PATIENCE, ROOT

SLOW_POLARS = "import time\ntime.sleep(1)\nclass DataFrame: pass\nclass LazyFrame: pass\nclass Series: pass\nclass Expr: pass\n"
DRAWS = """
import threading, time
import plotly.graph_objects
import sklearn.decomposition
importer = threading.Thread(target=__import__, args=("polars",))
importer.start()
time.sleep(0.2)
{first}
from ensemble.datasets.summary import principal_plane
principal_plane(load_table("wine"))
assert plotly.graph_objects.Scatter(x=[1, 2]).x == (1, 2)
importer.join()
print("drawn")
"""
GUARDED = "from ensemble.datasets.builtin import load_table"
UNGUARDED = """
import types
from sklearn.datasets import load_wine
def load_table(name):
    return types.SimpleNamespace(x=load_wine().data, feature_names=("a", "b"))
"""


def run(tmp_path, first):
    (tmp_path / "polars.py").write_text(SLOW_POLARS)
    return subprocess.run(
        [sys.executable, "-c", DRAWS.format(first=first)],
        cwd=ROOT,
        env={"PYTHONPATH": f"{tmp_path}:{ROOT}", "PATH": ""},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )


@pytest.mark.nightly
def test_what_does_not_wait_for_a_library_that_another_thread_imports_ends_in_an_error(tmp_path):
    unguarded = run(tmp_path, UNGUARDED)
    assert "polars" in unguarded.stderr, "the danger is gone: ensemble/preload.py can go too"


def test_pictures_wait_for_a_library_that_another_thread_imports(tmp_path):
    guarded = run(tmp_path, GUARDED)
    assert guarded.stdout == "drawn\n", guarded.stderr
