"""One way down: pages, ui, ensemble."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted((ROOT / "pages").glob("*.py"))


def test_the_packages_import_only_what_lies_below_them():
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Contracts: 3 kept, 0 broken" in done.stdout


def imported(script):
    for node in ast.walk(ast.parse(script.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_imports_no_other_page_no_thread_and_no_mathematics(page):
    roots = {name.split(".")[0] for name in imported(page)}
    assert not roots & {"pages", "threading", "numpy", "scipy", "sklearn", "pandas", "math", "tensorflow", "keras"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_begins_with_the_guard_and_its_title(page):
    text = page.read_text(encoding="utf-8")
    assert text.index("require_router()\nst.title(") < text.index("session.arrive()")
