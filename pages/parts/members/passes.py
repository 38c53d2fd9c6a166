"""A single network, MC dropout and the ensemble at equal numbers of forward passes, over seeds."""

from __future__ import annotations

import streamlit as st

from ensemble import InputError
from ensemble.dropout.passes import Measured
from ensemble.related.plans import measured as plan_of
from ensemble.sweeps.passes import difference, table_of_passes
from ensemble.sweeps.results import Result
from pages.parts.members import words_masks as words
from pages.parts.members.context import Context
from ui.charts import passes as pictures
from ui.charts import show as draw
from ui.text.fill import fill
from ui.text.format import number, plain
from ui.widgets.experiment.measured import measured


def show(context: Context) -> None:
    st.header(words.PASSES_HEADER)
    if not context.source:
        st.info(fill(words.NO_SOURCE))
        return
    config, data = context.config, context.data
    try:
        plan = plan_of(config, context.source.seed, "passes")
    except InputError as refusal:
        st.info(plain(str(refusal)), icon=":material/hourglass_disabled:")
        return
    results = measured("passes", plan, context.source)
    if len(results) < 2:
        return
    table = table_of_passes(results)
    columns = st.columns(2, gap="large")
    for index, measure in enumerate(Measured._fields):
        with columns[index % 2]:
            draw(
                pictures.over_passes(table[table["measure"] == measure], measure),
                key=f"passes_{measure}",
                alt=f"{words.PASSES_CLAIMS[measure][0]} of three methods against the number of forward passes",
                title=_claim(results, measure, config.members),
            )
    st.caption(fill(words.SEEDS, seeds=len(results)))
    left, right = st.columns(2, gap="large")
    left.markdown(fill(words.PASSES, members=config.members))
    left.markdown(fill(words.PASSES_COST) if config.members > 1 else fill(words.ONE_MEMBER))
    right.markdown(fill(words.FAR, row_name=data.row_name, row_names=data.row_names))


def _claim(results: list[Result], measure: str, passes: int) -> str:
    name, unit, lower, higher = words.PASSES_CLAIMS[measure]
    found = difference(results, measure, passes)
    at = "1 pass" if passes == 1 else f"{passes} passes"
    if found.low <= 0 <= found.high:
        return fill(words.PASSES_ALIKE, measure=name, passes=at)
    size = number(abs(found.mean) * (100 if unit == "points" else 1))
    return fill(
        words.PASSES_DIFFER,
        measure=name,
        passes=at,
        size=f"{size} {unit}".rstrip(),
        direction=lower if found.mean < 0 else higher,
    )
