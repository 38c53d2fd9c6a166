"""The host's limits, from environment variables that are read once.

``python -m ensemble.limits`` checks them, and the addresses that other modules read, before a server is started.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from functools import cache
from typing import Any, Self

import annotated_types
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ensemble.errors import InputError
from ensemble.host_addresses import is_host, scheduler_problem

PREFIX = "SOFTMAX_LAB_"
READ_ELSEWHERE = ("SCHEDULER", "METRICS_PORT", "METRICS_ADDRESS", "ROOMS")


class LimitError(InputError):
    """The input is valid, but exceeds what the host of this server allows."""


class HostError(InputError):
    """The server's environment variables cannot be used; only its host can fix this."""


class Limits(BaseModel):
    """What a server allows its visitors. The variable of a field is ``SOFTMAX_LAB_`` and the field's name in capitals.

    Examples
    --------
    >>> Limits().members
    32
    >>> found = Limits.from_environment({"SOFTMAX_LAB_MEMBERS": "8", "SOFTMAX_LAB_UPLOADS": "0"})
    >>> found.members, found.uploads
    (8, False)
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    members: int = Field(32, ge=1, le=32, description="Members of an ensemble.")
    epochs: int = Field(2000, ge=1, le=2000, description="Epochs of a run.")
    rows: int = Field(50_000, ge=10, le=50_000, description="Rows of an uploaded table.")
    sweep_runs: int = Field(3000, ge=1, le=100_000, description="Runs of a sweep.")
    run_budget: int = Field(
        1000, ge=1, le=1_000_000, description="Computing of a run, or of a group that one press trains, in classic runs."
    )
    arrival_budget: int = Field(30, ge=0, le=1_000_000, description="Computing of a run that a link starts, in classic runs.")
    sweep_budget: int = Field(10_000, ge=1, le=10_000_000, description="Computing of a sweep, in classic runs.")
    sweeps: int = Field(500, ge=1, le=100_000, description="Sweeps that have not ended.")
    slow_runs: int = Field(8, ge=1, le=100, description="Runs that a worker trains slowly at once, to be watched.")
    waiting: int = Field(500, ge=1, le=100_000, description="Single runs that wait in the queue.")
    upload_megabytes: int = Field(20, ge=1, le=20, description="Size of an uploaded file, in MB.")
    held_megabytes: int = Field(
        1000, ge=1, le=100_000, description="Uploaded files and tables in memory, of all sessions together, in MB."
    )
    store_megabytes: int = Field(
        100,
        ge=0,
        le=100_000,
        description="Finished runs that are kept and reused, in MB; 0 trains each run anew.",
    )
    train_ahead: bool = Field(True, description="Whether what other pages need of a run is trained before they are opened.")
    workers: int = Field(1, ge=1, le=64, description="Training processes that the app starts itself; each takes about 700 MB.")
    open_rooms: int = Field(50, ge=0, le=10_000, description="Rooms that are open at once; 0 allows none.")
    people: int = Field(1000, ge=1, le=10_000, description="People in one room.")
    arrivals: int = Field(400, ge=1, le=10_000, description="New people in rooms from one network address, in a minute.")
    uploads: bool = Field(True, description="Whether visitors may upload tables and run files.")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Read the limits from environment variables.

        Parameters
        ----------
        environment : mapping of str to str
            Such as ``os.environ``. Missing variables keep their defaults; names without the prefix are ignored.

        Returns
        -------
        Limits

        Raises
        ------
        HostError
            With a sentence, on a line of its own, for each variable that is wrong or unknown.

        Examples
        --------
        >>> Limits.from_environment({"SOFTMAX_LAB_MEMBERS": "abc"})
        Traceback (most recent call last):
        ...
        ensemble.limits.HostError: SOFTMAX_LAB_MEMBERS: “abc” cannot be used. Set a whole number from 1 to 32, or leave it out.
        """
        given = {name: text for name, text in environment.items() if name.startswith(PREFIX)}
        values = {name.removeprefix(PREFIX).lower(): text.strip() for name, text in given.items() if name in _variables()}
        problems = [_not_known(name) for name in sorted(given) if name not in (*_variables(), *_others())]
        problems += _wrong_addresses(environment)
        try:
            limits = cls(**values)
        except ValidationError as error:
            problems += [_sentence(problem) for problem in error.errors()]
        if problems:
            raise HostError("\n".join(problems))
        return limits

    def refuse_sweep_of(self, runs: int) -> None:
        """Raise ``LimitError`` if a sweep may not have so many runs on this server.

        Examples
        --------
        >>> Limits(sweep_runs=8).refuse_sweep_of(9)
        Traceback (most recent call last):
        ...
        ensemble.limits.LimitError: 9 runs are more than the 8 that this server allows at once. Choose fewer seeds or values.
        """
        if runs > self.sweep_runs:
            raise LimitError(
                f"{runs:,} runs are more than the {self.sweep_runs:,} that this server allows at once. "
                "Choose fewer seeds or values."
            )


@cache
def limits() -> Limits:
    """The limits of this process, from its environment.

    Raises
    ------
    HostError
        As ``Limits.from_environment``.
    """
    return Limits.from_environment(os.environ)


def _variables() -> tuple[str, ...]:
    return tuple(PREFIX + name.upper() for name in Limits.model_fields)


def _others() -> tuple[str, ...]:
    return tuple(PREFIX + name for name in READ_ELSEWHERE)


def _wrong_addresses(environment: Mapping[str, str]) -> list[str]:
    scheduler = environment.get(f"{PREFIX}SCHEDULER", "").strip()
    metrics = environment.get(f"{PREFIX}METRICS_ADDRESS", "").strip()
    problems = []
    if scheduler and (problem := scheduler_problem(scheduler, environment)):
        problems.append(f"{PREFIX}SCHEDULER: {problem}, or leave it out.")
    if metrics and not is_host(metrics):
        problems.append(f"{PREFIX}METRICS_ADDRESS: “{_short(metrics)}” cannot be used. Set a host name, or leave it out.")
    return problems


def _not_known(name: str) -> str:
    return f"{_short(name)} is not known. The variables are {', '.join((*_variables(), *_others()))}."


def _sentence(problem: Any) -> str:
    name = problem["loc"][0]
    return f"{PREFIX}{name.upper()}: “{_short(problem['input'])}” cannot be used. Set {_allowed(name)}, or leave it out."


def _allowed(name: str) -> str:
    field = Limits.model_fields[name]
    if field.annotation is bool:
        return "1 or 0"
    low, high = (
        next(getattr(limit, end) for limit in field.metadata if isinstance(limit, kind))
        for end, kind in (("ge", annotated_types.Ge), ("le", annotated_types.Le))
    )
    return f"a whole number from {low} to {high}"


def _short(text: Any, most: int = 60) -> str:
    line = "".join(sign if sign.isprintable() else "·" for sign in str(text))
    return line if len(line) <= most else line[: most - 1] + "…"


if __name__ == "__main__":
    try:
        print(limits())
    except InputError as error:
        sys.exit(str(error))
