"""A plan as a small file that people can read and edit: YAML, of which JSON is a part."""

from __future__ import annotations

import json
from typing import Any

import yaml

from ensemble.errors import InputError
from ensemble.lecture.plan import Plan

MAX_BYTES = 131_072
MAX_DEPTH = 12
NOT_A_PLAN = "This file is no plan. A plan is YAML with a title and steps; download the shipped one, and change it."


def read_plan(content: bytes) -> Plan:
    """The plan of a file.

    Raises
    ------
    InputError
        If it is none, with what to change. Nothing in a file can make reading it long: its size and depth are bounded, and
        anchors, which could repeat themselves, are refused.
    """
    if len(content) > MAX_BYTES:
        raise InputError(f"This file has {len(content) // 1024} kB. A plan has at most {MAX_BYTES // 1024} kB.")
    try:
        text = content.decode("utf-8-sig")
        _refuse_anchors_and_depth(text)
        values = yaml.load(text, Loader=_Loader)
    except UnicodeDecodeError:
        raise InputError("This file is not text in UTF-8. Save it as UTF-8, and try again.") from None
    except yaml.MarkedYAMLError as error:
        where = f" in line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise InputError(
            f"The YAML of this file cannot be read{where}. Check its indents, colons and quotation marks."
        ) from None
    except (yaml.YAMLError, ValueError, RecursionError, OverflowError):
        raise InputError(NOT_A_PLAN) from None
    if not isinstance(values, dict):
        raise InputError(NOT_A_PLAN)
    return Plan.of(values)


def write_plan(plan: Plan, schema: str = "") -> str:
    """A plan as YAML; ``read_plan`` gives an equal one.

    Parameters
    ----------
    plan : Plan
    schema : str, optional
        The address of its JSON Schema, by which editors complete and check it.
    """
    head = f"# yaml-language-server: $schema={schema}\n" if schema else ""
    values = plan.model_dump(mode="json", exclude_defaults=True)
    return head + yaml.dump(
        {"version": plan.version, **values},
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        width=100,
        default_flow_style=False,
    )


def json_schema() -> str:
    """The JSON Schema of a plan, for editors."""
    return json.dumps(Plan.model_json_schema(), indent=2)


class _Loader(yaml.SafeLoader):
    """Dates stay text: a plan has none."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class _Dumper(yaml.SafeDumper):
    """Texts of several lines stand as they are read."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _as_text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _as_text)


def _refuse_anchors_and_depth(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise InputError("A plan has no anchors (& and *). Write out what they stand for.")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise InputError(NOT_A_PLAN)
