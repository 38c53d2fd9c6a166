"""What the glossary says, against the functions that compute it."""

import numpy as np

from ensemble.probability.truncation import top_p_mask
from testing import ROOT

TERMS = {
    term.strip(): meaning.strip()
    for term, meaning in (
        line.strip("|").split("|", 1) for line in (ROOT / "docs" / "glossary.md").read_text().splitlines() if line[:2] == "| "
    )
}


def expected(score, truth, forecast):
    return sum(p * score(forecast, k) for k, p in enumerate(truth))


def test_accuracy_is_proper_but_not_strictly():
    """It was said to be no proper score: the truth has the best expected accuracy, as have all forecasts that lead alike."""
    rng = np.random.default_rng(0)
    scores = {
        "accuracy": lambda q, k: float(q.argmax() == k),
        "NLL": lambda q, k: np.log(q[k]),
        "Brier": lambda q, k: -((q - np.eye(3)[k]) ** 2).sum(),
    }
    for truth, forecast in rng.dirichlet(np.ones(3), (200, 2)):
        assert all(expected(score, truth, forecast) <= expected(score, truth, truth) for score in scores.values())
    truth, sure = np.array([0.5, 0.3, 0.2]), np.array([0.9, 0.06, 0.04])
    ties = {name for name, score in scores.items() if expected(score, truth, sure) == expected(score, truth, truth)}
    assert ties == {"accuracy"}
    assert "Accuracy is proper but not strictly" in TERMS["proper score, strictly proper"]


def test_the_nucleus_holds_at_least_p():
    proba = np.array([0.5, 0.3, 0.2])
    assert proba[top_p_mask(np.log(proba), 0.6)].sum() > 0.6
    assert "add up to at least *p*" in TERMS["top-*k*, top-*p* (nucleus)"]


def test_a_fitted_temperature_is_named_by_the_rows_that_it_is_fitted_to():
    """Calibration fits it to rows that do not judge it, Many runs to the test rows: one of both was named."""
    meaning = TERMS["fitted temperature"]
    assert "held-out rows on Calibration" in meaning
    assert "the test rows themselves in Many runs" in meaning
