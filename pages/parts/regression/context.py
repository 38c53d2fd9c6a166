"""What the parts of the page share: the rows, and the net trained with several seeds."""

from __future__ import annotations

from dataclasses import dataclass

from ensemble import Dataset, EnsembleConfig
from ensemble.execution.jobs import RunGroup
from ui.widgets.experiment import experiment

SEEDS = 5


@dataclass(frozen=True)
class Context:
    """What a part is shown.

    Attributes
    ----------
    config : EnsembleConfig
        What the controls ask for.
    data : Dataset
        The split that the controls ask for.
    """

    config: EnsembleConfig
    data: Dataset


def train_over_seeds(context: Context) -> RunGroup | None:
    """Offer to train the net with several seeds on one split; what has been trained, if anything."""
    return experiment(
        "seeds",
        [(config, context.data) for config in context.config.with_other_seeds(SEEDS)],
        "Train the net",
        f"Trains the ensemble of the page “Train” with {SEEDS} seeds of its weights and batches, on one split.",
    )
