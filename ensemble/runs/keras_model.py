"""The ensemble as a plain functional Keras model. Keras, and with it TensorFlow, is loaded inside the function only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ensemble.config import EnsembleConfig
from ensemble.runs.weights import Weights

if TYPE_CHECKING:
    import keras


def functional_model(config: EnsembleConfig, weights: Weights) -> keras.Model:
    """The ensemble as plain Keras layers, as the classic example writes it, with the given weights.

    Parameters
    ----------
    config : EnsembleConfig
        "joint": the members' last hidden layers are concatenated, and one output layer reads all of them.
        "independent": each member has its own output layer, and the outputs are averaged.
        "bootstrap": each member has its own logits; they are concatenated, and one output layer, the combiner, reads them.
        The output layers' activation is ``config.output_activation``.
    weights : tuple of ndarray
        In the order of ``ensemble.runs.weights``.

    Returns
    -------
    keras.Model
        Functional, not compiled, with one Input per member. ``predict`` also takes one array for all of them.
    """
    import keras

    members, features = weights[0].shape[:2]
    hidden, (kernel, bias) = weights[: 2 * config.hidden_layers], weights[2 * config.hidden_layers :][:2]
    units, classes = kernel.shape[1:]
    independent, bootstrap = config.training == "independent", config.training == "bootstrap"
    inputs, branches = [], []
    for member in range(members):
        x = keras.Input((features,), name=f"member_{member + 1}")
        inputs.append(x)
        for layer in range(config.hidden_layers):
            x = keras.layers.Dense(units, activation=config.activation, name=f"member_{member + 1}_hidden_{layer + 1}")(x)
        x = keras.layers.Dropout(config.dropout, name=f"member_{member + 1}_dropout")(x)
        if independent or bootstrap:
            activation = config.output_activation if independent else "linear"
            x = keras.layers.Dense(classes, activation=activation, name=f"member_{member + 1}_output")(x)
        branches.append(x)
    if independent:
        output = keras.layers.Average(name="average")(branches) if members > 1 else branches[0]
    else:
        concatenated = keras.layers.Concatenate(name="concatenate")(branches) if members > 1 else branches[0]
        output = keras.layers.Dense(classes, activation=config.output_activation, name="output")(concatenated)
    model = keras.Model(inputs, output, name="ensemble")

    for member in range(members):
        for layer in range(config.hidden_layers):
            values = [hidden[2 * layer][member], hidden[2 * layer + 1][member, 0]]
            model.get_layer(f"member_{member + 1}_hidden_{layer + 1}").set_weights(values)
        if independent or bootstrap:
            model.get_layer(f"member_{member + 1}_output").set_weights([kernel[member], bias[member, 0]])
    if not independent:
        output_kernel, output_bias = weights[-2:]
        model.get_layer("output").set_weights([output_kernel.reshape(-1, classes), output_bias])
    _let_predict_take_one_array(model)
    return model


def _let_predict_take_one_array(model: keras.Model) -> None:
    # On the instance, not in a subclass: the saved file then holds a plain functional model that loads without this package.
    predict = model.predict

    def predict_for_every_member(x: Any, **options: Any) -> np.ndarray:
        return predict(x if isinstance(x, list | tuple | dict) else [x] * len(model.inputs), **options)

    model.predict = predict_for_every_member
