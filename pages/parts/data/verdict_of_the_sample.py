"""An example of a verdict while there is no file: the reliability of both models of the sample."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from ensemble import EnsembleConfig
from ensemble.calibration.reliability import reliability_in_bins
from ensemble.probability.scoring import top_label
from ensemble.probability.vectors import Floats, softmax
from ensemble.rng import evaluation_rng
from pages.parts.data import words
from ui import caches
from ui.charts import reliability as pictures
from ui.charts import show as draw
from ui.charts.figure import Figure
from ui.text.fill import fill
from ui.text.format import percent, plain

if TYPE_CHECKING:
    import numpy as np

EVENT = "the likeliest class is right"


def show() -> None:
    """A picture for each model, with a caption."""
    found = caches.sample_of_forecasts()
    st.markdown(fill(words.OF_THE_SAMPLE, rows=f"{len(found.y):,}", row_names=found.row_names))
    verdicts = [top_label(softmax(found.log_proba[found.index_of(model)]), found.y) for model in found.model_names]
    tables = [reliability_in_bins(*verdict, evaluation_rng(EnsembleConfig())).table for verdict in verdicts]
    for column, model, verdict, table in zip(st.columns(len(tables)), found.model_names, verdicts, tables, strict=True):
        with column:
            _show_reliability(model, *verdict, pictures.in_bins(table, EVENT, small=True, beside=tables))
    st.caption(fill(words.BINS_OF_THE_SAMPLE))


def _show_reliability(model: str, sureness: Floats, hits: np.ndarray, figure: Figure) -> None:
    draw(
        figure,
        key=f"sample_{model}",
        alt=f"Reliability of {len(hits)} forecasts of the sample's model “{model}”",
        title=fill(
            words.SAMPLE_MODEL,
            model=plain(model),
            mean=percent(float(sureness.mean())),
            hits=f"{int(hits.sum()):,}",
            rows=f"{len(hits):,}",
            right=percent(float(hits.mean())),
        ),
    )
