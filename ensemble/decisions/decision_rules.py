"""The bill of the cheapest actions beside those of other decision rules on the same rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ensemble.decisions.actions import best_actions, cost_table
from ensemble.decisions.bills import FEWER_DRAWS, best_constant_action, bill
from ensemble.probability.checks import class_numbers, probability_rows
from ensemble.probability.intervals import mean_interval
from ensemble.probability.vectors import Floats, log_softmax, softmax

if TYPE_CHECKING:
    import pandas as pd

BAYES, ARG_MAX, CONSTANT = "cheapest action", "likeliest class", "one action for all"
MEMBER, LINEAR, LOG = "a member alone", "mean of probabilities", "mean of logits"


class RuleBills(NamedTuple):
    """Bills of several decision rules.

    Attributes
    ----------
    table : DataFrame
        A row for each rule, the Bayes actions first: ``name``, and per row of the data, in the unit of the prices,
        ``promised``, ``paid``, ``low`` and ``high`` as in ``Bill`` (of single members no band: nan), and ``difference``, what
        is paid more than by the first rule, with the 95 % interval ``difference_low`` to ``difference_high`` over rows (Gaffke;
        nan where no row costs another price).
    members : ndarray of shape (members,)
        What is paid by each member's own Bayes actions; empty for one member.
    constant : int
        The action that is the best for all.
    differ : int
        On how many rows the Bayes action is not the likeliest class.
    ruled_out : int
        In how many rows the members rule out every class between them: if in any, there is no mean of their logits.
    """

    table: pd.DataFrame
    members: Floats
    constant: int
    differ: int
    ruled_out: int


def bills_of_rules(
    logits: ArrayLike, member_logits: ArrayLike, y: ArrayLike, costs: ArrayLike, rng: np.random.Generator
) -> RuleBills:
    """Bills of the Bayes actions, the likeliest classes, the best constant action, single members and their pools.

    Parameters
    ----------
    logits : array_like of shape (n, K)
        Scores of the forecasts; -inf for a probability of 0, of some classes of a row.
    member_logits : array_like of shape (members, n, K)
        The same of each member by itself; of one member nothing is said.
    y : array_like of shape (n,)
        True classes.
    costs : array_like of shape (A, K)
        As ``Prices.costs`` gives them; the first K actions are the classes.
    rng : Generator

    Returns
    -------
    RuleBills

    Raises
    ------
    InputError
        As ``ensemble.decisions.bill``.

    Examples
    --------
    >>> scores = np.log([[[0.75, 0.25]] * 4])
    >>> made = bills_of_rules(scores[0], scores, [0, 0, 0, 1], [[0, 1], [20, 0]], np.random.default_rng(0))
    >>> made.table[["name", "paid"]].values.tolist()
    [['cheapest action', 0.25], ['likeliest class', 0.25], ['one action for all', 0.25]]
    """
    import pandas as pd  # here, because the first page should not wait for it

    proba = probability_rows(softmax(logits))
    truth, table = class_numbers(y, *proba.shape), cost_table(costs, proba.shape[1])
    best, likeliest = best_actions(proba, table), proba.argmax(axis=1)
    constant = best_constant_action(truth, table)
    of_rows: dict[str, NDArray[np.intp]] = {
        BAYES: best,
        ARG_MAX: likeliest,
        CONSTANT: np.full(len(truth), constant, dtype=np.intp),
    }
    forecasts = dict.fromkeys(of_rows, proba)
    members, ruled_out = np.zeros(0), 0
    paid = {name: table[actions, truth] for name, actions in of_rows.items()}
    if len(np.asarray(member_logits)) > 1:
        of_members = np.exp(log_softmax(member_logits))
        pools, mean_logits = {LINEAR: of_members.mean(axis=0)}, np.asarray(member_logits, np.float64).mean(axis=0)
        ruled_out = int(np.isneginf(mean_logits).all(axis=1).sum())
        if not ruled_out:
            pools[LOG] = softmax(mean_logits)
        forecasts |= pools
        of_rows |= {name: best_actions(one, table) for name, one in pools.items()}
        paid |= {name: table[of_rows[name], truth] for name in pools}
        by_member = np.stack([table[best_actions(one, table), truth] for one in of_members])
        members, paid[MEMBER] = by_member.mean(axis=1), by_member.mean(axis=0)
    bills = {
        name: bill(forecasts[name], truth, table, rng, actions, FEWER_DRAWS)._asdict() for name, actions in of_rows.items()
    }
    if len(members):
        expected = [(one * table[best_actions(one, table)]).sum(axis=1).mean() for one in of_members]
        bills[MEMBER] = {"promised": np.mean(expected), "paid": members.mean(), "low": np.nan, "high": np.nan}
    dearest = float(np.ptp(table, axis=0).max())
    lines = []
    for name, made in bills.items():
        more = paid[name] - paid[BAYES]
        low, high = mean_interval(more, -dearest, dearest, rng)[1:] if more.any() and len(more) > 1 else (np.nan, np.nan)
        lines.append({"name": name, **made, "difference": more.mean(), "difference_low": low, "difference_high": high})
    return RuleBills(pd.DataFrame(lines), members, constant, int((best != likeliest).sum()), ruled_out)
