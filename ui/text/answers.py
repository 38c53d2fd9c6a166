"""The answers of a class, as a title and as bars."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from ensemble.room.tally import Round
from ui.palette import role_colour
from ui.text.format import percent, plain

ROUNDS = {1: ("",), 2: ("first vote", "second vote")}
FIRST, LAST = "member", "ensemble"


def claim(answers: Sequence[str], counts: Sequence[int]) -> str:
    """The most frequent answer as a title in Markdown, which names ties.

    >>> claim(("yes", "no"), (3, 5)), claim(("yes", "no"), (4, 2))
    ('5 of 8 say “no”', '4 of 6 say “yes”')
    >>> claim(("yes", "no", "it depends"), (3, 3, 0))
    'A tie: 3 of 6 each say “yes” and “no”'
    >>> claim(("a", "b", "c"), (2, 2, 2))
    'All answers are tied: 2 of 6 each'
    """
    total, most = sum(counts), max(counts)
    leading = [f"“{plain(answer)}”" for answer, count in zip(answers, counts, strict=True) if count == most]
    if len(leading) == 1:
        return f"{'All' if most == total else f'{most} of'} {total} say {leading[0]}"
    if len(leading) == len(answers):
        return f"All answers are tied: {most} of {total} each"
    return f"A tie: {most} of {total} each say {', '.join(leading[:-1])} and {leading[-1]}"


def change(right: int, rounds: Sequence[Round]) -> str:
    """The share of right answers in the first and in the second round, in Markdown.

    >>> change(1, (Round(5, (4, 1)), Round(6, (0, 6))))
    'Right at first: 20 %. After talking: 100 %'
    """
    first, second = (one.counts[right] / one.answered for one in rounds)
    return f"Right at first: {percent(first)}. After talking: {percent(second)}"


def bars(rounds: Sequence[Round], answer: int) -> str:
    """HTML of one answer's bars: its share in each round that may be shown."""
    shown = [(name, one) for name, one in zip(ROUNDS[len(rounds)], rounds, strict=True) if one.counts]
    longest = max(max(one.counts) / one.answered for _, one in shown)
    rows = []
    for name, one in shown:
        share = one.counts[answer] / one.answered
        role = LAST if one is rounds[-1] else FIRST
        colour = f"light-dark({role_colour(role, 'light')}, {role_colour(role, 'dark')})"
        said = f"{one.counts[answer]} ({percent(share)}){', ' * bool(name)}{name}"
        width = 100 * share / longest
        rows.append(f'<div><i style="width: {width:.1f}%; background: {colour}"></i><span>{escape(said)}</span></div>')
    return f'<div class="room-bars">{"".join(rows)}</div>'
