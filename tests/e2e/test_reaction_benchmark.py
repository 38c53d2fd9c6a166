from tests.test_benchmarks import run


def test_the_reaction_benchmark_measures_every_control(browser):
    printed = run("benchmarks.reaction")
    for name in ("Part Size", "Judged on", "Event", "Share", "Coverage", "Wine", "Members of", "Prior width", "Rows"):
        assert name in printed
    assert "target 300 ms" in printed
