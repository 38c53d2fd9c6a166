import pytest

from tests.repository.test_benchmarks import run


@pytest.mark.benchmark
def test_the_interaction_benchmark_measures_every_target(browser):
    printed = run("benchmarks.interaction")
    for name in (
        "first painted title",
        "cold server",
        "first painted point",
        "Pointer to repaint",
        "temperature",
        "pen on the page",
        "live curve",
    ):
        assert name in printed
