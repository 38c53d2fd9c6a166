"""What the default run leaves out is named at its end, and has a script of its own."""

import subprocess
import sys

from testing import PATIENCE, ROOT


def test_the_default_run_says_what_it_has_left_out():
    command = [sys.executable, "-m", "pytest", "-n", "0", "-q", "--collect-only", "tests/repository/test_benchmarks.py"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
    assert "1 test left out: `pytest -m nightly` runs it" in done.stdout


def test_each_script_of_ci_keeps_what_its_tests_measure():
    for script, name in (("run", "default"), ("nightly", "nightly")):
        lines = (ROOT / ".ci" / script).read_text(encoding="utf-8").splitlines()
        (command,) = [line for line in lines if "pytest" in line and not line.startswith("#")]
        assert ("-m nightly" in command) == (name == "nightly")
        assert f"--durations=50 --junitxml=.ci/reports/{name}.xml" in command
    assert ".ci/reports/" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
