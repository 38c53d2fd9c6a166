"""Prices: what is refused, the presets, and the way through a link and back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ensemble import InputError
from ensemble.decisions.costs import DEFAULT, MAX_PRICE, PRESETS, Prices

prices_to_pay = st.floats(0, MAX_PRICE)


@st.composite
def price_lists(draw: st.DrawFn) -> Prices:
    classes = draw(st.integers(2, 6))
    row = st.lists(prices_to_pay, min_size=classes, max_size=classes)
    return Prices(draw(st.lists(row, min_size=classes, max_size=classes)), draw(st.none() | prices_to_pay))


@given(price_lists() | st.builds(Prices.preset, st.sampled_from(PRESETS), st.integers(2, 30)))
def test_prices_through_a_link_come_back_exactly(prices):
    read, notices = Prices.from_query(prices.to_query())
    assert (read or Prices.preset(DEFAULT, prices.classes)) == prices
    assert not notices


@given(st.text() | st.from_regex(r"[0-9~_.e+-]{0,40}") | st.from_regex(r"3~[0-9.e-]{0,5}(~[0-9_.naife-]{0,12}){0,4}"))
def test_a_damaged_link_gives_prices_within_bounds_or_none(text):
    read, notices = Prices.from_query({"prices": text})
    assert read is not None or notices
    if read:
        assert ((read.costs() >= 0) & (read.costs() <= MAX_PRICE)).all()


@pytest.mark.parametrize("classes", [2, 3, 30])
def test_presets_are_what_their_names_say(classes):
    alike, twenty, expert = (Prices.preset(name, classes) for name in PRESETS)
    assert np.array_equal(alike.costs(), 1 - np.eye(classes))
    assert np.argwhere(twenty.costs() == 20).tolist() == [[1, 0]]
    assert expert.costs()[-1].tolist() == [0.1] * classes
    assert [one.name() for one in (alike, twenty, expert)] == list(PRESETS)
    assert not alike.with_error(0, 1, 2).name()


@pytest.mark.parametrize(
    ("errors", "expert", "words"),
    [
        ([[0, -1], [1, 0]], None, "row 1 and column 2 has a price of -1"),
        ([[0, 1], [float("nan"), 0]], None, "row 2 and column 1 has a price of no number"),
        ([[0, 1], [float("inf"), 0]], None, "price of inf. Choose one from 0 to 1,000"),
        ([[0, 1001], [1, 0]], None, "Choose one from 0 to 1,000"),
        ([[0, 1]], None, "as many rows"),
        ([[0]], None, "at least two"),
        ([[0, "dear"], [1, 0]], None, "a number for each price"),
        ([[0, 1], [1]], None, "a number for each price"),
        ([[0, 1], [1, 0]], -0.1, "The expert has a price of -0.1"),
        ([[0, 1], [1, 0]], "dear", "The expert has a price of no number"),
    ],
)
def test_unusable_prices_are_refused_with_what_to_do(errors, expert, words):
    with pytest.raises(InputError, match=words):
        Prices(errors, expert)


def test_prices_are_equal_by_value_and_can_be_a_key():
    assert Prices(np.array([[0, 1], [1, -0.0]])) == Prices.preset("All errors alike", 2)
    assert len({Prices([[0, 1], [2, 0]]), Prices([[0, 1], [2, 0]]), Prices([[0, 1], [2, 0]], 0.1)}) == 2


@pytest.mark.parametrize("price", [0.1, 0.7, 1, 20])
@pytest.mark.parametrize("classes", [2, 3, 7, 30])
def test_errors_of_one_price_are_alike_and_of_two_are_not(price, classes):
    alike = Prices(price * (1 - np.eye(classes)))
    assert alike.are_alike()
    assert not alike.with_error(1, 0, price + 0.1).are_alike()
    assert not alike.with_error(1, 1, 0.1).are_alike()
    assert not Prices(alike.errors, expert=0.5).are_alike()
