"""Hostile files of forecasts: each ends in forecasts that add up or in a plain sentence, in bounded memory."""

import functools
import io
import random
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from ensemble import InputError
from ensemble.forecasts import plain_csv, read_forecasts
from ensemble.forecasts.snippets import template
from ensemble.limits import limits
from testing import PATIENCE, ROOT, fuzz
from tests.ensemble.datasets.test_csv_hostile_files import NASTY, WORDS_OF_A_TRACEBACK, printable

HEADERS = [
    *("y", "true class", "class", "row", "model", "value", "probability", "a", "b", "c", "a: x", "b: x", "p(a)"),
    *(
        "0",
        "1",
        "2",
        "1.0",
        "probability of a",
        "probability of b",
        "logit_a",
        "m_a",
        "m_b",
        "m_",
        ": ",
        "_",
        "p()",
        "…",
        "a…",
        "'a",
        "Unnamed: 0",
    ),
]
NUMBERS = [
    "0",
    "1",
    "0.5",
    ".5",
    "0,5",
    "50 %",
    "-1",
    "1e-400",
    "1e400",
    "-inf",
    "0.25",
    "0.7495",
    "1e15",
    "-1e308",
    "0.3333333333",
]
TARGETS = [None, "y", "y", "a", "class", "no such", ""]
COLUMNS = [None, None, ["a", "b"], ["a"], [], ["0", "1", "y"]]
KINDS = ["auto", "auto", "probabilities", "logits"]


def outcome(data, target=None, columns=None, kind="auto"):
    """The forecasts of these bytes, or the sentence that refuses them; both checked."""
    try:
        found, notices = read_forecasts(data, target, columns, kind)
    except InputError as error:
        check_sentences(str(error))
        return None
    for notice in notices:
        check_sentences(notice)
    models, rows, classes = found.log_proba.shape
    assert (models, classes) == (len(found.model_names), len(found.class_names))
    assert 1 <= models <= limits().members
    assert 2 <= classes <= 30
    assert rows == len(found.y) == len(found.row_numbers) <= limits().rows
    assert found.y.min() >= 0
    assert found.y.max() < classes
    assert len(set(found.class_names)) == classes
    assert all(printable(name) and 0 < len(name) <= 60 for name in (*found.class_names, *found.model_names))
    assert (found.log_proba <= 1e-12).all()
    np.testing.assert_allclose(np.exp(found.log_proba).sum(axis=2), 1, rtol=0, atol=1e-9)
    found.at_most(3)[0].held_out()
    return found


def check_sentences(text):
    assert 0 < len(text) < 600
    assert text[-1] in ".?"
    assert printable(text)
    unquoted = "".join(part.split("”")[-1] for part in text.split("“"))
    assert not any(word in unquoted for word in WORDS_OF_A_TRACEBACK)


@functools.cache
def usable():
    """Files that are read as they are."""
    rng = np.random.default_rng(0)
    proba = rng.dirichlet([1, 1, 1], 12)
    names = np.array(["a", "b", "c"])
    y = names[rng.integers(3, size=12)]
    table = pd.DataFrame(proba, columns=names).assign(y=y)
    several = pd.DataFrame({f"{m}: {k}": proba[:, j] for m in "pq" for j, k in enumerate(names)}).assign(y=y)
    lines = table.reset_index(names="row").melt(["row", "y"], names, "class", "value").rename(columns={"y": "true class"})
    contents = [one.to_csv(index=False).encode() for one in (table, several, lines)]
    contents += [template(), table.to_csv(sep=";", decimal=",").encode("utf-8-sig"), table.to_csv(sep="\t").encode("utf-16")]
    for one in (table, several, lines):
        one.to_parquet(buffer := io.BytesIO())
        contents.append(buffer.getvalue())
    return contents


def any_bytes(draw):
    return draw.randbytes(draw.choice([0, 1, 5, 100])) + draw.choice([b"", b"PAR1", b"PK\3\4", b"\xef\xbb\xbf", b"a,b,y\n"])


def a_damaged_file(draw):
    content = bytearray(draw.choice(usable()))
    for _ in range(draw.choice([1, 1, 3, 20])):
        at = draw.randrange(len(content))
        how = draw.randrange(5)
        if how == 0:
            content[at] = draw.randrange(256)
        elif how == 1:
            del content[at : at + draw.choice([1, 10, 1000])]
        elif how == 2:
            content[at:at] = draw.choice(
                [b"\0", b",", b'"', b"\r", b"\xff", b"\n\n", b";", b"=1+1", "\u202e".encode(), b"9" * 400]
            )
        elif how == 3:
            content[at:at] = content[at : at + draw.choice([5, 50, 500])]
        else:
            del content[at:]
        content = content or bytearray(b"a")
    return bytes(content)


def a_grid(draw):
    width = draw.randint(1, 6)
    header = [draw.choice(HEADERS) if draw.random() < 0.9 else draw.choice(NASTY) for _ in range(width)]
    cell = {
        0: lambda: draw.choice(NUMBERS),
        1: lambda: draw.choice(["a", "b", "c", "0", "1", "x"]),
        2: lambda: draw.choice(NASTY),
    }
    kinds = [draw.choices([0, 1, 2], [6, 3, 1])[0] for _ in range(width)]
    lines = [[cell[kind if draw.random() < 0.95 else 2]() for kind in kinds] for _ in range(draw.randint(0, 6))]
    delimiter = draw.choice([",", ",", ",", ";", "\t", "|"])
    quote = '"{}"'.format if draw.random() < 0.3 else str
    text = "\n".join(delimiter.join(quote(one.replace('"', '""')) for one in line) for line in [header, *lines])
    return text.encode("utf-8", "replace")


def a_wide_table(draw):
    """Rows that add up, but for one cell or one name."""
    classes = draw.choice([1, 2, 2, 2, 3, 4])
    names = draw.sample(["a", "b", "0", "1", "2", "1.0", "é", "x y", "=1", "nan", "True"], classes)
    models = draw.choice([[""], [""], ["m: ", "n: "], ["m_", "n_"], ["a_", "a_b_"]])
    header = [f"{model}{name}" for model in models for name in names]
    lines = []
    for _ in range(draw.randint(2, 6)):
        row = []
        for _ in models:
            weights = [draw.choice([0, 1, 3, 4]) + 0.001 * (draw.random() < 0.9) for _ in names]
            row += [str(weight / (sum(weights) or 1)) for weight in weights]
        lines.append([*row, draw.choice(names)])
    if draw.random() < 0.6:
        lines[draw.randrange(len(lines))][draw.randrange(len(header) + 1)] = draw.choice(NUMBERS + NASTY)
    if draw.random() < 0.3:
        header[draw.randrange(len(header))] = draw.choice(HEADERS + NASTY)
    return "\n".join(",".join(line) for line in [[*header, "y"], *lines]).encode("utf-8", "replace")


MAKERS = (any_bytes, a_damaged_file, a_damaged_file, a_grid, a_grid, a_wide_table, a_wide_table)


@pytest.mark.fuzz
def test_any_file_ends_in_forecasts_or_in_a_sentence(monkeypatch):
    read = 0
    for seed in range(fuzz.size(10_000)):
        draw = random.Random(seed)
        # Every other file takes the way of large ones.
        monkeypatch.setattr(plain_csv, "MIN_BYTES", seed % 2 * 200_000)
        content = draw.choice(MAKERS)(draw)
        how = (draw.choice(TARGETS), draw.choice(COLUMNS), draw.choice(KINDS)) if draw.random() < 0.4 else ()
        try:
            read += outcome(content, *how) is not None
        except AssertionError as failure:
            raise AssertionError(f"seed {seed}: {content[:500]!r}: {failure}") from failure
        except Exception as failure:
            raise AssertionError(f"seed {seed}: {content[:500]!r} ends in {type(failure).__name__}: {failure}") from failure
    assert read > 5  # some are read, so that what is read is tested too


def test_the_files_that_are_damaged_can_be_read_before():
    assert [outcome(content) is not None for content in usable()] == [True] * 5 + [False] + [True] * 3


LARGE = {
    "wide": "b'y,' + b','.join(b'c%d' % k for k in range(400)) + (b'\\na' + b',0.5' * 400) * 12_000",
    "many rows": "b'a,b,y\\n' + b'0,1,a\\n1,0,b\\n' * 1_600_000",
    "lines": "b'row,class,value,y\\n' + b''.join(b'%d,a,1,a\\n' % k for k in range(1_300_000))",
    "many classes": "b'row,class,value,y\\n' + b''.join(b'%d,%d,1,a\\n' % (k, k) for k in range(900_000))",
    "one cell": "b'a,b,y\\n' + b'1' * 19_000_000",
    "quotes": "b'a,b,y\\n' + b'\"' * 19_000_000",
    "text": "parquet(y=pa.DictionaryArray.from_arrays(numpy.zeros(500_000, 'int32'), ['é' * 1_000_000]), a=[1] * 500_000)",
    "zeros": "parquet(y=numpy.zeros(590_000), **{str(k): numpy.zeros(590_000) for k in range(400)})",
    "a list": "parquet(y=pa.array([[0.0] * 50_000_000]), a=pa.array([1.0]))",
}


@pytest.mark.nightly
@pytest.mark.parametrize("name", LARGE)
def test_memory_stays_bounded(name):
    code = (
        "import io, re, numpy, pandas, scipy.special, pyarrow as pa, pyarrow.parquet\n"
        "from ensemble import InputError\n"
        "from ensemble.forecasts import read_forecasts\n"
        "def parquet(**columns):\n"
        "    pa.parquet.write_table(pa.table(columns), buffer := io.BytesIO())\n"
        "    return buffer.getvalue()\n"
        f"content = {LARGE[name]}\n"
        "assert 0 < len(content) <= 20_000_000, len(content)\n"
        "pa.default_memory_pool().release_unused()\n"
        "open('/proc/self/clear_refs', 'w').write('5')\n"
        "def memory(what): return int(re.search(what + r':\\s+([0-9]+)', open('/proc/self/status').read())[1])\n"
        "before = memory('VmRSS')\n"
        "try: print(read_forecasts(content)[1])\n"
        "except InputError as refusal: print(refusal)\n"
        "grown = memory('VmHWM') - before\n"
        "print(grown)\n"
        "assert grown < 700_000, grown\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
    print(done.stdout)
    assert done.returncode == 0, done.stderr
