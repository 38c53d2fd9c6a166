"""The base class of every configuration: validation with readable messages, and conversion to and from links."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, Literal, Self, get_args

import annotated_types
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, model_validator
from pydantic.fields import FieldInfo

from ensemble.errors import InputError
from ensemble.limits import LimitError, Limits, limits

MAX_NAMED = 3
HOST_ALLOWS_LESS = ", which is as much as this server allows"


def _refuse_booleans(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("give a number")
    return value


Number = Annotated[float, BeforeValidator(_refuse_booleans)]


Count = Annotated[int, BeforeValidator(_refuse_booleans)]


class Settings(BaseModel):
    """Immutable settings with readable error messages, which can be written into a link and read from it."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @model_validator(mode="wrap")
    @classmethod
    def _say_what_to_do(cls, values: Any, handler: Any) -> Self:
        caps = _capped(cls, limits())
        given = _lower_defaults(cls, caps) | dict(values) if caps and isinstance(values, Mapping) else values
        try:
            made = handler(given)
        except ValidationError as error:
            raise InputError(" ".join(_sentence(cls, problem) for problem in error.errors())) from None
        if beyond := [name for name, most in caps.items() if getattr(made, name) > most]:
            raise LimitError(" ".join(_refusal(cls, name, getattr(made, name)) for name in beyond))
        return made

    @classmethod
    def bounds(cls, name: str) -> tuple[float, float]:
        """The smallest and the largest allowed value of the number field ``name`` on this server."""
        low, high = _own_bounds(cls, name)
        return low, min(high, cls.most_allowed(name))

    @classmethod
    def most_allowed(cls, name: str) -> float:
        """The host's own upper limit of a field; infinite if it has none."""
        return math.inf

    @classmethod
    def default(cls, name: str) -> Any:
        """The default of the field ``name``: the documented one, or the host's limit if that is smaller."""
        return _lower_defaults(cls, _capped(cls, limits())).get(name, cls.model_fields[name].default)

    @classmethod
    def choices(cls, name: str) -> tuple[str, ...]:
        """The allowed values of the choice field ``name``; empty for a number field."""
        return get_args(cls.model_fields[name].annotation) if _is_choice(cls.model_fields[name]) else ()

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> tuple[Self, list[str]]:
        """Read settings from the query of a link; never raises.

        Parameters
        ----------
        query : mapping of str to str
            Names and values from the link. Missing names keep their defaults.

        Returns
        -------
        settings : Settings
            Numbers outside their bounds are moved to the nearest bound.
        notices : list of str
            A sentence on each value that was changed or ignored.

        Examples
        --------
        >>> from ensemble import EnsembleConfig
        >>> config, notices = EnsembleConfig.from_query({"members": "999"})
        >>> config.members
        32
        >>> notices
        ['Ensemble size: 999 in the link is outside 1 to 32; 32 is used.']
        """
        values, notices = {}, []
        for name in filter(cls.model_fields.__contains__, query):
            values[name], notice = _read(cls, name, str(query[name]))
            if notice:
                notices.append(f"{cls.model_fields[name].title}: {notice}")
        return cls(**values), notices + _notices_on_unknown([name for name in query if name not in cls.model_fields])

    def to_query(self) -> dict[str, str]:
        """The settings that differ from the documented defaults, as ``from_query`` reads them."""
        return {name: str(value) for name, value in self if value != type(self).model_fields[name].default}


def _is_choice(field: FieldInfo) -> bool:
    return getattr(field.annotation, "__origin__", None) is Literal


def _own_bounds(cls: type[Settings], name: str) -> tuple[float, float]:
    field = cls.model_fields[name]
    low = next(limit.ge for limit in field.metadata if isinstance(limit, annotated_types.Ge))
    high = next(limit.le for limit in field.metadata if isinstance(limit, annotated_types.Le))
    kind: Any = field.annotation
    return kind(low), kind(high)


@cache
def _capped(cls: type[Settings], allowed: Limits) -> dict[str, float]:
    """The host's limit of each field that it restricts."""
    numbers = [name for name in cls.model_fields if not _is_choice(cls.model_fields[name])]
    return {name: cls.bounds(name)[1] for name in numbers if cls.most_allowed(name) < _own_bounds(cls, name)[1]}


def _lower_defaults(cls: type[Settings], caps: Mapping[str, float]) -> dict[str, float]:
    return {name: most for name, most in caps.items() if cls.model_fields[name].default > most}


def shortened(value: Any) -> str:
    """A value for a sentence: at most 40 characters on one line, without unprintable ones."""
    text = "".join(sign if sign.isprintable() else "·" for sign in str(value)[:41])
    return text if len(text) <= 40 else text[:39] + "…"


def _allowed(cls: type[Settings], name: str) -> str:
    if _is_choice(cls.model_fields[name]):
        return "one of " + ", ".join(cls.choices(name))
    kind = "a whole number" if cls.model_fields[name].annotation is int else "a number"
    return f"{kind} from {_range(cls, name)}"


def _range(cls: type[Settings], name: str) -> str:
    low, high = cls.bounds(name)
    host_allows_less = high < _own_bounds(cls, name)[1]
    return f"{low:g} to {_plain(high)}" + (HOST_ALLOWS_LESS if host_allows_less else "")


def _plain(number: float) -> str:
    return str(int(number)) if number == int(number) else f"{number:g}"


def _sentence(cls: type[Settings], problem: Any) -> str:
    name = str(problem["loc"][0]) if problem["loc"] else ""
    if name not in cls.model_fields:
        return f"There is no setting “{shortened(name)}”. The settings are {', '.join(cls.model_fields)}."
    return _refusal(cls, name, problem["input"])


def _refusal(cls: type[Settings], name: str, value: Any) -> str:
    return f"{cls.model_fields[name].title}: {shortened(value)} cannot be used. Choose {_allowed(cls, name)}."


def _notices_on_unknown(names: list[str]) -> list[str]:
    notices = [f"The link names “{shortened(name)}”, which is not a setting here; it is ignored." for name in names[:MAX_NAMED]]
    more = len(names) - len(notices)
    return [*notices, f"The link names {more} more that are no settings here; they are ignored."] if more else notices


def _read(cls: type[Settings], name: str, text: str) -> tuple[Any, str]:
    """The value of ``text``, clipped to its bounds, and a notice if it had to be changed."""
    field, default = cls.model_fields[name], cls.default(name)
    unusable = f"“{shortened(text)}” in the link is not {_allowed(cls, name)}; {default} is used."
    if _is_choice(field):
        return (text, "") if text in cls.choices(name) else (default, unusable)
    try:
        number = float(text)
    except ValueError:
        return default, unusable
    if number != number:
        return default, unusable
    low, high = cls.bounds(name)
    value = min(max(number, low), high)
    if field.annotation is int:
        value = round(value)
    if value == number:
        return value, ""
    if low <= number <= high:
        return value, f"{shortened(text)} in the link is not a whole number; {value} is used."
    return value, f"{shortened(text)} in the link is outside {_range(cls, name)}; {_plain(value)} is used."
