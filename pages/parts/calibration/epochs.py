"""The held-out loss over the epochs, split into calibration and refinement."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import streamlit as st

from ensemble.calibration.decomposition import lowest_epochs
from pages.parts.calibration import words
from pages.parts.calibration.context import Context
from ui import caches
from ui.charts import calibration as pictures
from ui.charts import show as draw
from ui.text.fill import fill
from ui.text.intervals import ordinal


def show(context: Context) -> None:
    st.markdown(fill(words.EPOCHS))
    table = caches.decomposed_epochs(context.series_id, context.judged_on, context.seen)
    draw(pictures.over_epochs(table), key="over_epochs", alt="Calibration and refinement over the epochs")
    st.markdown(fill(words.LOWEST, **lowest_epochs(table)))
    st.caption(
        fill(
            words.BEST_TEMPERATURE_OF_EACH_EPOCH,
            how_often=_how_often(table["epoch"].tolist()),
            rows=len(context.seen.y),
            row_name=context.data.row_name,
            row_names=context.data.row_names,
        )
    )


def _how_often(epochs: Sequence[int]) -> str:
    steps = sorted({later - earlier for earlier, later in pairwise(epochs)})
    named = " or ".join("every epoch" if step == 1 else f"every {ordinal(step)}" for step in steps) or "one epoch"
    return f"{named[0].upper()}{named[1:]}{'' if named.endswith('epoch') else ' epoch'}, {len(epochs)} in all"
