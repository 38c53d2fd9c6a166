"""One row moved out of the range that training has seen, and the same in the plane."""

from __future__ import annotations

import streamlit as st

from ensemble import Dataset, EnsembleConfig, Run
from ensemble.datasets.builtin import PLANE
from ensemble.datasets.digest import digest_of_split
from ensemble.datasets.summary import first_varying_pair
from ensemble.disagreement.far_walks import SURE
from ensemble.disagreement.plane import plane_grid
from ensemble.related.plans import plane
from pages.parts.members import words
from pages.parts.members.coming import are_here
from pages.parts.members.context import Context, choose_row
from ui import caches, session
from ui.charts import plane as pictures
from ui.charts import show as draw
from ui.components.what_if import training_rows_sent, what_if
from ui.text.fill import fill
from ui.text.format import percent, pretty
from ui.widgets.experiment.related import trained

PAIR_OF_WINE = ("flavanoids", "hue")


def show(context: Context) -> None:
    if not are_here(context, "independent"):
        return
    data = context.data
    run = context.runs["independent"]
    what_if(run, data, choose_row(context, run), run_id=context.group_id, key="what_if")
    if (near := training_rows_sent(data)) < context.train_rows:
        st.caption(fill(words.NEAREST, near=f"{near:,}", row_names=data.row_names, rows=f"{context.train_rows:,}"))
    st.markdown(f"{fill(words.FAR_AWAY)} {_where_walks_end(context.group_id, run, data)}")
    st.header("The same in the plane")
    rows, activation = _choose_plane(context.split)
    _show_plane(context.config, rows, activation)


def _where_walks_end(group_id: str, run: Run, data: Dataset) -> str:
    found = caches.far_walks_of(group_id, run, data)
    counted = fill(
        words.STILL_SURE,
        rows=f"{found.rows:,}",
        row_names=data.row_names,
        sure=percent(SURE),
        walks=f"{found.walks:,}",
        sure_walks=f"{found.sure_walks:,}",
        sure_rows=f"{found.sure_rows:,}",
        share_of_walks=percent(found.sure_walks / found.walks),
        share_of_rows=percent(found.sure_rows / found.rows),
    )
    if run.config.activation == "tanh":
        return f"{counted} {fill(words.SCORES_LEVEL_OFF)}"
    return f"{counted} {fill(words.SCORES_GROW, activation=run.config.activation)}"


def _choose_plane(data: Dataset) -> tuple[Dataset, str]:
    names = (data.name, *PLANE) if data.features > 1 else PLANE
    name = st.segmented_control(
        "Rows",
        tuple(dict.fromkeys(names)),
        key="plane_rows",
        default="moons",
        format_func=pretty,
        required=True,
        persist_state="session",
        help="The data to train on.",
    )
    with st.container(horizontal=True, vertical_alignment="top"):
        activation: str = st.segmented_control(
            "Activation",
            EnsembleConfig.choices("activation"),
            key="plane_activation",
            default="relu",
            required=True,
            persist_state="session",
            help="A linear member draws straight borders; the average of several can bend a little. relu and tanh bend them.",
        )
        if name != data.name or data.features == 1:
            return session.rows_of(name), activation
        if data.features == 2:
            return data, activation
        return session.rows_of(name, _choose_features(data)), activation


def _choose_features(data: Dataset) -> tuple[str, str]:
    own = data.name == "wine" and set(PAIR_OF_WINE) <= set(data.feature_names)
    first, second = PAIR_OF_WINE if own else first_varying_pair(data)
    across = st.selectbox(
        "Across",
        data.feature_names,
        index=data.feature_names.index(first),
        key="plane_x",
        persist_state="session",
        width=240,
        help="The first feature.",
    )
    others = [feature for feature in data.feature_names if feature != across]
    up = st.selectbox(
        "Up",
        others,
        index=data.feature_names.index(second) - 1,
        key="plane_y",
        persist_state="session",
        width=240,
        help="The second feature.",
    )
    return across, up


def _show_plane(config: EnsembleConfig, rows: Dataset, activation: str) -> None:
    asked = config, digest_of_split(rows), activation
    run = trained("plane", asked, lambda: plane(config, rows, activation)).runs.get("plane")
    if run is None or not run.epochs:
        return
    seen = plane_grid(run, rows)
    left, right = st.columns(2, gap="large")
    with left:
        draw(
            pictures.confidence(seen, rows),
            key="confidence",
            alt="Likeliest class and its probability over the plane",
            title=fill(words.SURE_OF_THE_PLANE, share=percent(float((seen.confidence > SURE).mean())), sure=percent(SURE)),
        )
    with right:
        draw(
            pictures.disagreement(seen, rows),
            key="disagreement",
            alt="Mutual information over the plane",
            title=words.DISAGREEMENT_IN_THE_PLANE,
        )
    st.caption(fill(words.PLANE, members=run.config.members, activation=run.config.activation))
