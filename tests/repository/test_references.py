"""What docstrings and docs name exists: modules, functions, files and commands."""

import re

import pytest

from testing import ROOT

PACKAGES = ("ensemble", "ui", "pages", "testing", "tests", "benchmarks")
FILES_OF_THE_EXAMPLE_PAGE = {"pages/your_page.py", "pages/parts/your_page/words.py", "pages/parts/your_page/context.py"}
FOLDERS_OF_SHORT_PATHS = ("", "ensemble/", "ui/", "ui/components/")
# CHANGELOG.md is left out: it names what is gone, too.
DOCS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]

SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
DOTTED = re.compile(rf"`+((?:{'|'.join(PACKAGES)})(?:\.[A-Za-z_]\w*)+)")
PATH = re.compile(r"`([\w.]+(?:/[\w.*]+)+)`")
COMMAND = re.compile(r"python -m ((?:ensemble|benchmarks|testing|docs)[\w.]*)")


def module_and_name(dotted):
    """The file of the longest prefix that is a module or a package, and the name after it."""
    parts = dotted.split(".")
    for length in range(len(parts), 0, -1):
        path = ROOT.joinpath(*parts[:length])
        name = parts[length] if length < len(parts) else ""
        if path.with_suffix(".py").is_file():
            return path.with_suffix(".py"), name
        if path.is_dir():
            return next(file for file in (path / "__init__.pyi", path / "__init__.py", path) if file.exists()), name
    return None, dotted


def is_there(dotted):
    path, name = module_and_name(dotted)
    return path is not None and (not name or re.search(rf"\b{name}\b", path.read_text(encoding="utf-8")) is not None)


@pytest.mark.parametrize("dotted", ["ensemble.no_module.name", "ensemble.errors.NoError", "ui.session.no_name"])
def test_a_name_that_does_not_exist_is_found(dotted):
    assert not is_there(dotted)


def test_dotted_names_in_docstrings_and_docs_exist():
    texts = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in (*SOURCES, *DOCS)}
    named = {(file, dotted) for file, text in texts.items() for dotted in DOTTED.findall(text)}
    assert len(named) > 80
    assert sorted((file, dotted) for file, dotted in named if not is_there(dotted)) == []


def test_files_and_folders_in_docs_exist():
    named = {(path.name, file) for path in DOCS for file in PATH.findall(path.read_text(encoding="utf-8"))}
    named = {(doc, file) for doc, file in named if (ROOT / file.split("/")[0]).exists() or file.endswith((".py", ".js"))}
    assert len(named) > 60
    missing = {(doc, file) for doc, file in named if not any([*ROOT.glob(folder + file)] for folder in FOLDERS_OF_SHORT_PATHS)}
    assert {file for _, file in missing} == FILES_OF_THE_EXAMPLE_PAGE, missing


def test_modules_that_docs_run_exist():
    named = {name.rstrip(".") for path in DOCS for name in COMMAND.findall(path.read_text(encoding="utf-8"))}
    assert len(named) > 10
    assert sorted(name for name in named if not is_there(name)) == []
