"""Forecasts that others made: read from a file, and judged as those of a run are."""

from ensemble.forecasts.forecasts import Forecasts
from ensemble.forecasts.read import read_forecasts

__all__ = ["Forecasts", "read_forecasts"]
