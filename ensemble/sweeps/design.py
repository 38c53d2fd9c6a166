"""The design of an experiment: the settings and seeds of its runs, grouped into conditions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from math import prod
from typing import NamedTuple

from ensemble.classic import OLD_RULE
from ensemble.config import EnsembleConfig
from ensemble.datasets.config import DataConfig
from ensemble.errors import InputError
from ensemble.limits import limits
from ensemble.sweeps.experiment import ALL_SOURCES, VARY_TITLE, Drawn
from ensemble.sweeps.results import AS_TRAINED, RunSpec
from ensemble.sweeps.values import POOLING, Value, title, written


class Condition(NamedTuple):
    """Runs of an experiment that differ only in their seeds.

    Attributes
    ----------
    levels : tuple
        What the plan's settings are set to, in their order.
    indices : tuple of int
        Where its runs are among the plan's specs.
    pool : str
        Which of ``results.POOLS`` they are read through.
    """

    levels: tuple[Value, ...]
    indices: tuple[int, ...]
    pool: str = AS_TRAINED


class SweepPlan(NamedTuple):
    """The runs of an experiment.

    Attributes
    ----------
    settings : tuple of str
        What its conditions differ by: names of fields of ``EnsembleConfig``, "pooling", or "source".
    specs : tuple of RunSpec
        All its runs.
    conditions : tuple of Condition
        Which runs belong together. Two conditions may share runs, read through two pools.
    """

    settings: tuple[str, ...]
    specs: tuple[RunSpec, ...]
    conditions: tuple[Condition, ...]

    @property
    def readings_per_run(self) -> int:
        """The number of pools with which each run is scored, which is its number of conditions."""
        return sum(len(condition.indices) for condition in self.conditions) // len(self.specs)


def replicates(config: EnsembleConfig, split_seed: int, drawn: Drawn, count: int) -> list[RunSpec]:
    """The same settings with consecutive seeds; the first run has exactly these seeds.

    Parameters
    ----------
    config : EnsembleConfig
        Its seed decides initial weights, batches, dropout and bootstrap samples of the first run.
    split_seed : int
        Of the first run.
    drawn : {"split", "start", "both"}
        Which of the two seeds changes from run to run.
    count : int
        How many runs.

    Examples
    --------
    >>> [(spec.config.seed, spec.split_seed) for spec in replicates(EnsembleConfig(seed=7), 3, "start", 3)]
    [(7, 3), (8, 3), (9, 3)]
    """
    starts = config.with_other_seeds(count) if drawn != "split" else [config] * count
    seeds = int(EnsembleConfig.bounds("seed")[1]) + 1
    splits = [(split_seed + index) % seeds if drawn != "start" else split_seed for index in range(count)]
    return [RunSpec(one, split) for one, split in zip(starts, splits, strict=True)]


def measured_plan(config: EnsembleConfig, split_seed: int, measure: str, count: int, left_out: int | None = None) -> SweepPlan:
    """The same settings over ``count`` seeds of start and split, each measured in one way; see ``RunSpec``.

    Raises
    ------
    InputError
        If these are more runs than the host allows.
    """
    limits().refuse_sweep_of(count)
    specs = replicates(config, split_seed, "both", count)
    measured = tuple(spec._replace(measure=measure, left_out=left_out) for spec in specs)
    return SweepPlan(("source",), measured, (Condition(("both",), tuple(range(count))),))


def drawn_in(plan: SweepPlan) -> Drawn:
    """Which seeds change from run to run within a plan's conditions.

    >>> drawn_in(sweep_plan(EnsembleConfig(), 0, "start", 2, {"members": (1, 4)}))
    'start'
    """
    specs = [plan.specs[index] for index in plan.conditions[0].indices]
    starts, splits = len({spec.config.seed for spec in specs}), len({spec.split_seed for spec in specs})
    return "split" if starts == 1 else "start" if splits == 1 else "both"


def is_classic(config: EnsembleConfig, data: DataConfig) -> bool:
    """Whether a run is the classic one but for its seed and split.

    >>> is_classic(EnsembleConfig(seed=4), DataConfig(split=2)), is_classic(EnsembleConfig(dropout=0), DataConfig())
    (True, False)
    """
    return set(config.to_query()) <= {"seed"} and set(data.to_query()) <= {"split"}


def is_classic_but_for_its_rule(config: EnsembleConfig, data: DataConfig) -> bool:
    """As ``is_classic``, with the RMSprop of Keras 3 or that of Keras 2, which the classic text used.

    >>> is_classic_but_for_its_rule(EnsembleConfig(optimizer="rmsprop_keras2"), DataConfig())
    True
    >>> is_classic_but_for_its_rule(EnsembleConfig(optimizer="adam"), DataConfig())
    False
    """
    if config.optimizer == OLD_RULE:
        config = config.model_copy(update={"optimizer": EnsembleConfig.default("optimizer")})
    return is_classic(config, data)


def replicate_plan(config: EnsembleConfig, split_seed: int, sources: Sequence[Drawn], count: int) -> SweepPlan:
    """The same settings over ``count`` seeds for each source of run-to-run variance; one run of each in turn.

    Raises
    ------
    InputError
        If no source is named, or these are more runs than the host allows.

    Examples
    --------
    >>> plan = replicate_plan(EnsembleConfig(), 0, ("split", "both"), 2)
    >>> [(spec.config.seed, spec.split_seed) for spec in plan.specs], [condition.indices for condition in plan.conditions]
    ([(0, 0), (0, 0), (0, 1), (1, 1)], [(0, 2), (1, 3)])
    """
    if not sources:
        raise InputError(f"{VARY_TITLE}: choose at least one of {ALL_SOURCES}.")
    limits().refuse_sweep_of(len(sources) * count)
    runs = [replicates(config, split_seed, source, count) for source in sources]
    specs = tuple(spec for turn in zip(*runs, strict=True) for spec in turn)
    conditions = [Condition((source,), tuple(range(k, len(specs), len(sources)))) for k, source in enumerate(sources)]
    return SweepPlan(("source",), specs, tuple(conditions))


def sweep_plan(
    config: EnsembleConfig, split_seed: int, drawn: Drawn, count: int, values: Mapping[str, Sequence[Value]]
) -> SweepPlan:
    """All combinations of the values of one or two settings, each over the same ``count`` seeds; every seed's runs in turn.

    So a sweep that is stopped early has runs of every combination, and its pace is the same from beginning to end.

    Parameters
    ----------
    config, split_seed, drawn, count
        As for ``replicates``.
    values : mapping of str to sequence
        By setting. Values of "pooling" train nothing: they read the same runs in other ways.

    Raises
    ------
    InputError
        If these are more runs than the host allows.

    Examples
    --------
    >>> plan = sweep_plan(EnsembleConfig(), 0, "both", 2, {"members": (1, 4), "pooling": ("as trained", "mean of logits")})
    >>> len(plan.specs), [(condition.levels, condition.indices) for condition in plan.conditions][:2]
    (4, [((1, 'as trained'), (0, 2)), ((1, 'mean of logits'), (0, 2))])
    """
    limits().refuse_sweep_of(count * prod(len(options) for setting, options in values.items() if setting != POOLING))
    read: list[tuple[tuple[Value, ...], EnsembleConfig, str]] = []
    for combination in product(*values.values()):
        changes = dict(zip(values, combination, strict=True))
        pool = str(changes.pop(POOLING, AS_TRAINED))
        read.append((combination, EnsembleConfig(**config.model_dump() | changes), pool))
    networks = list(dict.fromkeys(network for _, network, _ in read))
    runs = [replicates(network, split_seed, drawn, count) for network in networks]
    specs = tuple(spec for turn in zip(*runs, strict=True) for spec in turn)
    indices = {network: tuple(range(k, len(specs), len(networks))) for k, network in enumerate(networks)}
    return SweepPlan(tuple(values), specs, tuple(Condition(levels, indices[network], pool) for levels, network, pool in read))


def pairs_plan(config: EnsembleConfig, split_seed: int, drawn: Drawn, count: int, setting: str, value: Value) -> SweepPlan:
    """Two conditions over the same seeds: the configuration as it stands, and the same with one setting changed.

    Raises
    ------
    InputError
        If the second is the same as the first, or these are more runs than the host allows.

    Examples
    --------
    >>> plan = pairs_plan(EnsembleConfig(), 0, "both", 2, "dropout", 0.0)
    >>> [(spec.config.dropout, spec.config.seed) for spec in plan.specs]
    [(0.25, 0), (0.0, 0), (0.25, 1), (0.0, 1)]
    """
    present: Value = AS_TRAINED if setting == POOLING else getattr(config, setting)
    if value == present:
        raise InputError(f"{title(setting)}: A has {written(present)} already. Choose another value for B.")
    return sweep_plan(config, split_seed, drawn, count, {setting: (present, value)})
