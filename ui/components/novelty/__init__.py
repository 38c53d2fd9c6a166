"""The distributions of a detector's scores for known rows and a class that was not there, with a threshold to drag."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ensemble.datasets.summary import pictures_of_class
from ensemble.datasets.table import Table
from ensemble.shift.detectors import TOP
from ui.components import component

_component = component("novelty")


def novelty(
    measured: Mapping[str, Sequence[float]], table: Table, left_out: int, detector: str, *, words: Mapping[str, str], key: str
) -> None:
    """Show the scores, a threshold to drag, and the class's rows with the most confident forecasts.

    Parameters
    ----------
    measured : mapping
        Of ``ensemble.shift.detectors.measure_novelty``, of one run.
    table : Table
        All rows, those of the class too.
    left_out : int
        The class.
    detector : str
        One of ``ensemble.shift.detectors.DETECTORS``.
    words : mapping of str
        "unit", "known", "novel", "surest" and "note", as they are shown.
    key : str
        Name of the element.
    """
    _component(key=key, data=to_browser(measured, table, left_out, detector) | dict(words), height="content")


def to_browser(measured: Mapping[str, Sequence[float]], table: Table, left_out: int, detector: str) -> dict[str, Any]:
    """Scores and rows in the form that the browser uses; classes by their numbers in the whole table."""
    scores = list(measured[f"novel {detector}"])
    called = np.array(measured["called"], dtype=int)
    pixels = pictures_of_class(table, left_out, len(scores))
    return {
        "id": [detector, left_out, table.name, scores[:5]],
        "known_scores": list(measured[f"known {detector}"]),
        "novel_scores": scores,
        "called": (called + (called >= left_out)).tolist(),
        "doubt": list(measured[f"novel {TOP}"]),
        "rows": (np.flatnonzero(table.y == left_out)[: len(scores)] + 1).tolist(),
        "pictures": pixels is not None and {"side": pixels.shape[1], "pixels": base64.b64encode(pixels.tobytes()).decode()},
        "names": list(table.class_names),
        "left_out": left_out,
        "row_name": table.row_name,
    }
