from importlib import import_module

import pytest

from testing import controls
from tests.repository.test_benchmarks import run
from ui.page_registry import PAGES


def test_the_reaction_benchmark_knows_every_page_and_part():
    measured = {visit.page for visit in controls.VISITS}
    assert set(PAGES) == measured
    assert set(PAGES) == {*controls.PAGES, controls.CHANGES.page}
    asked = {page: {one.name for visit in controls.VISITS if visit.page == page for one in visit.controls} for page in PAGES}
    for page in ("calibration", "decide", "losses", "members", "regression", "shift"):
        source = (import_module("testing").ROOT / "pages" / f"{page}.py").read_text(encoding="utf-8")
        parts = [name for name in asked[page] if name.startswith("part ")]
        assert all(f'"{name.removeprefix("part ")}": ' in source for name in parts)
        assert source.count('": ') == len(parts)


@pytest.mark.benchmark
def test_the_reaction_benchmark_measures_every_control_of_a_page(browser):
    printed = run("benchmarks.reaction")
    for name in ("part Reliability", "judged on", "event", "share", "coverage", "server", "browser", "within their target"):
        assert name in printed
