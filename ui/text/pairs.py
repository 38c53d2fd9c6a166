"""Sentences on a paired comparison."""

from __future__ import annotations

from ensemble.sweeps.comparisons import LeftOut
from ensemble.sweeps.paired_runs import Paired, ratio
from ui.text.format import number

MIN_PAIRS = 10
RARE_LARGE_LOSSES = (
    "This interval is too short where a few pairs have large losses: it then holds the true mean clearly less often than 95 % "
    "of the time. The ratio of test losses does not have this weakness."
)


def difference(measure: str, mean: float) -> str:
    """The mean difference B − A as the end of a sentence."""
    if measure == "ratio":
        return f"B's test loss is {amount(measure, mean)} times A's (geometric mean)"
    what = "accuracy" if measure == "accuracy" else "test loss"
    if mean == 0:
        return f"B's {what} is A's"
    return f"B's {what} is {amount(measure, abs(mean))} {'higher' if mean > 0 else 'lower'} than A's"


def amount(measure: str, value: float) -> str:
    """A difference with its unit; for differences of logarithms, the ratio."""
    if measure == "ratio":
        return number(ratio(value))
    return f"{number(100 * value)} points" if measure == "accuracy" else f"{number(value)} nats"


def interval(measure: str, low: float, high: float) -> str:
    """Both ends of an interval, with the unit named once."""
    first, _, _ = amount(measure, low).partition(" ")
    return f"{first} to {amount(measure, high)}"


def name_of_interval(measure: str) -> str:
    """The name of the interval: "95 %" only where a simulation shows that coverage."""
    return "Mean ± t standard errors" if measure == "test_loss" else "95 % interval (Student's t)"


def left_out(counted: LeftOut) -> str:
    """A sentence on pairs that the comparison leaves out; empty if it uses all."""
    if not counted.left_out:
        return ""
    reasons = []
    if counted.diverged_a or counted.diverged_b:
        reasons.append(f"B diverged in {counted.diverged_b}, A in {counted.diverged_a}")
    if counted.not_ended:
        reasons.append(f"{counted.not_ended} have not been trained to their end, or were given up")
    bounds = "; this holds for the others only" if counted.pairs - counted.left_out > 1 else ""
    verb = "is" if counted.left_out == 1 else "are"
    return f"Of {counted.pairs} pairs {counted.left_out} {verb} left out: {', '.join(reasons)}{bounds}."


def verdict(result: Paired, measure: str = "test_loss") -> str:
    """A sentence on whether luck alone explains the difference."""
    none = "1" if measure == "ratio" else "0"
    if result.sd == 0:
        return "All pairs differ by the same." if result.mean else "All pairs came out the same."
    if result.low <= 0 <= result.high:
        return f"The interval includes {none}: these pairs do not rule out luck."
    return f"The interval does not include {none}."


def seeds_needed(result: Paired) -> str:
    """A sentence on how many pairs it would take to detect the difference."""
    if result.sd == 0:
        return "Nothing varies between these pairs, so there is nothing for more of them to average out."
    if result.pairs < MIN_PAIRS:
        return f"Needs at least {MIN_PAIRS} pairs to tell; you have {result.pairs}."
    if result.seeds > 1e9:
        return "The mean difference is as good as 0: no number of seeds that could be trained would tell it apart."
    return (
        f"About {result.seeds:,.0f} pairs are needed to detect a difference of this size (80 % power, paired t-test, "
        "two-sided, 5 %). If luck has made it look large, it takes more."
    )


def gain(result: Paired) -> str:
    """A sentence on how much variance pairing has removed."""
    if result.gain != result.gain:
        return "Nothing varies, paired or not."
    if result.sd == 0:
        return "All that varies is common to both runs of a pair, and cancels."
    if result.pairs < MIN_PAIRS:
        return f"Needs at least {MIN_PAIRS} pairs; you have {result.pairs}."
    measured = f"{_times(result.gain)} times as large (95 % interval {_times(result.gain_low)} to {_times(result.gain_high)})"
    if result.gain_low > 1:
        return (
            "Without pairs, each setting with seeds of its own, the variance of the difference would be "
            f"**{measured}**. It would take as many times the seeds to see it as clearly: what is hard for A is hard for B."
        )
    if result.gain_high < 1:
        return f"Nothing: without pairs the variance of the difference would be smaller, {measured}."
    return f"Without pairs the variance of the difference would be {measured}. The interval includes 1, so no gain is shown."


def _times(gain: float) -> str:
    return number(gain) if gain < 100 or gain == float("inf") else f"{gain:,.0f}"
