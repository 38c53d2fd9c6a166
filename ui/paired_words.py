"""What a paired comparison says, in words."""

from __future__ import annotations

from ensemble.spread import Paired
from ui.charts.experiments import ratio
from ui.explain import number

NO_GAIN = 0.05


def difference(measure: str, mean: float) -> str:
    """The mean difference of B from A as the end of a sentence."""
    if measure == "ratio":
        return f"B's test loss is {amount(measure, mean)} times A's (geometric mean)"
    what = "accuracy" if measure == "accuracy" else "test loss"
    if mean == 0:
        return f"B's {what} is A's"
    return f"B's {what} is {amount(measure, abs(mean))} {'higher' if mean > 0 else 'lower'} than A's"


def amount(measure: str, value: float) -> str:
    """A difference with its unit; for ratios, whose differences are logarithms, the ratio."""
    if measure == "ratio":
        return number(ratio(value))
    return f"{number(100 * value)} points" if measure == "accuracy" else f"{number(value)} nats"


def interval(measure: str, low: float, high: float) -> str:
    """Two ends, the unit named once."""
    first, _, _ = amount(measure, low).partition(" ")
    return f"{first} to {amount(measure, high)}"


def verdict(result: Paired) -> str:
    """Whether luck is ruled out."""
    if result.sd == 0:
        return "All pairs differ by the same." if result.mean else "All pairs came out the same."
    if result.low <= 0 <= result.high:
        return "The interval holds no difference at all: these pairs do not rule out luck."
    return "The interval is clear of no difference."


def seeds_needed(result: Paired) -> str:
    """How many pairs would tell the difference apart from none."""
    if result.sd == 0:
        return "Nothing varies between these pairs, so there is nothing for more of them to average out."
    if result.seeds > 1e9:
        return "The mean difference is as good as 0: no number of seeds that could be trained would tell it apart."
    few = " With so few pairs its size is hardly known, and this number hangs on it." if result.pairs < 10 else ""
    return (
        f"If the true difference were exactly the measured one, {result.seeds:,.0f} pairs would tell it apart from none in "
        f"80 % of such experiments (paired t-test, two-sided, at 5 %).{few} If luck has made it look large, it takes more."
    )


def gain(result: Paired) -> str:
    """What the runs of a pair have in common has saved."""
    if result.gain != result.gain:
        return "Nothing varies, paired or not."
    if result.sd == 0:
        return "All that varies is common to both runs of a pair, and cancels."
    times = number(result.gain) if result.gain < 100 else f"{result.gain:,.0f}"
    if abs(result.gain - 1) < NO_GAIN:
        return "Nothing: without pairs the difference would vary as much."
    if result.gain < 1:
        return f"Nothing: without pairs the variance of the difference would be smaller, {times} times as large."
    return (
        f"Without pairs, each setting with seeds of its own, the variance of the difference would be about **{times} "
        "times** as large, and it would take as many times the seeds to see it as clearly: what is hard for A is hard for B."
    )
