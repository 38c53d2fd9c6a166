"""Hostile CSV files: each ends in a table of finite numbers or in one plain sentence, in bounded memory."""

import random
import re
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ensemble import InputError
from ensemble.datasets.csv_sheet import Sheet, read_sheet
from ensemble.datasets.csv_table import MAX_CLASSES, MAX_FEATURES, to_table
from ensemble.datasets.csv_template import template
from ensemble.datasets.csv_words import MAX_CHARACTERS
from ensemble.datasets.splits import split
from ensemble.limits import Limits
from testing import PATIENCE, ROOT, fuzz
from testing.fuzz import examples

MAX_BYTES = Limits().upload_megabytes * 1_000_000
WORDS_OF_A_TRACEBACK = ("Traceback", "Error", "Exception", "invalid literal", "NoneType", "codec", "object", "dtype", "0x")
NASTY = [
    *("", " ", "?", "NA", "nan", "NULL", "inf", "-Infinity", "1e999", "1e-999", "-0", "1_000", "0x10", "1,5", "1.5", "2", "3"),
    *("١٢", "½", "a", "b", "a", "b", "é", "e\u0301", "😀", "\u202e", "\ufeff", "\x00", "\x1a", "\x85", "\u2028", "\r", "\n"),
    *('"', '""', '"""', "'", "\\", "\\n", "=1+1", "=cmd|' /C calc'!A0", "@SUM(A1)", "<script>alert(1)</script>", "{{7*7}}"),
    *("%s%n", "__class__", "../../etc/passwd", "; DROP TABLE", "9" * 400, "9" * 5000, "." * 50, "e" * 50, "id", "y"),
]
DELIMITERS = st.sampled_from([",", ";", "\t", "|", ", "])
SHORT = ["1.5", "2.5", "a", "b"]


def outcome(data, choice=0, missing="drop"):
    """The table of these bytes, or the sentence that refuses them; both checked."""
    try:
        sheet = read_sheet(data)
        check_sheet(sheet)
        names = sheet.names
        table, notices = to_table(sheet, names[choice % len(names)], None if choice % 3 else names[1:3], missing)
    except InputError as error:
        check_sentence(str(error))
        return str(error)
    check_table(table)
    for notice in [*sheet.notices, *notices]:
        check_sentence(notice)
    return table


def printable(text):
    """Whether nothing in a text is unseen but the joiners within emoji and words."""
    return re.sub(r"(?<=[^\x00-\x7f\s])[\u200c\u200d](?=[^\x00-\x7f\s])", "", text).isprintable()


def check_sentence(text):
    assert len(text) < 400
    assert text.endswith(".")
    assert printable(text)
    unquoted = "".join(part.split("”")[-1] for part in text.split("“"))
    assert not any(word in unquoted for word in WORDS_OF_A_TRACEBACK)
    assert ". " not in unquoted


def check_sheet(sheet):
    assert isinstance(sheet, Sheet)
    assert len(set(sheet.names)) == len(sheet.names) == sheet.cells.shape[1]
    for column in sheet.columns:
        assert 0 < len(column.name) <= MAX_CHARACTERS
        assert printable(column.name)
        assert len(column.example) <= MAX_CHARACTERS
        assert column.missing + column.distinct <= len(sheet.cells)
        assert (column.distinct == 0) == (column.kind == "empty")


def check_table(table):
    assert np.isfinite(table.x).all()
    assert table.x.shape == (len(table.y), len(table.feature_names))
    assert 1 <= len(set(table.feature_names)) == len(table.feature_names) <= MAX_FEATURES
    assert 2 <= len(set(table.class_names)) == len(table.class_names) <= MAX_CLASSES
    assert np.bincount(table.y).min() >= 2
    assert len(np.bincount(table.y)) == len(table.class_names)
    assert all(printable(name) and len(name) <= MAX_CHARACTERS for name in (*table.feature_names, *table.class_names))
    data = split(table)
    assert np.isfinite(data.x_train).all()
    assert np.isfinite(data.x_test).all()


@examples(1500)
@given(st.binary(max_size=200), st.integers(0, 5))
def test_any_bytes(data, choice):
    outcome(data, choice)


@examples(1500)
@given(st.text(st.sampled_from(list(',,,;;\t"\n\n\r\x00\ufeffab12.?- é😀\u202e\x85\u2028')), max_size=120), st.integers(0, 5))
def test_any_text_of_delimiters_quotes_and_strange_signs(text, choice):
    outcome(text.encode(), choice)


@examples(500)
@given(st.data())
def test_any_grid_of_nasty_cells(data):
    width, delimiter = data.draw(st.integers(1, 5)), data.draw(DELIMITERS)
    cells = st.sampled_from(NASTY) | st.sampled_from(SHORT)
    rows = data.draw(st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=10))
    quoted = data.draw(st.booleans())
    lines = [[f"name {k}" for k in range(width)], *rows] if data.draw(st.booleans()) else rows
    lines = [['"' + cell.replace('"', '""') + '"' for cell in line] for line in lines] if quoted else lines
    text = "\n".join(delimiter.join(line) for line in lines)
    outcome(text.encode(), data.draw(st.integers(0, 5)), data.draw(st.sampled_from(["drop", "impute"])))


@examples(300)
@given(st.data())
def test_any_names_above_usable_cells(data):
    names = data.draw(st.lists(st.sampled_from(NASTY) | st.text(max_size=80), min_size=1, max_size=4))
    cells = st.tuples(*[st.sampled_from(["1.5", "-2", "3e5", "1e15", "5e-324", "", "1e-20"]) for _ in names])
    rows = data.draw(st.lists(st.tuples(cells, st.sampled_from("ab")), min_size=4, max_size=12))
    quote = '"{}"'.format
    start = data.draw(st.sampled_from(["", "n{} "]))
    names = [start.format(k) + name for k, name in enumerate(names)]
    lines = [[quote(name.replace('"', '""')) for name in (*names, "class")], *([*row, label] for row, label in rows)]
    outcome("\n".join(",".join(line) for line in lines).encode(errors="replace"), 2 + 3 * len(names), "impute")


def mutated(data, rng):
    """The bytes with one to three accidents."""
    for _ in range(rng.randint(1, 3)):
        position, other = sorted(rng.randrange(len(data) + 1) for _ in range(2))
        accident = rng.randrange(7)
        if accident == 0:
            data = data[:other]
        elif accident == 1:
            data = data[:position] + data[other:]
        elif accident == 2:
            data = data[:position] + rng.choice(NASTY).encode() + data[position:]
        elif accident == 3:
            data = data[:position] + bytes([rng.randrange(256)]) + data[position + 1 :]
        elif accident == 4:
            data = data[:position] + data[position:other] * 3 + data[other:]
        elif accident == 5:
            data = data.replace(b",", rng.choice([b";", b"\t", b",,", b'","']))
        else:
            data = data.replace(rng.choice([b"\n", b"small", b"1", b"setosa"]), rng.choice([b"", b"\r\n", b"?", b'"']))
    return data


@pytest.mark.fuzz
def test_a_valid_file_after_a_thousand_accidents():
    rng, accidents = random.Random(0), fuzz.size(1000)
    outcomes = [
        outcome(mutated(template(), rng), rng.choice([5, 5, rng.randrange(6)]), rng.choice(["drop", "impute"]))
        for _ in range(accidents)
    ]
    tables = [one for one in outcomes if not isinstance(one, str)]
    kinds = {one[:12] for one in outcomes if isinstance(one, str)}
    assert len(tables) > 0.05 * accidents
    assert len(kinds) > fuzz.size(15, 10)


@pytest.mark.parametrize("position", range(0, 400, 7))
def test_a_valid_file_cut_off_anywhere(position):
    outcome(template()[:position], 5)


HEADER = b"x,y\n"
HUGE = {
    "newlines": b"\n" * MAX_BYTES,
    "lines of a space": b" \n" * (MAX_BYTES // 2),
    "commas": b"," * MAX_BYTES,
    "quotes": b'"' * MAX_BYTES,
    "quoted line ends in one row": HEADER + b'"\n",' * (MAX_BYTES // 4 - 2),
    "a quote that is never closed": HEADER + b'"' + b"a\n" * (MAX_BYTES // 2 - 4),
    "one long cell": HEADER + b"a" * (MAX_BYTES - 4),
    "one long number": HEADER + b"9" * 130_000 + b",a\n1,a\n2,b\n3,b\n",
    "a number that ends as a word": HEADER + (b"9" * 130_000 + b"x,a\n") * 20,
    "many short rows": HEADER + b"1,a\n" * (MAX_BYTES // 4 - 1),
    "many columns": b",".join(b"n%d" % k for k in range(2_000_000))[:MAX_BYTES],
    "deep quotes": HEADER + (b'"' + b'""' * 60_000 + b'",a\n') * 150,
    "line feeds of old and new kinds": b"\r\n\r" * (MAX_BYTES // 3),
    "old line ends": b"x,y\r" + b"1,a\r" * (MAX_BYTES // 4 - 1),
    "signs of four bytes": HEADER + "😀,a\n".encode() * 49_000,
    "long identifiers": b"id_" * 20 + b",y\n1,a\n",
    "names that collide": ",".join(f"{'n' * 80}{k}" for k in range(500)).encode() + b"\n" + b",".join([b"1"] * 500),
    "hashes that differ late": HEADER + b"".join(b"%s%05d,a\n" % (b"k" * 300, k) for k in range(49_000)),
}


FEW_HUGE = ("newlines", "many columns", "deep quotes", "one long number", "names that collide")


@pytest.mark.parametrize("name", [pytest.param(name, marks=[pytest.mark.nightly] * (name not in FEW_HUGE)) for name in HUGE])
def test_a_huge_file_is_refused_or_read(name):
    assert len(HUGE[name]) <= MAX_BYTES
    outcome(HUGE[name], 1)


MEASURE = """
import sys
from ensemble import InputError
from ensemble.datasets import from_csv
from ensemble.datasets.csv_template import template

def memory(what):
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith(what))

from_csv(template(), "species")
data = sys.stdin.buffer.read()
before = memory("VmRSS")
try:
    dataset, _ = from_csv(data, "y")
    size = dataset.features, len(dataset.x_train) + len(dataset.x_test)
except InputError:
    size = 0, 0
print(memory("VmHWM") - before, *size)
"""


def measured(data):
    """Bytes beyond those of the file, features and rows, in a process of its own: tracemalloc does not see Arrow's."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURE], input=data, capture_output=True, cwd=ROOT, timeout=PATIENCE, check=True
    )
    return tuple(map(float, done.stdout.split()))


@pytest.mark.nightly
@pytest.mark.parametrize(("columns", "digits"), [(199, 1), (44, 8)])
def test_a_file_at_the_limit_takes_at_most_twenty_times_its_size(columns, digits):
    cells = np.random.default_rng(0).integers(10 ** (digits - 1), 10**digits, (49_950, columns)).tolist()
    for position in range(0, 49_950, 10):
        cells[position][position % columns] = "?"
    lines = [",".join(map(str, row)) + (",a" if position % 2 else ",b") for position, row in enumerate(cells)]
    data = "\n".join([",".join(f"n{k}" for k in range(columns)) + ",y", *lines]).encode()
    assert 0.95 * MAX_BYTES < len(data) <= MAX_BYTES
    memory, *size = measured(data)
    assert size == [columns, 49_950 * 9 // 10]
    assert memory < 20 * MAX_BYTES


def test_a_row_of_millions_of_cells_is_refused_in_little_memory():
    memory, *size = measured(HUGE["quoted line ends in one row"])
    assert size == [0, 0]
    assert memory < 6 * MAX_BYTES
