"""Dropout masks as an ensemble: one test row under many masks, and methods at equal numbers of forward passes."""

from __future__ import annotations

import streamlit as st

from ensemble.dropout.mask_sets import MAX_UNITS
from pages.parts.members import passes, words_masks
from pages.parts.members.coming import trained_ways
from pages.parts.members.context import Context, choose_row
from ui import caches, session
from ui.components.masks import masks
from ui.text.fill import fill


def show(context: Context) -> None:
    if not context.config.dropout:
        st.info(fill(words_masks.NO_DROPOUT), icon=":material/blur_off:")
        return
    ways = trained_ways(context)
    asked = session.state().masked_way
    way = asked if asked in ways else ways[0]
    run, data = context.runs[way], context.data
    row = choose_row(context, run)
    units = run.config.hidden_units
    can_list = units <= MAX_UNITS
    shown = caches.masks_of_run(context.group_id, way, run, data)
    masks(
        shown,
        caches.masks_of_first_member(context.group_id, way, run, data) if can_list else None,
        data,
        row,
        is_exact=way != "independent",
        way=way,
        ways=ways,
        every_name=fill(words_masks.EVERY, masks=f"{2**units:,}"),
        why_not="" if can_list else fill(words_masks.TOO_MANY, units=units, masks=f"{2**units:,}", most=MAX_UNITS),
        data_id=f"{context.group_id} {way}",
        key="masks",
    )
    left, right = st.columns([1.2, 1], gap="large")
    left.markdown(fill(words_masks.IDENTITY, dropout=f"{run.config.dropout:g}", row_name=data.row_name))
    right.markdown(fill(words_masks.EXACT[way]))
    right.markdown(fill(words_masks.ELSEWHERE))
    right.markdown(fill(words_masks.MC_DROPOUT))
    passes.show(context)
