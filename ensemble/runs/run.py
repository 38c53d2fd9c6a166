"""Run: the results of a training run as NumPy arrays.

Reading a run needs no TensorFlow: its logits are a few matrix products.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from ensemble.config import EnsembleConfig
from ensemble.datasets.table import Dataset
from ensemble.errors import InputError
from ensemble.limits import LimitError
from ensemble.probability.vectors import log_softmax, softmax
from ensemble.runs.archive import Archive, Source, open_archive, write_archive
from ensemble.runs.curves import curve_names, history
from ensemble.runs.keras_model import functional_model
from ensemble.runs.weights import OUTPUT_ACTIVATIONS, OUTPUT_TO_LOGITS, Weights, last_hidden, weight_shapes

if TYPE_CHECKING:
    import keras
    import pandas as pd

Status = Literal["training", "finished", "stopped", "diverged"]

MAX_PREDICTION_BYTES = 8 * 2**20
FILE_FORMAT = 1


@dataclass(frozen=True, eq=False)
class Run:
    """One training run: its configuration, history, weights, and its test predictions epoch by epoch.

    A run is immutable; while it trains, each chunk of epochs makes a new one.

    Attributes
    ----------
    config : EnsembleConfig
        What was asked for.
    class_names, feature_names : tuple of str
        Of the data that it was trained on.
    weights : tuple of ndarray, float32
        In the order of ``ensemble.runs.weights``.
    curves : ndarray of shape (epochs, 7), float32
        Columns as ``curve_names`` has them, two more with softmax twice, three fewer in old files; see ``history``.
    kept_epochs : ndarray of shape (kept,), int
        Epochs, counted from 1, whose test predictions are kept: all of them, or every n-th so that they fit into 8 MB.
    test_log_proba : ndarray of shape (kept, test rows, classes), float32
        Log-probabilities (nats) of the test rows after each kept epoch, dropout off.
    status : {"training", "finished", "stopped", "diverged"}
        How far it came.
    message : str
        A sentence for a person if it did not finish as asked.
    """

    config: EnsembleConfig
    class_names: tuple[str, ...]
    feature_names: tuple[str, ...]
    weights: Weights
    curves: NDArray[np.float32]
    kept_epochs: NDArray[np.int64]
    test_log_proba: NDArray[np.float32]
    status: Status = "training"
    message: str = ""

    @classmethod
    def before_training(cls, config: EnsembleConfig, data: Dataset, weights: Weights) -> Run:
        """The run before its first epoch, with these initial weights."""
        return cls(
            config=config,
            class_names=data.class_names,
            feature_names=data.feature_names,
            weights=weights,
            curves=np.zeros((0, len(curve_names(config))), np.float32),
            kept_epochs=np.zeros(0, np.int64),
            test_log_proba=np.zeros((0, len(data.y_test), data.classes), np.float32),
        )

    @property
    def epochs(self) -> int:
        """Number of epochs trained so far."""
        return len(self.curves)

    @property
    def history(self) -> pd.DataFrame:
        """One row per epoch: ``epoch`` (from 1), ``train_loss``, ``test_loss``, ``train_accuracy``, ``test_accuracy``.

        Losses are the mean negative log-likelihood of the hard labels in nats under ``predict_proba``, whatever loss was
        trained, measured after the epoch with dropout off; accuracies are fractions of rows, 0..1. With softmax twice two
        columns more, ``train_loss_as_trained`` and ``test_loss_as_trained``: the trained loss, ``softmax_twice_loss``.

        Then the loss that was trained, each row as often as it was in the epoch's batches: ``fit_loss`` as Keras' ``fit``
        prints it, dropout on, each batch before its step; ``fit_loss_end_weights``, the same batches and dropout masks with
        the weights at the end of the epoch; ``fit_loss_dropout_off``, the same without masks. Of members that are trained
        alone the mean; with "bootstrap", once it is trained, that of the combiner. Old files have none of the three.
        """
        return history(self.curves, self.curve_names)

    @property
    def curve_names(self) -> tuple[str, ...]:
        """Names of the columns of ``curves``."""
        return curve_names(self.config, self.curves.shape[1])

    def extended(self, weights: Weights, curves: NDArray[np.float32], test_log_proba: NDArray[np.float32]) -> Run:
        """This run after more epochs.

        Parameters
        ----------
        weights : tuple of ndarray
            Weights after the last of them.
        curves : ndarray of shape (more, columns)
            Their losses and accuracies.
        test_log_proba : ndarray of shape (more, test rows, classes)
            Their predictions, thinned here.
        """
        epochs = np.arange(self.epochs + 1, self.epochs + 1 + len(curves))
        stride = -(-self.config.total_epochs * test_log_proba[0].nbytes // MAX_PREDICTION_BYTES) if len(curves) else 1
        kept = (epochs - 1) % stride == 0
        return replace(
            self,
            weights=weights,
            curves=np.concatenate([self.curves, curves]) if self.epochs else curves,
            kept_epochs=np.concatenate([self.kept_epochs, epochs[kept]]),
            test_log_proba=np.concatenate([self.test_log_proba, test_log_proba[kept]]),
        )

    def ended(self, status: Status, message: str = "") -> Run:
        """This run with its final status, and why it ended."""
        return replace(self, status=status, message=message)

    def logits(self, x: ArrayLike) -> NDArray[np.float32]:
        """Logits of the ensemble; their softmax is ``predict_proba``.

        Parameters
        ----------
        x : array_like of shape (n, features)
            Scaled as the training rows.

        Returns
        -------
        ndarray of shape (n, classes), float32
            For "joint" and "bootstrap" the last layer's output before its activation; for "independent" the logarithm (nats)
            of the mean of the members' probabilities. With sigmoid outputs the logarithm of the outputs; with linear ones the
            same, clipped below at 1e-7. So the softmax is the outputs divided by their sum.

        Raises
        ------
        InputError
            If ``x`` has another shape or is not finite.
        """
        if self.config.training == "independent":
            log_of_mean = special.logsumexp(log_softmax(self.member_own_logits(x)), axis=0) - np.log(self.config.members)
            return log_of_mean.astype(np.float32)
        return self._to_logits(self._combined(x))

    def outputs(self, x: ArrayLike) -> NDArray[np.float32]:
        """The network's own outputs, equal to its Keras model's.

        Parameters
        ----------
        x : array_like of shape (n, features)
            Scaled as the training rows.

        Returns
        -------
        ndarray of shape (n, classes), float32
            With softmax the probabilities; with sigmoid numbers in 0..1 and with linear outputs any numbers, whose rows need
            not sum to 1. Outputs of independent members are averaged.

        Raises
        ------
        InputError
            If ``x`` has another shape or is not finite.
        """
        activate = OUTPUT_ACTIVATIONS[self.config.output_activation]
        if self.config.training == "independent":
            return activate(self.member_logits(x)).mean(axis=0)
        return activate(self._combined(x))

    def predict_proba(self, x: ArrayLike, temperature: float = 1.0) -> NDArray[np.float64]:
        """Probabilities of the classes, ``softmax(logits(x) / temperature)``.

        Sigmoid and linear outputs are no probability vectors; here they are divided by their sum, linear ones clipped below at
        1e-7 first. (Keras' cross-entropy divides first, then clips to 1e-7 .. 1 - 1e-7.) Those of independent members are
        normalised member by member and then averaged, which is not ``outputs`` divided by its sum.

        Parameters
        ----------
        x : array_like of shape (n, features)
            Scaled as the training rows.
        temperature : float, default 1.0
            T > 0, applied to the ensemble's logits.

        Returns
        -------
        ndarray of shape (n, classes)
            Rows sum to 1.

        Raises
        ------
        InputError
            As ``logits`` and ``softmax``.
        """
        return softmax(self.logits(x), temperature)

    def member_logits(self, x: ArrayLike) -> NDArray[np.float32]:
        """Each member's contribution to the logits.

        Parameters
        ----------
        x : array_like of shape (n, features)
            Scaled as the training rows.

        Returns
        -------
        ndarray of shape (members, n, classes), float32
            For "joint" the terms whose sum over members, plus the output bias ``weights[-1]``, is ``logits(x)`` (with softmax
            outputs); otherwise each member's own outputs, before their activation.

        Raises
        ------
        InputError
            If ``x`` has another shape or is not finite.
        """
        hidden, layers = last_hidden(self.config, self.weights, x), 2 * self.config.hidden_layers
        contributions = hidden @ self.weights[layers]
        return contributions if self.config.training == "joint" else contributions + self.weights[layers + 1]

    def member_own_logits(self, x: ArrayLike) -> NDArray[np.float32]:
        """Logits of each member on its own: those of the ensemble if all its members were equal to this one.

        Parameters
        ----------
        x : array_like of shape (n, features)
            Scaled as the training rows.

        Returns
        -------
        ndarray of shape (members, n, classes), float32
            For "joint" ``members * member_logits + bias``. With softmax outputs their mean over members is ``logits(x)``, and
            the log pool of ``member_proba`` is ``predict_proba``; with sigmoid or linear outputs neither holds, because each
            member's outputs are normalised separately. Otherwise the logits of the member's own outputs: with "independent"
            training the linear pool of ``member_proba`` is ``predict_proba``.
        """
        outputs = self.member_logits(x)
        if self.config.training == "joint":
            outputs = outputs * np.float32(self.config.members) + self.weights[-1]
        return self._to_logits(outputs)

    def member_proba(self, x: ArrayLike) -> NDArray[np.float64]:
        """Probabilities (members, n, classes) of each member on its own, ``softmax(member_own_logits(x))``; rows sum to 1."""
        return softmax(self.member_own_logits(x))

    def fits(self, data: Dataset) -> bool:
        """Whether ``data`` has this run's features and classes, and test rows for which it predicts what it has recorded."""
        if (self.feature_names, self.class_names) != (data.feature_names, data.class_names):
            return False
        if self.test_log_proba.shape[1] != len(data.y_test) or not len(self.kept_epochs):
            return False
        # Weights of a file may be so large that their products are not finite.
        with np.errstate(over="ignore", invalid="ignore"):
            logits = self.logits(data.x_test)
            finite = np.isfinite(logits).all() and np.isfinite(self.member_own_logits(data.x_test)).all()
        if not finite:
            return False
        # Predictions are thinned: those of the last epoch may not be among them.
        if self.kept_epochs[-1] != self.epochs:
            return True
        return np.allclose(self.test_log_proba[-1], log_softmax(logits), atol=1e-2, rtol=1e-2)

    def to_keras(self) -> keras.Model:
        """The ensemble as a functional Keras model with the trained weights and one Input per member.

        ``predict(x)`` and ``predict([x] * members)`` both equal ``outputs(x)``: with softmax the probabilities.
        """
        return functional_model(self.config, self.weights)

    def save(self, path: str | Path) -> None:
        """Write the run into one file of arrays and JSON, which ``Run.load`` reads; see ``ensemble.runs.archive``."""
        Path(path).write_bytes(self.to_bytes())

    def to_bytes(self) -> bytes:
        """The bytes that ``save`` writes; deterministic."""
        header = {
            "format": FILE_FORMAT,
            "config": self.config.model_dump(),
            "class_names": self.class_names,
            "feature_names": self.feature_names,
            "status": self.status,
            "message": self.message,
        }
        weights = {f"weight_{index}": weight for index, weight in enumerate(self.weights)}
        others = {name: getattr(self, name) for name in ("curves", "kept_epochs", "test_log_proba")}
        return write_archive(header, weights | others)

    @classmethod
    def load(cls, source: Source, limited: bool = True) -> Run:
        """Read a run that ``save`` wrote.

        Parameters
        ----------
        source : path, bytes or binary file
            The file, its content, or an open file, of which no more is read than a run can have.
        limited : bool, default True
            Whether a run that is larger than the host allows is refused. A file of the app's own may be read without.

        Raises
        ------
        InputError
            If the file is missing, damaged, too large, of another version, of a run that is larger than the host allows, or
            anything else than a saved run. Nothing in it is ever executed.
        """
        with open_archive(source) as archive:
            run = cls._from_archive(archive, limited)
            run._check()
        return run

    @classmethod
    def _from_archive(cls, archive: Archive, limited: bool) -> Run:
        header = archive.header
        class_names, feature_names = header["class_names"], header["feature_names"]
        if not isinstance(feature_names, list) or not isinstance(class_names, list):
            raise ValueError("its names are no lists")
        # Half of a surrogate pair can stand in JSON, but not on a page.
        "".join([*feature_names, *class_names, header["message"]]).encode()
        # Pages show it as Markdown.
        if not _OWN_MESSAGE.fullmatch(header["message"]):
            raise ValueError("its message is not one of this app's")
        try:
            config = _config_of(header) if limited else EnsembleConfig.model_construct(**header["config"])
        except LimitError as error:
            raise InputError(f"{archive.name} holds a run that is larger than this server allows. {error}") from None
        if config is None:
            raise InputError(f"{archive.name} was written by another version of the app; train the run again here.")
        weights = [f"weight_{index}" for index in range(len(weight_shapes(config, len(feature_names), len(class_names))))]
        arrays = archive.arrays(dict.fromkeys((*weights, "curves", "test_log_proba"), np.float32) | {"kept_epochs": np.int64})
        return cls(
            config=config,
            class_names=tuple(class_names),
            feature_names=tuple(feature_names),
            weights=tuple(arrays[name] for name in weights),
            curves=arrays["curves"],
            kept_epochs=arrays["kept_epochs"],
            test_log_proba=arrays["test_log_proba"],
            status=header["status"],
            message=header["message"],
        )

    def _combined(self, x: ArrayLike) -> NDArray[np.float32]:
        """The layer that reads all members ("joint" or "bootstrap"), before the output activation: (n, classes)."""
        contributions = self.member_logits(x)
        if self.config.training == "bootstrap":
            contributions = contributions @ self.weights[-2]
        return contributions.sum(axis=0) + self.weights[-1]

    def _to_logits(self, outputs: NDArray[np.float32]) -> NDArray[np.float32]:
        return OUTPUT_TO_LOGITS[self.config.output_activation](outputs)

    def _check(self) -> None:
        features, classes, kept = len(self.feature_names), len(self.class_names), len(self.kept_epochs)
        sound = (
            features > 0
            and classes > 0
            and self.status in get_args(Status)
            and [array.shape for array in self.weights] == weight_shapes(self.config, features, classes)
            and self.curves.shape == (self.epochs, len(self.curve_names))
            and self.epochs <= self.config.total_epochs
            and self.kept_epochs.shape == (kept,)
            and np.isin(self.kept_epochs, np.arange(1, self.epochs + 1)).all()
            and (np.diff(self.kept_epochs) > 0).all()
            and self.test_log_proba.shape == (kept, self.test_log_proba.shape[1], classes)
            and all(np.isfinite(array).all() for array in (*self.weights, self.curves))
            and (self.test_log_proba <= _ROUNDING).all()
        )
        if not sound:
            raise ValueError("its arrays do not fit its configuration")


def _config_of(header: dict[str, Any]) -> EnsembleConfig | None:
    """The configuration in a file; None if another version of the app wrote it."""
    if header["format"] != FILE_FORMAT or not EnsembleConfig.model_fields.keys() >= set(header["config"]):
        return None
    try:
        return EnsembleConfig.model_validate(header["config"])
    except LimitError:
        raise
    except InputError:
        return None


_OWN_MESSAGE = re.compile(r"(?!.*www\.)[A-Za-z0-9 .,:;'()%+-]{0,300}", re.IGNORECASE)
_ROUNDING = 1e-3
