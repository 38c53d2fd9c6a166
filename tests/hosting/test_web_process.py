"""TensorFlow and Keras never enter the web process, and the first page waits for no library that it does not show."""

import subprocess
import sys

from testing import PATIENCE, ROOT

IMPORTED = [
    "import ensemble, ensemble.execution.service, ensemble.worker, ensemble.classic, ensemble.runs.test_rows",
    "import ensemble.calibration.conformal, ensemble.calibration.decomposition",
    "import ensemble.interpretation.feature_importance, ensemble.disagreement.pooling, ensemble.disagreement.plane",
    "import ensemble.related.build; from ensemble.related.example import data, find, run; find(run().config, data())",
    "import ui.session",
]
LOADED = "loaded = {name.partition('.')[0] for name in sys.modules} & {'tensorflow', 'keras'}"


def test_tensorflow_is_loaded_by_nothing_that_a_web_process_imports():
    script = ["import sys", *(f"{line}\n{LOADED}\nassert not loaded, ({line!r}, loaded)" for line in IMPORTED)]
    done = subprocess.run([sys.executable, "-c", "\n".join(script)], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr


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
