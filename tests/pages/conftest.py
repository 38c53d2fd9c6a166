"""An app after the classic run."""

import pytest

from testing.app_test import open_app, sessions_that_end, wait_for_the_run


@pytest.fixture(scope="module", autouse=True)
def sessions_of_the_module():
    with sessions_that_end():
        yield


@pytest.fixture(autouse=True)
def sessions_of_the_test(sessions_of_the_module):
    with sessions_that_end():
        yield


@pytest.fixture(scope="module")
def trained():
    """An app after the classic run; tests that use it change nothing but the wine."""
    app = open_app()
    app.button(key="train").click().run()
    wait_for_the_run(app)
    return app
