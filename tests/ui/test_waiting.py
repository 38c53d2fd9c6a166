"""How often a page asks how its run goes, and how long an arrival waits for one."""

from types import SimpleNamespace

import pytest

from ui.session import link, runs


@pytest.mark.parametrize(("watching", "seconds"), [(0, 0.5), (10, 0.5), (40, 2.0), (300, 5.0)])
def test_the_more_people_watch_the_less_often_each_page_asks(monkeypatch, watching, seconds):
    monkeypatch.setattr(runs.service, "current", lambda: SimpleNamespace(watched=watching))
    assert runs.seconds_between_news() == seconds
    assert link._seconds_to_wait_on_arrival() == link.SECONDS_TO_WAIT_ON_ARRIVAL[seconds > 0.5]
