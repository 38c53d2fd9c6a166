"""The models of a file of forecasts, pooled like members."""

from __future__ import annotations

import streamlit as st

from ensemble import Dataset, EnsembleConfig
from ensemble.disagreement.entropy import log_pool_gain
from ensemble.disagreement.pooling import FOLDS, MIN_ROWS_FOR_A_WEIGHT, PoolsOfForecasts
from ensemble.forecasts import Forecasts
from ensemble.rng import evaluation_rng
from pages.parts.members import words
from pages.parts.members.scores import show_scores
from ui import caches, session
from ui.charts import scores as pictures
from ui.charts import show as draw
from ui.session.state import ForeignForecasts
from ui.text.fill import fill
from ui.text.format import number, percent, plain


def show(foreign: ForeignForecasts) -> None:
    """Pools of the models, out of sample.

    Raises
    ------
    InputError
        If there are too few rows for an interval.
    """
    if len(foreign.forecasts.model_names) < 2:
        st.info(fill(words.ONE_MODEL), icon=":material/groups:")
        return
    judged, sentence = foreign.forecasts.at_most()
    data = session.rows_of_forecasts(judged)
    board, pooled = caches.scoreboard_of_models(
        caches.forecasts_key(foreign.forecasts), judged, evaluation_rng(EnsembleConfig())
    )
    show_scores(board, data, role="pool", what="models")
    if sentence:
        st.caption(sentence)
    left, right = st.columns([1.4, 1], gap="large")
    with left:
        _show_log_pool(judged, pooled, data)
    with right:
        st.markdown(fill(words.POOLING_OF_MODELS, folds=FOLDS, row_name=data.row_name, row_names=data.row_names))
        st.markdown(_weights_in_words(pooled, judged))


def say_why_not() -> None:
    """Say why the other parts cannot show a file of forecasts."""
    st.info(fill(words.NO_NETWORKS), icon=":material/hub:")


def _show_log_pool(judged: Forecasts, pooled: PoolsOfForecasts, data: Dataset) -> None:
    if pooled.ruled_out:
        rows = f"{pooled.ruled_out:,} {data.row_name if pooled.ruled_out == 1 else data.row_names}"
        st.info(fill(words.NO_LOG_POOL, rows=rows), icon=":material/all_inclusive:")
    elif judged.has_zeros:
        st.info(fill(words.VETOES), icon=":material/all_inclusive:")
    else:
        sides = log_pool_gain(judged.log_proba, judged.y)
        draw(
            pictures.identity(*sides.means()),
            key="identity",
            alt="Both sides of the log pool's identity",
            title=fill(words.LOG_POOL_GAINS, gain=number(sides.gain_but_for_rounding)),
        )
        st.markdown(fill(words.LOG_POOL, row_name=data.row_name))


def _weights_in_words(pooled: PoolsOfForecasts, judged: Forecasts) -> str:
    models = len(judged.model_names)
    if pooled.weights is None:
        return fill(
            words.TOO_FEW_FOR_WEIGHTS,
            needed=MIN_ROWS_FOR_A_WEIGHT * models,
            rows=f"{len(judged.y):,}",
            row_names=judged.row_names,
        )
    mean = pooled.weights.mean(axis=0)
    largest = int(mean.argmax())
    low, high = pooled.weights[:, largest].min(), pooled.weights[:, largest].max()
    return fill(
        words.WEIGHTS_OF_MODELS,
        model=plain(judged.model_names[largest]),
        largest=percent(mean[largest]),
        low=percent(low),
        high=percent(high),
        folds=FOLDS,
        equal=percent(1 / models),
        models=models,
    )
