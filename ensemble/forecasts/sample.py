"""A file of forecasts to try: two models of the same rows, made here."""

from __future__ import annotations

import numpy as np

from ensemble.probability.vectors import Floats, softmax

NAME = "two forecasters.csv"
CLASSES = ("sun", "rain", "snow")
MODELS = ("careful", "over-confident")
ROWS = 600
CONFIDENCE = 2.2


def sample() -> bytes:
    """A CSV file with the forecasts of two models, the same one each time.

    The true classes are drawn from the first model's probabilities, so the first model is calibrated. The second model is
    over-confident: its logits are those of the first with noise, times 2.2.

    Returns
    -------
    bytes
        As ``read_forecasts`` takes it: 600 rows, three classes.

    Examples
    --------
    >>> from ensemble.forecasts import read_forecasts
    >>> forecasts, notices = read_forecasts(sample())
    >>> forecasts.log_proba.shape, forecasts.model_names, notices
    ((2, 600, 3), ('careful', 'over-confident'), [])
    """
    rng = np.random.default_rng(17)
    logits = rng.normal((0.6, 0.0, -0.4), 1.6, (ROWS, len(CLASSES)))
    careful = softmax(logits)
    y = (rng.random((ROWS, 1)) > careful.cumsum(axis=1)).sum(axis=1).clip(max=len(CLASSES) - 1)
    confident = softmax(CONFIDENCE * (logits + rng.normal(0, 0.5, logits.shape)))
    header = ["true class", *(f"{model}: {name}" for model in MODELS for name in CLASSES)]
    return _csv(header, [CLASSES[k] for k in y], np.hstack([careful, confident]))


def _csv(header: list[str], truth: list[str], numbers: Floats) -> bytes:
    lines = [",".join(header)]
    lines += [",".join([name, *(f"{value:.17g}" for value in row)]) for name, row in zip(truth, numbers, strict=True)]
    return "\n".join(lines).encode() + b"\n"
