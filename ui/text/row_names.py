"""The noun for one row of the chosen data, without loading the data."""

from __future__ import annotations

from ui import session

ROW_NAMES = {"wine": "wine", "iris": "flower", "breast_cancer": "tumour", "digits": "digit"}


def chosen_row_name() -> str:
    """The noun for one row of the chosen data. Loading the rows for it would delay the first page by a second."""
    return "row" if session.has_own_rows() else ROW_NAMES.get(session.data_config().data, "point")
