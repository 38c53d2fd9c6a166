"""Progress of the runs that a part of a page needs besides the shown one, or a button that trains them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Set

import streamlit as st

from ui import session
from ui.session.related import Plan
from ui.session.state import Related
from ui.text.format import plain
from ui.widgets import status


def trained(name: str, asked: Hashable, plan: Callable[[], Plan]) -> Related:
    """Runs that only one part needs; the part is rerun when all of them are trained. See ``session.planned``."""
    related = session.planned(name, asked, plan)
    polling = related.is_live

    @st.fragment(run_every=session.seconds_between_news() if polling else None)
    def rerun_when_complete() -> None:
        present = session.state().related[name]
        if polling and not present.is_live:
            st.rerun()
        show_what_is_missing(name, present, present.plan.keys())

    rerun_when_complete()
    return related


def show_what_is_missing(name: str, related: Related, needed: Set[str]) -> bool:
    """Say why a part cannot be shown yet, and offer to train the missing runs; returns whether any are missing.

    Parameters
    ----------
    name : str
        The runs' name in ``session.related``.
    related : Related
    needed : set of str
        Names of the runs that the part shows.
    """
    diverged = [run for run in related.runs.values() if run.status == "diverged"]
    if related.refusal:
        st.warning(plain(related.refusal), icon=":material/hourglass_disabled:")
    elif related.waits:
        _offer(name, f"Train {len(related.plan)} runs for this", f"They take about {related.seconds:.0f} s here.")
    elif related.is_live and not needed <= related.runs.keys():
        st.progress(len(related.runs) / len(related.plan), text=_progress(related))
        _offer_to_stop(name, related)
    elif not related.is_live and not related.is_complete:
        group = related.group
        st.error(plain(group.error or "The runs for this were stopped.") if group else "", icon=":material/error:")
        _offer(name, "Train them again", "Finished runs are kept.")
    if diverged:
        message = f"{len(diverged)} of {len(related.runs)} runs diverged. {diverged[0].message}"
        st.warning(message, icon=":material/trending_up:")
    return not needed <= related.runs.keys() or any(not related.runs[one].epochs for one in needed)


def _offer(name: str, label: str, help: str) -> None:
    st.button(label, key=f"train_{name}", icon=":material/play_arrow:", on_click=_train, args=(name,), help=help)
    st.caption(help)


def _train(name: str) -> None:
    session.train_related(name)


def _offer_to_stop(name: str, related: Related) -> None:
    if related.group:
        st.button("Stop", key=f"stop_{name}", on_click=related.group.cancel, help="Ends the training. Finished runs are kept.")


def _progress(related: Related) -> str:
    assert related.group is not None
    job = related.group.jobs[-1]
    what = "training" if job.state == "training" else status.sentence(job)
    return f"Run {min(len(related.runs) + 1, len(related.plan))} of {len(related.plan)}: {what}"
