"""The computing time of a run, estimated before training, and the budget of a server.

The unit is the classic run: 10 members, 200 epochs, batches of 10, on 142 wines.

References
----------
Measured by ``python -m benchmarks.budget`` on two cores: an update of ``w`` weights by a batch of ``b`` rows takes about 0.35
nanoseconds of processor time for each of ``w * (b + 20)`` multiplications, and 15 microseconds besides. The 20 stands for the
update rule, which reads and writes each weight and its optimiser state whatever the batch. Over the 16 settings of that
benchmark, from one member on wine to all settings at their dearest, training takes 0.4 to 3.3 times this estimate.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from ensemble.config import EnsembleConfig
from ensemble.datasets.table import Dataset, Table
from ensemble.limits import LimitError, Limits
from ensemble.runs.weights import weight_count

ROWS_WORTH_AN_UPDATE = 20
MULTIPLICATIONS_WORTH_A_STEP = 43_000
CLASSIC_SECONDS = 0.3
_DEAR = ("members", "hidden_units", "hidden_layers")
_UNITS = ((3600, "hours"), (60, "minutes"), (1, "seconds"))
_BETTER_SAID_IN_THE_NEXT = 1.5


class Rows(NamedTuple):
    """The sizes of the data, on which the computing time of a run depends besides its configuration.

    Attributes
    ----------
    training : int
        Rows to train on.
    features, classes : int
        Width of a row, and number of classes.
    """

    training: int
    features: int
    classes: int

    @classmethod
    def of(cls, data: Dataset) -> Rows:
        """The sizes of a split."""
        return cls(len(data.y_train), data.features, data.classes)

    @classmethod
    def of_table(cls, table: Table, test_share: float) -> Rows:
        """The sizes of a table with this share of test rows."""
        return cls(round(len(table.y) * (1 - test_share)), len(table.feature_names), len(table.class_names))


_WINE = Rows(training=142, features=13, classes=3)


@lru_cache(maxsize=512)
def classic_runs(config: EnsembleConfig, rows: Rows) -> float:
    """Computing time of a run: updates × weights of all members × rows of a batch; 1 for the classic run.

    Parameters
    ----------
    config : EnsembleConfig
        What is to be trained.
    rows : Rows
        What it is to be trained on.

    Returns
    -------
    float
        Above 0. Learning rate, dropout and optimiser change little and are left out. The combining layer of a bootstrap
        doubles the epochs.

    Examples
    --------
    >>> wine = Rows(training=142, features=13, classes=3)
    >>> classic_runs(EnsembleConfig(), wine)
    1.0
    >>> classic_runs(EnsembleConfig(epochs=2000), wine)
    10.0
    >>> round(classic_runs(EnsembleConfig(), Rows(training=1437, features=64, classes=10)))
    23
    """
    return _multiplications(config, rows) / _multiplications(_CLASSIC, _WINE)


def classic_runs_of(plan: Iterable[tuple[EnsembleConfig, Dataset]]) -> float:
    """Computing time of several runs together, in classic runs."""
    return sum(classic_runs(config, Rows.of(data)) for config, data in plan)


def classic_runs_of_sweep(configs: Sequence[EnsembleConfig], rows: Rows) -> tuple[float, float]:
    """Computing time of the runs of a sweep together, and of the most expensive of them, in classic runs.

    >>> configs = [EnsembleConfig(seed=seed) for seed in range(30)]
    >>> classic_runs_of_sweep([*configs, EnsembleConfig(epochs=400)], Rows(training=142, features=13, classes=3))
    (32.0, 2.0)
    """
    counts = Counter(_what_costs(config) for config in configs)
    examples = {_what_costs(config): config for config in configs}
    each = {kind: classic_runs(config, rows) for kind, config in examples.items()}
    return sum(each[kind] * count for kind, count in counts.items()), max(each.values(), default=0.0)


def refuse_run_beyond(limits: Limits, config: EnsembleConfig, rows: Rows, classic_seconds: float) -> None:
    """Raise ``LimitError`` if a run exceeds the budget; the sentence says by how much, and what to lower.

    Parameters
    ----------
    limits : Limits
        What the host allows.
    config : EnsembleConfig
    rows : Rows
    classic_seconds : float
        How long a classic run takes here.

    Examples
    --------
    >>> dear = EnsembleConfig(members=32, hidden_units=64, hidden_layers=3, epochs=2000, batch_size=1)
    >>> refuse_run_beyond(Limits(), dear, Rows(training=1437, features=64, classes=10), classic_seconds=0.3)
    Traceback (most recent call last):
    ...
    ensemble.limits.LimitError: This run would take about 67,000 times the classic run, some 5.6 hours here. This server \
allows 1,000 times. Choose at most 29 epochs, or try a larger batch size, fewer members, fewer hidden units or fewer \
hidden layers.
    """
    cost = classic_runs(config, rows)
    if cost > limits.run_budget:
        raise LimitError(
            f"This run would take {in_words(cost, classic_seconds)}. This server allows "
            f"{_two_digits(limits.run_budget)} times. {what_to_lower(config, limits.run_budget / cost)}"
        )


def refuse_group_beyond(limits: Limits, plan: Sequence[tuple[EnsembleConfig, Dataset]], classic_seconds: float) -> None:
    """As ``refuse_run_beyond``, for several runs that are trained together."""
    cost = classic_runs_of(plan)
    if cost > limits.run_budget:
        dearest, _ = max(plan, key=lambda one: classic_runs(one[0], Rows.of(one[1])))
        raise LimitError(
            f"These {len(plan)} runs would take {in_words(cost, classic_seconds)}. This server allows "
            f"{_two_digits(limits.run_budget)} times. {what_to_lower(dearest, limits.run_budget / cost)}"
        )


def refuse_sweep_beyond(limits: Limits, configs: Sequence[EnsembleConfig], rows: Rows, classic_seconds: float) -> None:
    """As ``refuse_run_beyond``, for the runs of a sweep: all of them together, and each of them alone.

    Examples
    --------
    >>> configs = [EnsembleConfig(epochs=2000, seed=seed) for seed in range(2000)]
    >>> refuse_sweep_beyond(Limits(), configs, Rows(training=142, features=13, classes=3), classic_seconds=0.3)
    Traceback (most recent call last):
    ...
    ensemble.limits.LimitError: These 2,000 runs would take about 20,000 times the classic run, some 1.7 hours here. This \
server allows 10,000 times. Choose fewer seeds or values, or at most 1,000 epochs.
    """
    together, dearest = classic_runs_of_sweep(configs, rows)
    if dearest > limits.run_budget:
        for config in {_what_costs(config): config for config in configs}.values():
            refuse_run_beyond(limits, config, rows, classic_seconds)
    if together > limits.sweep_budget:
        config = max(configs, key=lambda config: config.epochs)
        epochs = int(config.epochs * limits.sweep_budget / together)
        fewer = f", or at most {epochs:,} epochs" if epochs else ""
        raise LimitError(
            f"These {len(configs):,} runs would take {in_words(together, classic_seconds)}. This server allows "
            f"{_two_digits(limits.sweep_budget)} times. Choose fewer seeds or values{fewer}."
        )


def in_words(cost: float, classic_seconds: float) -> str:
    """Computing time in words.

    >>> in_words(250.4, 0.3), in_words(1234, 0.3)
    ('about 250 times the classic run, some 75 seconds here', 'about 1,200 times the classic run, some 6.2 minutes here')
    """
    seconds = cost * classic_seconds
    unit, name = next((unit, name) for unit, name in _UNITS if seconds >= _BETTER_SAID_IN_THE_NEXT * unit or unit == 1)
    return f"about {_two_digits(cost)} times the classic run, some {_two_digits(seconds / unit)} {name} here"


def what_to_lower(config: EnsembleConfig, fraction: float) -> str:
    """Advice that reduces the computing time of a run to this share (0..1).

    >>> what_to_lower(EnsembleConfig(epochs=1000), 0.5)
    'Choose at most 500 epochs.'
    """
    epochs = int(config.epochs * fraction)
    others = ["a larger batch size"] if config.batch_size < EnsembleConfig.default("batch_size") else []
    others += [f"fewer {name.replace('_', ' ')}" for name in _DEAR if getattr(config, name) > EnsembleConfig.default(name)]
    choices = [f"Choose at most {epochs:,} epochs"] if epochs else []
    choices += ["try " + _listed(others)] if others else []
    sentence = ", or ".join(choices) or "Choose fewer rows or features"
    return f"{sentence[0].upper()}{sentence[1:]}."


_CLASSIC = EnsembleConfig.model_construct(
    **{name: field.default for name, field in EnsembleConfig.model_fields.items()}  # whatever the host allows of it
)


def _multiplications(config: EnsembleConfig, rows: Rows) -> float:
    batch = min(config.batch_size, rows.training)
    updates = config.total_epochs * -(-rows.training // batch)
    weights = weight_count(config, rows.features, rows.classes)
    return float(updates) * (MULTIPLICATIONS_WORTH_A_STEP + weights * (batch + ROWS_WORTH_AN_UPDATE))


def _what_costs(config: EnsembleConfig) -> tuple[int | str, ...]:
    return config.training, config.epochs, config.batch_size, *(getattr(config, name) for name in _DEAR)


def _listed(options: Sequence[str]) -> str:
    *first, last = options
    return f"{', '.join(first)} or {last}" if first else last


def _two_digits(number: float) -> str:
    """With two digits that count.

    >>> _two_digits(66789.2), _two_digits(22.8), _two_digits(1.5)
    ('67,000', '23', '1.5')
    """
    return f"{float(f'{number:.2g}'):,.10g}"
