"""Plans of related runs, which pages need besides the run itself: named runs in order of priority."""

from __future__ import annotations

from collections.abc import Sequence

from ensemble.config import EnsembleConfig
from ensemble.datasets.table import Dataset
from ensemble.shift.training_shares import oversampled, rare_shares, with_training_shares
from ensemble.sweeps.design import SweepPlan, measured_plan, pairs_plan, replicate_plan, sweep_plan
from ensemble.sweeps.experiment import SOURCES, ExperimentChoices
from ensemble.sweeps.values import usual_other, usual_values, values_of

NamedRuns = dict[str, tuple[EnsembleConfig, Dataset]]
"""Configuration and rows of each run, by its name."""

WAYS = ("joint", "independent", "bootstrap")
SIZES = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32)
SEEDS = 5
SEEDS_OF_A_MEASURE = 10
KINDS_OF_OUTPUT = ("softmax", "sigmoid", "linear")
MISTAKES = ("softmax_squared", "softmax_twice")


def sizes() -> tuple[int, ...]:
    """The ensemble sizes that are compared: those of ``SIZES`` below the largest that the host allows, and that one."""
    most = int(EnsembleConfig.bounds("members")[1])
    return (*(size for size in SIZES if size < most), most)


def ensembles(config: EnsembleConfig, split: Dataset) -> NamedRuns:
    """Six ensembles on one split, all with softmax outputs.

    Returns
    -------
    dict
        "joint", "independent" and "bootstrap": three ways of training; "many": independent members, as many as are compared
        here; "linear" and "relu": joint, with these activations.

    Examples
    --------
    >>> from ensemble import load_dataset
    >>> [(name, run.members) for name, (run, _) in ensembles(EnsembleConfig(), load_dataset("wine")).items()][2:5]
    [('bootstrap', 10), ('many', 32), ('linear', 10)]
    """
    changes: dict[str, dict[str, object]] = {way: {"training": way} for way in WAYS}
    changes["many"] = {"training": "independent", "members": sizes()[-1]}
    changes |= {activation: {"training": "joint", "activation": activation} for activation in ("linear", "relu")}
    return {name: (config.model_copy(update={"outputs": "softmax", **change}), split) for name, change in changes.items()}


def folds(config: EnsembleConfig, folds: Sequence[Dataset]) -> NamedRuns:
    """The same ensemble on each fold, "own 1" and so on, then independent members on each, "independent 1" and so on."""
    independent = config.model_copy(update={"training": "independent"})
    return _on_each(folds, {"own": config, "independent": independent})


def outputs(config: EnsembleConfig, folds: Sequence[Dataset]) -> NamedRuns:
    """The ensemble with three kinds of outputs on each fold, and with two mistakes on the first fold.

    Returns
    -------
    dict
        "softmax 1" and so on, "sigmoid 1", "linear 1"; then "softmax_squared 1" and "softmax_twice 1".
    """
    kinds = {kind: config.model_copy(update={"outputs": kind}) for kind in (*KINDS_OF_OUTPUT, *MISTAKES)}
    mistakes = {kind: kinds.pop(kind) for kind in MISTAKES}
    return _on_each(folds, kinds) | _on_each(folds[:1], mistakes)


def seeds(config: EnsembleConfig, split: Dataset) -> NamedRuns:
    """Five runs on one split with other weights, batches and dropout: "seed 0" and so on, by the configuration's own seed."""
    return {f"seed {one.seed}": (one, split) for one in config.with_other_seeds(SEEDS)}


def plane(config: EnsembleConfig, rows: Dataset, activation: str) -> NamedRuns:
    """One run, "plane": independent members on rows of two features, with softmax outputs."""
    changes = {"training": "independent", "activation": activation, "outputs": "softmax"}
    return {"plane": (config.model_copy(update=changes), rows)}


def shares(config: EnsembleConfig, rows: Dataset) -> NamedRuns:
    """One run, "shares": the same configuration on these rows."""
    return {"shares": (config, rows)}


def ways_to_train(config: EnsembleConfig, rows: Dataset) -> NamedRuns:
    """Three ensembles on as many of the rows as there can be with the last class ten times rarer than the first.

    Returns
    -------
    dict
        With softmax outputs: "plain" without class weights, "weighted" with balanced ones, and "oversampled", where the rows of
        rarer classes are repeated.

    Examples
    --------
    >>> from ensemble import load_dataset
    >>> planned = ways_to_train(EnsembleConfig(), load_dataset("blobs"))
    >>> [(name, len(rows.y_train)) for name, (_, rows) in planned.items()]
    [('plain', 115), ('weighted', 115), ('oversampled', 243)]
    """
    plain = config.model_copy(update={"outputs": "softmax", "class_weights": "none"})
    weighted = plain.model_copy(update={"class_weights": "balanced"})
    rare = with_training_shares(rows, rare_shares(rows.classes))
    return {"plain": (plain, rare), "weighted": (weighted, rare), "oversampled": (plain, oversampled(rare))}


def without_features(configs: Sequence[EnsembleConfig], splits: Sequence[Dataset]) -> NamedRuns:
    """Each configuration on each split, of which each lacks another feature; the first split comes first with all of them."""
    return {
        f"without feature {number}, seed {config.seed}": (config, split)
        for number, split in enumerate(splits, start=1)
        for config in configs
    }


def luck(config: EnsembleConfig, split_seed: int) -> SweepPlan:
    """The default number of seeds for each source of run-to-run variance.

    Raises
    ------
    LimitError
        If these are more runs than the host allows.

    Examples
    --------
    >>> len(luck(EnsembleConfig(), 0).specs)
    90
    """
    return replicate_plan(config, split_seed, SOURCES, ExperimentChoices.default("seeds"))


def sizes_over_seeds(config: EnsembleConfig, split_seed: int) -> SweepPlan:
    """The default ensemble sizes, each over the default number of seeds.

    Raises
    ------
    LimitError
        As ``luck``.

    Examples
    --------
    >>> len(sizes_over_seeds(EnsembleConfig(), 0).specs)
    60
    """
    usual = ExperimentChoices()
    return sweep_plan(
        config, split_seed, usual.drawn, usual.each, {usual.along: values_of(usual.along, usual_values(usual.along))}
    )


def pairs(config: EnsembleConfig, split_seed: int) -> SweepPlan:
    """The configuration and its default comparison, over the default number of seeds.

    Raises
    ------
    LimitError
        As ``luck``.

    Examples
    --------
    >>> len(pairs(EnsembleConfig(), 0).specs)
    60
    """
    usual = ExperimentChoices()
    return pairs_plan(config, split_seed, usual.drawn, usual.pairs, usual.other, usual_other(usual.other))


def measured(config: EnsembleConfig, split_seed: int, measure: str, left_out: int | None = None) -> SweepPlan:
    """Ten ensembles of independent members, with one kind of measurement.

    Raises
    ------
    LimitError
        As ``luck``.

    Examples
    --------
    >>> plan = measured(EnsembleConfig(members=4), 0, "")
    >>> [(spec.config.training, spec.config.seed, spec.split_seed) for spec in plan.specs][-1]
    ('independent', 9, 9)
    """
    independent = config.model_copy(update={"training": "independent", "outputs": "softmax"})
    return measured_plan(independent, split_seed, measure, SEEDS_OF_A_MEASURE, left_out)


def _on_each(folds: Sequence[Dataset], configs: dict[str, EnsembleConfig]) -> NamedRuns:
    return {
        f"{name} {number}": (config, fold) for name, config in configs.items() for number, fold in enumerate(folds, start=1)
    }
