import pytest

from tests.repository.test_benchmarks import run


@pytest.mark.benchmark
def test_the_reaction_benchmark_measures_every_control_of_a_page(browser):
    printed = run("benchmarks.reaction")
    for name in ("Part Reliability", "Judged on", "Event", "Share", "Coverage"):
        assert name in printed
    assert "target 300 ms" in printed
