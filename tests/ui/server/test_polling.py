"""How often a page asks how its run goes, and when many wait for one."""

from types import SimpleNamespace

import pytest

from ui.session import runs


@pytest.mark.parametrize(("watching", "seconds"), [(0, 0.5), (10, 0.5), (40, 2.0), (300, 5.0)])
def test_the_more_people_watch_the_less_often_each_page_asks(monkeypatch, watching, seconds):
    monkeypatch.setattr(runs.service, "current", lambda: SimpleNamespace(watched=watching))
    assert runs.seconds_between_news() == seconds
    assert runs.is_in_a_crowd() == (seconds > 0.5)
