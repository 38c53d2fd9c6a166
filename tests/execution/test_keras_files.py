"""Keras files that workers build."""

import dataclasses
import subprocess
import sys

import numpy as np
import pytest

from ensemble import EnsembleConfig, InputError
from ensemble.execution.service import Service
from testing import PATIENCE


@pytest.mark.nightly
def test_a_keras_file_is_built_by_a_worker_and_loads_without_this_app(service, wine, short_run, tmp_path):
    for training in ("joint", "independent", "bootstrap"):
        run = short_run
        if training != "joint":
            job = service.submit(EnsembleConfig(members=2, epochs=2, training=training, outputs="sigmoid"), wine, "keras")
            assert job.wait(PATIENCE)
            run = job.run
        (tmp_path / f"{training}.keras").write_bytes(service.keras_file(run))
        np.save(tmp_path / f"{training}.npy", run.outputs(wine.x_test))
    np.save(tmp_path / "x.npy", wine.x_test)
    script = (
        "import keras, numpy as np, sys\n"
        "for name in ('joint', 'independent', 'bootstrap'):\n"
        "    model = keras.models.load_model(f'{name}.keras')\n"
        "    outputs = model.predict([np.load('x.npy')] * len(model.inputs), verbose=0)\n"
        "    np.testing.assert_allclose(outputs, np.load(f'{name}.npy'), rtol=1e-4, atol=1e-6)\n"
        "assert 'ensemble' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr


def test_a_keras_file_that_no_worker_builds_in_time_is_refused_in_words(service, short_run):
    with pytest.raises(InputError, match="try again in a minute"):
        service.keras_file(short_run, seconds=0)
    waiting = Service(scheduler="tcp://127.0.0.1:9")
    with pytest.raises(InputError, match="busy or still starting"):
        waiting.keras_file(short_run, seconds=0.3)
    waiting._closed.set()


def test_a_keras_file_that_cannot_be_built_is_refused_in_words(service, short_run):
    with pytest.raises(InputError, match="could not build"):
        service.keras_file(dataclasses.replace(short_run, weights=()))
