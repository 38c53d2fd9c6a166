"""The YAML of plans: only plain values of bounded size, so that untrusted files are read quickly and execute nothing."""

from __future__ import annotations

import re
from typing import Any

import yaml

from ensemble.errors import InputError
from ensemble.lecture.sentences import named

MAX_DEPTH = 8
MAX_VALUES = 20_000
_PREFIX = "tag:yaml.org,2002:"


def load(text: str) -> Any:
    """The values of a text: mappings of texts, lists, texts, numbers, true, false and null.

    Scalars follow YAML 1.2: “on”, “no” and dates are texts. Duplicate keys, anchors and tags are refused.

    Raises
    ------
    InputError
        With the line that cannot be read, and how to fix it.
    """
    try:
        return yaml.load(text, Loader=_Loader)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        code = error.character if isinstance(error.character, int) else ord(error.character)
        raise InputError(f"Line {line} has a character that no text has, U+{code:04X}. Take it out.") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"Line {mark.line + 1}" if mark else "A line"
        raise InputError(f"{where} is not YAML. Check its indents, colons and quotation marks.") from None
    except (yaml.YAMLError, ValueError):
        raise InputError("This text is not YAML. Check its indents, colons and quotation marks.") from None


def dump(values: Any) -> str:
    """Values as YAML that people can edit: texts of several lines are written as blocks."""
    return yaml.dump(values, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100, default_flow_style=False)


def _line(event: Any) -> str:
    return f"Line {event.start_mark.line + 1}"


class _Loader(yaml.SafeLoader):
    """A loader that refuses, while reading, everything that a plan does not need."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._depth = self._values = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        event: Any = self.peek_event()
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise InputError(f"{_line(event)} has an anchor (& or *). Write out what it stands for.")
        if event.tag is not None:
            raise InputError(f"{_line(event)} has a tag (!). Take it out, or put the text in quotation marks.")
        self._values += 1
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise InputError(f"{_line(event)} is nested too deeply. A plan has steps, and their values.")
        if self._values > MAX_VALUES:
            raise InputError("This file has more values than a plan can have. Take some of them out.")
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name_node, value_node in node.value:
            if not isinstance(name_node, yaml.ScalarNode):
                raise InputError(f"{_line(name_node)} has a list or a mapping where a name should be. Give a name.")
            name = name_node.value
            if name in values:
                raise InputError(f"{_line(name_node)} gives {named(name)} a second time. Keep one of them.")
            values[name] = self.construct_object(value_node, deep=True)
        return values

    def construct_yaml_map(self, node: Any) -> Any:
        return self.construct_mapping(node)

    def construct_yaml_seq(self, node: Any) -> Any:
        return [self.construct_object(value, deep=True) for value in node.value]

    def construct_yaml_int(self, node: Any) -> int:
        return int(node.value)

    def construct_yaml_float(self, node: Any) -> float:
        return float(node.value)


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


for _kind in ("map", "seq", "int", "float"):
    _Loader.add_constructor(_PREFIX + _kind, getattr(_Loader, f"construct_yaml_{_kind}"))

# Not those of YAML 1.1, in which “no” is false, “1:30” is 90, and “<<” merges what stands elsewhere. The dumper knows both, and
# puts in quotation marks what either would not read as text.
_Loader.yaml_implicit_resolvers = {}
for _kind, _pattern, _first in (
    ("null", r"null|~|", ["n", "~", ""]),
    ("bool", r"true|false", list("tf")),
    ("int", r"[-+]?[0-9]{1,18}", list("-+0123456789")),
    ("float", r"[-+]?(?:\.[0-9]{1,40}|[0-9]{1,40}(?:\.[0-9]{0,40})?)(?:[eE][-+]?[0-9]{1,9})?", list("-+.0123456789")),
):
    for _reads in (_Loader, _Dumper):
        _reads.add_implicit_resolver(_PREFIX + _kind, re.compile(rf"(?:{_pattern})\Z"), _first)


def _as_text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    return dumper.represent_scalar(f"{_PREFIX}str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _as_text)
