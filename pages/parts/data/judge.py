"""An uploaded file of forecasts: how it is read, its scores, and links to the pages that judge it."""

from __future__ import annotations

import streamlit as st

from ensemble import InputError
from ensemble.forecasts import Forecasts, read_forecasts
from ensemble.forecasts.preview import Preview, preview
from ensemble.forecasts.sample import NAME, sample
from ensemble.forecasts.snippets import SNIPPETS, template
from ensemble.limits import limits
from pages.parts.data import verdict_of_the_sample, words
from ui import caches, session
from ui.page import JUDGES
from ui.page_registry import PAGES
from ui.session.state import File
from ui.text.fill import fill
from ui.text.format import number, percent, plain
from ui.widgets.forecasts.forecasts_bar import counts_in_words

KINDS = {"auto": "Guess", "probabilities": "Probabilities", "logits": "Logits"}
GUESS = "Guess"
HEIGHT = 212


def show() -> None:
    """Let people choose a file; pages judge its forecasts once it can be read, until people go back to the run."""
    left, right = st.columns([1.4, 1], gap="large")
    with left:
        _choose_file()
        if session.forecasts_file():
            _show_file()
        else:
            verdict_of_the_sample.show()
    with right:
        _show_how_to_write_one()


def _choose_file() -> None:
    st.markdown(fill(words.FORECASTS))
    if limits().uploads and session.shows("data"):
        st.file_uploader(
            "File of forecasts",
            type=["csv", "tsv", "txt", "parquet"],
            key="judge_file",
            on_change=_keep_file,
            max_upload_size=limits().upload_megabytes,
            label_visibility="collapsed",
        )
    else:
        st.info(words.NO_UPLOADS, icon=":material/block:")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Try a sample", key="try_forecasts", icon=":material/science:", on_click=_try_one)
        if session.forecasts_file():
            st.button(
                "Remove the file",
                key="forget_forecasts",
                icon=":material/delete:",
                on_click=session.forget_forecasts_file,
                help="Its forecasts are removed too, and pages show the run again.",
            )
        else:
            st.caption(fill(words.TRY_ONE), width="content")


def _keep_file() -> None:
    if file := session.uploaded("judge_file"):
        session.keep_forecasts_file(file)


def _try_one() -> None:
    session.keep_forecasts_file(File(NAME, sample()))


def _show_file() -> None:
    file = session.forecasts_file()
    assert file is not None
    verdict = st.container()
    try:
        seen = session.look_at_forecasts_file(preview)
    except InputError as problem:
        _refuse(file, problem)
        return
    st.markdown(words.HOW_IT_IS_READ)
    how = _choose_how(seen)
    with st.expander("Its first rows", icon=":material/table:"):
        st.dataframe(seen.rows, height=HEIGHT, column_config={"_index": st.column_config.Column("Row of the file")})
    with verdict:
        try:
            with st.spinner("The forecasts are read."):
                found, notices = session.read_forecasts_file(read_forecasts, *how)
        except InputError as problem:
            _refuse(file, problem)
            return
        _show_verdict(file, found)
        for notice in notices:
            st.caption(f":material/info: {plain(notice)}")


def _refuse(file: File, problem: InputError) -> None:
    st.error(f"**{plain(file.name)}** · {plain(str(problem))}", icon=":material/error:")
    judged = session.forecasts()
    st.caption(fill(words.STILL_JUDGED, name=plain(judged.name)) if judged else fill(words.NOTHING_LOST))


def _choose_how(seen: Preview) -> tuple[str | None, tuple[str, ...] | None, str]:
    """The column of true classes, the columns of probabilities, and their kind of numbers; None to guess a column."""
    with st.container(horizontal=True):
        target = st.selectbox(
            "True class",
            range(-1, len(seen.names)),
            key="forecasts_target",
            persist_state="session",
            width=200,
            format_func=lambda k: GUESS if k < 0 else seen.names[k],
            help="The column that says what happened.",
        )
        kind = st.segmented_control(
            "Numbers are",
            list(KINDS),
            key="forecasts_kind",
            default="auto",
            required=True,
            persist_state="session",
            format_func=KINDS.__getitem__,
            help="Probabilities add up to 1 in each row. Logits may be negative.",
        )
    truth = None if target < 0 else seen.names[target]
    columns = st.multiselect(
        "Columns of the classes",
        [name for name in seen.of_numbers if name != truth],
        key=f"forecasts_columns_{target}",
        persist_state="session",
        placeholder="Guess by their names",
        help="Empty: those that are named as a class, or as a model and a class.",
    )
    return truth, tuple(columns) or None, kind


def _show_verdict(file: File, found: Forecasts) -> None:
    """The content of the file, the scores of each model, and links to the pages that judge it."""
    st.markdown(f"**{plain(file.name)}**: {counts_in_words(found)}")
    scores = caches.models_at_a_glance(found)
    st.dataframe(
        {
            "Model": found.model_names,
            "Loss (nats)": [number(value) for value in scores["nll"]],
            "Brier (0 to 2)": [number(value) for value in scores["brier"]],
            "Accuracy": [percent(value, 1) for value in scores["accuracy"]],
            "Confidence": [percent(value, 1) for value in scores["confidence"]],
            "Best T": [f"{value:.2f}" for value in scores["temperature"]],
        },
        hide_index=True,
        column_config={
            "Confidence": st.column_config.TextColumn(help="The mean probability of the likeliest class."),
            "Best T": st.column_config.TextColumn(help="The temperature that fits best. Above 1: too sure of itself."),
        },
    )
    if not session.are_judged(found):
        st.button("Judge these", key="judge", type="primary", icon=":material/gavel:", on_click=session.judge_forecasts)
        return
    st.markdown(fill(words.JUDGED))
    with st.container(horizontal=True, vertical_alignment="center"):
        for url in [url for url in PAGES if JUDGES.get(url) or url == "compare"]:
            st.page_link(PAGES[url].script, label=PAGES[url].title, icon=PAGES[url].icon)
        if len(found.model_names) > 1:
            st.button("Pool the models", key="pool_models", type="tertiary", icon=PAGES["members"].icon, on_click=_open_pooling)


def _open_pooling() -> None:
    session.set_value(session.part_key("members"), "Pooling")
    session.lead_to("members")


def _show_how_to_write_one() -> None:
    st.markdown(fill(words.WRITE_ONE))
    library = st.segmented_control(
        "Library",
        list(SNIPPETS),
        key="judge_library",
        default=next(iter(SNIPPETS)),
        required=True,
        persist_state="session",
        label_visibility="collapsed",
    )
    st.code(SNIPPETS[library].strip(), language="python")
    st.download_button(
        "Template",
        template,
        "forecasts.csv",
        "text/csv",
        key="judge_template",
        on_click="ignore",
        icon=":material/download:",
        help="A small file of forecasts, to fill in.",
    )
