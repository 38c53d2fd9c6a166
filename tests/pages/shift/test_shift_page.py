"""Shift: which rows its parts look at."""

import pytest

from testing.app_test import open_app, state_of

pytestmark = pytest.mark.usefixtures("training_service")

PAGE = "pages/shift.py"


def rows_of(app):
    return app.session_state["shift_rows"]


def test_parts_start_with_informative_rows_until_somebody_chooses():
    app = open_app(PAGE)
    assert rows_of(app) == "blobs"
    app.button_group(key="shift_rows").set_value("wine").run()
    assert rows_of(app) == state_of(app).shift_rows == "wine"
    assert app.query_params["rows"] == "wine"


def test_a_link_brings_rows_and_unknown_ones_are_passed_over():
    assert rows_of(open_app(PAGE, rows="digits")) == "digits"
    assert rows_of(open_app(PAGE, rows="<b>nothing</b>")) == "blobs"
