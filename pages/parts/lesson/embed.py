"""A frame of the app in a course page."""

from __future__ import annotations

from html import escape
from urllib.parse import urlencode

import streamlit as st

from ensemble import InputError
from ensemble.lecture import Plan
from ensemble.lecture.shipped import shipped
from pages.parts.lesson import words
from ui import session
from ui.page import IN_ADDRESS
from ui.text.fill import fill
from ui.text.format import plain

KINDS = ("One page", "A plan")
HEIGHT, MIN_HEIGHT, MAX_HEIGHT = 700, 200, 4000
OWN = "own"


def show() -> None:
    """What is framed, and the lines to paste."""
    st.markdown(fill(words.EMBED))
    left, right = st.columns([1, 1.4], gap="large")
    with left:
        kind = st.segmented_control("What", KINDS, key="embed_kind", default=KINDS[0], required=True, persist_state="session")
        framed = _choose_page() if kind == KINDS[0] else _choose_step()
        height = st.number_input(
            "Height at first (pixels)",
            MIN_HEIGHT,
            MAX_HEIGHT,
            HEIGHT,
            step=50,
            key="embed_height",
            persist_state="session",
            help="It stays where the course page runs no scripts.",
        )
    with right:
        st.markdown("**The lines to paste**")
        if framed:
            link, title = framed
            with st.container(key="embed_lines"):
                st.code(snippet(link, title, int(height)), language="html", wrap_lines=True)
            st.markdown(fill(words.FRAMED))
            st.caption(words.ALLOWED)
            st.link_button("Open it without a frame", link, icon=":material/open_in_new:")


def snippet(link: str, title: str, height: int) -> str:
    """A frame, and a script that sets its height.

    >>> print(snippet("https://lab.example.org/train?embed=true&seed=1", "Train", 700))
    <iframe src="https://lab.example.org/train?embed=true&amp;seed=1"
      title="Train" style="width: 100%; height: 700px; border: 0" loading="lazy"></iframe>
    <script>
      addEventListener("message", ({ origin, source, data }) => {
        if (origin !== "https://lab.example.org" || data?.type !== "softmax-lab:height") return;
        for (const frame of document.querySelectorAll("iframe"))
          if (frame.contentWindow === source) frame.style.height = `${Number(data.height)}px`;
      });
    </script>
    """
    scheme, _, rest = link.partition("://")
    origin = f"{scheme}://{rest.partition('/')[0]}"
    return fill_as_it_stands(words.SNIPPET, link=escape(link), title=escape(title), height=height, origin=origin)


def fill_as_it_stands(text: str, **values: object) -> str:
    """As ``fill``, with the lines as they are."""
    for name, value in values.items():
        text = text.replace(f"{{{{ {name} }}}}", str(value))
    return text.strip()


def _choose_page() -> tuple[str, str]:
    page = st.selectbox(
        "Page",
        list(session.IN_PLANS),
        key="embed_page",
        format_func=session.IN_PLANS.__getitem__,
        persist_state="session",
        help="As it stands in this session: part, settings, row.",
    )
    shown = session.view(page, IN_ADDRESS.get(page, ()))
    part = {"part": shown["part"]} if "part" in shown else {}
    query = {"embed": "true"} | part | shown.get("settings", {})
    return session.address_of(page, query), f"Softmax Lab: {session.title_of(shown)}"


def _choose_step() -> tuple[str, str] | None:
    """A plan from one of its steps on."""
    plans = _plans()
    name = st.selectbox(
        "Plan", list(plans), key="embed_plan", format_func=lambda name: plans[name].title, persist_state="session"
    )
    plan = plans[name]
    numbers = range(len(plan.steps))
    step = st.selectbox(
        "Begins at",
        numbers,
        key=f"embed_step_{name}",
        format_func=lambda index: f"{index + 1} {plan.steps[index].title}",
        persist_state="session",
        help="The frame has the step's words, its controls, Back and Next.",
    )
    try:
        return f"{session.link_of_plan(plan, step)}&{urlencode({'embed': 'true'})}", f"Softmax Lab: {plan.title}"
    except InputError as refusal:
        st.warning(plain(str(refusal)), icon=":material/link_off:")
        return None


def _plans() -> dict[str, Plan]:
    """The plan that is written, if it can be used, and the shipped ones."""
    draft = session.draft()
    try:
        own = {OWN: draft.plan()} if draft else {}
    except InputError:
        own = {}
    return own | shipped()
