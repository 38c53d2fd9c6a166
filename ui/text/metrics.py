"""The metrics of many runs: names, units, and formatted values."""

from __future__ import annotations

from ui.text.format import number, percent

METRICS = {
    "test_loss": "Test loss",
    "train_loss": "Training loss",
    "accuracy": "Accuracy",
    "confidence": "Confidence",
    "calibration_error": "Calibration error",
    "refinement": "Refinement",
    "temperature": "Fitted temperature",
}
IN_NATS = ("test_loss", "train_loss", "refinement")
ON_A_LOG_AXIS = (*IN_NATS, "temperature")
"""The other metrics are fractions, 0..1."""
LOWER_IS_BETTER = (*ON_A_LOG_AXIS, "calibration_error")
"""A temperature above 1 says how much too sure forecasts are."""


def value_of_metric(metric: str, value: float) -> str:
    """A value for a table: nats and temperatures as a number, fractions as a percentage.

    >>> value_of_metric("refinement", 0.0123), value_of_metric("accuracy", 0.5), value_of_metric("temperature", 2.5)
    ('0.0123', '50.0 %', '2.5')
    """
    return number(value) if metric in ON_A_LOG_AXIS else percent(value, 1)


def with_unit(metric: str) -> str:
    """The name of a metric as a column heading.

    >>> with_unit("refinement"), with_unit("temperature")
    ('Refinement, nats', 'Fitted temperature')
    """
    return f"{METRICS[metric]}, nats" if metric in IN_NATS else METRICS[metric]
