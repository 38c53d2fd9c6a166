"""A single network, MC dropout and an ensemble at equal numbers of forward passes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ensemble.datasets.table import Dataset
from ensemble.disagreement.entropy import entropy_split
from ensemble.dropout.masks import draw_masks, masked_logits, single_network
from ensemble.dropout.pools import linear_pool_of_masks
from ensemble.errors import InputError
from ensemble.probability.scoring import brier_scores, negative_log_likelihood
from ensemble.probability.vectors import Floats, log_softmax
from ensemble.rng import evaluation_rng
from ensemble.runs.held_out import MAX_ROWS
from ensemble.runs.run import Run

SINGLE, MC_DROPOUT, ENSEMBLE = "single net", "mc dropout", "ensemble"
BEYOND = 1.0


class Measured(NamedTuple):
    """Of one forecast, as the mean over test rows.

    Attributes
    ----------
    nll : float
        Negative log-likelihood, nats.
    brier : float
        Brier score, 0..2.
    mutual_information : float
        Of the class and the pass that is asked, nats; 0 for a single pass.
    confidence_far : float
        Probability of the likeliest class for the rows of ``far_rows``, 0..1.
    """

    nll: float
    brier: float
    mutual_information: float
    confidence_far: float


def numbers_of_passes(members: int) -> tuple[int, ...]:
    """1, 2, 4, 8 and so on, and the number of members last.

    >>> numbers_of_passes(10), numbers_of_passes(4)
    ((1, 2, 4, 8, 10), (1, 2, 4))
    """
    powers = (2**exponent for exponent in range(members.bit_length()))
    return tuple(sorted({*powers, members}))


def far_rows(data: Dataset) -> NDArray[np.float32]:
    """The test rows (n, features), each with one feature moved one training range beyond all training rows.

    Test row i has feature i mod d moved; it goes up the first time round the d features, down the second, and so on.
    """
    x = np.array(data.x_test)
    rows = np.arange(len(x))
    turn, feature = np.divmod(rows, data.features)
    ends = np.where(data.high > data.low, 1.0, 0.0)  # of a feature on the scale of the training rows, which begins at 0
    x[rows, feature] = np.where(turn % 2 == 0, ends[feature] + BEYOND, -BEYOND)
    return x


def measure_passes(run: Run, data: Dataset) -> dict[str, tuple[float, ...]]:
    """Measure one member alone, with MC dropout over T masks, and the first T members, for each number of passes T.

    Parameters
    ----------
    run : Run
        With "independent" training, so that each member is a network of its own.
    data : Dataset
        Its rows; of more than 5,000 test rows the first ones, which are a random sample.

    Returns
    -------
    dict
        The numbers of ``Measured`` by method and passes: "single net/1", "mc dropout/1", "ensemble/1", "mc dropout/2" and so
        on. MC dropout is the linear pool over masks of the first member's units, the ensemble that of the first T members with
        dropout off.

    Raises
    ------
    InputError
        If the run was trained in another way.

    References
    ----------
    Gal, Y. and Ghahramani, Z. (2016). Dropout as a Bayesian approximation: representing model uncertainty in deep learning.
    Lakshminarayanan, B., Pritzel, A. and Blundell, C. (2017). Simple and scalable predictive uncertainty estimation using deep
    ensembles.
    """
    if run.config.training != "independent":
        raise InputError("Equal numbers of passes are compared for independent members: choose that training.")
    rows = data.with_at_most(MAX_ROWS)
    near, far = np.asarray(rows.x_test), far_rows(rows)
    config, first = run.config, single_network(run, 0)
    masks = draw_masks(evaluation_rng(config), config.members, 1, config.hidden_units, config.dropout)
    dropped = [log_softmax(masked_logits(first, x, masks)) for x in (near, far)]
    members = [log_softmax(run.member_own_logits(x)) for x in (near, far)]
    found = {f"{SINGLE}/1": _measured(members[0][:1], members[1][:1], rows.y_test)}
    for passes in numbers_of_passes(config.members):
        for method, (of_near, of_far) in ((MC_DROPOUT, dropped), (ENSEMBLE, members)):
            found[f"{method}/{passes}"] = _measured(of_near[:passes], of_far[:passes], rows.y_test)
    return {name: tuple(one) for name, one in found.items()}


def _measured(near: Floats, far: Floats, y: NDArray[np.int64]) -> Measured:
    """Measure the linear pool of passes: log-probabilities (passes, n, classes) of the test rows, and of rows far away."""
    pool = linear_pool_of_masks(near)
    return Measured(
        float(negative_log_likelihood(pool, y).mean()),
        float(brier_scores(np.exp(pool), y).mean()),
        float(entropy_split(np.exp(near))[2].mean()),
        float(np.exp(linear_pool_of_masks(far)).max(axis=-1).mean()),
    )
