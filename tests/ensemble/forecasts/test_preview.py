"""What a file of forecasts looks like before it is read: its columns, and its first rows."""

import io

import pandas as pd
import pytest

from ensemble import InputError
from ensemble.forecasts import preview as module
from ensemble.forecasts import read_forecasts
from ensemble.forecasts.preview import MAX_BYTES, MAX_ROWS, preview
from ensemble.forecasts.sample import sample


def test_columns_and_first_rows_are_those_of_the_file():
    seen = preview(sample())
    expected = pd.read_csv(io.BytesIO(sample()), dtype=str)
    assert list(seen.names) == expected.columns.tolist()
    assert seen.of_numbers == seen.names[1:]
    assert seen.rows.to_numpy().tolist() == expected.head(MAX_ROWS).to_numpy().tolist()
    assert seen.rows.index.tolist() == list(range(2, MAX_ROWS + 2))


def test_of_a_large_file_the_beginning_is_looked_at_and_tells_the_same(monkeypatch):
    header, *lines = sample().splitlines()
    content = b"\n".join([header, *lines * 4])
    assert len(content) > MAX_BYTES
    lengths = []
    read = module.columns_of
    monkeypatch.setattr(module, "columns_of", lambda content: lengths.append(len(content)) or read(content))
    seen = preview(content)
    assert max(lengths) <= MAX_BYTES
    assert seen.of_numbers == preview(sample()).of_numbers
    assert seen.rows.equals(preview(sample()).rows)


def test_a_large_file_whose_beginning_is_no_file_is_looked_at_as_a_whole():
    long_text = b'"' + b"one line\n" * (MAX_BYTES // 9) + b'"'
    content = b"y,note,a,b\na," + long_text[:MAX_BYTES] + b'",0.5,0.5\nb,none,0.4,0.6\n'
    assert preview(content).names == ("y", "note", "a", "b")


@pytest.mark.parametrize("content", [b"", b"\x00\x01\xff" * 100, b"PAR1 but not really"])
def test_what_is_no_file_gets_a_sentence(content):
    with pytest.raises(InputError):
        preview(content)


def test_a_parquet_file_is_looked_at_too():
    file = io.BytesIO()
    pd.read_csv(io.BytesIO(sample())).to_parquet(file)
    assert preview(file.getvalue()).of_numbers == preview(sample()).of_numbers
    assert read_forecasts(file.getvalue())[0].model_names == ("careful", "over-confident")
