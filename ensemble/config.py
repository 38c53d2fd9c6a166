"""EnsembleConfig: the complete description of a run.

Sliders, links, validation messages and docs are all made from the fields below.
"""

from __future__ import annotations

import math
from typing import Literal

from pydantic import Field

from ensemble.limits import limits
from ensemble.settings import Count, Number, Settings

Activation = Literal["linear", "relu", "tanh"]
Optimizer = Literal["rmsprop", "rmsprop_keras2", "adam", "sgd"]
Training = Literal["joint", "independent", "bootstrap"]
Outputs = Literal["softmax", "sigmoid", "linear", "softmax_squared", "softmax_twice"]
ClassWeights = Literal["none", "balanced"]


def activation_of(outputs: str) -> str:
    """The activation of the output layer for a value of ``EnsembleConfig.outputs``, which also names the loss.

    >>> activation_of("softmax_squared"), activation_of("linear")
    ('softmax', 'linear')
    """
    return "softmax" if outputs.startswith("softmax") else outputs


class EnsembleConfig(Settings):
    """All settings of a training run. The defaults are the classic example.

    Values are validated when the object is made; ``InputError`` names a wrong value and the values that are allowed.

    Examples
    --------
    >>> EnsembleConfig(members=3).members
    3
    >>> EnsembleConfig(dropout=2)
    Traceback (most recent call last):
    ...
    ensemble.errors.InputError: Dropout: 2 cannot be used. Choose a number from 0 to 0.95.
    """

    members: Count = Field(
        10,
        ge=1,
        le=32,
        title="Ensemble size",
        description="How many sub-networks the ensemble has. More members: steadier probabilities, a wider diagram below.",
    )
    hidden_layers: Count = Field(
        2,
        ge=1,
        le=3,
        title="Hidden layers",
        description="Layers in each member. With the linear activation, more layers change the path, not what can be learned.",
    )
    hidden_units: Count = Field(
        10,
        ge=1,
        le=64,
        title="Hidden units",
        description="Width of each hidden layer. More units: the curves fall in fewer epochs.",
    )
    activation: Activation = Field(
        "linear",
        title="Activation",
        description="What each hidden unit does with its sum. The classic example has none (linear). A joint or a bootstrap "
        "ensemble is then one logistic regression; an independent one averages several. relu and tanh can bend the borders "
        "between classes.",
    )
    dropout: Number = Field(
        0.25,
        ge=0,
        le=0.95,
        title="Dropout",
        description="Share of the last hidden units dropped at random in each training step (the classic text says "
        "weights; it is units). More dropout: slower, more hesitant curves. It is off whenever losses are measured.",
    )
    optimizer: Optimizer = Field(
        "rmsprop",
        title="Optimiser",
        description="The rule that turns gradients into steps, with the defaults of Keras 3 (sgd has momentum 0.9). "
        "“rmsprop of Keras 2” is the rule that the classic text had: it adds epsilon to the root, not under it, so that small "
        "gradients move the weights as far as large ones.",
    )
    learning_rate: Number = Field(
        1e-3,
        ge=1e-5,
        le=10,
        title="Learning rate",
        description="Length of each step. Larger: steeper curves, then zigzags, then a loss that is no longer a number.",
    )
    epochs: Count = Field(
        200,
        ge=1,
        le=2000,
        title="Epochs",
        description="How often training goes through all training rows: the length of the curves.",
    )
    batch_size: Count = Field(
        10,
        ge=1,
        le=512,
        title="Batch size",
        description="Rows per training step. Smaller batches: more, noisier steps in each epoch.",
    )
    training: Training = Field(
        "joint",
        title="Training",
        description="joint: one softmax on top joins all members and one loss trains them together (the classic example). "
        "independent: each member has its own softmax and loss, and the probabilities are averaged. bootstrap: each member "
        "learns alone from its own sample of the rows, then a combining layer is trained on rows that the members have not "
        "seen.",
    )
    bootstrap_share: Number = Field(
        0.8,
        ge=0.1,
        le=1,
        title="Bootstrap share",
        description="Size of each member's sample, drawn with replacement, as a share of the training rows. It counts when "
        "training is bootstrap. A smaller sample: members differ more, and more rows are left for the combining layer.",
    )
    outputs: Outputs = Field(
        "softmax",
        title="Outputs",
        description="softmax, trained by cross-entropy; sigmoid: each class on its own, by binary cross-entropy; linear: by "
        "squared error. Rows of the last two do not add up to 1; they are normalised to be read as probabilities. Two "
        "mistakes: softmax, squared error; and softmax twice, whose loss takes probabilities for scores (from_logits=True).",
    )
    label_smoothing: Number = Field(
        0.0,
        ge=0,
        le=0.5,
        title="Label smoothing",
        description="Share of the target spread evenly over the K classes: s/K each. More smoothing: probabilities stay away "
        "from 0 and 1. With sigmoid outputs Keras' own option differs: it adds s/2 to each class.",
    )
    class_weights: ClassWeights = Field(
        "none",
        title="Class weights",
        description="balanced: the loss counts each training row of class k n / (K · n_k) times, as class_weight does in Keras "
        "and scikit-learn. Rare classes are then forecast more often than they occur. Curves are measured without weights.",
    )
    seed: Count = Field(
        0,
        ge=0,
        le=999_999,
        title="Seed",
        description="Decides the split, the initial weights, the batches and the dropout. The same seed repeats the run.",
    )

    @classmethod
    def most_allowed(cls, name: str) -> float:
        """The host's limit for a setting, if it has one."""
        return getattr(limits(), name) if name in ("members", "epochs") else math.inf

    def with_other_seeds(self, count: int) -> list[EnsembleConfig]:
        """This configuration with ``count`` consecutive seeds, starting at its own; 0 follows the largest seed.

        Examples
        --------
        >>> [config.seed for config in EnsembleConfig(seed=999_998).with_other_seeds(3)]
        [999998, 999999, 0]
        """
        most = int(self.bounds("seed")[1])
        return [self.model_copy(update={"seed": (self.seed + index) % (most + 1)}) for index in range(count)]

    @property
    def output_activation(self) -> str:
        """The activation of the output layer: "softmax", "sigmoid" or "linear".

        >>> EnsembleConfig(outputs="softmax_twice").output_activation
        'softmax'
        """
        return activation_of(self.outputs)

    @property
    def total_epochs(self) -> int:
        """Epochs of the whole run: with bootstrap, the combiner is trained for as many epochs as the members, after them."""
        return 2 * self.epochs if self.training == "bootstrap" else self.epochs
