"""Other shares of the classes than in training: forecasts corrected, shares estimated, class weights undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from ensemble import Dataset, InputError, Run
from ensemble.datasets.digest import digest_of_split
from ensemble.datasets.table import Table
from ensemble.probability.vectors import Floats, softmax
from ensemble.related import plans
from ensemble.shift.blobs import MAX_TEST_ROWS, OVERLAPPING
from ensemble.shift.blobs import NAME as BLOBS
from ensemble.shift.other_shares import AFTER, BEFORE, TEMPERATURE, AtShares, UnseenRows, possible_shares
from ensemble.shift.priors import log_ratio
from ensemble.shift.training_shares import seen_shares
from ensemble.shift.weighted import FEW_ROWS
from pages.parts.shift import words_shares as words
from pages.parts.shift.context import Context
from pages.parts.shift.estimated_shares import show_estimate
from pages.parts.shift.ways_to_train import show_ways
from ui import caches, session
from ui.components.shares import shares
from ui.page import write_link
from ui.text.fill import fill
from ui.text.format import number, percent, plain
from ui.text.intervals import change, signed
from ui.widgets.experiment.related import trained

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

ROWS = BLOBS
SURE = 0.95


def show(context: Context) -> None:
    source, data = context.source, context.data
    if source.table.name == BLOBS and not context.is_own:
        source = session.source_of_rows(OVERLAPPING, context.config)
        data = session.split_of(source).with_at_most(MAX_TEST_ROWS)
    asked = context.config, digest_of_split(data)
    run = trained("shares", asked, lambda: plans.shares(context.config, data)).runs.get("shares")
    if run is None or not run.epochs:
        return
    rows_id = f"{digest_of_split(data)} {context.config!r}"
    rows = caches.rows_to_test(rows_id, data, source.table, context.config)
    _at_the_chosen_shares(run, rows, data, source.table, rows_id)
    show_ways(rows, data, context.config, rows_id)


@st.fragment
def _at_the_chosen_shares(run: Run, rows: UnseenRows, data: Dataset, table: Table, rows_id: str) -> None:
    """Shares are moved without the rest of the page."""
    logits, seen = caches.logits_of(rows_id, run, rows), seen_shares(run.config, data)
    wanted = possible_shares(session.class_shares(data.classes), seen, rows.y)
    prices = session.prices(data.classes)
    try:
        found = caches.at_shares(rows_id, tuple(wanted), caches.hashable(prices.costs()), run, rows, seen)
        refusal = ""
    except InputError as problem:
        found, refusal = None, str(problem)
    shares(
        logits,
        rows,
        data,
        seen.tolist(),
        wanted.tolist(),
        prices,
        found,
        data_id=rows_id,
        key="class_shares",
        on_shares=session.set_class_shares,
    )
    if found is None:
        st.info(plain(refusal))
    else:
        _explain(found, seen, rows, data, logits)
        show_estimate(run, rows, data, table, found, rows_id)
    write_link()


def _explain(found: AtShares, seen: Floats, rows: UnseenRows, data: Dataset, logits: ArrayLike) -> None:
    names = {"row_name": data.row_name, "row_names": data.row_names}
    if found.effective < FEW_ROWS:
        st.warning(fill(words.FEW, effective=number(found.effective), **names), icon=":material/scatter_plot:")
    ratios = log_ratio(seen, found.shares, data.classes)
    constants = ", ".join(f"{plain(name)}: {signed(float(one))}" for name, one in zip(data.class_names, ratios, strict=True))
    before, best, after = (found.scored[name] for name in (BEFORE, TEMPERATURE, AFTER))
    left, right = st.columns(2, gap="large")
    left.markdown(fill(words.CORRECTION, constants=constants))
    difference = found.beyond_temperature
    sentence = words.BETTER if difference.high < 0 else words.WORSE if difference.low > 0 else words.ALIKE
    right.markdown(
        fill(
            words.NO_TEMPERATURE,
            claim=words.CANNOT if difference.high < 0 else words.CAN,
            temperature=f"{found.temperature:.3g}",
            of_temperature=number(best.loss.mean),
            of_correction=number(after.loss.mean),
            change=fill(sentence, low=signed(difference.low), high=signed(difference.high)),
        )
    )
    right.markdown(
        fill(
            words.PROMISE,
            before=number(before.paid.mean),
            after=number(after.paid.mean),
            change=change(found.change_paid.low, found.change_paid.high),
            by_luck=number(found.error_by_luck),
            error_before=number(before.error),
            error_after=number(after.error),
            **names,
        )
    )
    if found.change.low <= 0 <= found.change.high and found.change.low < found.change.high:
        sure = percent(float((softmax(logits).max(axis=1) > SURE).mean()))
        low, high = signed(found.change.low), signed(found.change.high)
        right.markdown(fill(words.LITTLE, low=low, high=high, sure=sure, **names))
    source = fill(words.FRESH, rows=f"{len(rows.y):,}") if rows.truth is not None else ""
    st.caption(f"{source} {fill(words.WEIGHTED, rows=f'{len(rows.y):,}', **names)}".strip())
