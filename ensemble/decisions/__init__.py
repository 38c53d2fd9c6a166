"""What to do with a probability: prices, actions, and their costs."""

from ensemble.decisions.abstention import risk_coverage
from ensemble.decisions.actions import best_actions, expected_costs
from ensemble.decisions.bills import bill
from ensemble.decisions.costs import Prices

__all__ = ["Prices", "best_actions", "bill", "expected_costs", "risk_coverage"]
