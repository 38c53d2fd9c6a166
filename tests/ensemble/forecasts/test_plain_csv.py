"""The fast way of reading large files gives what the careful one gives, and leaves to it what is in doubt."""

import numpy as np
import pandas as pd
import pytest

from ensemble import InputError
from ensemble.forecasts import plain_csv, read_forecasts
from ensemble.forecasts.columns import read_csv
from ensemble.forecasts.plain_csv import read_plain_csv

ROWS = 40
LONG = ["row", "true class", "class", "value"]


@pytest.fixture(autouse=True)
def _any_size(monkeypatch):
    monkeypatch.setattr(plain_csv, "MIN_BYTES", 0)


def table(classes=("a", "b", "c")):
    rng = np.random.default_rng(0)
    proba = rng.dirichlet([1.0] * len(classes), ROWS)
    return pd.DataFrame(proba, columns=list(classes)).assign(y=np.array(classes)[rng.integers(len(classes), size=ROWS)])


PLAIN = {
    "texts": table(),
    "logits": table().assign(a=-1.5, b=1e-300, c=lambda t: np.log(t["c"])),
    "numbers": table(("0", "1", "2")).astype({"y": int}),
    "float classes": table(("0", "1", "2")).astype({"y": float}),
    "an integer column": table().assign(size=np.arange(ROWS)),
    "one line each": table()
    .assign(row=np.arange(ROWS))
    .melt(["row", "y"], var_name="class")
    .rename(columns={"y": "true class"}),
}


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("name", PLAIN)
def test_what_is_plain_is_read_as_the_careful_reader_reads_it(name, end, monkeypatch):
    content = PLAIN[name].to_csv(index=False, lineterminator=end).encode()
    fast, careful = read_plain_csv(content), read_csv(content)
    assert fast is not None
    assert (fast.names, fast.notices) == (careful.names, careful.notices)
    np.testing.assert_array_equal(fast.row_numbers, careful.row_numbers)
    for column in fast.names:
        assert fast.is_number(column) == careful.is_number(column)
        if fast.is_number(column):
            np.testing.assert_array_equal(fast.numbers(column), careful.numbers(column))
    found, notices = read_forecasts(content)
    monkeypatch.setattr(plain_csv, "MIN_BYTES", len(content) + 1)
    again, said = read_forecasts(content)
    np.testing.assert_array_equal(found.log_proba, again.log_proba)
    np.testing.assert_array_equal(found.y, again.y)
    assert (found.class_names, found.model_names, notices) == (again.class_names, again.model_names, said)


TEXT = PLAIN["texts"].to_csv(index=False)
IN_DOUBT = {
    "quotes": TEXT.replace("a", '"a"', 1),
    "an empty cell": TEXT + "0.5,,0.5,a\n",
    "a word among numbers": TEXT + "0.5,x,0.5,a\n",
    "a blank row": TEXT + "\n" + TEXT[-20:],
    "a missing class": TEXT + "0.5,0.5,0,NA\n",
    "not a number": TEXT + "0.5,nan,0.5,a\n",
    "infinity": TEXT + "0.5,inf,0.5,a\n",
    "too large": TEXT + "0.5,1e16,0.5,a\n",
    "too few cells": TEXT + "0.5,0.5\n",
    "codes": TEXT.replace(",a\n", ",007\n"),
    "an unseen sign": TEXT.replace(",a\n", ",a\u200b\n"),
    "hexadecimal numbers": TEXT.replace(",a\n", ",0x10\n"),
    "per cent": TEXT + "50 %,25 %,25 %,a\n",
    "semicolons": TEXT.replace(",", ";"),
    "a comment": "# made by hand\n" + TEXT,
    "a name twice": TEXT.replace("b", "a", 1),
    "no name": "," + TEXT.replace("\n", "\n0,").rstrip("0,"),
    "a carriage return": TEXT.replace("\n", "\r"),
    "another encoding": TEXT.replace("a", "ä").encode("latin-1"),
    "a mark": TEXT.encode("utf-8-sig"),
    "nothing": "",
}


@pytest.mark.parametrize("name", IN_DOUBT)
def test_what_is_in_doubt_is_left_to_the_careful_reader(name):
    content = IN_DOUBT[name]
    content = content if isinstance(content, bytes) else content.encode()
    assert read_plain_csv(content) is None


def test_a_file_that_is_too_long_is_refused():
    with pytest.raises(InputError, match="20,000,000"):
        read_plain_csv(b"a,b\n" * 6_000_000)
