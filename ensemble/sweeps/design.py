"""Experiments of many runs: which settings and which luck each run has, and how a link says so."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import product
from math import prod
from typing import Literal, NamedTuple, get_args

from pydantic import Field

from ensemble.config import EnsembleConfig
from ensemble.datasets.config import DataConfig
from ensemble.errors import InputError
from ensemble.limits import limits
from ensemble.settings import Count, Settings
from ensemble.sweeps.results import AS_TRAINED, MEAN_PROBABILITIES, POOLS, RunSpec

Drawn = Literal["split", "start", "both"]
Swept = Literal["members", "dropout", "epochs", "hidden_units", "learning_rate", "activation", "training", "pooling"]
Across = Literal["none", "members", "dropout", "epochs", "hidden_units", "learning_rate", "activation", "training", "pooling"]
Other = Literal[
    "members",
    "dropout",
    "epochs",
    "hidden_units",
    "hidden_layers",
    "activation",
    "optimizer",
    "learning_rate",
    "batch_size",
    "training",
    "bootstrap_share",
    "outputs",
    "label_smoothing",
    "pooling",
]
Value = int | float | str

SOURCES: tuple[Drawn, ...] = get_args(Drawn)
POOLING = "pooling"
ALL_SOURCES = ", ".join(SOURCES)
LARGEST_SEED = int(EnsembleConfig.bounds("seed")[1])
MOST_VALUES = 20
MOST_LETTERS = 200
_USUAL_VALUES = {
    "members": "1, 2, 4, 8, 16, 32",
    "dropout": "0, 0.1, 0.25, 0.5, 0.75",
    "epochs": "25, 50, 100, 200, 400",
    "hidden_units": "1, 2, 5, 10, 20, 40",
    "learning_rate": "0.0001, 0.001, 0.01, 0.1",
    "activation": ", ".join(EnsembleConfig.choices("activation")),
    "training": ", ".join(EnsembleConfig.choices("training")),
    "pooling": ", ".join(POOLS),
}
_USUAL_OTHERS: dict[str, Value] = {
    "members": 1,
    "dropout": 0.0,
    "epochs": 100,
    "hidden_units": 20,
    "hidden_layers": 1,
    "activation": "relu",
    "optimizer": "adam",
    "learning_rate": 0.01,
    "batch_size": 50,
    "training": "independent",
    "bootstrap_share": 0.5,
    "outputs": "sigmoid",
    "label_smoothing": 0.1,
    "pooling": MEAN_PROBABILITIES,
}
VARY_TITLE = "What varies"
TEXTS = ("vary", "along_values", "across_values", "other_value")


class ExperimentChoices(Settings):
    """What is chosen on the page of many runs, besides the configuration that the controls show.

    Examples
    --------
    >>> ExperimentChoices(seeds=1)
    Traceback (most recent call last):
    ...
    ensemble.errors.InputError: Number of seeds: 1 cannot be used. Choose a whole number from 2 to 1000.
    """

    seeds: Count = Field(
        30, ge=2, le=1000, title="Number of seeds", description="How often the same settings are trained anew."
    )
    along: Swept = Field("members", title="Vary", description="The setting that is moved.")
    across: Across = Field("none", title="And also vary", description="A second setting, for a map of both.")
    each: Count = Field(
        10, ge=2, le=200, title="Seeds per value", description="How many runs each value gets; all values get the same seeds."
    )
    other: Other = Field("dropout", title="B differs in", description="The one setting in which B differs from A.")
    pairs: Count = Field(
        30, ge=2, le=1000, title="Number of pairs", description="How many seeds, each with a run of A and one of B."
    )
    drawn: Drawn = Field(
        "both",
        title="Each seed changes",
        description="Split: which rows are held back. Start: initial weights, order of batches, dropout, bootstrap samples. "
        "What a seed does not change is the same in all runs.",
    )


class Experiment(NamedTuple):
    """What the page of many runs asks for.

    Attributes
    ----------
    choices : ExperimentChoices
    vary : str
        Which kinds of luck to look at: names out of ``SOURCES``, with commas.
    along_values, across_values : str
        What the two settings are set to; nothing stands for the usual values.
    other_value : str
        What B sets its setting to; nothing stands for the usual value.

    Examples
    --------
    >>> Experiment(ExperimentChoices(along="dropout"), along_values="0, 0.5").to_query()
    {'along': 'dropout', 'along_values': '0, 0.5'}
    """

    choices: ExperimentChoices = ExperimentChoices()
    vary: str = ALL_SOURCES
    along_values: str = ""
    across_values: str = ""
    other_value: str = ""

    @property
    def sources(self) -> tuple[Drawn, ...]:
        """Which kinds of luck to look at, in their order."""
        named = {piece.strip() for piece in self.vary.split(",")}
        return tuple(source for source in SOURCES if source in named)

    def to_query(self) -> dict[str, str]:
        """What differs from the usual, as ``from_query`` reads it."""
        usual = Experiment()
        texts = {name: getattr(self, name) for name in TEXTS if getattr(self, name) != getattr(usual, name)}
        return self.choices.to_query() | texts

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> tuple[Experiment, list[str]]:
        """Read it from the query of a link; never raises. Values that cannot be used are left out, and a remark says so.

        Examples
        --------
        >>> experiment, remarks = Experiment.from_query({"along_values": "1, 2, 99"})
        >>> experiment.along_values
        '1, 2'
        >>> remarks
        ['Ensemble size: 99 cannot be used. Choose a whole number from 1 to 32. It is left out of the values in the link.']
        """
        choices, remarks = ExperimentChoices.from_query({name: text for name, text in query.items() if name not in TEXTS})
        asked = {name: str(query[name]) for name in TEXTS if name in query}
        if choices.across == choices.along:
            choices = choices.model_copy(update={"across": "none"})
            remarks.append("And also vary: the link names the same setting twice; the second is ignored.")
        taken: dict[str, str] = {}
        if "vary" in asked:
            taken["vary"] = ", ".join(cls(vary=asked["vary"]).sources) or ALL_SOURCES
            if "".join(taken["vary"].split()) != "".join(asked["vary"].split()):
                remarks.append(f"{VARY_TITLE}: the link asks for others than {ALL_SOURCES}; {taken['vary']} is used.")
        for name, setting in (("along_values", choices.along), ("across_values", choices.across)):
            if name in asked and setting != "none":
                taken[name], said = _usable(setting, asked[name])
                remarks += said
        if "other_value" in asked:
            try:
                taken["other_value"] = written(value_of(choices.other, asked["other_value"]))
            except InputError as problem:
                remarks.append(f"{problem} The usual value is used instead of the one in the link.")
        return cls(choices, **taken), remarks


IN_LINKS = (*ExperimentChoices.model_fields, *TEXTS)


class Point(NamedTuple):
    """Runs of an experiment that differ by nothing but luck.

    Attributes
    ----------
    levels : tuple
        What the plan's settings are set to, in their order.
    places : tuple of int
        Of its runs among the plan's specs.
    pool : str
        Which of ``sweep.POOLS`` they are read through.
    """

    levels: tuple[Value, ...]
    places: tuple[int, ...]
    pool: str = AS_TRAINED


class Plan(NamedTuple):
    """What an experiment trains.

    Attributes
    ----------
    settings : tuple of str
        What its points differ by: names of fields of ``EnsembleConfig``, "pooling", or "source".
    specs : tuple of RunSpec
        All its runs.
    points : tuple of Point
        Which runs belong together. Two points may share runs, read through two pools.
    """

    settings: tuple[str, ...]
    specs: tuple[RunSpec, ...]
    points: tuple[Point, ...]


def title(setting: str) -> str:
    """What people read for a setting that an experiment can change."""
    if setting == POOLING:
        return "Pooling"
    return str(EnsembleConfig.model_fields[setting].title)


def choices(setting: str) -> tuple[str, ...]:
    """The words that a setting may have; empty for a number."""
    return POOLS if setting == POOLING else EnsembleConfig.choices(setting)


def written(value: Value) -> str:
    """A value as people write it, with all its digits: ``value_of`` gives the very value back.

    >>> written(4), written(0.001), written(0.0), written(0.1234567), written("relu")
    ('4', '0.001', '0', '0.1234567', 'relu')
    """
    return repr(value).removesuffix(".0") if isinstance(value, float) else str(value)


def usual_values(setting: str) -> str:
    """A list of values to begin with, as far as the host allows them.

    >>> usual_values("members")
    '1, 2, 4, 8, 16, 32'
    """
    pieces = _USUAL_VALUES[setting].split(", ")
    return ", ".join(piece for piece in pieces if _is_value(setting, piece)) or written(EnsembleConfig.default(setting))


def usual_other(setting: str) -> Value:
    """A value to compare the configuration with, as far as the host allows it.

    >>> usual_other("dropout"), usual_other("pooling")
    (0.0, 'mean of probabilities')
    """
    value = _USUAL_OTHERS[setting]
    return value if _is_value(setting, str(value)) else EnsembleConfig.default(setting)


def value_of(setting: str, text: str) -> Value:
    """The value of a setting that a text stands for.

    Raises
    ------
    InputError
        If it is none that the setting may have.

    Examples
    --------
    >>> value_of("members", "8"), value_of("dropout", "1e-1"), value_of("pooling", "mean of logits")
    (8, 0.1, 'mean of logits')
    """
    text = text.strip()
    if setting != POOLING:
        value: Value = getattr(EnsembleConfig(**{setting: text}), setting)
        return value
    if text not in POOLS:
        raise InputError(f"Pooling: {text[:40]} cannot be used. Choose one of {', '.join(POOLS)}.")
    return text


def values_of(setting: str, text: str) -> tuple[Value, ...]:
    """The values of a setting that a text lists, each once, numbers from small to large.

    Parameters
    ----------
    setting : str
        A field of ``EnsembleConfig``, or "pooling".
    text : str
        Values with commas, semicolons or, between numbers, blanks.

    Raises
    ------
    InputError
        With one sentence on each value that cannot be used, or if there is none, or too many.

    Examples
    --------
    >>> values_of("members", "1 2, 4;4"), values_of("activation", "relu, linear")
    ((1, 2, 4), ('relu', 'linear'))
    """
    values, problems = [], []
    for piece in _pieces(setting, text):
        try:
            values.append(value_of(setting, piece))
        except InputError as problem:
            problems.append(str(problem))
    if problems:
        raise InputError(" ".join(dict.fromkeys(problems)))
    distinct = tuple(dict.fromkeys(values))
    if not distinct:
        raise InputError(f"{title(setting)}: give at least one value, such as {usual_values(setting)}.")
    if len(distinct) > MOST_VALUES:
        raise InputError(f"{title(setting)}: {len(distinct)} values are too many. Give {MOST_VALUES} at most.")
    return distinct if choices(setting) else tuple(sorted(distinct))


def draws(config: EnsembleConfig, split_seed: int, drawn: Drawn, count: int) -> list[RunSpec]:
    """The same settings with another luck each time; the first is the very run of these seeds.

    Parameters
    ----------
    config : EnsembleConfig
        Its seed decides initial weights, batches, dropout and bootstrap samples of the first run.
    split_seed : int
        Of the first run.
    drawn : {"split", "start", "both"}
        Which of the two seeds moves on from run to run.
    count : int
        How many runs.

    Examples
    --------
    >>> [(spec.config.seed, spec.split_seed) for spec in draws(EnsembleConfig(seed=7), 3, "start", 3)]
    [(7, 3), (8, 3), (9, 3)]
    """
    starts = config.with_other_seeds(count) if drawn != "split" else [config] * count
    splits = [(split_seed + place) % (LARGEST_SEED + 1) if drawn != "start" else split_seed for place in range(count)]
    return [RunSpec(one, split) for one, split in zip(starts, splits, strict=True)]


def drawn_in(plan: Plan) -> Drawn:
    """Which seeds move on from run to run at a plan's points.

    >>> drawn_in(sweep_plan(EnsembleConfig(), 0, "start", 2, {"members": (1, 4)}))
    'start'
    """
    specs = [plan.specs[place] for place in plan.points[0].places]
    starts, splits = len({spec.config.seed for spec in specs}), len({spec.split_seed for spec in specs})
    return "split" if starts == 1 else "start" if splits == 1 else "both"


def is_classic(config: EnsembleConfig, data: DataConfig) -> bool:
    """Whether a run is the classic one but for its luck, which seed and split decide.

    >>> is_classic(EnsembleConfig(seed=4), DataConfig(split=2)), is_classic(EnsembleConfig(dropout=0), DataConfig())
    (True, False)
    """
    return set(config.to_query()) <= {"seed"} and set(data.to_query()) <= {"split"}


def luck_plan(config: EnsembleConfig, split_seed: int, sources: Sequence[Drawn], count: int) -> Plan:
    """The same settings over ``count`` seeds for each kind of luck; one run of each in turn.

    Raises
    ------
    InputError
        If no kind is named, or these are more runs than the host allows.

    Examples
    --------
    >>> plan = luck_plan(EnsembleConfig(), 0, ("split", "both"), 2)
    >>> [(spec.config.seed, spec.split_seed) for spec in plan.specs], [point.places for point in plan.points]
    ([(0, 0), (0, 0), (0, 1), (1, 1)], [(0, 2), (1, 3)])
    """
    if not sources:
        raise InputError(f"{VARY_TITLE}: choose at least one of {ALL_SOURCES}.")
    limits().refuse_sweep_of(len(sources) * count)
    runs = [draws(config, split_seed, source, count) for source in sources]
    specs = tuple(spec for turn in zip(*runs, strict=True) for spec in turn)
    points = [Point((source,), tuple(range(k, len(specs), len(sources)))) for k, source in enumerate(sources)]
    return Plan(("source",), specs, tuple(points))


def sweep_plan(
    config: EnsembleConfig, split_seed: int, drawn: Drawn, count: int, values: Mapping[str, Sequence[Value]]
) -> Plan:
    """All combinations of the values of one or two settings, each over the same ``count`` seeds; every seed's runs in turn.

    A sweep that is stopped early so has runs of every combination, and the time that it takes does not grow towards its end.

    Parameters
    ----------
    config, split_seed, drawn, count
        As for ``draws``.
    values : mapping of str to sequence
        By setting. Values of "pooling" train nothing: they read the same runs in other ways.

    Raises
    ------
    InputError
        If these are more runs than the host allows.

    Examples
    --------
    >>> plan = sweep_plan(EnsembleConfig(), 0, "both", 2, {"members": (1, 4), "pooling": ("as trained", "mean of logits")})
    >>> len(plan.specs), [(point.levels, point.places) for point in plan.points][:2]
    (4, [((1, 'as trained'), (0, 2)), ((1, 'mean of logits'), (0, 2))])
    """
    limits().refuse_sweep_of(count * prod(len(options) for setting, options in values.items() if setting != POOLING))
    read: list[tuple[tuple[Value, ...], EnsembleConfig, str]] = []
    for combination in product(*values.values()):
        changes = dict(zip(values, combination, strict=True))
        pool = str(changes.pop(POOLING, AS_TRAINED))
        read.append((combination, EnsembleConfig(**config.model_dump() | changes), pool))
    networks = list(dict.fromkeys(network for _, network, _ in read))
    runs = [draws(network, split_seed, drawn, count) for network in networks]
    specs = tuple(spec for turn in zip(*runs, strict=True) for spec in turn)
    places = {network: tuple(range(k, len(specs), len(networks))) for k, network in enumerate(networks)}
    return Plan(tuple(values), specs, tuple(Point(levels, places[network], pool) for levels, network, pool in read))


def pairs_plan(config: EnsembleConfig, split_seed: int, drawn: Drawn, count: int, setting: str, value: Value) -> Plan:
    """Two settings over the same seeds: the first point is the configuration as it stands, the second has one setting changed.

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


def _is_value(setting: str, text: str) -> bool:
    try:
        value_of(setting, text)
    except InputError:
        return False
    return True


def _pieces(setting: str, text: str) -> list[str]:
    return [piece.strip() for piece in re.split(_between(setting), text) if piece.strip()]


def _between(setting: str) -> str:
    return r"[,;]" if choices(setting) else r"[,;\s]+"


def _cut_between_values(setting: str, text: str) -> str:
    if len(text) <= MOST_LETTERS:
        return text
    ends = [match.start() for match in re.finditer(_between(setting), text[: MOST_LETTERS + 1])]
    return text[: ends[-1]] if ends else ""


def _usable(setting: str, text: str) -> tuple[str, list[str]]:
    values, remarks = [], []
    for piece in _pieces(setting, _cut_between_values(setting, text)):
        try:
            values.append(written(value_of(setting, piece)))
        except InputError as problem:
            remarks.append(f"{problem} It is left out of the values in the link.")
    if len(remarks) > 3:
        remarks = [*remarks[:3], f"{title(setting)}: more values in the link cannot be used and are left out."]
    kept = list(dict.fromkeys(values))
    if len(kept) > MOST_VALUES:
        remarks.append(f"{title(setting)}: the link has {len(kept)} values; the first {MOST_VALUES} are used.")
    whole = ", ".join(kept[:MOST_VALUES])
    used = _cut_between_values(setting, whole)
    if len(text) > MOST_LETTERS or used != whole:
        count = len(_pieces(setting, used))
        remarks.append(f"{title(setting)}: the list in the link is longer than {MOST_LETTERS} letters; {count} values count.")
    if not used:
        remarks.append(f"{title(setting)}: the link has no value that can be used; the usual ones are.")
    return used, remarks
