"""Training from the first epoch to the last: ``train(config, data)`` and ``train_together``, both blocking.

``arguments`` makes arrays of a configuration, its rows and its seed, and ``program`` trains chunks of epochs with them. Here is
what happens in which order, and what becomes of a run after each chunk.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable, Sequence

from ensemble.config import EnsembleConfig
from ensemble.datasets.table import Dataset
from ensemble.errors import InputError
from ensemble.runs.run import Run
from ensemble.training.arguments import flatten, initial_weights, phases, program_key, unflatten
from ensemble.training.program import ProgramKey, program_for
from ensemble.training.records import TrainedChunk

SECONDS_PER_CHUNK = 0.1


def train(
    config: EnsembleConfig,
    data: Dataset,
    on_progress: Callable[[Run], None] | None = None,
    stop: threading.Event | None = None,
    epochs_per_second: float | None = None,
    may_wait: Callable[[float], bool] = lambda fastest: True,
) -> Run:
    """Train an ensemble.

    Parameters
    ----------
    config : EnsembleConfig
        What to train. The same configuration on the same data gives the same numbers, whatever else runs meanwhile.
    data : Dataset
        Its training rows are all used in every epoch, the last short batch included.
    on_progress : callable, optional
        Called with the run so far after each chunk of epochs.
    stop : threading.Event, optional
        Once set, training ends within one chunk of epochs, and where an epoch is long within a part of it; the run then holds
        the whole epochs up to there.
    epochs_per_second : float, optional
        Train no faster than this, epoch by epoch, so that people can watch.
    may_wait : callable, optional
        Asked before each wait with the epochs per second that training has reached at best without waiting, 0 before the second
        epoch; where it says no, training goes on at once.

    Returns
    -------
    Run
        With status "finished"; "stopped" if ``stop`` was set before the last epoch; "diverged" if a loss was no longer a finite
        number: it then holds the history up to there, the last finite weights, and a message.

    Examples
    --------
    >>> from ensemble import EnsembleConfig, load_dataset, train
    >>> run = train(EnsembleConfig(epochs=2), load_dataset("wine"))
    >>> run.history.shape
    (2, 8)
    """

    def report(runs: list[Run]) -> None:
        if on_progress:
            on_progress(runs[0])

    return _train([config], [data], report, stop, epochs_per_second, may_wait)[0]


def train_together(
    configs: Sequence[EnsembleConfig], datasets: Sequence[Dataset], stop: threading.Event | None = None
) -> list[Run]:
    """Train several runs side by side in one program: each gives what ``train`` gives, to the rounding of float32.

    Parameters
    ----------
    configs : sequence of EnsembleConfig
        All of one ``kind``.
    datasets : sequence of Dataset
        The rows of each.
    stop : threading.Event, optional
        Once set, training ends within one chunk of epochs.

    Returns
    -------
    list of Run
        In the order of the configurations, each with a status of its own as ``train`` gives it.

    Raises
    ------
    InputError
        If the runs are of different kinds.

    Examples
    --------
    >>> from ensemble import EnsembleConfig, load_dataset
    >>> from ensemble.training.loop import train_together
    >>> configs = EnsembleConfig(epochs=2).with_other_seeds(3)
    >>> [run.config.seed for run in train_together(configs, [load_dataset("wine")] * 3)]
    [0, 1, 2]
    """
    if len({kind(config, data) for config, data in zip(configs, datasets, strict=True)}) != 1:
        raise InputError("Runs that are trained together need one network, one number of epochs and rows of one shape.")
    return _train(configs, datasets, lambda runs: None, stop)


def kind(config: EnsembleConfig, data: Dataset) -> Hashable:
    """What runs have to have in common to be trained together."""
    return program_key(config, data), config.epochs, config.bootstrap_share


def is_compiled(config: EnsembleConfig, data: Dataset, runs: int = 1) -> bool:
    """Whether a run of this kind, or so many together, can start at once."""
    return program_for(program_key(config, data, runs)).compiled


def untrained_run(config: EnsembleConfig, data: Dataset) -> Run:
    """The run before its first epoch, with the initial weights that its seed decides."""
    return Run.before_training(config, data, initial_weights(config, data.features, data.classes))


def _train(
    configs: Sequence[EnsembleConfig],
    datasets: Sequence[Dataset],
    on_progress: Callable[[list[Run]], None],
    stop: threading.Event | None,
    epochs_per_second: float | None = None,
    may_wait: Callable[[float], bool] = lambda fastest: True,
) -> list[Run]:
    stop = stop or threading.Event()
    key = program_key(configs[0], datasets[0], len(configs))
    program = program_for(key)
    runs = [untrained_run(config, data) for config, data in zip(configs, datasets, strict=True)]
    weights = flatten([run.weights for run in runs], key)
    pace = _Pace(key.epochs_per_chunk, epochs_per_second, may_wait)
    epoch = 0

    for phase in phases(configs, datasets, key):
        state, last_epoch = program.initial_state(weights), epoch + configs[0].epochs
        pace.begin_phase()
        while epoch < last_epoch:
            pace.wait(epoch, stop)
            if stop.is_set():
                return [_stopped(run) for run in runs]
            began, epochs = time.monotonic(), min(pace.epochs, last_epoch - epoch)
            chunk = program(state, phase.next_chunk(epochs), stop)
            if chunk is None:
                return [_stopped(run) for run in runs]
            state, epoch = chunk.state, epoch + epochs
            runs = [_after_chunk(run, index, chunk, key, epoch) for index, run in enumerate(runs)]
            pace.end_chunk(epochs, time.monotonic() - began)
            if epoch == configs[0].total_epochs:
                runs = [run.ended("finished") if run.status == "training" else run for run in runs]
            on_progress(runs)
            if all(run.status != "training" for run in runs):
                return runs
        weights = state.weights
    return runs


def _after_chunk(run: Run, index: int, chunk: TrainedChunk, key: ProgramKey, epoch: int) -> Run:
    """The run with this index after a chunk that should end with this epoch; it has diverged if it ended before."""
    if run.status == "diverged":
        return run
    done = int(chunk.epochs.numpy()[index])
    run = run.extended(
        weights=unflatten(chunk.state.weights.numpy()[index], key, run.config.members),
        curves=chunk.curves.numpy()[index, :done],
        test_log_proba=chunk.test_log_proba.numpy()[index, :done],
    )
    return run if run.epochs == epoch else run.ended("diverged", _divergence(run))


def _stopped(run: Run) -> Run:
    if run.status == "diverged":
        return run
    return run.ended("stopped", f"Stopped after epoch {run.epochs} of {run.config.total_epochs}.")


def _divergence(run: Run) -> str:
    smaller = max(run.config.learning_rate / 10, EnsembleConfig.bounds("learning_rate")[0])
    return (
        f"The loss was no longer a finite number in epoch {run.epochs + 1}: the steps are too long. "
        f"The run keeps its last good state. Try a learning rate of {smaller:g}."
    )


class _Pace:
    """How many epochs the next chunk has, and how long to wait before it.

    Attributes
    ----------
    epochs : int
        Of the next chunk.
    fastest : float
        Epochs per second of the fastest chunk after the first, which may include the compilation; 0 before there is one.
    """

    def __init__(self, max_epochs: int, epochs_per_second: float | None, may_wait: Callable[[float], bool]):
        self.epochs, self.fastest = 1, 0.0
        self._max_epochs, self._epochs_per_second, self._may_wait = max_epochs, epochs_per_second, may_wait
        self._started, self._is_first_chunk = time.monotonic(), True

    def begin_phase(self) -> None:
        self.epochs = 1

    def wait(self, epoch: int, stop: threading.Event) -> None:
        """Wait until the epoch after this one is due, or ``stop`` is set."""
        if self._epochs_per_second and self._may_wait(self.fastest):
            stop.wait(self._started + epoch / self._epochs_per_second - time.monotonic())

    def end_chunk(self, epochs: int, seconds: float) -> None:
        if not self._is_first_chunk:
            self.fastest = max(self.fastest, epochs / max(seconds, 1e-9))
        self._is_first_chunk = False
        if not self._epochs_per_second:
            self.epochs = _next_chunk(self.epochs, seconds, self._max_epochs)


def _next_chunk(epochs: int, seconds: float, max_epochs: int) -> int:
    """Chunks double until they take 0.05 s: the first points come at once, and a stop is obeyed soon."""
    if seconds > SECONDS_PER_CHUNK:
        return max(1, epochs // 2)
    return min(2 * epochs, max_epochs) if seconds < SECONDS_PER_CHUNK / 2 else epochs
