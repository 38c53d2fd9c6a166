"""The report on a file of forecasts: its numbers, and names that stay text."""

import re
from datetime import datetime

import numpy as np
import pytest

from ensemble import InputError
from ensemble.decisions import bill
from ensemble.decisions.costs import Prices
from ensemble.forecasts import read_forecasts
from ensemble.forecasts.sample import MODELS, sample
from ensemble.probability.scoring import brier_score, row_nll
from ui.report.forecasts import forecasts_report
from ui.text.format import number

AT = datetime(2026, 1, 1)
HOSTILE = b"true class,<b>m</b>: a,<b>m</b>: b\n" + b"a,0.5,0.5\nb,1,0\nb,0.3,0.7\n" * 9


def report(content, name="mine.csv", errors="Ask an expert for 0.1"):
    forecasts, _ = read_forecasts(content)
    return forecasts, forecasts_report(name, forecasts, Prices.preset(errors, forecasts.classes), AT)


def words(text):
    body = re.sub(r"<(script|style).*?</\1>", "", text, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


@pytest.fixture(scope="module")
def judged():
    return report(sample())


def test_its_numbers_are_those_of_the_forecasts(judged):
    forecasts, text = judged
    said = words(text)
    assert "2 models, 600 rows, 3 classes. The models were not trained here." in said
    costs = Prices.preset("Ask an expert for 0.1", 3).costs()
    for name, log_proba in zip(MODELS, forecasts.log_proba, strict=True):
        proba = np.exp(log_proba)
        loss, brier = number(float(row_nll(log_proba, forecasts.y).mean())), number(brier_score(proba, forecasts.y))
        assert re.search(rf"{name} {loss} \(.+?\) {brier} \(", said)
        made = bill(proba, forecasts.y, costs, np.random.default_rng(0))
        assert f"{name} {number(made.promised)} {number(made.paid)}" in said
    assert "Differences from careful" in said
    assert text.count('class="plotly-graph-div"') == 2


def test_plotly_is_in_it_once_and_nothing_is_fetched(judged):
    _, text = judged
    assert text.count("plotly.js v") == 1
    assert "default-src 'none'" in text


def test_names_stay_text_and_an_infinite_loss_is_infinite():
    _, text = report(HOSTILE, "<i>x</i>.csv", "All errors alike")
    assert "<b>m" not in text
    assert "<i>x" not in text
    assert "∞ (∞ to ∞)" in words(text)
    assert "Differences from" not in words(text)


def test_rows_with_two_infinite_losses_are_left_out_of_the_comparison():
    header, rows = b"true class,m: a,m: b,<i>: a,<i>: b\n", b"a,0.5,0.5,0.6,0.4\nb,0.3,0.7,0.2,0.8\n" * 9
    _, text = report(header + rows + b"a,0,1,0,1\n", errors="All errors alike")
    assert "m and &lt;i&gt; both give the true class of 1 row the probability 0: their losses are compared on" in words(text)
    assert "undefined" not in words(text)
    _, text = report(header + rows + b"a,0,1,1,0\na,1,0,0,1\n", errors="All errors alike")
    assert "m and &lt;i&gt; give true classes of different rows the probability 0: the difference" in words(text)
    assert "&lt;i&gt; undefined" in words(text)


def test_one_row_gives_a_sentence():
    forecasts, _ = read_forecasts(sample())
    with pytest.raises(InputError, match="One row is too few"):
        forecasts_report("x", forecasts.rows([0]), Prices.preset("All errors alike", 3), AT)
