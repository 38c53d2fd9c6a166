"""A preview of a file of forecasts, before the roles of its columns are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ensemble.errors import InputError
from ensemble.forecasts.columns import Columns
from ensemble.forecasts.parquet import MAGIC
from ensemble.forecasts.read import columns_of

if TYPE_CHECKING:
    import pandas as pd

MAX_ROWS = 100
MAX_BYTES = 100_000


class Preview(NamedTuple):
    """The columns of a file.

    Attributes
    ----------
    names, of_numbers : tuple of str
        All columns, and those that hold numbers, in the order of the file.
    rows : DataFrame
        The first 100 rows as text, numbered as in the file.

    Of a large CSV file the first 100 kB say which columns hold numbers.
    """

    names: tuple[str, ...]
    of_numbers: tuple[str, ...]
    rows: pd.DataFrame


def preview(content: bytes) -> Preview:
    """Look at a CSV or Parquet file.

    Raises
    ------
    InputError
        If it cannot be read at all.

    Examples
    --------
    >>> preview(b"y,a,b\\na,0.5,0.5\\n").of_numbers
    ('a', 'b')
    """
    import pandas as pd  # here, because the first page should not wait for it

    columns = _beginning(content) or columns_of(content)
    rows = pd.DataFrame({name: columns.texts(name).head(MAX_ROWS) for name in columns.names})
    return Preview(columns.names, tuple(name for name in columns.names if columns.is_number(name)), rows)


def _beginning(content: bytes) -> Columns | None:
    """The first lines of a large CSV file; None of other files, and where they cannot be read by themselves."""
    if len(content) <= MAX_BYTES or content.startswith(MAGIC):
        return None
    try:
        return columns_of(content[: content.rfind(b"\n", 0, MAX_BYTES) + 1])
    except InputError:
        return None
