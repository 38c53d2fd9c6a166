"""A class that no training has seen: which detectors notice it, and which claims about them hold beyond luck."""

from __future__ import annotations

from typing import Any

import streamlit as st

from ensemble.datasets.table import Table
from ensemble.related import plans
from ensemble.shift.detectors import DETECTORS, TOP
from ensemble.sweeps.novelty import Detector, Novelty, novelty_over_seeds
from pages.parts.shift import words_novelty as words
from pages.parts.shift.context import Context
from pages.parts.shift.each_class import listed, show_each_class
from ui import session
from ui.charts import novelty as pictures
from ui.charts import show as draw
from ui.components.novelty import novelty as threshold
from ui.text.fill import fill
from ui.text.format import fixed, number, percent, plain
from ui.widgets.experiment.measured import measured

ROWS = "digits"
USUAL = {"digits": 2}
FEW_CLASSES = 10
KEY = "left_out_class"
FALSE_ALARMS = 5


def show(context: Context) -> None:
    table = context.source.table
    classes = len(table.class_names)
    if classes < 3:
        st.info(fill(words.TWO_CLASSES, row_names=context.data.row_names, classes=classes), icon=":material/info:")
        return
    left, right = st.columns([1.7, 1], gap="large")
    with right:
        left_out = _choose_class(table)
    plan = plans.measured(context.config, context.source.seed, "novelty", left_out)
    with left:
        found = [result.measurements for result in measured("novelty", plan, context.source)]
    if not found:
        with left:
            st.info(fill(words.NOTHING_YET))
        return
    seen = novelty_over_seeds(found)
    names = {"class_name": plain(table.class_names[left_out]), "row_name": table.row_name, "row_names": f"{table.row_name}s"}
    with right:
        detector = _choose_detector([name for name in DETECTORS if any(one.name == name for one in seen.detectors)])
        st.markdown(fill(words.INTRODUCTION, **names))
        st.markdown(fill(words.HOW_TO_READ, runs=seen.runs, **names))
        st.markdown(fill(words.DETECTORS[detector], **names))
        st.markdown(fill(words.SURE_FAR_AWAY, **names))
    with left:
        draw(
            pictures.roc_curves(seen, detector),
            key="roc",
            alt=f"Caught against false alarms of {len(seen.detectors)} detectors",
            title=_claim(seen, names),
        )
        _show_areas(seen, names)
    threshold(found[0], table, left_out, detector, words=_words_of_scores(seen, detector, table, left_out), key="threshold")
    if seen.pairs:
        _show_claims(seen, names, on_digits=table.name == ROWS)
    show_each_class(table, USUAL.get(table.name))


def _choose_class(table: Table) -> int:
    numbers = range(len(table.class_names))
    asked = session.state().left_out
    session.set_value(KEY, asked if asked in numbers else USUAL.get(table.name, len(numbers) - 1))
    label, help = "The class that was not there", "No row of it is trained on, and no network has an output for it."
    common: dict[str, Any] = {"key": KEY, "on_change": _keep_class, "help": help}
    chosen: int
    if len(numbers) <= FEW_CLASSES:
        names = [plain(name) for name in table.class_names]
        chosen = st.pills(label, numbers, format_func=lambda number: names[number], required=True, wrap=True, **common)
    else:
        chosen = st.selectbox(label, numbers, format_func=lambda number: table.class_names[number], width=240, **common)
    return chosen


def _keep_class() -> None:
    session.state().left_out = st.session_state[KEY]


def _choose_detector(names: list[str]) -> str:
    chosen: str = st.pills(
        "Detector",
        names,
        key="detector",
        default=TOP,
        required=True,
        wrap=True,
        persist_state="session",
        help="Its curve is drawn thicker, and its scores are shown below.",
    )
    return chosen if chosen in names else TOP


def _claim(seen: Novelty, names: dict[str, str]) -> str:
    """The title: a detector is called the best only if it beats each other one beyond luck."""
    top, best = seen.detector(TOP), seen.detectors[0]
    if not seen.pairs:
        return fill(words.ONE_RUN, auroc=number(top.auroc))
    better = seen.better_than(TOP)
    if not better:
        return fill(words.NONE_BETTER, auroc=number(top.auroc))
    if all(seen.pair(best.name, one.name).reach != "none" for one in seen.detectors[1:]):
        text = words.BEST if len(seen.leaders) == 1 else words.BEST_OVER_SEEDS
        return fill(text, best=best.name, auroc=number(best.auroc), other=TOP, other_auroc=number(top.auroc), **names)
    return fill(
        words.BETTER_THAN_TOP,
        better=listed([f"“{one.name}” ({number(one.auroc)})" for one in better]),
        several=len(better) > 1,
        on_these_rows=any(seen.pair(one.name, TOP).reach == "these rows" for one in better),
        other_auroc=number(top.auroc),
        **names,
    )


def _show_areas(seen: Novelty, names: dict[str, str]) -> None:
    st.dataframe(
        {
            "Detector": [one.name for one in seen.detectors],
            "AUROC": [one.auroc for one in seen.detectors],
            f"Range of {seen.runs} runs": [f"{one.of_runs.min():.3f} to {one.of_runs.max():.3f}" for one in seen.detectors],
            "95 % over rows": [f"{one.low:.3f} to {one.high:.3f}" for one in seen.detectors],
            f"Caught at {FALSE_ALARMS} % false alarms": [_caught(one) for one in seen.detectors],
        },
        hide_index=True,
        column_config={"AUROC": st.column_config.NumberColumn(format="%.3f")},
    )
    st.caption(fill(words.TABLE, known=f"{seen.known:,}", novel=f"{seen.novel:,}", runs=seen.runs, **names))


def _caught(one: Detector) -> str:
    mean, lowest, highest = (percent(curve[FALSE_ALARMS]) for curve in (one.caught, one.lowest, one.highest))
    return f"{mean} ({lowest} to {highest})"


def _words_of_scores(seen: Novelty, detector: str, table: Table, left_out: int) -> dict[str, str]:
    """As text: a component shows it as it stands."""
    fields = {"known": f"{seen.known:,}", "novel": f"{seen.novel:,}", "row_names": f"{table.row_name}s"}
    named = {"known": words.KNOWN, "novel": words.NOVEL, "surest": words.SUREST, "note": words.NOTE}
    return {
        "unit": words.UNITS[detector],
        **{name: fill(text, class_name=table.class_names[left_out], **fields) for name, text in named.items()},
    }


def _show_claims(seen: Novelty, names: dict[str, str], *, on_digits: bool) -> None:
    pairs = sorted(seen.pairs, key=lambda pair: -pair.difference)
    undecided = sum(pair.reach == "none" for pair in pairs)
    st.markdown(f"**{words.CLAIMS}**")
    if 2 * undecided > len(pairs):
        counts = {"undecided": undecided, "pairs": len(pairs), "known": f"{seen.known:,}", "novel": f"{seen.novel:,}"}
        st.markdown(fill(words.LITTLE, on_digits=on_digits, **counts, **names))
    st.dataframe(
        {
            "First": [pair.better for pair in pairs],
            "Second": [pair.worse for pair in pairs],
            "Difference": [fixed(pair.difference, 3, "+") for pair in pairs],
            "Over seeds": [_ends(pair.low, pair.high) for pair in pairs],
            "Over rows too": [_ends(pair.low_rows, pair.high_rows) for pair in pairs],
            "The first is better on": [words.REACH[pair.reach] for pair in pairs],
        },
        hide_index=True,
    )
    st.caption(fill(words.CLAIMS_TABLE, pairs=len(pairs), novel=f"{seen.novel:,}", **names))


def _ends(low: float, high: float) -> str:
    return f"{fixed(low, 3, '+')} to {fixed(high, 3, '+')}"
