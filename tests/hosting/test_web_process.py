"""TensorFlow and Keras never enter the web process."""

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
