"""Do forecasts come true as often as they say? Temperature, reliability, decomposition, conformal sets."""

from ensemble.calibration.temperature import fit_temperature
from ensemble.probability.scoring import brier_score, expected_calibration_error

__all__ = [
    "brier_score",
    "expected_calibration_error",
    "fit_temperature",
]
