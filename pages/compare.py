from ui.page import begin

page = begin("compare")

import streamlit as st

from ensemble import InputError
from ensemble.rng import evaluation_rng
from ensemble.runs.comparison import same_split
from pages.parts.compare import curves, many_runs, pinned, rows, same_with, scores, words
from pages.parts.compare.context import Context
from ui import session
from ui.text.fill import fill

LETTERS = "ABCD"

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
    same_with.offer(usable[-1].config if usable else page.config)
    if len(jobs) < 2:
        pinned.show_what_to_do(len(jobs))
if len(jobs) > 1:
    same = same_split([job.dataset for job in jobs.values()])
    if not same:
        st.warning(fill(words.OTHER_ROWS), icon=":material/call_split:")
    if same:
        try:
            scores.show(context)
            many_runs.show(context)
        except InputError as problem:
            st.error(str(problem))
        rows.show(context)

page.write_link()
