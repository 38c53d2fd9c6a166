"""What one row is called, where the rows themselves need not be there yet."""

from __future__ import annotations

from ui import session

ROW_NAMES = {"wine": "wine", "iris": "flower", "breast_cancer": "tumour", "digits": "digit"}


def chosen_row_name() -> str:
    """What one row of the chosen data set is. To load the rows for this word takes a second, which no first page waits for."""
    return "row" if session.has_own_rows() else ROW_NAMES.get(session.data_config().data, "point")
