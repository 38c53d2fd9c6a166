"""Sentences on the variance of many runs: between members, and between runs."""

from __future__ import annotations

import math
from collections.abc import Collection

from ensemble.probability.intervals import Band
from ensemble.sweeps.comparisons import SpreadChange
from ensemble.sweeps.experiment import Drawn
from ui.text.format import number

MIN_SEEDS_FOR_A_CLAIM = 10
OWN = {
    "joint": "their initial weights and their dropout",
    "independent": "their initial weights, the order of their batches and their dropout",
    "bootstrap": "their samples of the rows, their initial weights, the order of their batches and their dropout",
}
SHARED = {
    "joint": "the order of the batches and the loss that trains them together",
    "independent": "",
    "bootstrap": "",
}
DRAWN_ANEW = {
    "both": "Here each run has its own split, which all its members share.",
    "split": "Here each run has its own split, which all its members share. The start is the same in all runs.",
    "start": "Here all runs have the same split, so it causes no difference between runs.",
}


def own_and_shared(trainings: Collection[str], drawn: Drawn) -> str:
    """The random draws in which members of a run differ, and those that they share."""
    sentences = []
    for training in trainings:
        where = f"with {training} training" if len(trainings) > 1 else ""
        shared = f"; they share {SHARED[training]}" if SHARED[training] else ""
        sentences.append(f"{where} members of **one run** differ by {OWN[training]}{shared}".strip())
    joined = ". ".join(sentence[0].upper() + sentence[1:] for sentence in sentences)
    return f"{joined}. {DRAWN_ANEW[drawn]}"


def factor(spread: Band) -> str:
    """The spread of losses on a logarithmic scale, as a factor with its interval."""
    mean, low, high = (number(math.exp(min(end, 700))) for end in spread)
    return f"{mean} ({low} to {high})"


def change(found: SpreadChange) -> str:
    """A sentence on whether the spread of log losses differs between the first and the last value."""
    ratio = found.ratio
    if found.seeds < MIN_SEEDS_FOR_A_CLAIM:
        return f"{found.seeds} seeds are too few to tell whether it has changed; it takes {MIN_SEEDS_FOR_A_CLAIM}."
    measured = f"{number(ratio.mean)} times the first (95 % interval {number(ratio.low)} to {number(ratio.high)})"
    if ratio.high < 1:
        return f"On the log scale the last spread is {measured}: it is smaller."
    if ratio.low > 1:
        return f"On the log scale the last spread is {measured}: it is larger."
    return f"On the log scale the last spread is {measured}. The interval includes 1, so a change is not shown."


def what_dominates(between: float, averaged: float, members: int, drawn: Drawn) -> str:
    """A sentence on the larger part of the variance with that many members; empty if it is unknown."""
    if not (between >= 0 and averaged >= 0):
        return ""
    parts = f"With {members} members, what they share has a standard deviation of {number(between)} nats"
    own = f"what is their own, averaged over the members, has {number(averaged)}"
    if between <= averaged:
        return f"{parts}; {own}. In these runs the members' own part is the larger."
    shared = "the split, which differs between runs, is part of it" if drawn != "start" else "the split is not part of it here"
    return f"{parts}; {own}. In these runs what is shared dominates ({shared}). More members do not remove it."
