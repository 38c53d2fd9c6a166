"""Bills of several ways to act: each equals a plain sum over rows."""

import numpy as np
import pytest

from ensemble.decisions import Prices
from ensemble.decisions.decision_rules import ARG_MAX, BAYES, CONSTANT, LINEAR, LOG, MEMBER, bills_of_rules
from ensemble.probability.vectors import softmax


@pytest.fixture
def made():
    rng = np.random.default_rng(0)
    member_logits = rng.normal(0, 2, (5, 80, 3))
    logits, y = member_logits.sum(axis=0), rng.integers(3, size=80)
    costs = Prices([[0, 1, 2], [20, 0, 1], [3, 1, 0]], expert=0.7).costs()
    return logits, member_logits, y, costs, bills_of_rules(logits, member_logits, y, costs, rng)


def paid(proba, y, costs):
    cheapest = [int(np.argmin([row @ q for row in costs])) for q in proba]
    return float(np.mean([costs[action, k] for action, k in zip(cheapest, y, strict=True)]))


def test_each_way_pays_what_a_plain_sum_says(made):
    logits, member_logits, y, costs, found = made
    of_members = softmax(member_logits)
    shown = found.table.set_index("name")["paid"]
    assert shown[BAYES] == pytest.approx(paid(softmax(logits), y, costs))
    assert shown[ARG_MAX] == pytest.approx(np.mean([costs[int(np.argmax(z)), k] for z, k in zip(logits, y, strict=True)]))
    assert shown[CONSTANT] == pytest.approx(min(np.mean([row[k] for k in y]) for row in costs))
    assert shown[LINEAR] == pytest.approx(paid(of_members.mean(axis=0), y, costs))
    assert shown[LOG] == pytest.approx(paid(softmax(member_logits.mean(axis=0)), y, costs))
    assert found.members == pytest.approx([paid(one, y, costs) for one in of_members])
    assert shown[MEMBER] == pytest.approx(found.members.mean())


def test_differences_are_from_the_cheapest_actions_and_inside_their_intervals(made):
    table = made[-1].table
    assert table["difference"].tolist() == pytest.approx((table["paid"] - table["paid"].iloc[0]).tolist())
    there = table.dropna(subset=["difference_low"])
    assert len(there) == len(table) - 1
    assert ((there["difference_low"] <= there["difference"]) & (there["difference"] <= there["difference_high"])).all()


def test_one_member_has_no_members_line_and_alike_prices_no_other_actions():
    scores = np.random.default_rng(1).normal(0, 2, (1, 30, 4))
    found = bills_of_rules(scores[0], scores, [0] * 30, 1 - np.eye(4), np.random.default_rng(0))
    assert found.table["name"].tolist() == [BAYES, ARG_MAX, CONSTANT]
    assert (found.differ, len(found.members), found.constant) == (0, 0, 0)


def test_rows_with_every_class_ruled_out_are_counted_and_have_no_log_pool():
    members = np.log(np.random.default_rng(2).dirichlet([1, 1], (2, 30)))
    found = bills_of_rules(members[0], members, [0, 1] * 15, 1 - np.eye(2), np.random.default_rng(0))
    assert found.ruled_out == 0
    assert LOG in found.table["name"].tolist()
    members[0, :3], members[1, :3] = [0, -np.inf], [-np.inf, 0]
    found = bills_of_rules(members[0], members, [0, 1] * 15, 1 - np.eye(2), np.random.default_rng(0))
    assert found.ruled_out == 3
    assert LOG not in found.table["name"].tolist()
    assert LINEAR in found.table["name"].tolist()
