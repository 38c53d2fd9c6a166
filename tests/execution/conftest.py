"""Services: the one that tests share, and new ones for what breaks them."""

import pytest


@pytest.fixture
def service(training_service):
    """The shared one, which the tests leave as it was."""
    return training_service
