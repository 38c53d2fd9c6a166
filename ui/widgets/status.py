"""Sentences on the progress of a run."""

from __future__ import annotations

from ensemble import classic
from ensemble.datasets.csv_words import counted
from ensemble.execution import start_time
from ensemble.execution.connection import Connection
from ensemble.execution.jobs import Job
from ensemble.execution.sweep import Sweep
from ensemble.related import example
from ui.text.format import number, percent

SECONDS_BETTER_SAID_IN_MINUTES = 120


def sentence(job: Job | None) -> str:
    """One sentence in Markdown on the state of a run."""
    if job is None:
        return "Press **Train**: the curves appear here as the ensemble learns."
    words = _WORDS[job.state](job)
    return f"{job.note} {words}" if job.note and job.live else words


def announcement(job: Job | None) -> str:
    """The announcement for screen readers: that a run has begun, and its outcome; it stays the same in between."""
    if job is None:
        return ""
    if job.live:
        return "Training has started."
    if job.state == "failed":
        return f"Training has failed. {job.error}"
    if not job.run or not job.run.epochs:
        return "Training was stopped before the first epoch."
    if job.run.status == "diverged":
        return f"Training has diverged. {job.run.message}"
    result = classic.outcome(job.run, job.dataset)
    ended = "is complete" if job.state == "finished" else "was stopped"
    return (
        f"Training {ended}. Test accuracy {percent(result.test_hits / result.test_rows, 1)}, "
        f"test loss {number(result.test_loss)} nats."
    )


def _starting(connection: Connection) -> str:
    if connection.trouble:
        return connection.trouble
    stage = "It is loading TensorFlow" if connection.client else "Its scheduler comes first"
    seconds = start_time.last()
    duration = f"the last start took {seconds:.0f} s" if seconds else "this takes about ten seconds, once"
    return f"Starting the training process. {stage}; {duration}."


def _queued(job: Job) -> str:
    seconds, position = job.wait_seconds or 0.0, job.position
    wait = f", about {seconds:.0f} s" if seconds >= 1 else ""
    return "Your run starts now." if position <= 1 and not wait else f"Number {position} in the queue{wait}."


def _training(job: Job) -> str:
    epochs, total, speed = job.run.epochs if job.run else 0, job.config.total_epochs, job.epochs_per_second_so_far
    rate = f" · {speed:.0f} epochs/s · {(total - epochs) / speed:.0f} s left" if speed else ""
    return f"**Training** · epoch {epochs} of {total}{rate}"


def _finished(job: Job) -> str:
    if job.run and job.run.status == "diverged":
        return f"**Diverged.** {job.run.message}"
    if job.from_store:
        came_with_the_app = job.run is not None and job.run is example.find(job.config, job.dataset)
        before = "in advance: no training process was ready" if came_with_the_app else "before on this server"
        return f"**Finished** · {_epochs(job)} · trained {before}"
    if job.timing.started_at is None:
        return f"**Finished** · {_epochs(job)} · opened from a file"
    return f"**Finished** · {_epochs(job)} in {job.timing.training_seconds:.1f} s" + (f" · {job.note}" if job.note else "")


def _epochs(job: Job) -> str:
    return counted(job.config.total_epochs, "epoch")


def _stopped(job: Job) -> str:
    return (
        f"**Stopped** after epoch {job.run.epochs} of {job.config.total_epochs}"
        if job.run
        else "**Stopped** before the first epoch"
    )


def sweep_sentence(sweep: Sweep) -> str:
    """One sentence in Markdown on the progress of many runs."""
    runs = f"{sweep.done:,} of {len(sweep.specs):,} runs"
    processes = f"{sweep.workers} training process{'' if sweep.workers == 1 else 'es'}"
    words = {
        "starting": _starting(sweep.service.connection),
        "training": f"**Training** · {runs}{_pace(sweep)} · {processes}",
        "paused": f"**Paused** · {runs}",
        "finished": f"**Finished** · {runs}",
        "stopped": f"**Stopped** · {runs}",
        "failed": f"**Failed.** {sweep.error}",
    }[sweep.state]
    return f"{words} · {sweep.note}" if sweep.note else words


def _pace(sweep: Sweep) -> str:
    rate, left = sweep.runs_per_second, sweep.seconds_left
    if not rate or left is None:
        return ""
    time_left = f"{left:.0f} s" if left < SECONDS_BETTER_SAID_IN_MINUTES else f"{left / 60:.0f} min"
    return f" · {rate:.{0 if rate >= 10 else 1}f} runs/s · {time_left} left"


_WORDS = {
    "starting": lambda job: _starting(job.service.connection),
    "queued": _queued,
    "compiling": lambda job: "Compiling the training program for this kind of network: once, a second or two.",
    "training": _training,
    "finished": _finished,
    "stopped": _stopped,
    "failed": lambda job: f"**Failed.** {job.error}",
}
