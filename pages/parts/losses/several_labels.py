"""Rows with several true labels: a sigmoid for each label, beside one softmax over all of them."""

from __future__ import annotations

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
    heads = toy.fitted(photos, st.session_state.get(SEED, 0))
    at = toy.HOURS.index(hour)
    found = {"sigmoids": heads.sigmoids, "softmax": heads.softmax}
    with above:
        columns = st.columns(3, gap="medium")
        st.caption(words.LABELS_CAPTION.strip())
    for column, (name, table) in zip(columns, found.items(), strict=False):
        with column:
            draw(
                pictures.outputs(toy.HOURS, toy.LABELS, heads.truth, table, hour),
                key=f"labels_{name}",
                alt=f"True probabilities of three labels by the hour, and those of {name}",
                title=f"{name.capitalize()}: {number(toy.distance(heads.truth, table))} from the truth on average",
            )
    with columns[2]:
        draw(
            pictures.sums(toy.HOURS, {"truth": heads.truth, **found}, hour),
            key="labels_sums",
            alt="Sums of the probabilities of three labels by the hour",
            title=f"At {hour} h the true probabilities add up to {heads.truth[at].sum():.{DIGITS}f}, the softmax's to 1",
        )
    st.markdown(fill(words.SEVERAL_LABELS, hour=hour, **_sums_in_words(heads, at)))
    st.markdown(fill(words.COUNTED, hour=hour, photos=f"{photos:,}", **_first_label(heads, at)))
    st.markdown(fill(words.WHICH_HEAD))


def _choose() -> tuple[int, int]:
    """The controls for the hour and the number of photos, and a button that draws other photos."""
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


def _sums_in_words(heads: toy.Heads, at: int) -> dict[str, str]:
    rows = {name: getattr(heads, name)[at] for name in ("truth", "sigmoids", "softmax")}
    return {
        name: f"{' + '.join(f'{value:.{DIGITS}f}' for value in row)} ≈ {row.sum():.{DIGITS}f}" for name, row in rows.items()
    }


def _first_label(heads: toy.Heads, at: int) -> dict[str, str]:
    return {
        "label": toy.LABELS[0],
        "hits": f"{heads.counts[at, 0]:,}",
        "labels": f"{heads.counts[at].sum():,}",
        "sigmoid": f"{heads.sigmoids[at, 0]:.{DIGITS}f}",
        "softmax": f"{heads.softmax[at, 0]:.{DIGITS}f}",
        "actual": f"{heads.truth[at, 0]:.{DIGITS}f}",
    }
