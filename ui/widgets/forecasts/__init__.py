"""Forecasts that are judged: the run's, or those of an uploaded file."""
