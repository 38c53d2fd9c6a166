"""Keys of ``st.session_state``: each is written out in one module; what several modules need is in ``Key`` or in the state."""

import ast
from collections import defaultdict
from fnmatch import fnmatchcase

import pytest

from testing import ROOT

MODULES = sorted(path for folder in ("ui", "pages") for path in (ROOT / folder).rglob("*.py"))
METHODS = ("get", "pop", "setdefault")


def text_of(node: ast.expr) -> str | None:
    """A key as it is written out, with * for what is filled in; None for the value of a variable or an enum."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(text_of(part) or "*" for part in node.values)
    return None


def is_session_state(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "session_state"


def keys_of_the_session(tree: ast.Module) -> set[str]:
    """Keys by which a module reads or writes ``st.session_state``."""
    found: list[ast.expr] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and is_session_state(node.value):
            found.append(node.slice)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and is_session_state(node.func.value):
            found += node.args[:1] if node.func.attr in METHODS else []
        elif isinstance(node, ast.Compare) and any(map(is_session_state, node.comparators)):
            found.append(node.left)
        elif isinstance(node, ast.Attribute) and is_session_state(node.value) and node.attr not in (*METHODS, "to_dict"):
            found.append(ast.Constant(node.attr))
    return {text for node in found if (text := text_of(node))}


def keys_of_widgets(tree: ast.Module) -> set[str]:
    """Keys that a module gives its widgets."""
    arguments = [node for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg == "key"]
    return {text for argument in arguments if (text := text_of(argument.value))}


def shared(sources: dict[str, str]) -> dict[str, set[str]]:
    """Keys by which one module reads what another one keeps, with the modules in question.

    A key that begins with a name that is handed in, such as ``f"{key}_chosen"`` of a component, belongs to whoever hands it in.
    """
    trees = {name: ast.parse(source) for name, source in sources.items()}
    owners = defaultdict(set)
    for name, tree in trees.items():
        for key in keys_of_the_session(tree) | keys_of_widgets(tree):
            owners[key].add(name)
    patterns = [key for key in owners if "*" in key]
    found = defaultdict(set)
    for name, tree in trees.items():
        for key in keys_of_the_session(tree):
            known = {key} | {pattern for pattern in patterns if fnmatchcase(key, pattern)}
            others = set().union(*(owners[one] for one in known)) - {name}
            if others and not key.startswith("*"):
                found[key] |= {name} | others
    return found


def test_no_module_reads_a_key_of_another():
    assert not shared({str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in MODULES})


@pytest.mark.parametrize(
    "reader",
    [
        'st.session_state["wine"]',
        'st.session_state.get("wine")',
        'st.session_state.pop("wine", None)',
        '"wine" in st.session_state',
        "st.session_state.wine = 1",
    ],
)
def test_a_key_of_another_module_is_found(reader):
    assert shared({"one.py": 'st.number_input("Wine", key="wine")', "two.py": reader})
    assert not shared({"one.py": 'st.number_input("Wine", key="wine")\n' + reader, "two.py": "st.session_state[Key.WINE]"})


def test_a_pattern_of_keys_covers_its_keys():
    assert shared({"one.py": 'st.session_state[f"many_{name}"]', "two.py": 'st.session_state["many_seeds"]'})
