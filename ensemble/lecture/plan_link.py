"""A plan in a link: the name of a shipped one, or the plan itself while the link is short."""

from __future__ import annotations

import base64
import json
import zlib

from ensemble.errors import InputError
from ensemble.lecture.plan import Plan
from ensemble.lecture.plan_file import MAX_BYTES
from ensemble.lecture.shipped import shipped

MAX_LINK = 2000
DAMAGED = "The plan in this link is damaged. Copy the whole link once more, or open the plan's file on the page Lesson."


def to_link(plan: Plan) -> str:
    """The text that represents a plan in a link; ``from_link`` returns an equal plan.

    Examples
    --------
    >>> to_link(shipped()["lecture"])
    'lecture'
    """
    for name, known in shipped().items():
        if known == plan:
            return name
    plain = json.dumps(plan.model_dump(mode="json", exclude_defaults=True), ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(zlib.compress(plain.encode(), 9)).decode().rstrip("=")


def from_link(text: str) -> Plan:
    """The plan that a link names or contains.

    Raises
    ------
    InputError
        If the text is damaged or too large, or the plan is invalid, with a sentence on what to do.
    """
    if text in shipped():
        return shipped()[text]
    if len(text) > 2 * MAX_LINK:
        raise InputError("The plan in this link is too large. Open its file on the page Lesson.")
    code = text.rstrip("=")
    try:
        packed = base64.b64decode(code + "=" * (-len(code) % 4), altchars=b"-_", validate=True)
        unpacking = zlib.decompressobj()
        plain = unpacking.decompress(packed, MAX_BYTES + 1)
        values = json.loads(plain.decode(), object_pairs_hook=_without_repeated_names, parse_constant=_refuse)
    except (ValueError, zlib.error, RecursionError):
        raise InputError(DAMAGED) from None
    if not unpacking.eof or unpacking.unused_data or not isinstance(values, dict):
        raise InputError(DAMAGED)
    return Plan.of(values)


def _without_repeated_names(pairs: list[tuple[str, object]]) -> dict[str, object]:
    values = dict(pairs)
    if len(values) < len(pairs):
        raise ValueError("a name stands twice")
    return values


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is no number of JSON")
