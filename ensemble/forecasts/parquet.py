"""Turn the bytes of a Parquet file into columns; files that could unpack to far more than their size are refused first."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ensemble.datasets.csv_reader import MAX_COLUMNS, check_length
from ensemble.datasets.csv_sheet import MAX_CELLS
from ensemble.datasets.csv_words import distinct_names, listed, quoted, tidy
from ensemble.errors import InputError
from ensemble.forecasts.columns import MAX_LINES, TypedColumns

if TYPE_CHECKING:
    import pandas as pd
    from pyarrow.parquet import ParquetFile

MAGIC = b"PAR1"
MAX_ROW_GROUPS = 1000
MAX_BYTES_OF_TEXT = 100_000_000
MAX_CHARACTERS_OF_A_TEXT = 200

# By at most 21 to 1 for the second; the others reach thousands.
_CODECS = ("UNCOMPRESSED", "SNAPPY")
_ENCODINGS = {"PLAIN", "RLE", "BIT_PACKED", "PLAIN_DICTIONARY", "RLE_DICTIONARY"}
_NUMBERS = ("BOOLEAN", "INT32", "INT64", "FLOAT", "DOUBLE")


def read_parquet(content: bytes) -> TypedColumns:
    """Read a Parquet file: its columns of numbers, truth values and texts.

    Raises
    ------
    InputError
        If it cannot be read, or is too large, or its pages may be much larger than they are stored.
    """
    import pandas as pd
    import pyarrow as pa
    from pyarrow.parquet import ParquetFile

    check_length(content)
    try:
        file = ParquetFile(io.BytesIO(content), thrift_string_size_limit=1_000_000, thrift_container_size_limit=100_000)
        numbers, texts, left_out = _usable(file)
        _refuse_what_may_unpack(file, [*numbers, *texts])
        read = _table(file, numbers) | _table(ParquetFile(io.BytesIO(content), read_dictionary=texts), texts)
        left_out += [name for name in texts if name not in read]
    except InputError:
        raise
    except (pa.ArrowException, OSError, ValueError, LookupError, ArithmeticError, MemoryError, TypeError):
        raise InputError("The Parquet file cannot be read: write it again, or save it as CSV.") from None
    if len({len(column) for column in read.values()}) > 1:
        raise InputError("The columns of the Parquet file have different lengths: write it again, or save it as CSV.")
    order = [name for name in (file.schema.column(k).path for k in range(len(file.schema))) if name in read]
    if not order or not len(read[order[0]]):
        raise InputError("The Parquet file has no rows of numbers and texts: add rows.")
    names = [tidy(name) for name in order]
    if len(set(names)) < len(names) or not all(names):
        raise InputError("Two columns of the Parquet file have one name, or one has none: give each its own name.")
    rows = np.arange(1, len(read[order[0]]) + 1)
    columns = {name: read[own].set_axis(pd.Index(rows)) for name, own in zip(distinct_names(names), order, strict=True)}
    notices = (f"Left out, because they hold neither numbers nor short texts: {listed(left_out)}.",) if left_out else ()
    return TypedColumns(tuple(columns), rows, notices, columns)


def _usable(file: ParquetFile) -> tuple[list[str], list[str], list[str]]:
    """Names of the columns of numbers, of those of texts, and of those that are left out."""
    numbers: list[str] = []
    texts: list[str] = []
    left_out: list[str] = []
    if len(file.schema) > MAX_COLUMNS:
        raise InputError(f"The file has {len(file.schema):,} columns, and {MAX_COLUMNS} are the most: delete some of them.")
    for k in range(len(file.schema)):
        column = file.schema.column(k)
        kind = column.logical_type.type
        flat = column.max_repetition_level == 0 and column.max_definition_level <= 1 and column.path == column.name
        if flat and column.physical_type in _NUMBERS and kind in ("NONE", "INT"):
            numbers.append(column.path)
        elif flat and column.physical_type == "BYTE_ARRAY" and kind == "STRING":
            texts.append(column.path)
        else:
            left_out.append(column.path)
    return numbers, texts, left_out


def _refuse_what_may_unpack(file: ParquetFile, names: Sequence[str]) -> None:
    about = file.metadata
    if about.num_rows > MAX_LINES:
        raise InputError(f"The file has {about.num_rows:,} rows, and {MAX_LINES:,} are the most: keep a sample of them.")
    if about.num_rows * len(names) > MAX_CELLS:
        raise InputError(f"{len(names)} columns and {about.num_rows:,} rows are too much: keep fewer of both.")
    if about.num_row_groups > MAX_ROW_GROUPS:
        raise InputError(f"The file has {about.num_row_groups:,} row groups, and {MAX_ROW_GROUPS:,} are the most: write fewer.")
    for group in (about.row_group(k) for k in range(about.num_row_groups)):
        for chunk in (group.column(k) for k in range(group.num_columns)):
            if chunk.path_in_schema not in names:
                continue
            if chunk.compression not in _CODECS:
                raise InputError(
                    f"Column {quoted(chunk.path_in_schema)} is compressed by {quoted(chunk.compression)}: write the file with "
                    "compression=“snappy”."
                )
            if not set(chunk.encodings) <= _ENCODINGS:
                raise InputError(
                    f"Column {quoted(chunk.path_in_schema)} is encoded in a way that is not read: write it plain, or as a "
                    "dictionary."
                )


def _table(file: ParquetFile, names: Sequence[str]) -> dict[str, pd.Series]:
    """The columns, read in batches so that a file with understated sizes is noticed."""
    import pyarrow as pa

    if not names:
        return {}
    batches: list[Any] = []
    rows = 0
    for batch in file.iter_batches(batch_size=10_000, columns=list(names), use_threads=False):
        rows += batch.num_rows
        batches.append(batch)
        if rows > MAX_LINES or rows * len(names) > MAX_CELLS or batch.nbytes > MAX_BYTES_OF_TEXT:
            raise InputError("The columns of the Parquet file are larger than they say: write it again, or save it as CSV.")
    if not batches:
        return {}
    table = pa.Table.from_batches(batches)
    columns = {name: _series(table.column(name)) for name in names}
    return {name: column for name, column in columns.items() if column is not None}


def _series(column: Any) -> pd.Series | None:
    """Numbers with NaN where one is missing, or tidy texts; an empty text is missing. None if a text is long."""
    import pandas as pd
    import pyarrow as pa

    if not pa.types.is_dictionary(column.type):
        return pd.Series(column.to_pandas())
    codes = column.unify_dictionaries().combine_chunks()
    if isinstance(codes, pa.ChunkedArray):
        codes = codes.chunk(0)
    if max((len(text or "") for text in codes.dictionary.to_pylist()), default=0) > MAX_CHARACTERS_OF_A_TEXT:
        return None
    words = np.array([tidy(text or "") or np.nan for text in codes.dictionary.to_pylist()], dtype=object)
    index = codes.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    found = np.append(words, np.nan)[index]
    return pd.Series(found, dtype="str")
