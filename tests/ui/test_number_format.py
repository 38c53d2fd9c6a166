"""Numbers as people write them; ``tests/javascript/format.test.js`` reads the same vectors."""

import json
import math
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from testing import ROOT
from ui.charts.run_axes import short_loss
from ui.text.format import number, percent

VECTORS = json.loads((ROOT / "tests" / "javascript" / "number_vectors.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("value", "text", "_"), VECTORS["number"])
def test_a_number_is_written_as_people_write_it(value, text, _):
    assert number(float(value)) == text


@pytest.mark.parametrize(("value", "decimals", "text"), VECTORS["percent"])
def test_percent_agrees_with_the_vectors(value, decimals, text):
    assert percent(float(value), decimals) == text


@given(st.floats())
@example(9.996e-4)
@example(999.96)
def test_no_number_fails_or_shows_an_e_or_ten_tenths(value):
    for text in (number(value), short_loss(abs(value))):
        assert "e" not in text
        assert not re.search(r"10(\.0)?·", text)


@given(st.floats(1e-300, 1e300))
def test_what_is_written_is_the_number_to_its_digits(value):
    powers = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
    digits, _, power = number(value).replace(",", "").rpartition("10") if "10" in number(value) else (number(value), "", "")
    if re.search("[⁰¹²³⁴⁵⁶⁷⁸⁹]", number(value)):
        read = float(digits.rstrip("·") or 1) * 10.0 ** int(power.translate(powers))
    else:
        read = float(number(value).replace(",", ""))
    assert math.isclose(read, value, rel_tol=0.051)
