"""One way down: pages, ui, ensemble."""

import ast
import shutil
import subprocess
import sys

import pytest

from testing import PATIENCE, ROOT

PAGES = sorted((ROOT / "pages").glob("*.py"))
PARTS = sorted((ROOT / "pages" / "parts").rglob("*.py"))


def lint_imports(folder):
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    return subprocess.run([*command, "--no-cache"], cwd=folder, capture_output=True, text=True, timeout=PATIENCE)


def test_the_packages_import_only_what_lies_below_them():
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


def test_arrows_upward_are_found(tmp_path):
    """Each contract breaks by an import that it forbids."""
    for package in ("ensemble", "ui", "pages", "testing", "tests", "benchmarks"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    contracts = {
        "ensemble knows no screen": ("ensemble/errors.py", "import streamlit"),
        "the layers of ensemble": ("ensemble/probability/vectors.py", "import ensemble.runs.run"),
        "TensorFlow in one place": ("ensemble/calibration/temperature.py", "import tensorflow"),
        "the layers of ensemble.execution": ("ensemble/execution/states.py", "import ensemble.execution.service"),
        "the layers of ensemble.execution.local": ("ensemble/execution/local/tls.py", "import ensemble.execution.local.worker"),
        "ui knows no page": ("ui/caches.py", "import pages.parts.train.words"),
        "the layers of ui": ("ui/session/state.py", "import ui.widgets.controls"),
        "parts of different pages do not know each other": ("pages/parts/data/words.py", "import pages.parts.train.words"),
        "tests and benchmarks share testing alone": ("benchmarks/budget.py", "import tests.conftest"),
        "no circle": ("ensemble/errors.py", "import ensemble.limits"),
    }
    for file, planted in contracts.values():
        with (tmp_path / file).open("a", encoding="utf-8") as script:
            script.write(f"\n{planted}\n")
    done = lint_imports(tmp_path)
    broken = {name for name in contracts if f"{name} BROKEN" in done.stdout}
    assert broken == set(contracts), done.stdout + done.stderr


def imported(script):
    return imported_by(ast.parse(script.read_text(encoding="utf-8")))


def imported_by(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_imports_its_own_parts_alone(page):
    others = {name for name in imported(page) if name.split(".")[0] == "pages"}
    assert all(f"{name}.".startswith(f"pages.parts.{page.stem}.") for name in others)


@pytest.mark.parametrize("part", PARTS, ids=lambda part: str(part.relative_to(ROOT)))
def test_a_part_imports_parts_of_its_own_page_alone(part):
    others = {name for name in imported(part) if name.split(".")[0] == "pages"}
    assert all(f"{name}.".startswith(f"pages.parts.{part.parent.name}.") for name in others)


@pytest.mark.parametrize("script", [*PAGES, *PARTS], ids=lambda script: str(script.relative_to(ROOT)))
def test_a_page_or_part_imports_no_thread_and_no_mathematics(script):
    tree = ast.parse(script.read_text(encoding="utf-8"))
    for node in ast.walk(tree):  # a type of what is shown may be named in an annotation
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = []
    roots = {name.split(".")[0] for name in imported_by(tree)}
    assert not roots & {"threading", "numpy", "scipy", "sklearn", "pandas", "math", "tensorflow", "keras"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_begins_with_its_title(page):
    """``begin`` draws it before anything slow is imported."""
    first, second, *_ = ast.parse(page.read_text(encoding="utf-8")).body
    assert ast.unparse(first).startswith("from ui.page import begin")
    assert ast.unparse(second) == f"page = begin('{page.stem}')"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_is_short_and_its_parts_hold_what_it_shows(page):
    assert len(page.read_text(encoding="utf-8").splitlines()) <= 60


@pytest.mark.parametrize(("package", "forbidden"), [("tests", "benchmarks"), ("benchmarks", "tests"), ("testing", "tests")])
def test_tests_and_benchmarks_share_testing_and_do_not_import_each_other(package, forbidden):
    for script in (ROOT / package).rglob("*.py"):
        assert forbidden not in {name.split(".")[0] for name in imported(script)}, script
