"""A bundler for ES modules, since a Streamlit component takes its script as one string.

Streamlit serves files only to components that come in an installed package, and a strict Content-Security-Policy allows neither
``eval`` nor ``data:`` modules. So each imported module becomes a function that is called once, before the modules that import
it, and returns its exports. A bundler does more, but is a build step for everybody who starts the app.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.[^"]+)";$', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:const|class|(?:async )?function\*?) (\w+))", re.MULTILINE)
COMMENT = re.compile(r"//(?! \w+/\w+\.js$)")  # but for the names of the files
OTHER_FORM = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


class ModuleError(Exception):
    """A module imports something that does not exist, or in an unsupported form."""


@cache
def bundle(entry: Path) -> str:
    """The module with everything that it imports in front of it; names and numbers of lines stay as they are in the files.

    Each message to a component brings its script, so indentation and comments are left out.

    Modules use ``import { a, b as c } from "./relative.js";`` and ``export`` before a declaration, each at the beginning of a
    line; only ``entry`` has a default export.

    Raises
    ------
    ModuleError
        If a file or an export is missing, modules import each other in a circle, or an import or export has another form.
    """
    order = _dependencies_first(entry.resolve(), (), [])
    scopes = {path: f"$exports_of_{path.stem}_{position}" for position, path in enumerate(order)}
    return _short("\n".join(_inline(path, scopes, is_entry=path == order[-1]) for path in order))


def _short(script: str) -> str:
    lines = map(str.strip, script.split("\n"))
    return "\n".join("" if COMMENT.match(line) else line for line in lines)


def _dependencies_first(path: Path, importers: tuple[Path, ...], done: list[Path]) -> list[Path]:
    if path in importers:
        raise ModuleError("Modules import each other: " + " → ".join(one.name for one in (*importers, path)))
    if not path.is_file():
        raise ModuleError(f"{importers[-1].name if importers else 'A component'} imports {path}, which is no file")
    if path not in done:
        for _, target in IMPORT.findall(_text(path)):
            _dependencies_first((path.parent / target).resolve(), (*importers, path), done)
        done.append(path)
    return done


def _inline(path: Path, scopes: dict[Path, str], is_entry: bool) -> str:
    def destructure(found: re.Match[str]) -> str:
        target = (path.parent / found[2]).resolve()
        exports = EXPORT.findall(_text(target))
        for name in re.findall(r"(\w+)(?: as \w+)?\s*(?:,|$)", found[1].strip()):
            if name not in exports:
                raise ModuleError(f"{path.name} imports {name}, which {target.name} does not export")
        return f"const {{{found[1].replace(' as ', ': ')}}} = {scopes[target]};"

    names = EXPORT.findall(_text(path))
    code = EXPORT.sub("", IMPORT.sub(destructure, _text(path)))
    for line in OTHER_FORM.findall(code):
        if not (is_entry and line.startswith("export default function")):
            raise ModuleError(f"{path.name} has an import or export of another form: {line}")
    title = f"// {path.parent.name}/{path.name}\n"
    return title + (code if is_entry else f"const {scopes[path]} = (() => {{\n{code}return {{ {', '.join(names)} }};\n}})();\n")


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
