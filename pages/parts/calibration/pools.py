"""Calibrate each member and then average, or average and then calibrate."""

from __future__ import annotations

import streamlit as st

from ensemble.calibration.temperature import COLDEST, calibrate_and_pool, split_rows
from ensemble.probability.vectors import log_softmax
from pages.parts.calibration import words
from pages.parts.calibration.context import Context, choose_share
from ui.text.fill import fill


def show(context: Context) -> None:
    seen, data = context.seen, context.data
    st.markdown(fill(words.POOLS, row_names=data.row_names))
    fitting = split_rows(len(seen.y), choose_share(data), context.rng())
    pooled = calibrate_and_pool(log_softmax(seen.member_own_logits), seen.y, fitting)
    st.dataframe(
        pooled.scores,
        hide_index=True,
        column_config={
            "way": "",
            "nll": st.column_config.NumberColumn("NLL (nats)", format="%.4f"),
            "brier": st.column_config.NumberColumn("Brier (0 to 2)", format="%.4f"),
            "ece": st.column_config.NumberColumn("ECE (0 to 1)", format="%.4f"),
        },
    )
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
        st.warning(
            fill(words.COLDEST_CHOSEN, row_name=data.row_name, row_names=data.row_names, coldest=COLDEST),
            icon=":material/ac_unit:",
        )
    st.caption(fill(words.POOL_ROWS, fitting=int(fitting.sum()), row_names=data.row_names, judged=int((~fitting).sum())))
