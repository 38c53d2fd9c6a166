"""TensorFlow and Keras never enter the web process, and the first page waits for no library that it does not show."""

import subprocess
import sys

import pytest

from testing import PATIENCE, ROOT

LOADED = "\nprint(sorted({name.split('.')[0] for name in sys.modules} & {'tensorflow', 'keras'}))"


@pytest.mark.parametrize(
    "script",
    [
        "import sys, ensemble, ensemble.execution.service, ensemble.worker, ensemble.classic, ensemble.runs.test_rows",
        "import sys, ensemble.calibration.conformal, ensemble.calibration.decomposition",
        "import sys, ensemble.interpretation.feature_importance, ensemble.disagreement.pooling, ensemble.disagreement.plane",
        "import sys, ensemble.related.build; from ensemble.related.example import data, find, run; find(run().config, data())",
        "import sys, ui.session",
    ],
)
def test_tensorflow_is_not_loaded_by(script):
    done = subprocess.run([sys.executable, "-c", script + LOADED], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_first_page_waits_for_neither_pandas_nor_scikit_learn():
    """Each takes half a second, which everybody who opens the app would wait."""
    script = """
import sys
import streamlit as st
from ui import page, session
from pages.parts.softmax import next_token, scores_of_a_row, steps, words
page.begin("softmax")
print(sorted({name.split('.')[0] for name in sys.modules} & {'pandas', 'sklearn'}))
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "[]"
