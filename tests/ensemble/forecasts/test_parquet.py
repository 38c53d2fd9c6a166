"""Parquet files of forecasts."""

import io

import numpy as np
import pandas as pd
import pytest

from ensemble import InputError
from ensemble.forecasts import read_forecasts

TABLE = pd.DataFrame({"a": [0.25, 0.5, 1.0], "b": [0.75, 0.5, 0.0], "y": ["a", "b", "a"]})


def parquet(table, **options):
    content = io.BytesIO()
    table.to_parquet(content, **options)
    return content.getvalue()


@pytest.mark.parametrize("y", [TABLE["y"], TABLE["y"].astype("category"), TABLE["y"].astype(object)])
def test_a_table_is_read_as_its_csv_is(y):
    found, notices = read_forecasts(parquet(TABLE.assign(y=y)))
    of_csv, _ = read_forecasts(TABLE.to_csv(index=False).encode())
    np.testing.assert_array_equal(found.log_proba, of_csv.log_proba)
    np.testing.assert_array_equal(found.y, of_csv.y)
    assert (found.class_names, notices) == (("a", "b"), [])
    assert found.row_numbers.tolist() == [1, 2, 3]


@pytest.mark.parametrize("y", [[0, 1, 0], [0.0, 1.0, 0.0], [False, True, False]])
def test_classes_may_be_numbers_or_truth_values(y):
    names = {"a": str(label_of(y[0])), "b": str(label_of(y[1]))}
    found, notices = read_forecasts(parquet(TABLE.rename(columns=names).assign(y=y)))
    assert found.y.tolist() == [0, 1, 0]
    assert found.class_names == tuple(names.values())
    assert notices == []


def label_of(value):
    return value if isinstance(value, bool) else int(value)


def test_columns_of_other_kinds_are_left_out_and_said():
    found, notices = read_forecasts(
        parquet(TABLE.assign(when=pd.Timestamp("2020-01-01"), many=[[1], [2], [3]], page="x" * 201))
    )
    assert found.y.tolist() == [0, 1, 0]
    assert notices == ["Left out, because they hold neither numbers nor short texts: “when”, “many.list.element”, “page”."]


REFUSED = {
    "Row 2 of column “a” is empty": parquet(TABLE.assign(a=[0.25, np.nan, 1])),
    "Row 3 has no true class": parquet(TABLE.assign(y=["a", "b", None])),
    "compressed by “ZSTD”: write the file with compression=“snappy”": parquet(TABLE, compression="zstd"),
    "compressed by “GZIP”": parquet(TABLE, compression="gzip"),
    "encoded in a way that is not read": parquet(
        TABLE, use_dictionary=False, column_encoding={"a": "PLAIN", "b": "PLAIN", "y": "DELTA_BYTE_ARRAY"}
    ),
    "no rows": parquet(TABLE[:0]),
    "cannot be read": parquet(TABLE)[:-20],
    "501 columns, and 500 are the most": parquet(pd.DataFrame({str(k): [0.5] for k in range(501)})),
    "700,000 rows, and 600,000 are the most": parquet(pd.DataFrame({"a": np.zeros(700_000)})),
    "50,001 rows, and 50,000 are the most": parquet(pd.concat([TABLE[:1]] * 50_001, ignore_index=True)),
    "Row 1 of column “a” holds “1e+300”": parquet(TABLE.assign(a=[1e300, 0.5, 1])),
}


@pytest.mark.parametrize("sentence", REFUSED)
def test_what_cannot_be_read_is_refused_in_words(sentence):
    with pytest.raises(InputError) as refusal:
        read_forecasts(REFUSED[sentence])
    assert sentence in str(refusal.value)
