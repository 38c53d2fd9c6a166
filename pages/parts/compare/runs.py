"""The compared runs: their settings, curves, scores and differences."""

from __future__ import annotations

import streamlit as st

from ensemble import EnsembleConfig, InputError
from ensemble.rng import evaluation_rng
from ensemble.runs.comparison import forecasts, numbers_of_test_rows, same_split
from pages.parts.compare import curves, many_runs, pinned, rows, same_with, scores, words
from pages.parts.compare.context import Context, SameRows
from ui import session
from ui.text.fill import fill

LETTERS = "ABCD"


def show(config: EnsembleConfig) -> None:
    """All sections on the pinned or the last runs; without runs, buttons that train ``config`` with one change."""
    usable = [job for job in session.compared() if job.run and job.run.epochs]
    jobs = {f"Run {letter}": job for letter, job in zip(LETTERS, usable, strict=False)}
    runs = {name: job.run for name, job in jobs.items() if job.run}
    picture, cards = st.columns([2, 1], gap="large")
    if jobs:
        context = Context(jobs, runs, usable[0].dataset, evaluation_rng(usable[0].config))
        with picture:
            curves.show(context)
    with cards:
        if jobs:
            pinned.show(context)
        own = [job for job in usable if not session.is_changed_example(job)]
        same_with.offer(own[-1].config if own else config)
        if len(own) < 2:
            pinned.show_what_to_do(len(jobs))
    if len(jobs) > 1:
        _show_differences(context)


def _show_differences(context: Context) -> None:
    """Scores and rows, if all runs were on the same split."""
    if not same_split([job.dataset for job in context.jobs.values()]):
        st.warning(fill(words.OTHER_ROWS), icon=":material/call_split:")
        return
    data = context.data
    same = SameRows(forecasts(context.runs, data), data, numbers_of_test_rows(data), context.rng)
    st.header("Final scores")
    try:
        scores.show(same)
        many_runs.show(context)
    except InputError as problem:
        st.error(str(problem))
    rows.show(same)
