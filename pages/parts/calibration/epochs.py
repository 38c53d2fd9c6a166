"""The held-out loss over the epochs, split into calibration and refinement."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import streamlit as st

from ensemble.calibration.decomposition import lowest_epochs
from pages.parts.calibration import words
from ui import caches
from ui.charts import calibration as pictures
from ui.charts import loss_references
from ui.charts import show as draw
from ui.text.fill import fill
from ui.text.intervals import ordinal
from ui.widgets.forecasts.judged import Judged


def show(context: Judged) -> None:
    seen, data = context.seen, context.data
    if not len(seen.epochs):
        st.info(fill(words.NO_EPOCHS), icon=":material/timeline:")
        return
    table = caches.decomposed_epochs(context.group_id, context.judged_on, seen)
    lowest = lowest_epochs(table)
    left, right = st.columns([1.7, 1], gap="large")
    with left:
        draw(
            pictures.over_epochs(table, lowest, loss_references(seen.y, data.classes)),
            key="over_epochs",
            alt="Calibration and refinement over the epochs",
            title=fill(words.LOWEST, **lowest),
        )
        st.caption(f"{_how_often(table['epoch'].tolist())}, on {len(seen.y)} {data.row_names}.")
    with right:
        st.markdown(fill(words.EPOCHS))
        st.caption(fill(words.BEST_TEMPERATURE_OF_EACH_EPOCH, row_name=data.row_name, row_names=data.row_names))


def _how_often(epochs: Sequence[int]) -> str:
    steps = sorted({later - earlier for earlier, later in pairwise(epochs)})
    named = " or ".join("every epoch" if step == 1 else f"every {ordinal(step)}" for step in steps) or "one epoch"
    return f"{named[0].upper()}{named[1:]}{'' if named.endswith('epoch') else ' epoch'}, {len(epochs)} in all"
