"""A plan as a small file that people can read and edit: YAML, which includes JSON."""

from __future__ import annotations

import json
from typing import Any

from ensemble.errors import InputError
from ensemble.lecture import plan_yaml
from ensemble.lecture.plan import Plan

MAX_BYTES = 131_072
NOT_A_PLAN = "This file is no plan. A plan is YAML with a title and steps; download the shipped one, and change it."


def read_plan(content: bytes) -> Plan:
    """The plan of a file.

    Raises
    ------
    InputError
        If the file is no plan, with a sentence on what to change.
    """
    return Plan.of(read_values(content))


def read_values(content: bytes) -> dict[str, Any]:
    """The values in a file, which may be those of an unfinished plan.

    Raises
    ------
    InputError
        If the file is not YAML of a plan, with a sentence on what to change. Any file is read quickly: its size and
        depth are bounded, and anchors, which could multiply its content, are refused.
    """
    if len(content) > MAX_BYTES:
        raise InputError(f"This file has {len(content) // 1024} kB. A plan has at most {MAX_BYTES // 1024} kB.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("This file is not text in UTF-8. Save it as UTF-8, and try again.") from None
    values = plan_yaml.load(text)
    if not isinstance(values, dict):
        raise InputError(NOT_A_PLAN)
    return values


def write_plan(plan: Plan, schema: str = "") -> str:
    """A plan as YAML; ``read_plan`` returns an equal one.

    Parameters
    ----------
    plan : Plan
    schema : str, optional
        The address of its JSON Schema, with which editors complete and check the file.

    Raises
    ------
    InputError
        If the file would be larger than ``read_plan`` accepts.
    """
    head = f"# yaml-language-server: $schema={schema}\n" if schema else ""
    text = head + plan_yaml.dump({"version": plan.version, **plan.model_dump(mode="json", exclude_defaults=True)})
    if (size := len(text.encode())) > MAX_BYTES:
        raise InputError(f"This plan has {size // 1024} kB. A file has at most {MAX_BYTES // 1024} kB: shorten its texts.")
    return text


def json_schema() -> str:
    """The JSON Schema of a plan, for editors."""
    return json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", **Plan.model_json_schema()}, indent=2)
