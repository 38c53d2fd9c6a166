"""Tables that mean harm, ten thousand by night: a table or one sentence, and nothing is opened, run or unpickled."""

import itertools
import pickle
import random

import pytest

from ensemble import InputError
from ensemble.datasets.csv_sheet import read_sheet
from ensemble.datasets.csv_table import MAX_CLASSES, MAX_FEATURES, to_table
from ensemble.datasets.csv_template import template
from testing.audit import nothing_happens
from testing.fuzz import size
from tests.ensemble.datasets.test_csv_hostile_files import NASTY, check_sentence, check_table, mutated

INPUTS = size(10_000)
SMALL = b"size,colour,kind\n" + b"1.5,red,a\n2.5,blue,a\n0.5,red,b\n1.0,blue,b\n" * 2
CODE = (
    b"__import__('os').system('true')",
    b'=HYPERLINK("http://127.0.0.1:1")',
    b"{{config}}",
    b"${jndi:ldap://127.0.0.1:1/a}",
    b"!!python/object/apply:os.system ['true']",
    b"file:///etc/passwd",
    b"../../../../etc/passwd",
    pickle.dumps(ValueError),
)


def corrupted(rng: random.Random) -> bytes:
    data = mutated(rng.choice((SMALL, SMALL, SMALL, template())), rng)
    if rng.random() < 0.3:
        at = rng.randrange(len(data) + 1)
        data = data[:at] + rng.choice(CODE) + data[at:]
    return data


def names_asked_for(rng: random.Random, names: tuple[str, ...]):
    """A target and features as a browser may send them: columns, others, the same ones twice."""
    if rng.random() < 0.8:
        return names[-1], None, rng.choice(("drop", "impute"))
    known_or_not = [*names, *names, *rng.choices(NASTY, k=2)]
    features = rng.choice((None, [], rng.choices(known_or_not, k=3), list(names)))
    return rng.choice((names[-1], rng.choice(known_or_not))), features, rng.choice(("drop", "impute", "eval"))


@pytest.mark.fuzz
def test_ten_thousand_hostile_tables_end_in_a_table_or_in_a_sentence():
    rng, tables, refusals = random.Random(11), 0, set()
    to_table(read_sheet(template()), "species")
    for _ in range(INPUTS):
        data = corrupted(rng)
        with nothing_happens():
            try:
                sheet = read_sheet(data)
                table, notices = to_table(sheet, *names_asked_for(rng, sheet.names))
            except InputError as error:
                check_sentence(str(error))
                refusals.add(str(error)[:12])
                continue
        assert len(table.x) <= len(sheet.cells)
        assert table.x.shape[1] <= MAX_FEATURES
        assert len(table.class_names) <= MAX_CLASSES
        check_table(table)
        for notice in itertools.chain(sheet.notices, notices):
            check_sentence(notice)
        tables += 1
    assert tables > 0.03 * INPUTS
    assert len(refusals) > size(20, 10)
