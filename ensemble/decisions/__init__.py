"""What to do with a probability: prices, actions, and what they come to."""

from ensemble.decisions.actions import best_actions, expected_costs
from ensemble.decisions.costs import Prices

__all__ = ["Prices", "best_actions", "expected_costs"]
