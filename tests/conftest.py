import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")

import functools

import pytest
from hypothesis import HealthCheck, settings
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.scriptrunner import script_runner
from xdist.scheduler import LoadFileScheduling

from ensemble import Dataset, EnsembleConfig, Run, load_dataset

# Two busy cores draw slowly; what is tested does not depend on the clock.
settings.register_profile(
    "busy", deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
settings.load_profile("busy")

# Streamlit's test runner looks through all that is installed for components, each time that a script runs. Afterwards it clears
# Keras, which some tests have loaded and the app never does: that takes a hundred times as long as a short script.
manifest_scanner.scan_component_manifests = functools.cache(manifest_scanner.scan_component_manifests)
script_runner._clean_problem_modules = lambda: None


class OneBrowser(LoadFileScheduling):
    """Files are spread over the processes, but all that needs a browser goes to one: it has a browser and a warm app."""

    def _split_scope(self, nodeid: str) -> str:
        return "tests/e2e" if nodeid.startswith("tests/e2e/") else super()._split_scope(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadFileScheduling:
    return OneBrowser(config, log)


@pytest.fixture(scope="session")
def wine() -> Dataset:
    return load_dataset("wine")


@pytest.fixture(scope="session")
def short_run(wine: Dataset) -> Run:
    """A few members after a few epochs: enough to read."""
    from ensemble.training.loop import train

    return train(EnsembleConfig(members=3, epochs=6, hidden_units=5), wine)


@pytest.fixture(scope="session")
def training_service():
    """The app's own service with its worker process, for all tests of pages."""
    from ensemble.execution import service

    service.current().start()
    yield
    service.current().close()
