"""A file of forecasts as the app read it, and a script in plain scikit-learn that comes to the same verdict."""

from __future__ import annotations

from importlib.metadata import version

import numpy as np
from numpy.typing import ArrayLike

from ensemble.calibration.decomposition import decompose_brier
from ensemble.calibration.temperature import fit_temperature
from ensemble.decisions.actions import best_actions, expected_costs
from ensemble.errors import InputError
from ensemble.forecasts import Forecasts
from ensemble.probability.scoring import brier_score, expected_calibration_error, row_nll
from ensemble.probability.vectors import Floats
from ensemble.runs.held_out import MAX_ROWS
from ensemble.sharing.python_source import environment, no_formula, sequence

PINNED = ("scikit-learn", "scipy", "pandas", "numpy")
FIGURES = ("nll", "brier", "ece", "accuracy", "temperature", "miscalibration", "discrimination", "uncertainty")


def forecasts_csv(forecasts: Forecasts) -> bytes:
    """Forecasts as CSV in UTF-8, as ``judging_script`` and ``ensemble.forecasts.read_forecasts`` read them.

    Returns
    -------
    bytes
        Columns: ``row``, where the row stands in the file that it came from; ``true class``; and for each model and class,
        ``model: class``, the log-probability in nats with all its digits, -inf for the probability 0. A name that a spreadsheet
        would take for a formula gets an apostrophe in front.

    Examples
    --------
    >>> from ensemble.forecasts import read_forecasts
    >>> print(forecasts_csv(read_forecasts(b"a,b,y\\n0.5,0.5,a\\n0,1,b\\n")[0]).decode())
    row,true class,model: a,model: b
    2,a,-0.6931471805599453,-0.6931471805599453
    3,b,-inf,0.0
    """
    import pandas as pd  # here, because the first page should not wait for it

    names = np.array([no_formula(name) for name in forecasts.class_names], dtype=object)
    table = pd.DataFrame(
        np.concatenate(list(forecasts.log_proba), axis=1),
        columns=[no_formula(f"{model}: {name}") for model in forecasts.model_names for name in forecasts.class_names],
    )
    rows = pd.DataFrame({"row": forecasts.row_numbers, "true class": names[forecasts.y]})
    return pd.concat([rows, table], axis=1).to_csv(index=False, lineterminator="\n").encode()


def figures(forecasts: Forecasts, model: str | int = 0) -> dict[str, float]:
    """The verdict on one model: what ``FIGURES`` names.

    Returns
    -------
    dict of str to float
        ``nll``, the mean loss in nats; ``brier``, 0..2, and its parts ``miscalibration``, ``discrimination`` and
        ``uncertainty``; ``ece``, of ten bins, and ``accuracy``, both 0..1; ``temperature``, the one that fits best.
    """
    log_proba, y = forecasts.log_proba[forecasts.index_of(model)], forecasts.y.astype(np.intp)
    proba = np.exp(log_proba)
    parts = decompose_brier(proba, y)
    values = (
        float(row_nll(log_proba, y).mean()),
        brier_score(proba, y),
        expected_calibration_error(proba, y),
        float((log_proba.argmax(axis=1) == y).mean()),
        fit_temperature(log_proba, y),
        *(parts.miscalibration, parts.discrimination, parts.uncertainty),
    )
    return dict(zip(FIGURES, values, strict=True))


def judging_script(forecasts: Forecasts, costs: ArrayLike | None = None) -> str:
    """A Python script that judges forecasts with plain scikit-learn, from the file that ``forecasts_csv`` writes.

    It prints the ``figures`` of each model over all rows, and compares them with the app's. With model-diagnostics it also
    takes the Brier score apart; without, it says so, and compares the others.

    Parameters
    ----------
    forecasts : Forecasts
        At least one model.
    costs : array_like of shape (actions, classes), optional
        What each action costs under each true class: the script adds what the forecasts promise and what is paid, and compares
        both with the app's.

    Raises
    ------
    InputError
        If the costs are of another number of classes, or not finite.

    Examples
    --------
    >>> from ensemble.forecasts import read_forecasts
    >>> "brier_score_loss" in judging_script(read_forecasts(b"a,b,y\\n0.5,0.5,a\\n0,1,b\\n")[0])
    True
    """
    prices = None if costs is None else np.asarray(costs, dtype=np.float64)
    if prices is not None and (prices.ndim != 2 or prices.shape[1] != forecasts.classes or not np.isfinite(prices).all()):
        raise InputError(f"Costs have to be finite numbers: one row for each action, and {forecasts.classes} columns.")
    by_model = [[*figures(forecasts, k).values()] for k in range(len(forecasts.model_names))]
    if prices is not None:
        by_model = [
            [*values, *_bill(one, forecasts.y, prices)] for values, one in zip(by_model, forecasts.log_proba, strict=True)
        ]
    expected = [
        f"{name!r}: [{', '.join(map(_literal, values))}]" for name, values in zip(forecasts.model_names, by_model, strict=True)
    ]
    values = {
        "pins": " ".join(f'"{package}=={version(package)}"' for package in PINNED),
        "models": sequence("MODELS", [repr(name) for name in forecasts.model_names]),
        "class_names": sequence("CLASS_NAMES", [repr(no_formula(name)) for name in forecasts.class_names]),
        "figures": sequence("FIGURES", [f'"{name}"' for name in FIGURES]),
        "costs": None if prices is None else sequence("COSTS", [str(row) for row in prices.tolist()]),
        "expected": "\n".join(f"    {line}," for line in expected),
        "most": f"{MAX_ROWS:,}" if len(forecasts.y) > MAX_ROWS else None,
    }
    return environment().get_template("judging.py.jinja").render(values) + "\n"


def _bill(log_proba: Floats, y: ArrayLike, costs: Floats) -> tuple[float, float]:
    """What the Bayes actions are expected to cost per row, and what they cost."""
    proba, rows = np.exp(log_proba), np.arange(len(log_proba))
    actions = best_actions(proba, costs)
    return float(expected_costs(proba, costs)[rows, actions].mean()), float(costs[actions, np.asarray(y)].mean())


def _literal(value: float) -> str:
    return repr(value) if np.isfinite(value) else "np.inf"
