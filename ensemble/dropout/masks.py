"""Dropout masks of a trained run, and the forecasts under them.

Dropout stands at one place, right before the layer that makes each member's logits: a unit that is dropped counts 0, all others
are divided by ``1 - rate``. Logits are then linear in the mask, and their mean over masks is the logits with dropout off.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from ensemble.errors import InputError
from ensemble.probability.vectors import Floats, log_softmax
from ensemble.rng import dropout_mask
from ensemble.runs.run import Run
from ensemble.runs.weights import OUTPUT_TO_LOGITS, Weights, last_hidden

Masks = NDArray[np.bool_]

MAX_ENUMERATED_UNITS = 16
MAX_NUMBERS_AT_ONCE = 4_000_000


def draw_masks(rng: np.random.Generator, draws: int, members: int, units: int, rate: float) -> Masks:
    """Masks as a training step draws them: True where a unit is kept, with probability ``1 - rate``.

    Parameters
    ----------
    rng : numpy.random.Generator
    draws : int
        Number of masks S, at least 1.
    members, units : int
        Of the run: its ensemble size and its hidden units.
    rate : float
        Dropout, at least 0 and below 1.

    Returns
    -------
    ndarray of shape (S, members, units), bool

    Raises
    ------
    InputError
        If a number is out of range.
    """
    if min(draws, members, units) < 1:
        raise InputError("Draw at least one mask of at least one member with at least one unit.")
    return dropout_mask(rng, _checked_rate(rate), (draws, members, units))


def every_mask(units: int) -> Masks:
    """All masks of so many units, (2 ** units, units); the first drops all of them, the last none.

    Raises
    ------
    InputError
        If there are no units, or more than 16.

    Examples
    --------
    >>> every_mask(2).astype(int).tolist()
    [[0, 0], [0, 1], [1, 0], [1, 1]]
    """
    if not 1 <= units <= MAX_ENUMERATED_UNITS:
        raise InputError(f"All masks can be listed for 1 to {MAX_ENUMERATED_UNITS} units, not for {units}.")
    return (np.arange(2**units)[:, None] >> np.arange(units)[::-1] & 1).astype(bool)


def mask_log_weights(masks: ArrayLike, rate: float) -> Floats:
    """Logarithm (nats) of the probability with which dropout draws each mask; those of ``every_mask`` sum to 1.

    Parameters
    ----------
    masks : bool array_like of shape (S, ...)
        True where a unit is kept.
    rate : float
        Dropout, at least 0 and below 1. At 0 a mask that drops a unit has the weight 0, whose logarithm is -inf.

    Returns
    -------
    ndarray of shape (S,)

    Raises
    ------
    InputError
        If the masks are not of this shape or not bool, or the rate is out of range.

    Examples
    --------
    >>> np.exp(mask_log_weights(every_mask(2), 0.25)).round(4).tolist()
    [0.0625, 0.1875, 0.1875, 0.5625]
    """
    kept = np.asarray(masks)
    if kept.ndim < 2 or kept.dtype != bool:
        raise InputError("Masks have to be an array of True and False with at least two axes.")
    units = kept.reshape(len(kept), -1)
    counts = units.sum(axis=1)
    return special.xlog1py(counts, -_checked_rate(rate)) + special.xlogy(units.shape[1] - counts, rate)


def masked_logits(run: Run, x: ArrayLike, masks: ArrayLike) -> Floats:
    """Logits of the whole ensemble under each mask; their softmax is what ``model(x, training=True)`` returns for such a mask.

    Parameters
    ----------
    run : Run
    x : array_like of shape (n, features)
        Scaled as the training rows.
    masks : bool array_like of shape (S, members, units)
        True where a unit is kept; one mask holds for all rows.

    Returns
    -------
    ndarray of shape (S, n, classes), float64
        For "joint" and "bootstrap" their mean over masks is ``run.logits(x)`` (with softmax outputs). For "independent" they
        are the logarithm (nats) of the mean of the members' masked probabilities, which is not linear in the mask.

    Raises
    ------
    InputError
        If rows or masks have another shape, a row is not finite, or masks are not bool.
    """
    masks = _checked_masks(run, masks)
    if run.config.training == "independent":
        at_once = max(1, MAX_NUMBERS_AT_ONCE // (run.config.members * len(np.asarray(x)) * len(run.class_names) or 1))
        parts = [masks[start : start + at_once] for start in range(0, len(masks), at_once)]
        return np.concatenate([_log_mean(log_softmax(masked_member_logits(run, x, part)), axis=1) for part in parts])
    weights, layers = _double(run.weights), 2 * run.config.hidden_layers
    kernel, bias = weights[layers], weights[-1]
    if run.config.training == "bootstrap":
        kernel, bias = kernel @ weights[-2], bias + (weights[layers + 1] @ weights[-2]).sum(axis=(0, 1))
    hidden = _scaled_hidden(run, x)
    terms = (hidden[..., None] * kernel[:, None]).transpose(0, 2, 1, 3)  # (members, units, n, classes)
    outputs = np.tensordot(masks.astype(np.float64), terms, axes=2) + bias
    return OUTPUT_TO_LOGITS[run.config.output_activation](outputs)


def masked_member_logits(run: Run, x: ArrayLike, masks: ArrayLike) -> Floats:
    """Logits of each member on its own under each mask.

    Parameters
    ----------
    run : Run
    x : array_like of shape (n, features)
        Scaled as the training rows.
    masks : bool array_like of shape (S, members, units)
        True where a unit is kept; one mask holds for all rows.

    Returns
    -------
    ndarray of shape (S, members, n, classes), float64
        Their mean over masks is ``run.member_own_logits(x)`` (with softmax outputs), however the run was trained.

    Raises
    ------
    InputError
        As ``masked_logits``.
    """
    masks = _checked_masks(run, masks)
    weights, layers = _double(run.weights), 2 * run.config.hidden_layers
    kernel, bias = weights[layers], weights[layers + 1]
    if run.config.training == "joint":
        kernel, bias = kernel * run.config.members, weights[-1]
    terms = (_scaled_hidden(run, x)[..., None] * kernel[:, None]).transpose(0, 2, 1, 3)
    members, units, n, classes = terms.shape
    by_member = masks.transpose(1, 0, 2).astype(np.float64) @ terms.reshape(members, units, n * classes)
    outputs = by_member.reshape(members, len(masks), n, classes).transpose(1, 0, 2, 3)
    return OUTPUT_TO_LOGITS[run.config.output_activation](outputs + bias)


def unmasked_logits(run: Run, x: ArrayLike) -> Floats:
    """Logits (n, classes) with dropout off: ``run.logits(x)``, computed in float64."""
    config = run.config.model_copy(update={"dropout": 0.0})
    return masked_logits(replace(run, config=config), x, np.ones((1, config.members, config.hidden_units), bool))[0]


def mc_dropout_log_proba(run: Run, x: ArrayLike, masks: ArrayLike) -> Floats:
    """The forecast of MC dropout: the logarithm (nats) of the mean probabilities over the masks, their linear pool.

    Parameters
    ----------
    run : Run
    x : array_like of shape (n, features)
        Scaled as the training rows.
    masks : bool array_like of shape (S, members, units)
        Drawn by ``draw_masks``: each counts the same.

    Returns
    -------
    ndarray of shape (n, classes), float64

    Raises
    ------
    InputError
        As ``masked_logits``.

    References
    ----------
    Gal, Y. and Ghahramani, Z. (2016). Dropout as a Bayesian approximation: representing model uncertainty in deep learning.
    """
    masks = _checked_masks(run, masks)
    at_once = max(1, MAX_NUMBERS_AT_ONCE // max(1, len(np.asarray(x)) * len(run.class_names)))
    sums = [
        special.logsumexp(log_softmax(masked_logits(run, x, masks[start : start + at_once])), axis=0)
        for start in range(0, len(masks), at_once)
    ]
    return special.logsumexp(sums, axis=0) - np.log(len(masks))


def single_network(run: Run, member: int) -> Run:
    """One member as a separate run, which forecasts ``run.member_proba(x)[member]`` and has masks of its own units only.

    Parameters
    ----------
    run : Run
    member : int
        From 0 to ``run.config.members - 1``.

    Returns
    -------
    Run
        Of one member, with "independent" training (a "joint" one stays "joint"), and without the history of ``run``.

    Raises
    ------
    InputError
        If there is no such member.
    """
    config, layers = run.config, 2 * run.config.hidden_layers
    if not 0 <= member < config.members:
        raise InputError(f"Choose a member from 0 to {config.members - 1}, not {member}.")
    hidden, kernel = run.weights[:layers], run.weights[layers][member : member + 1]
    if config.training == "joint":
        output: Weights = (kernel * np.float32(config.members), run.weights[-1])
    else:
        output = (kernel, run.weights[layers + 1][member : member + 1])
    training = "joint" if config.training == "joint" else "independent"
    return replace(
        run,
        config=config.model_copy(update={"members": 1, "training": training}),
        weights=(*(array[member : member + 1] for array in hidden), *output),
        curves=run.curves[:0],
        kept_epochs=run.kept_epochs[:0],
        test_log_proba=run.test_log_proba[:0],
    )


def _scaled_hidden(run: Run, x: ArrayLike) -> Floats:
    """Last hidden units (members, n, units) as they are passed on when kept: divided by ``1 - rate``."""
    return last_hidden(run.config, _double(run.weights), x) / (1 - run.config.dropout)


def _double(weights: Weights) -> tuple[Floats, ...]:
    return tuple(array.astype(np.float64) for array in weights)


def _log_mean(log_proba: Floats, axis: int) -> Floats:
    return special.logsumexp(log_proba, axis=axis) - np.log(log_proba.shape[axis])


def _checked_masks(run: Run, masks: ArrayLike) -> Masks:
    array = np.asarray(masks)
    shape = (run.config.members, run.config.hidden_units)
    if array.ndim != 3 or array.shape[1:] != shape or not len(array) or array.dtype != bool:
        raise InputError(f"Masks of this run are arrays of True and False of the shape (draws, {shape[0]}, {shape[1]}).")
    return array


def _checked_rate(rate: float) -> float:
    if not 0 <= rate < 1:
        raise InputError(f"Dropout has to be at least 0 and below 1, not {rate}.")
    return rate
