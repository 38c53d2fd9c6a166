import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")

import pytest
from hypothesis import HealthCheck, settings

from ensemble import Dataset, EnsembleConfig, Run, load_dataset

# Two busy cores draw slowly; what is tested does not depend on the clock.
settings.register_profile(
    "busy", deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
settings.load_profile("busy")


@pytest.fixture(scope="session")
def wine() -> Dataset:
    return load_dataset("wine")


@pytest.fixture(scope="session")
def short_run(wine: Dataset) -> Run:
    """A few members after a few epochs: enough to read."""
    from ensemble.training import train

    return train(EnsembleConfig(members=3, epochs=6, hidden_units=5), wine)


@pytest.fixture(scope="session")
def training_service():
    """The app's own service with its worker process, for all tests of pages."""
    from ensemble import execution

    execution.service().start()
    yield
    execution.service().close()
