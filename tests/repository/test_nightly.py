"""What the default run leaves out is named at its end, and CI runs it."""

import subprocess
import sys

from testing import PATIENCE, ROOT


def test_the_default_run_says_what_it_has_left_out():
    command = [sys.executable, "-m", "pytest", "-n", "0", "-q", "--collect-only", "tests/repository/test_benchmarks.py"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
    assert "1 test left out: `pytest -m nightly` runs it" in done.stdout


def measured_run(script):
    (line,) = [
        line for line in (ROOT / ".ci" / script).read_text(encoding="utf-8").splitlines() if "--junitxml=.ci/reports/" in line
    ]
    return line


def test_each_script_of_ci_keeps_what_its_tests_measure():
    default, nightly = measured_run("run"), measured_run("nightly")
    assert "-m nightly" not in default
    assert nightly.startswith("pytest -m nightly")
    assert all("--durations=50" in line for line in (default, nightly))
    assert ".ci/reports/" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
