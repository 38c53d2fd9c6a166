"""Numbers as people write them; ``tests/numbers.json`` holds what JavaScript has to write too (see ``e2e/test_arithmetic``)."""

import json
import math
import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ui.charts.run_axes import short_loss
from ui.text.format import number

VECTORS = json.loads(Path(__file__).with_name("numbers.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("value", "text"), VECTORS)
def test_a_number_is_written_as_people_write_it_truth_b8(value, text):
    assert number(float(value)) == text


@given(st.floats())
@example(9.996e-4)
@example(999.96)
def test_no_number_fails_or_shows_an_e_or_ten_tenths_truth_b8(value):
    for text in (number(value), short_loss(abs(value))):
        assert "e" not in text
        assert not re.search(r"10(\.0)?·", text)


@given(st.floats(1e-300, 1e300))
def test_what_is_written_is_the_number_to_its_digits_truth_b8(value):
    powers = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
    digits, _, power = number(value).replace(",", "").rpartition("10") if "10" in number(value) else (number(value), "", "")
    if re.search("[⁰¹²³⁴⁵⁶⁷⁸⁹]", number(value)):
        read = float(digits.rstrip("·") or 1) * 10.0 ** int(power.translate(powers))
    else:
        read = float(number(value).replace(",", ""))
    assert math.isclose(read, value, rel_tol=0.051)
