"""The models of a file of forecasts side by side."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from ensemble import EnsembleConfig
from ensemble.rng import evaluation_rng
from ensemble.runs.comparison import RUNS
from pages.parts.compare import rows, scores, words
from pages.parts.compare.context import SameRows
from ui import session
from ui.session.state import ForeignForecasts
from ui.text.fill import fill


def show(foreign: ForeignForecasts) -> None:
    """Scores with their differences, row by row, and the rows on which the models differ most.

    Raises
    ------
    InputError
        If there are too few rows for an interval.
    """
    if len(foreign.forecasts.model_names) < 2:
        st.info(fill(words.ONE_MODEL), icon=":material/compare_arrows:")
        return
    judged, sentence = foreign.forecasts.at_most()
    chosen = _choose(foreign.forecasts.model_names)
    if len(chosen) < 2:
        st.info(words.FEW_MODELS, icon=":material/compare_arrows:")
        return
    log_probas = {name: judged.log_proba[judged.index_of(name)] for name in chosen}
    data, rng = session.rows_of_forecasts(judged), evaluation_rng(EnsembleConfig())
    same = SameRows(log_probas, data, judged.row_numbers, rng, "model")
    scores.show(same)
    if sentence:
        st.caption(sentence)
    rows.show(same)


def _choose(models: Sequence[str]) -> Sequence[str]:
    """All models of few; of many those that people choose."""
    _, most = RUNS
    if len(models) <= most:
        return models
    chosen: Sequence[str] = st.multiselect(
        f"Models, at most {most}",
        models,
        models[:most],
        key="compared_models",
        max_selections=most,
        persist_state="session",
        help="The others are compared with the first one.",
    )
    return chosen
