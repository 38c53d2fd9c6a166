"""A stranger finds a thing by its folder: no folder and no module grows beyond what one can look over."""

from testing import ROOT

MAX_LINES, MAX_ENTRIES = 400, 24
# One package for each subject, and one file for each run that ships with the app.
LARGER = {"ensemble": 32, "ensemble/related/data": 60}


def folders():
    """The names in each folder of the code, caches left out."""
    for top in ("ensemble", "ui", "pages", "testing", "tests", "benchmarks", "docs"):
        for folder in (ROOT / top, *(path for path in (ROOT / top).rglob("*") if path.is_dir())):
            if "__pycache__" not in folder.parts:
                yield folder.relative_to(ROOT).as_posix(), [path for path in folder.iterdir() if path.name != "__pycache__"]


def test_no_folder_has_more_than_some_twenty_entries():
    entries = {folder: len(paths) for folder, paths in folders()}
    assert {"ensemble", "ui/widgets", "tests/pages"} <= entries.keys()
    assert {folder: count for folder, count in entries.items() if count > LARGER.get(folder, MAX_ENTRIES)} == {}


def test_no_module_has_more_than_400_lines():
    lines = {
        path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for folder, paths in folders()
        for path in paths
        if path.suffix in (".py", ".js") and not folder.startswith("tests")
    }
    assert len(lines) > 300
    assert {path: count for path, count in lines.items() if count > MAX_LINES} == {}
