"""TensorFlow and Keras never enter the web process."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

TOUR = """
import sys
from streamlit.testing.v1 import AppTest
from ensemble import execution

app = AppTest.from_file("app.py", default_timeout=60).run()
for key in ["next_step"] * 8:
    app.button(key=key).click().run()
app.switch_page("pages/cross_entropy.py").run()
app.switch_page("pages/train.py").run()
app.button(key="train").click().run()
assert app.session_state["job"].wait(90)
app.run()
assert app.session_state["job"].state == "done"
app.switch_page("pages/predictions.py").run()
for key in ("next", "least_certain", "most_wrong"):
    app.button(key=key).click().run()
for page, experiment in (("members", "members"), ("calibration", "calibration"), ("regression", "seeds")):
    app.switch_page(f"pages/{page}.py").run()
    if page == "regression":
        app.button_group(key="regression_part").set_value("Beside the net").run()
    app.button(key=f"train_{experiment}").click().run()
    assert app.session_state["series"][experiment].wait(90)
    app.run()
    for part in app.button_group(key=f"{page}_part").options:
        app.button_group(key=f"{page}_part").set_value(part.split(" ", 1)[1]).run()
assert not app.exception
execution.service().close()
"""
LOADED = "\nprint(sorted({name.split('.')[0] for name in sys.modules} & {'tensorflow', 'keras'}))"


@pytest.mark.parametrize(
    "script",
    [
        TOUR,
        "import sys, ensemble, ensemble.execution, ensemble.worker, ensemble.classic, ensemble.reading",
        "import sys, ensemble.conformal, ensemble.decomposition, ensemble.importance, ensemble.pooling, ensemble.surface",
        "import sys, ui.session",
    ],
)
def test_tensorflow_is_not_loaded_by(script):
    done = subprocess.run([sys.executable, "-c", script + LOADED], cwd=ROOT, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "[]"
