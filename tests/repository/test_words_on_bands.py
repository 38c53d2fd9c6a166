"""Bands of calibrated forecasts hold at least their level: counts are whole numbers, and few forecasts have few counts."""

import re

import numpy as np

from ensemble.calibration.reliability import reliability_in_bins
from testing import ROOT

SAID = re.compile(r"(\S+\s+\S+\s+)(?:nine\s+(?:of\s+ten\s+data|data\s+sets\s+of\s+ten|times\s+in\s+ten)|19\s+of\s+20\s+data)")
SHOWN = [*(ROOT / "pages").rglob("words*.py"), *(ROOT / "ui" / "report").glob("*.jinja"), *(ROOT / "ensemble").rglob("*.yaml")]


def test_a_band_of_calibrated_forecasts_is_said_to_hold_at_least_its_level():
    """“In nine of ten data sets” and “3.1 of 200 are outside their 19 of 20” stood side by side."""
    forecast, rng = np.full(3, 0.95), np.random.default_rng(0)
    band = reliability_in_bins(forecast, [1, 1, 1], rng).table.iloc[0]
    counts = (rng.random((4000, 3)) < forecast).mean(axis=1)
    assert ((counts >= band["low"] - 1e-9) & (counts <= band["high"] + 1e-9)).mean() > 0.97
    said = [" ".join(before.split()) for path in SHOWN for before in SAID.findall(path.read_text())]
    assert len(said) >= 9
    assert set(said) == {"at least"}
