"""The same network trained by three losses: are its outputs probability vectors?"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from ensemble import Dataset, Run
from ensemble.datasets.splits import out_of_fold
from ensemble.probability.outputs import Anatomy, anatomy, frequencies
from ensemble.related.plans import KINDS_OF_OUTPUT
from pages.parts.losses import words
from pages.parts.losses.context import KINDS, Context
from ui.charts import outputs as pictures
from ui.charts import show as draw
from ui.text.fill import fill
from ui.text.format import number


def show(context: Context) -> None:
    """Show the sums and frequencies of the outputs of each loss."""
    folds = context.folds
    data, seen = folds[0], {}
    for column, kind in zip(st.columns(3, gap="medium"), KINDS_OF_OUTPUT, strict=True):
        with column:
            seen[kind] = _show_outputs(kind, context.runs_of(kind), folds)
    st.caption(fill(words.PICTURES, row_name=data.row_name))
    st.markdown(fill(words.THREE_WAYS, row_name=data.row_name, row_names=data.row_names))
    sigmoid, linear = seen["sigmoid"], seen["linear"]
    st.markdown(
        fill(
            words.WHAT_IS_SEEN,
            row_name=data.row_name,
            row_names=data.row_names,
            sigmoid_smallest_sum=number(sigmoid.smallest_sum),
            sigmoid_largest_sum=number(sigmoid.largest_sum),
            linear_smallest_sum=number(linear.smallest_sum),
            linear_largest_sum=number(linear.largest_sum),
            linear_lowest=number(linear.lowest),
            linear_highest=number(linear.highest),
        )
    )
    st.page_link("pages/calibration.py", label="Calibration", icon=":material/arrow_forward:")


def _show_outputs(kind: str, runs: Sequence[Run], folds: Sequence[Dataset]) -> Anatomy:
    values, y, _ = out_of_fold(folds, [run.outputs(fold.x_test) for run, fold in zip(runs, folds, strict=True)])
    seen = anatomy(values)
    sums = fill(
        words.SUMS if seen.off else words.ALL_SUMS_1,
        smallest=number(seen.smallest_sum),
        largest=number(seen.largest_sum),
        off=seen.off,
        rows=len(values),
    )
    reach = fill(
        words.RANGE, lowest=number(seen.lowest), highest=number(seen.highest), outside=seen.outside, outputs=values.size
    )
    draw(
        pictures.row_sums(values.sum(axis=1)),
        key=f"sums_{kind}",
        alt=f"Sums of the outputs of {len(values)} {folds[0].row_names}, {kind}",
        title=KINDS[kind],
    )
    st.markdown(f"{sums}  \n{reach}")
    draw(pictures.frequency(frequencies(values, y)), key=f"frequency_{kind}", alt=f"Frequency against output, {kind}")
    return seen
