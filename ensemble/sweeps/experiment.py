"""The settings of the page Many runs, and their form in links."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from pydantic import Field

from ensemble.errors import InputError
from ensemble.settings import Count, Settings
from ensemble.sweeps.values import value_of, values_in_link, written

Drawn = Literal["split", "start", "both"]
Swept = Literal[
    "members",
    "dropout",
    "epochs",
    "hidden_units",
    "learning_rate",
    "activation",
    "training",
    "label_smoothing",
    "outputs",
    "class_weights",
    "pooling",
]
Across = Literal["none", Swept]
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
    "class_weights",
    "pooling",
]

SOURCES: tuple[Drawn, ...] = get_args(Drawn)
ALL_SOURCES = ", ".join(SOURCES)
VARY_TITLE = "What varies"
TEXTS = ("vary", "along_values", "across_values", "other_value")


class ExperimentChoices(Settings):
    """The choices on the page Many runs, besides the configuration of a run.

    Examples
    --------
    >>> ExperimentChoices(seeds=1)
    Traceback (most recent call last):
    ...
    ensemble.errors.InputError: Number of seeds: 1 cannot be used. Choose a whole number from 2 to 1000.
    """

    seeds: Count = Field(
        30, ge=2, le=1000, title="Number of seeds", description="Runs of each condition, each with another seed."
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


@dataclass(frozen=True)
class Experiment:
    """The settings of the page Many runs.

    Attributes
    ----------
    choices : ExperimentChoices
    vary : str
        Which sources of run-to-run variance to look at: names out of ``SOURCES``, with commas.
    along_values, across_values : str
        What the two settings are set to; nothing stands for the usual values.
    other_value : str
        What B sets its setting to; nothing stands for the usual value.

    Examples
    --------
    >>> Experiment(ExperimentChoices(along="dropout"), along_values="0, 0.5").to_query()
    {'along': 'dropout', 'along_values': '0, 0.5'}
    """

    choices: ExperimentChoices = field(default_factory=ExperimentChoices)  # the host's limits are asked for then
    vary: str = ALL_SOURCES
    along_values: str = ""
    across_values: str = ""
    other_value: str = ""

    @property
    def sources(self) -> tuple[Drawn, ...]:
        """Which sources of run-to-run variance to look at, in their order."""
        named = {piece.strip() for piece in self.vary.split(",")}
        return tuple(source for source in SOURCES if source in named)

    def to_query(self) -> dict[str, str]:
        """The settings that differ from the defaults, as ``from_query`` reads them."""
        usual = Experiment()
        texts = {name: getattr(self, name) for name in TEXTS if getattr(self, name) != getattr(usual, name)}
        return self.choices.to_query() | texts

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> tuple[Experiment, list[str]]:
        """Read it from the query of a link; never raises. Values that cannot be used are left out, and a notice says so.

        Examples
        --------
        >>> experiment, notices = Experiment.from_query({"along_values": "1, 2, 99"})
        >>> experiment.along_values
        '1, 2'
        >>> notices
        ['Ensemble size: 99 cannot be used. Choose a whole number from 1 to 32. It is left out of the values in the link.']
        """
        choices, notices = ExperimentChoices.from_query({name: text for name, text in query.items() if name not in TEXTS})
        asked = {name: str(query[name]) for name in TEXTS if name in query}
        if choices.across == choices.along:
            choices = choices.model_copy(update={"across": "none"})
            notices.append("And also vary: the link names the same setting twice; the second is ignored.")
        taken: dict[str, str] = {}
        if "vary" in asked:
            taken["vary"] = ", ".join(cls(vary=asked["vary"]).sources) or ALL_SOURCES
            if "".join(taken["vary"].split()) != "".join(asked["vary"].split()):
                notices.append(f"{VARY_TITLE}: the link asks for others than {ALL_SOURCES}; {taken['vary']} is used.")
        for name, setting in (("along_values", choices.along), ("across_values", choices.across)):
            if name in asked and setting != "none":
                taken[name], changed = values_in_link(setting, asked[name])
                notices += changed
        if "other_value" in asked:
            try:
                taken["other_value"] = written(value_of(choices.other, asked["other_value"]))
            except InputError as problem:
                notices.append(f"{problem} The usual value is used instead of the one in the link.")
        return cls(choices, **taken), notices


IN_LINKS = (*ExperimentChoices.model_fields, *TEXTS)
