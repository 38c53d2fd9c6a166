"""Rows that get worse under a slider: their pictures, what four methods say of them, and where that is on the curves."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from ensemble import Dataset, EnsembleConfig
from ensemble.datasets.summary import picture_side
from ensemble.probability.scoring import uniform_loss
from ensemble.shift.corruptions import SEVERITIES
from ensemble.shift.robustness import EXAMPLES, MEASURES, METHODS, corrupted_rows, rows_to_show
from ensemble.sweeps.measures import Measurements
from ensemble.sweeps.robustness import scores_by_severity
from ui.components import component
from ui.components.browser_input import to_choice, to_number
from ui.text.format import pretty

MAX_FEATURES = 5

_component = component("corruptions")


def corruptions(
    measured: Sequence[Measurements],
    config: EnsembleConfig,
    data: Dataset,
    corruption: str,
    *,
    titles: Mapping[str, str],
    levels: Sequence[str],
    claims: Sequence[Sequence[str]],
    severity: int,
    key: str,
    on_corruption: Callable[[str], None],
    on_severity: Callable[[int], None],
) -> None:
    """Show rows getting worse; the severity is moved in the browser, which sends it when the pointer is released.

    Parameters
    ----------
    measured : sequence of Measurements
        Results of ``measure_robustness`` by seed; without any, only the rows are shown.
    config : EnsembleConfig
        The settings of the run with the first seed, whose forecasts of single rows are shown.
    data : Dataset
        Its rows.
    corruption : str
    titles : mapping of str to str
        Labels of the corruptions that can be chosen, by name.
    levels, claims : sequence of 6
        The amount of each severity, and a title with sentences on it.
    severity : int
        Where the slider begins.
    key : str
        Name of the element.
    on_corruption, on_severity : callable
        Called with what was sent, before the page runs again.
    """

    def remember_corruption() -> None:
        if (sent := to_choice(st.session_state[key].get("corruption"), list(titles))) is not None:
            on_corruption(sent)

    def remember_severity() -> None:
        if (sent := to_number(st.session_state[key].get("severity"), 0, SEVERITIES[-1])) is not None:
            on_severity(round(sent))

    rows = rows_to_show(data)
    _component(
        key=key,
        data={
            "methods": list(METHODS),
            "kinds": list(titles.items()),
            "kind": corruption,
            "classes": list(data.class_names),
            "row_name": data.row_name,
            "levels": list(levels),
            "claims": [list(claim) for claim in claims],
            "seeds": len(measured),
            "scores": _scores(measured, corruption) if measured else None,
            "uniform": uniform_loss(data.classes),
            "rows": [
                {"name": f"Test {data.row_name} {row + 1}", "truth": int(truth)}
                for row, truth in zip(rows, data.y_test[rows], strict=True)
            ],
            "proba": _probabilities(measured, config, corruption),
            **_shown(corrupted_rows(config, data, corruption)[:, rows], data),
            "severity": severity,
        },
        default={"corruption": corruption, "severity": severity},
        on_corruption_change=remember_corruption,
        on_severity_change=remember_severity,
        height="content",
    )


def _scores(measured: Sequence[Measurements], corruption: str) -> dict[str, dict[str, list[list[float]]]]:
    """Scores by measure and part of it: a list over severities for each method."""
    table = scores_by_severity(measured, corruption)
    shape = len(METHODS), len(SEVERITIES)
    columns = {"mean": "", "low": "_low", "high": "_high"}
    return {
        measure: {name: table[measure + end].to_numpy().reshape(shape).tolist() for name, end in columns.items()}
        for measure in MEASURES
    }


def _probabilities(measured: Sequence[Measurements], config: EnsembleConfig, corruption: str) -> list[list[list[float]]] | None:
    """Probabilities in thousandths by method and severity, row after row; None until the first seed's run has been trained."""
    own = next((one for one in measured if one["seed"] == (config.seed,)), {})
    keys = [[f"{EXAMPLES}{corruption}/{severity}/{method}" for severity in SEVERITIES] for method in METHODS]
    return [[list(own[key]) for key in of_method] for of_method in keys] if keys[0][0] in own else None


def _shown(x: NDArray[np.float32], data: Dataset) -> dict[str, Any]:
    """Rows (severities, rows, features) as pictures, or as the features that change most, scaled like the training rows."""
    side = picture_side(data.feature_names)
    if side is not None:
        brightness = (data.in_units(x) / max(float(data.high.max()), 1e-12)).clip(0, 1)
        pixels = base64.b64encode((255 * brightness).round().astype(np.uint8).tobytes()).decode()
        return {"pictures": {"side": side, "pixels": pixels}, "features": None}
    order = np.argsort(-np.abs(x[-1] - x[0]).mean(axis=0), kind="stable")[:MAX_FEATURES]
    names = [pretty(data.feature_names[feature]) for feature in order]
    return {"pictures": None, "features": {"names": names, "values": x[:, :, order].astype(float).round(4).tolist()}}
