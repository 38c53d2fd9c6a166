"""Rows with several true labels: a sigmoid for each label, beside one softmax over all of them."""

from __future__ import annotations

import numpy as np
import streamlit as st

from ensemble.probability import several_labels as toy
from pages.parts.losses import words
from ui.charts import several_labels as pictures
from ui.charts import show as draw
from ui.text.fill import fill
from ui.text.format import number

PHOTOS = (20, 50, 200, 1000, 10_000)
DIGITS = 2
SEED = "label_seed"


@st.fragment
def show() -> None:
    """The two heads on the same photos, their sums, and the sums at one hour in words."""
    above = st.container()
    hour, photos = _choose()
    counts = toy.draw_labels(photos, np.random.default_rng(st.session_state.get(SEED, 0)))
    truth = toy.true_marginals()
    heads = {"sigmoids": toy.sigmoid_head(counts, photos), "softmax": toy.softmax_head(counts)}
    at = toy.HOURS.index(hour)
    sums = {name: table[at].sum() for name, table in {"truth": truth, **heads}.items()}
    titles = {
        "sigmoids": f"Sigmoids: {number(toy.distance(truth, heads['sigmoids']))} from the truth on average",
        "softmax": f"Softmax: {number(toy.distance(truth, heads['softmax']))} from the truth on average",
    }
    with above:
        columns = st.columns(3, gap="medium")
        st.caption(words.LABELS_CAPTION.strip())
    for column, (name, table) in zip(columns, heads.items(), strict=False):
        with column:
            draw(
                pictures.outputs(toy.HOURS, toy.LABELS, truth, table, hour),
                key=f"labels_{name}",
                alt=f"True probabilities of three labels by the hour, and those of {name}",
                title=titles[name],
            )
    with columns[2]:
        draw(
            pictures.sums(toy.HOURS, {"truth": truth, **heads}, hour),
            key="labels_sums",
            alt="Sums of the probabilities of three labels by the hour",
            title=f"At {hour} h the true probabilities add up to {sums['truth']:.{DIGITS}f}, the softmax's to 1",
        )
    st.markdown(fill(words.SEVERAL_LABELS, hour=hour, photos=f"{photos:,}", **_sums_in_words(truth, heads, at)))
    st.markdown(fill(words.COUNTED, hour=hour, photos=f"{photos:,}", **_first_label(counts[at], truth[at], heads, at)))
    st.markdown(fill(words.WHICH_HEAD))


def _choose() -> tuple[int, int]:
    """The hour to look at, the number of photos, and a press for other photos."""
    left, middle, right = st.columns([2, 2, 1], gap="medium", vertical_alignment="bottom")
    with left:
        hour = st.slider(
            "Hour", toy.HOURS[0], toy.HOURS[-1], 18, key="label_hour", persist_state="session", help="The line in the pictures."
        )
    with middle:
        photos = st.select_slider(
            "Photos of each hour",
            PHOTOS,
            1000,
            key="label_photos",
            persist_state="session",
            help="More come closer to what each head learns in the end.",
        )
    with right:
        if st.button("Draw others", icon=":material/casino:", help="Other photos, from the same probabilities."):
            st.session_state[SEED] = st.session_state.get(SEED, 0) + 1
    return hour, photos


def _sums_in_words(truth: np.ndarray, heads: dict[str, np.ndarray], at: int) -> dict[str, str]:
    def written(row: np.ndarray) -> str:
        return f"{' + '.join(f'{value:.{DIGITS}f}' for value in row)} ≈ {row.sum():.{DIGITS}f}"

    return {"truth": written(truth[at]), **{name: written(table[at]) for name, table in heads.items()}}


def _first_label(counts: np.ndarray, truth: np.ndarray, heads: dict[str, np.ndarray], at: int) -> dict[str, str]:
    return {
        "label": toy.LABELS[0],
        "hits": f"{counts[0]:,}",
        "labels": f"{counts.sum():,}",
        "sigmoid": f"{heads['sigmoids'][at, 0]:.{DIGITS}f}",
        "softmax": f"{heads['softmax'][at, 0]:.{DIGITS}f}",
        "actual": f"{truth[0]:.{DIGITS}f}",
    }
