"""Progress of the runs over seeds that a part measures, or a button that trains them."""

from __future__ import annotations

import streamlit as st

from ensemble.sharing.script import Source
from ensemble.sweeps.design import SweepPlan
from ensemble.sweeps.results import Result
from ui import session
from ui.session.measurements import MeasuredRuns
from ui.text.format import plain
from ui.widgets import status


def measured(name: str, plan: SweepPlan, source: Source) -> list[Result]:
    """Results of the runs of a plan; the part is rerun when there are more results.

    Parameters
    ----------
    name : str
        The experiment's name within the session.
    plan : SweepPlan
        From ``ensemble.related.plans.measured``.
    source : Source
        The rows that are split for each run.

    Returns
    -------
    list of Result
        Results of finished runs with epochs, in the order of the plan; all have measurements.
    """
    seen = session.measured(name, plan, source)
    polling, there = seen.is_live, len(seen.results)

    @st.fragment(run_every=max(1.0, session.seconds_between_news()) if polling else None)
    def rerun_when_there_are_more() -> None:
        present = session.state().measured[name]
        if present.sweep and present.is_live:
            present.sweep.heartbeat()
        if polling and (not present.is_live or len(present.results) > there):
            st.rerun()
        _show_what_is_missing(name, present)

    rerun_when_there_are_more()
    return seen.results


def _show_what_is_missing(name: str, seen: MeasuredRuns) -> None:
    runs, sweep = len(seen.asked.plan.specs), seen.sweep
    diverged = [result for result in sweep.results if result and not result.epochs] if sweep else []
    if seen.refusal:
        st.warning(plain(seen.refusal), icon=":material/hourglass_disabled:")
    elif sweep is None:
        _offer(name, f"Train {runs} runs for this", f"They take about {seen.seconds:.0f} s here.")
    elif sweep.live:
        st.progress((sweep.done + len(sweep.failures)) / runs, text=status.sweep_sentence(sweep))
        if session.may_stop(sweep.owner) and not sweep.is_shared:
            st.button("Stop", key=f"stop_{name}", on_click=sweep.cancel, help="Ends the training. Finished runs are kept.")
    elif not seen.is_complete or sweep.failures:
        why = next(iter(sweep.failures.values()), sweep.error or "The runs for this were stopped.")
        st.error(plain(why), icon=":material/error:")
        _offer(name, "Train them again", f"{len(seen.results)} of {runs} runs are there.")
    if diverged:
        st.warning(f"{len(diverged)} of {runs} runs diverged before their first epoch.", icon=":material/trending_up:")


def _offer(name: str, label: str, help: str) -> None:
    st.button(label, key=f"train_{name}", icon=":material/play_arrow:", on_click=_train, args=(name,), help=help)
    st.caption(help)


def _train(name: str) -> None:
    session.train_measured(name)
