"""Forecasts of other models: read from a file, and judged like those of a run."""

from ensemble.forecasts.forecasts import Forecasts
from ensemble.forecasts.read import read_forecasts

__all__ = ["Forecasts", "read_forecasts"]
