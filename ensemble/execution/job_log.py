"""One line for each job in the log of the host.

``begin`` is called once per server, ``ended`` once per job. Settings, data and whole identifiers are not logged: the first
letters of a job's id and of a hash of its owner give no access to anything.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal

from ensemble.execution import metrics
from ensemble.execution.states import JobState
from ensemble.limits import HostError

Kind = Literal["run", "series"]
Outcome = Literal["done", "diverged", "stopped", "failed"]

# The names of final states in log and metrics, which the alarms of a host depend on.
OUTCOMES: dict[JobState, Outcome] = {JobState.FINISHED: "done", JobState.STOPPED: "stopped", JobState.FAILED: "failed"}
LETTERS = 8

log = logging.getLogger(__name__)


def ended(
    *,
    kind: Kind,
    outcome: Outcome,
    job_id: str,
    owner: str,
    worker: str = "",
    epochs: int = 0,
    wait_seconds: float | None = None,
    compile_seconds: float | None = None,
    train_seconds: float | None = None,
) -> None:
    """Log a run that has ended, and count it in the metrics.

    Parameters
    ----------
    kind : {"run", "series"}
        A single run, or one of a group. These words and those of outcomes stay: alarms of hosts are set on them.
    outcome : {"done", "diverged", "stopped", "failed"}
        How it ended.
    job_id, owner : str
        Shortened and hashed before they are logged: with its whole id anybody could open a run.
    worker : str
        Address of the worker that trained it; empty if none did.
    epochs : int
        Number of epochs that it has trained.
    wait_seconds, compile_seconds, train_seconds : float, optional
        From submission to the start, of compilation, and of training, at least 0; None for what did not happen.

    Examples
    --------
    >>> ended(kind="run", outcome="stopped", job_id="c0ffee", owner="somebody", wait_seconds=1.5)
    """
    metrics.count_runs(kind, outcome)
    metrics.observe(wait_seconds, compile_seconds, train_seconds)
    _write(
        kind,
        outcome,
        job_id,
        owner,
        epochs=epochs,
        wait_s=_rounded(wait_seconds),
        compile_s=_rounded(compile_seconds),
        train_s=_rounded(train_seconds),
        worker=worker.rpartition("//")[2],
    )


def sweep_ended(*, outcome: Outcome, sweep_id: str, owner: str, done: int, failed: int) -> None:
    """Log a sweep that has ended, and count its runs in the metrics.

    Parameters
    ----------
    outcome : {"done", "stopped", "failed"}
        How it ended.
    sweep_id, owner : str
        Shortened and hashed as for ``ended``.
    done, failed : int
        How many of its runs have a result, and how many were given up.
    """
    metrics.count_runs("sweep", "done", done)
    metrics.count_runs("sweep", "failed", failed)
    _write("sweep", outcome, sweep_id, owner, runs=done, failed=failed)


def begin(environment: Mapping[str, str]) -> None:
    """Begin to log, and serve metrics if the host has set a port.

    If metrics cannot be served, the reason is logged and the app runs without them.

    Parameters
    ----------
    environment : mapping of str to str
        See ``metrics.serve``.
    """
    if log.handlers:
        return
    log.addHandler(logging.StreamHandler())
    log.setLevel(logging.INFO)
    try:
        metrics.serve(environment)
    except HostError as error:
        log.error(str(error))


def _write(kind: str, outcome: Outcome, job_id: str, owner: str, **details: object) -> None:
    line = {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "event": "job",
        "kind": kind,
        "outcome": outcome,
        "job": job_id[:LETTERS],
        "owner": hashlib.sha256(owner.encode()).hexdigest()[:LETTERS],
    }
    log.info(json.dumps(line | details))


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)
