"""The browser's expected costs and actions are Python's: both are held to the same table, see decisions.test.js."""

import json

import numpy as np
import pytest

from ensemble.decisions import Prices, best_actions, expected_costs
from testing import ROOT

VECTORS = json.loads((ROOT / "tests" / "javascript" / "decision_vectors.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("vector", VECTORS, ids=range(len(VECTORS)))
def test_shared_vectors_agree_on_costs_and_actions(vector):
    costs = Prices(vector["errors"], vector["expert"]).costs()
    np.testing.assert_allclose(expected_costs([vector["q"]], costs)[0], vector["expected"], rtol=1e-12)
    assert best_actions([vector["q"]], costs).tolist() == [vector["action"]]
