"""The live picture of a run: curves, scrubber, and the test rows' probabilities."""

from __future__ import annotations

import base64
from collections.abc import Callable
from functools import lru_cache
from typing import Any
from weakref import ref

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from ensemble import Dataset, Run
from ensemble.once import once
from ensemble.probability import softmax_twice_bound, softmax_twice_floor
from ensemble.runs.curves import CURVES
from ensemble.runs.fit_loss import is_squared_error, other_loss
from ui.components import component
from ui.components.browser_input import to_number
from ui.components.test_rows import constant_losses, pixels
from ui.server.written import Written, written

MAX_FRAMES = 100
MAX_WINES = 120
TEXTS_KEPT = 32  # each of up to 100 kB: as much as the run itself

_component = component("training_view")


def training_view(
    run: Run | None,
    data: Dataset,
    *,
    run_id: str,
    state: str,
    total_epochs: int,
    every: float,
    key: str,
    ghost: Run | None = None,
    ghost_of_rows: Run | None = None,
    is_replayed: bool = False,
) -> int | None:
    """Show a run, or empty axes if there is none yet.

    Parameters
    ----------
    run : Run or None
        What has been trained so far.
    data : Dataset
        What it is trained on.
    run_id : str
        A new one starts the picture afresh.
    state : str
        A job's state, or "idle".
    total_epochs : int
        Length of the axis.
    every : float
        Seconds until the next message, over which the curves move on.
    key : str
        Name of the element.
    ghost : Run or None
        Another run, whose test loss is drawn faintly as "previous".
    ghost_of_rows : Run or None
        Another run on the same rows: a faint line in each column marks its probability of the true class.
    is_replayed : bool
        Whether the curves of a run that arrives finished still grow, in a second.

    Returns
    -------
    int or None
        The index of the test row that was just clicked; to be opened once.
    """
    clicked = f"{key}_clicked"

    def take_row() -> None:
        row = to_number(st.session_state[key].get("row"), 0, len(data.y_test) - 1)
        st.session_state[clicked] = None if row is None else int(row)

    _component(
        key=key,
        data={
            "run": run_id,
            "state": state,
            "total": total_epochs,
            "every": every,
            "classes": list(data.class_names),
            "row_name": data.row_name,
            "row_names": data.row_names,
            "test_rows": len(data.y_test),
            "curves": _curves(ref(run)) if run else {name: [] for name in CURVES},
            "ghost": once(_test_loss, ghost) if ghost else None,
            "ghost_of_rows": once(_of_true_class, ghost_of_rows, data) if ghost_of_rows else None,
            "grows": is_replayed,
            "frames": _frames(ref(run), ref(data)) if run and len(run.kept_epochs) else None,
            "wall_caption": _wall_caption(data),
            "fit_other_losses": _other_losses(run),
            "fit_other_units": "squared error" if run and is_squared_error(run.config) else "",
            **(once(_constant_losses, run, data) if run else constant_losses(data)),
        },
        on_row_change=take_row,
        height="content",
    )
    row: int | None = st.session_state.pop(clicked, None)
    return row


def frames(run: Run, data: Dataset) -> dict[str, Any]:
    """Probabilities of the test rows over the epochs, small enough to be sent repeatedly.

    At most 100 epochs and 120 wines, spread evenly, the last epoch among them; wines are ordered by true class; probabilities
    are written as 16-bit integers, 65535 for 1. Rows that are pictures come with their pixels.
    """
    kept = len(run.kept_epochs)
    chosen = np.unique(np.linspace(0, kept - 1, min(kept, MAX_FRAMES)).round().astype(int))
    wines = _shown_rows(data)
    # Rounding may leave them a little above 0, which 16 bits would take for nearly nothing.
    proba = np.exp(np.minimum(run.test_log_proba[chosen][:, wines], 0))
    return {
        "epochs": run.kept_epochs[chosen].tolist(),
        "truth": data.y_test[wines].tolist(),
        "rows": wines.tolist(),
        "proba": base64.b64encode((proba * 65535).round().astype("<u2").tobytes()).decode(),
        "pictures": pixels(data, wines),
    }


def _shown_rows(data: Dataset) -> NDArray[np.intp]:
    """Indices of the test rows that have a column, by true class."""
    by_class = np.argsort(data.y_test, kind="stable")
    return by_class[np.linspace(0, len(by_class) - 1, min(len(by_class), MAX_WINES)).round().astype(int)]


@lru_cache(TEXTS_KEPT)
def _frames(of: Callable[[], Run | None], among: Callable[[], Dataset | None]) -> Written:
    """The text of a run's predictions, epoch by epoch. It takes weak references, so that a cached text keeps no run alive."""
    run, data = of(), among()
    assert run is not None
    assert data is not None
    return written(frames(run, data))


def _of_true_class(run: Run, data: Dataset) -> Written:
    """The final probability of each shown row's true class; null if the run has kept no epoch."""
    if not len(run.kept_epochs):
        return written(None)
    rows = _shown_rows(data)
    return written(np.exp(np.minimum(run.test_log_proba[-1][rows, data.y_test[rows]], 0)).round(4).tolist())


def _other_losses(run: Run | None) -> list[tuple[int, str]]:
    """Why the trained loss is not the one that is measured: the last epoch that each entry is of, and the reasons."""
    if run is None:
        return []
    ends = dict.fromkeys((run.config.epochs, run.config.total_epochs))
    return [(epoch, " and ".join(other_loss(run.config, epoch))) for epoch in ends]


@lru_cache(TEXTS_KEPT)
def _curves(of: Callable[[], Run | None]) -> Written:
    """The text of a run's curves, from a weak reference as in ``_frames``."""
    run = of()
    assert run is not None
    return written({name: _rounded(values) for name, values in zip(run.curve_names, run.curves.T, strict=True)})


def _test_loss(run: Run) -> Written:
    return written(_rounded(run.curves[:, run.curve_names.index("test_loss")]))


def _rounded(values: NDArray[np.floating]) -> list[float]:
    return [float(f"{value:.6g}") for value in values]


def _constant_losses(run: Run, data: Dataset) -> dict[str, Any]:
    """As ``constant_losses``; with a softmax applied twice also the floor of the trained loss, and the bound behind it."""
    known = constant_losses(data)
    if run.config.outputs != "softmax_twice":
        return known
    floor = {"name": "floor", "loss": softmax_twice_floor(data.classes)}
    return known | {"constants": [*known["constants"], floor], "bound": softmax_twice_bound(data.classes)}


def _wall_caption(data: Dataset) -> str:
    rows = len(data.y_test)
    shown = "" if rows <= MAX_WINES else f" ({MAX_WINES} of {rows:,} shown)"
    columns = f"One column per test {data.row_name}{shown}, grouped by true class."
    return f"{columns} Lowest part: probability of the true class. A cross marks an error."
