"""Nothing is imported that is not listed, and everything listed is bounded."""

import ast
import re
import sys
from functools import cache
from importlib.metadata import packages_distributions

import pytest
from packaging.specifiers import SpecifierSet

from testing import ROOT

OURS = {"ensemble", "ui", "pages", "tests", "testing", "benchmarks", "docs"}
# Never imported by name: TensorFlow is Keras' engine and is used by it too, pandas-stubs serves mypy, the others pytest.
TOOLS = {"pre-commit", "pytest-timeout", "pytest-xdist", "ruff", "mypy", "pandas-stubs", "tensorflow"}


def requirements(file_name):
    lines = (ROOT / file_name).read_text().splitlines()
    return dict(re.fullmatch(r"([\w-]+)(.*)", line).groups() for line in lines if line and line[0] not in "#-")


def third_party(*folders):
    scripts = [
        script
        for folder in folders
        for script in ([ROOT / folder] if folder.endswith(".py") else (ROOT / folder).rglob("*.py"))
    ]
    names = set()
    for script in scripts:
        for node in ast.walk(ast.parse(script.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names.add((node.module or "").split(".")[0])
    return names - OURS - set(sys.stdlib_module_names)


@cache
def known_distributions():
    return packages_distributions()


def distributions(modules):
    known = known_distributions()
    return {known[module][0].lower().replace("_", "-").removesuffix("-cpu") for module in modules}


def test_the_app_imports_what_requirements_list_and_nothing_else():
    used = distributions(third_party("app.py", "pages", "ui", "ensemble"))
    assert used == set(requirements("requirements.txt"))


def test_tests_and_benchmarks_import_what_the_development_requirements_list():
    listed = set(requirements("requirements.txt")) | set(requirements("requirements-dev.txt"))
    used = distributions(third_party("tests", "testing", "benchmarks", "docs")) | {"import-linter"}
    assert used <= listed
    assert listed - used - TOOLS <= distributions(third_party("app.py", "pages", "ui", "ensemble"))


@pytest.mark.parametrize("file_name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_has_a_lower_and_an_upper_bound(file_name):
    for name, bounds in requirements(file_name).items():
        assert re.fullmatch(r">=[\d.]+,<[\d.]+", bounds), name


LOCKED = re.findall(
    r"^([\w.-]+)==(\S+)(.*?)((?:\n    --hash=sha256:[0-9a-f]{64}.*)+)", (ROOT / "requirements.lock").read_text(), re.MULTILINE
)


def test_the_lock_holds_a_version_within_each_bound():
    """`.ci/lock` writes the lock anew."""
    versions = {name: version for name, version, _, _ in LOCKED}
    for name, bounds in requirements("requirements.txt").items():
        assert versions[name] in SpecifierSet(bounds), f"{name}: run .ci/lock"
    assert versions["tensorflow-cpu"] == versions["tensorflow"]


def test_every_line_of_the_lock_has_hashes():
    lines = [line for line in (ROOT / "requirements.lock").read_text().splitlines() if line[0] not in "# "]
    assert len(lines) == len(LOCKED) > 60


def test_what_the_locked_packages_need_is_locked_too():
    """Pip installs nothing that the lock does not name."""
    from importlib.metadata import requires

    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    names = {canonicalize_name(name) for name, _, _, _ in LOCKED}
    for name in requirements("requirements.txt"):
        for line in requires(name) or ():
            needed = Requirement(line)
            if needed.marker is None or needed.marker.evaluate({"extra": ""}):
                assert canonicalize_name(needed.name) in names, f"{name} needs {needed.name}: run .ci/lock"
