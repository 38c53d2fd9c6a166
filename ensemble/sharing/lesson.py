"""Lesson: what a link tells students besides its settings, and which of the settings they may move.

In a link it is ``v``, the version of the format, ``lesson``, its words, and ``questions`` and ``train``, two switches.
Links that were made once keep working: ``tests/ensemble/sharing/test_lesson.py`` holds some of each version.
"""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Collection, Mapping
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from ensemble.config import EnsembleConfig
from ensemble.errors import InputError

VERSION = "1"
LENGTHS = {"title": 80, "text": 2000, "shows": 100}
MAX_BYTES = 16_384
WANTED = {
    "title": "Give one line of text.",
    "text": "Give a few words of Markdown.",
    "shows": "Give names of settings, or None for all.",
    "questions": "Give true or false.",
    "train": "Give true or false.",
}
SWITCHES = {"questions": {"on": True, "off": False}, "train": {"1": True, "0": False}}
IN_LINKS = ("v", "lesson", *SWITCHES)

# Control characters other than tab and line feed, marks that turn the direction of what follows, and halves of characters.
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def _clean_text(value: Any) -> Any:
    return _UNSEEN.sub("", "\n".join(value.splitlines())).strip() if isinstance(value, str) else value


def _clean_title(value: Any) -> Any:
    return " ".join(_clean_text(value).split()) if isinstance(value, str) else value


Title = Annotated[str, BeforeValidator(_clean_title)]
Text = Annotated[str, BeforeValidator(_clean_text)]
SettingName = Annotated[str, Field(pattern="^[A-Za-z_][A-Za-z0-9_]{0,39}$")]


class Lesson(BaseModel):
    """What a lecturer adds to a link. Without anything in it, a page is as it always is.

    Values are checked when the object is made; ``InputError`` says which one is wrong and what to give instead.

    Examples
    --------
    >>> Lesson(questions=False, train=True).to_query()
    {'v': '1', 'questions': 'off', 'train': '1'}
    >>> Lesson(title="x" * 81)
    Traceback (most recent call last):
    ...
    ensemble.errors.InputError: Title: 81 characters are too many. Use 80 at most.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Title = Field(
        "",
        max_length=LENGTHS["title"],
        title="Title",
        description="One line above the page.",
    )
    text: Text = Field(
        "",
        max_length=LENGTHS["text"],
        title="Text",
        description="A few words of Markdown below the title. HTML is shown as it is written.",
    )
    shows: tuple[SettingName, ...] | None = Field(
        None,
        max_length=LENGTHS["shows"],
        title="Controls",
        description="Names of the settings that students may move, or None for all. The others hold their values.",
    )
    questions: bool = Field(
        True,
        title="Questions",
        description="Whether a guess is asked for before an experiment is shown.",
    )
    train: bool = Field(
        False,
        title="Train on arrival",
        description="Whether the run of the link is trained as soon as it is opened.",
    )

    @model_validator(mode="wrap")
    @classmethod
    def _say_what_to_do(cls, values: Any, handler: Any) -> Self:
        try:
            return handler(values)
        except ValidationError as error:
            raise InputError(" ".join(dict.fromkeys(_sentence(problem) for problem in error.errors()))) from None

    def to_query(self) -> dict[str, str]:
        """What differs from an ordinary page, as ``from_query`` reads it; empty for a lesson without anything in it."""
        words = self.model_dump(include={"title", "text", "shows"}, exclude_defaults=True)
        query = {"lesson": _pack(words)} if words else {}
        for name, readings in SWITCHES.items():
            if getattr(self, name) != type(self).model_fields[name].default:
                query[name] = next(word for word, value in readings.items() if value == getattr(self, name))
        return {"v": VERSION, **query} if query else {}

    @classmethod
    def from_query(cls, query: Mapping[str, str], also: Collection[str] = ()) -> tuple[Self | None, dict[str, str], list[str]]:
        """Take a lesson out of the query of a link; never raises.

        Parameters
        ----------
        query : mapping of str to str
            Names and values as they stand in the link.
        also : collection of str, optional
            Names that a lesson may show besides the fields of ``EnsembleConfig``.

        Returns
        -------
        lesson : Lesson or None
            None if there is nothing of a lesson that can be read.
        rest : dict of str to str
            The query without what belongs to lessons.
        notices : list of str
            One sentence for a person on each value that was changed or ignored.

        Examples
        --------
        >>> link = Lesson(title="Dropout", shows=("dropout",)).to_query() | {"members": "3", "train": "maybe"}
        >>> lesson, rest, notices = Lesson.from_query(link)
        >>> lesson.title, lesson.shows, rest
        ('Dropout', ('dropout',), {'members': '3'})
        >>> notices
        ['Train on arrival: “maybe” in the link is neither 1 nor 0; 0 is used.']
        """
        rest = {name: text for name, text in query.items() if name not in IN_LINKS}
        asked = {name: str(query[name]) for name in IN_LINKS if name in query}
        values: dict[str, Any] = {}
        notices = []
        if asked.get("v", VERSION) != VERSION:
            notices.append(
                f"The link is of version {_quoted(asked['v'])}, and this app knows {VERSION}; what can be read of it is used."
            )
        if "lesson" in asked:
            try:
                values, problems = _read(_unpack(asked["lesson"]), {*EnsembleConfig.model_fields, *also})
                notices += problems
            except InputError as problem:
                notices.append(str(problem))
        for name, readings in SWITCHES.items():
            if asked.get(name) in readings:
                values[name] = readings[asked[name]]
            elif name in asked:
                notices.append(_not_a_switch(name, asked[name]))
        return (cls(**values) if values else None), rest, notices


def _pack(words: dict[str, Any]) -> str:
    plain = json.dumps(words, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(zlib.compress(plain, 9)).decode().rstrip("=")


def _unpack(code: str) -> dict[str, Any]:
    """The words of a lesson as they stand in the link, nothing of them checked but their size."""
    damaged = InputError(f"The lesson {_quoted(code)} in the link is damaged and is ignored; copy the whole link once more.")
    if len(code) > 2 * MAX_BYTES:
        raise _too_large()
    code = code.rstrip("=")
    try:
        packed = base64.b64decode(code + "=" * (-len(code) % 4), altchars=b"-_", validate=True)
        unpacking = zlib.decompressobj()
        plain = unpacking.decompress(packed, MAX_BYTES + 1)
        if len(plain) > MAX_BYTES:
            raise _too_large()
        words = json.loads(plain.decode())
    except (ValueError, zlib.error, RecursionError):
        raise damaged from None
    if not unpacking.eof or unpacking.unused_data or not isinstance(words, dict):
        raise damaged
    return words


def _too_large() -> InputError:
    return InputError(f"The lesson in the link is larger than {MAX_BYTES // 1024} kB and is ignored.")


def _read(words: dict[str, Any], known: set[str]) -> tuple[dict[str, Any], list[str]]:
    """What a lesson can be made of, and a notice on everything else."""
    values: dict[str, Any] = {}
    notices = []
    for name, clean in (("title", _clean_title), ("text", _clean_text)):
        title, value = Lesson.model_fields[name].title, clean(words.get(name, ""))
        if not isinstance(value, str):
            notices.append(f"{title}: what stands in the link is no text; it is ignored.")
            continue
        if len(value) > LENGTHS[name]:
            notices.append(f"{title}: the link has {len(value)} characters; the first {LENGTHS[name]} are shown.")
        if name in words:
            values[name] = value[: LENGTHS[name]]
    shows = words.get("shows")
    if isinstance(shows, list) and all(isinstance(name, str) for name in shows):
        names = list(dict.fromkeys(shows))
        values["shows"] = tuple(name for name in names if name in known)[: LENGTHS["shows"]]
        if unknown := [name for name in names if name not in known]:
            notices.append(f"Controls: the link names {_listed(unknown)}, not known here and ignored.")
    elif shows is not None:
        notices.append("Controls: what stands in the link is no list of settings; all are shown.")
    if others := [name for name in words if name not in ("title", "text", "shows")]:
        notices.append(f"The lesson in the link has {_listed(others)}, not known here and ignored.")
    return values, notices


def _not_a_switch(name: str, text: str) -> str:
    field, readings = Lesson.model_fields[name], SWITCHES[name]
    used = next(word for word, value in readings.items() if value == field.default)
    return f"{field.title}: {_quoted(text)} in the link is neither {' nor '.join(readings)}; {used} is used."


def _sentence(problem: Any) -> str:
    name = str(problem["loc"][0]) if problem["loc"] else ""
    if name not in Lesson.model_fields:
        return f"A lesson has no {_quoted(name)}. It has {', '.join(Lesson.model_fields)}."
    field = Lesson.model_fields[name]
    if problem["type"] in ("string_too_long", "too_long"):
        limit, what = problem["ctx"]["max_length"], "names" if name == "shows" else "characters"
        return f"{field.title}: {len(problem['input'])} {what} are too many. Use {limit} at most."
    return f"{field.title}: {_quoted(problem['input'])} cannot be used. {WANTED[name]}"


def _listed(names: list[str]) -> str:
    return ", ".join(map(_quoted, names[:3])) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _quoted(value: Any) -> str:
    """A value in quotation marks, short, and without the signs that Markdown or HTML would read."""
    text = str(value)
    text = text if len(text) <= 40 else text[:39] + "…"
    return "“" + re.sub(r"[^\w .,+…-]", "·", text) + "”"
