"""Downloads of a judged file of forecasts."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

import streamlit as st

from ensemble.forecasts import Forecasts
from ensemble.sharing.judging import forecasts_csv, judging_script
from ui import session
from ui.session.state import ForeignForecasts
from ui.widgets.downloads import offer


def show_forecasts_downloads(foreign: ForeignForecasts) -> None:
    """Offer the report, the script, and the file that the script reads; each is made when its button is pressed."""
    found = foreign.forecasts
    with st.container(horizontal=True):
        offer(
            "Report",
            "forecasts.html",
            "text/html",
            partial(_report, foreign),
            "The verdict on one page, to read or print offline.",
        )
        offer(
            "Python script",
            "judge.py",
            "text/x-python",
            partial(_script, found),
            "The same verdict in plain scikit-learn, from forecasts.csv beside it.",
        )
        offer(
            "Forecasts (CSV)",
            "forecasts.csv",
            "text/csv",
            partial(forecasts_csv, found),
            "The file as it was read: the true classes, and log-probabilities in nats.",
        )


def _script(found: Forecasts) -> str:
    return judging_script(found, session.prices(found.classes).costs())


def _report(foreign: ForeignForecasts) -> str:
    from ui.report.forecasts import forecasts_report  # here, because only a press of its button needs it

    found = foreign.forecasts
    return forecasts_report(foreign.name, found, session.prices(found.classes), datetime.now(UTC))
