"""What a class has answered: the title claims what the votes hold, and the bars are shares of each round."""

import re

import pytest

from ensemble.room.tally import Round
from ui.text.answers import bars, change, claim


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ((3, 5, 0), "5 of 8 say “no”"),
        ((0, 6, 0), "All 6 say “no”"),
        ((3, 3, 1), "A tie: 3 of 7 each say “yes” and “no”"),
        ((2, 2, 2), "All answers are tied: 2 of 6 each"),
    ],
)
def test_a_title_says_who_leads_or_that_nobody_does(counts, said):
    assert claim(("yes", "no", "it depends"), counts) == said


def test_bars_are_shares_of_those_who_answered_in_the_round():
    rounds = (Round(5, (4, 1)), Round(10, (0, 10)))
    assert change(1, rounds) == "Right at first: 20 %. After talking: 100 %"
    assert re.findall("<span>(.*?)</span>", bars(rounds, 1)) == ["1 (20 %), first vote", "10 (100 %), second vote"]
    assert re.findall(r"width: ([\d.]+)%", bars(rounds, 1)) == ["20.0", "100.0"]


def test_a_round_of_fewer_than_five_has_no_bar():
    rounds = (Round(5, (4, 1)), Round(3))
    assert re.findall("<span>(.*?)</span>", bars(rounds, 0)) == ["4 (80 %), first vote"]


def test_answers_in_a_title_are_no_markdown():
    assert claim(("![x](http://a.b/c.png)", "b"), (5, 0)).count("\\") > 1
