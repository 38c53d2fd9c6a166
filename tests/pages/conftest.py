"""An app after the classic run."""

import pytest

from testing.app_test import open_app, wait_for_the_run


@pytest.fixture(scope="module")
def trained():
    """An app after the classic run; tests that use it change nothing but the wine."""
    app = open_app()
    app.button(key="train").click().run()
    wait_for_the_run(app)
    return app
