"""What the default run leaves out is named at its end, and CI runs it."""

import subprocess
import sys

from testing import PATIENCE, ROOT


def test_the_default_run_says_what_it_has_left_out():
    command = [sys.executable, "-m", "pytest", "-n", "0", "-q", "--collect-only", "tests/repository/test_benchmarks.py"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
    assert "1 test left out: `pytest -m nightly` runs it" in done.stdout


def test_ci_runs_both_and_keeps_what_its_tests_measure():
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    default, nightly = [line for line in lines if "pytest" in line and not line.startswith("#")]
    assert "-m nightly" not in default
    assert nightly.startswith("pytest -m nightly")
    for line, name in ((default, "default"), (nightly, "nightly")):
        assert f"--durations=50 --junitxml=.ci/reports/{name}.xml" in line
    assert ".ci/reports/" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
