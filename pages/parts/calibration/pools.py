"""Calibrate each member and then average, or average and then calibrate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from ensemble import InputError
from ensemble.calibration.temperature import COLDEST, calibrate_and_pool, split_rows
from ensemble.probability.vectors import log_softmax
from ensemble.runs.comparison import differences_from_first
from pages.parts.calibration import words
from ui.charts import calibration as pictures
from ui.charts import show as draw
from ui.text.fill import fill
from ui.text.format import number, plain
from ui.widgets.forecasts.judged import Judged, choose_share, with_finite_loss

if TYPE_CHECKING:
    import pandas as pd

POOL_FIRST, MEMBERS_FIRST, AS_IT_IS = "pool, then calibrate", "calibrate, then pool", "pool"


def show(context: Judged) -> None:
    if context.file and len(context.seen.member_own_logits) < 2:
        st.info(fill(words.ONE_MODEL), icon=":material/groups:")
        return
    context = with_finite_loss(context, members=True)
    seen, data, rng = context.seen, context.data, context.rng()
    left, right = st.columns([1.7, 1], gap="large")
    with right:
        fitting = split_rows(len(seen.y), choose_share(data), rng)
    judged = int((~fitting).sum())
    pooled = calibrate_and_pool(log_softmax(seen.member_own_logits), seen.y, fitting)
    with left:
        ways = {way: pooled.log_proba[way] for way in (POOL_FIRST, MEMBERS_FIRST, AS_IT_IS)}
        try:
            table = differences_from_first(ways, seen.y[~fitting], rng)
        except InputError as problem:
            st.info(plain(str(problem)))
        else:
            draw(
                pictures.differences(table, POOL_FIRST),
                key="pools",
                alt=f"Losses of {len(table)} ways less that of “{POOL_FIRST}”",
                title=_claim(table, judged, data.row_names),
            )
            st.caption(fill(words.INTERVALS_OF_DIFFERENCES, judged=judged, row_names=data.row_names))
        st.dataframe(
            pooled.scores,
            hide_index=True,
            column_config={
                "way": "",
                "nll": st.column_config.NumberColumn("Loss (nats)", format="%.4f"),
                "brier": st.column_config.NumberColumn("Brier (0 to 2)", format="%.4f"),
                "ece": st.column_config.NumberColumn("ECE (0 to 1)", format="%.4f"),
            },
        )
    with right:
        st.markdown(fill(words.POOLS, row_names=data.row_names))
        low, high = float(pooled.member_temperatures.min()), float(pooled.member_temperatures.max())
        temperatures = fill(
            words.TEMPERATURES,
            pool=f"{pooled.pool_temperature:.2f}",
            members=len(pooled.member_temperatures),
            low=f"{low:.2f}",
            high=f"{high:.2f}",
        )
        st.markdown(f"{temperatures} {fill(words.POOL_IS_SOFTER)}" if pooled.pool_temperature < low else temperatures)
        if min(pooled.pool_temperature, low) <= COLDEST:
            st.warning(fill(words.COLDEST_CHOSEN, row_name=data.row_name, row_names=data.row_names, coldest=COLDEST))
        who = words.MODELS_AVERAGED if context.file else words.MEMBERS_AVERAGED
        st.caption(fill(words.POOL_ROWS, who=who, fitting=int(fitting.sum()), row_names=data.row_names, judged=judged))


def _claim(table: pd.DataFrame, judged: int, row_names: str) -> str:
    """A title on the interval of the difference between the two orders."""
    other = table[table["name"] == MEMBERS_FIRST].iloc[0]
    if other["nll_low"] <= 0 <= other["nll_high"]:
        return fill(words.NO_DIFFERENCE, judged=judged, row_names=row_names)
    return fill(words.POOL_FIRST_WINS if other["nll"] > 0 else words.MEMBERS_FIRST_WIN, by=number(abs(float(other["nll"]))))
