"""The benchmarks still run and print their verdicts; what they measure is not tested."""

import subprocess
import sys

import pytest

from testing import PATIENCE, ROOT


def run(module):
    done = subprocess.run([sys.executable, "-m", module, "--quick"], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.benchmark
def test_the_training_benchmark_compares_with_every_peer():
    printed = run("benchmarks.training")
    for name in ("ours, cold", "ours, warm", "NumPy by hand", "C floor", "MLPClassifier", "Keras fit", "memory flat", "Target"):
        assert name in printed


@pytest.mark.benchmark
def test_the_sweep_benchmark_compares_with_one_at_a_time_and_with_every_peer():
    printed = run("benchmarks.sweep")
    for name in ("one at a time", "8 seeds", "C floor", "Keras fit", "1 local workers", "Target"):
        assert name in printed


@pytest.mark.benchmark
def test_the_forecasts_benchmark_reads_and_judges_two_kinds_of_files():
    printed = run("benchmarks.forecasts")
    for name in ("CSV", "Parquet", "read", "scores", "temperature", "reliability", "bill", "target"):
        assert name in printed


@pytest.mark.benchmark
def test_the_shift_benchmark_prints_scores_bands_and_costs():
    printed = run("benchmarks.shift")
    for name in (
        "wine, noise",
        "digits, rotation",
        "blobs, drift",
        "severity 5",
        "MC dropout",
        "clean T",
        "x training",
        "target",
    ):
        assert name in printed


@pytest.mark.nightly
def test_the_scheduler_benchmark_puts_many_runs_on_paper():
    printed = run("benchmarks.scheduler")
    for name in ("simulated workers", "100,000 classic runs", "limit at about"):
        assert name in printed
