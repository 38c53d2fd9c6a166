"""What people take away from a run: tables as CSV, and a script or a notebook that repeats it with plain Keras.

``templates/script.py.jinja`` reads like the script: ``# %% Title`` begins a cell, and ``#| `` is a line of Markdown that only
the notebook shows. What comes from data gets in as a Python literal.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ensemble.config import EnsembleConfig
from ensemble.datasets.config import with_noisy_rows
from ensemble.datasets.splits import rows_held_back
from ensemble.datasets.table import Dataset, Table
from ensemble.probability.vectors import entropy
from ensemble.runs.run import Run
from ensemble.runs.test_rows import nll_of_test_rows
from ensemble.sharing.python_source import environment, no_formula, quoted, sequence

if TYPE_CHECKING:
    import pandas as pd

TOLERANCE = 1e-3
PINNED = ("tensorflow", "keras", "scikit-learn", "numpy")
LOADERS: dict[str, tuple[str, dict[str, Any]]] = {
    "wine": ("load_wine", {"return_X_y": True}),
    "iris": ("load_iris", {"return_X_y": True}),
    "breast_cancer": ("load_breast_cancer", {"return_X_y": True}),
    "digits": ("load_digits", {"return_X_y": True}),
    "moons": ("make_moons", {"n_samples": 300, "noise": 0.2, "random_state": 0}),
    "circles": ("make_circles", {"n_samples": 300, "noise": 0.1, "factor": 0.45, "random_state": 0}),
    "blobs": ("make_blobs", {"n_samples": 300, "centers": 3, "cluster_std": 1.6, "random_state": 3}),
}
LOSSES = {
    "softmax": "CategoricalCrossentropy",
    "sigmoid": "BinaryCrossentropy",
    "linear": "MeanSquaredError",
    "softmax_squared": "MeanSquaredError",
    "softmax_twice": "CategoricalCrossentropy",
}
OPTIMIZERS = {
    "rmsprop": "keras.optimizers.RMSprop(LEARNING_RATE)",
    "rmsprop_keras2": "RMSpropOfKeras2(LEARNING_RATE)",
    "adam": "keras.optimizers.Adam(LEARNING_RATE)",
    "sgd": "keras.optimizers.SGD(LEARNING_RATE, momentum=0.9)",
}


class Source(NamedTuple):
    """Where a script gets its rows.

    Attributes
    ----------
    table : Table
        All rows, as the app used them.
    test_size : float, default 0.2
        Share that was held back, as given to ``ensemble.datasets.split``.
    seed : int, default 0
        The seed that was given to it.
    """

    table: Table
    test_size: float = 0.2
    seed: int = 0

    @property
    def needs_table_file(self) -> bool:
        """Whether the script reads ``table.csv`` (see ``table_csv``), because scikit-learn does not give these very rows."""
        return _in_sklearn(self.table) is None


def history_csv(run: Run) -> bytes:
    """Losses (nats) and accuracies epoch by epoch, as ``run.history``, as CSV in UTF-8.

    Examples
    --------
    >>> from ensemble import EnsembleConfig, load_dataset, train
    >>> run = train(EnsembleConfig(epochs=2), load_dataset("wine"))
    >>> history_csv(run).split()[0]
    b'epoch,train_loss,test_loss,train_accuracy,test_accuracy,fit_loss,fit_loss_end_weights,fit_loss_dropout_off'
    """
    return _csv(run.history)


def predictions_csv(run: Run, data: Dataset) -> bytes:
    """The test rows one by one, as CSV in UTF-8.

    Parameters
    ----------
    run : Run
        Read as it stands, with the temperature 1.
    data : Dataset
        Its test rows are predicted.

    Returns
    -------
    bytes
        Columns: ``row``, its number in the table, from 1; ``true class``; ``likeliest class``; ``probability of`` each class;
        ``entropy`` of the probabilities and ``nll`` of the true class, in nats. Numbers have all the digits of a float64:
        ``ensemble.forecasts.read_forecasts`` reads the same forecasts back.
        A class name that a spreadsheet would take for a formula, because it begins with = + - or @ or the full-width form
        of one, gets an apostrophe in front.

    Raises
    ------
    InputError
        If the rows do not fit the run.
    """
    import pandas as pd  # here, because the first page should not wait for it

    proba = run.predict_proba(data.x_test)
    names = np.array([no_formula(name) for name in data.class_names], dtype=object)
    columns = {"row": data.test_rows + 1, "true class": names[data.y_test], "likeliest class": names[proba.argmax(axis=1)]}
    chances = pd.DataFrame(proba, columns=[f"probability of {name}" for name in data.class_names])
    scores = pd.DataFrame({"entropy": entropy(proba), "nll": nll_of_test_rows(run, data)})
    return _csv(pd.concat([pd.DataFrame(columns), chances, scores], axis=1), digits=None)


def table_csv(table: Table) -> bytes:
    """The rows as a script reads them from ``table.csv``: the features, and last the class as its number, from 0.

    A feature name that a spreadsheet would take for a formula gets an apostrophe in front, as in ``predictions_csv``.

    Examples
    --------
    >>> from ensemble.datasets.table import Table
    >>> table_csv(Table("two", np.array([[0.5], [1.5]]), np.array([0, 1]), ("=size",), ("small", "large"))).split()
    [b"'=size,class", b'0.5,0', b'1.5,1']
    """
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([*map(no_formula, table.feature_names), "class"])
    writer.writerows(
        [*features, label] for features, label in zip(np.asarray(table.x, np.float64).tolist(), table.y.tolist(), strict=True)
    )
    return file.getvalue().encode()


def script(config: EnsembleConfig, source: Source, run: Run | None = None) -> str:
    """A Python script that repeats a run with plain Keras: functional API, NumPy's draws, and an explicit training loop.

    It needs scikit-learn, TensorFlow and Keras, in the versions that its first lines name, and prints a line of losses and
    accuracies for every tenth of the epochs. It agrees with ``train`` to ``TOLERANCE``.

    Parameters
    ----------
    config : EnsembleConfig
        What to train.
    source : Source
        On which rows.
    run : Run, optional
        The app's run of them. If it is finished, the script ends by comparing its own numbers with the run's.

    Examples
    --------
    >>> from ensemble.datasets.builtin import load_table
    >>> "load_wine" in script(EnsembleConfig(), Source(load_table("wine")))
    True
    """
    lines = [line for line in _lines(config, source, run, notebook=False) if not _is_markdown(line)]
    return "\n".join(lines) + "\n"


def notebook(config: EnsembleConfig, source: Source, run: Run | None = None) -> str:
    """The script of the same arguments as a Jupyter notebook (nbformat 4.5), with explanations between its cells."""
    from nbformat import v4, writes  # here, because the first page should not wait for it

    cells = []
    for number, (title, lines) in enumerate(_cut(_lines(config, source, run, notebook=True))):
        words = [line[3:] for line in lines if _is_markdown(line)]
        code = [line for line in lines if not _is_markdown(line)]
        cells.append(v4.new_markdown_cell("\n".join([f"## {title}", "", *words]).strip(), id=f"words-{number}"))
        cells.append(v4.new_code_cell("\n".join(code).strip(), id=f"code-{number}"))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    about = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return writes(v4.new_notebook(cells=cells, metadata=about))


def _csv(table: pd.DataFrame, digits: int | None = 9) -> bytes:
    """The table as CSV, its numbers with nine digits, which is exact in float32, or with all that a float64 has."""
    form = f"%.{digits}g" if digits else None
    return table.to_csv(index=False, float_format=form, lineterminator="\n").encode()


class _FromSklearn(NamedTuple):
    """The call that gives some rows, which of its columns they have (none named: all), and how many rows have label noise."""

    call: str
    columns: list[int]
    noisy_rows: int


def _in_sklearn(table: Table) -> _FromSklearn | None:
    from sklearn import datasets  # here, because it takes a second that the first page should not wait for

    if table.name not in LOADERS:
        return None
    name, options = LOADERS[table.name]
    x, y = getattr(datasets, name)(**options)
    call = f"datasets.{name}({', '.join(f'{option}={value!r}' for option, value in options.items())})"
    noisy_rows = int(np.sum(y != table.y)) if y.shape == table.y.shape else 0
    if not np.array_equal(with_noisy_rows(y, len(table.class_names), noisy_rows), table.y):
        return None
    if np.array_equal(x, table.x):
        return _FromSklearn(call, [], noisy_rows)
    columns = [next((k for k in range(x.shape[1]) if np.array_equal(x[:, k], feature)), -1) for feature in table.x.T]
    return None if -1 in columns else _FromSklearn(call, columns, noisy_rows)


def _lines(config: EnsembleConfig, source: Source, run: Run | None, notebook: bool) -> list[str]:
    loaded = _in_sklearn(source.table)
    load, columns, noisy_rows = loaded or _FromSklearn("", [], 0)
    expected = _final_numbers(run) if run and run.status == "finished" else ()
    train_rows = len(source.table.x) - rows_held_back(len(source.table.x), source.test_size)
    cases = {
        "notebook": notebook,
        "joint": config.training == "joint",
        "independent": config.training == "independent",
        "bootstrap": config.training == "bootstrap",
        "separate": config.training != "joint",
        "combined": config.training != "independent",
        "softmax": config.output_activation == "softmax",
        "sigmoid": config.outputs == "sigmoid",
        "linear": config.outputs == "linear",
        "squared": config.outputs == "softmax_squared",
        "twice": config.outputs == "softmax_twice",
        "balanced": config.class_weights == "balanced",
        "normalised": config.output_activation != "softmax",
        "rmsprop_keras2": config.optimizer == "rmsprop_keras2",
        "many": config.members > 1,
        "sklearn": bool(loaded),
    }
    values = {
        "pins": " ".join(f'"{package}=={version(package)}"' for package in PINNED),
        "batch_size": min(config.batch_size, train_rows),
        "activation": quoted(config.activation),
        "outputs": quoted(config.output_activation),
        "class_names": sequence("CLASS_NAMES", [quoted(name) for name in source.table.class_names]),
        "columns": sequence("COLUMNS", list(map(repr, columns))) if columns else "",
        "load": load,
        "noisy_rows": noisy_rows,
        "split_seed": source.seed,
        "test_size": source.test_size,
        "loss": LOSSES[config.outputs],
        "optimizer": OPTIMIZERS[config.optimizer],
        "report_every": max(1, config.epochs // 10),
        "expected": expected,
        "tolerance": TOLERANCE,
    }
    template = environment().get_template("script.py.jinja")
    return template.render(config.model_dump() | cases | values).splitlines()


def _cut(lines: Sequence[str]) -> list[tuple[str, list[str]]]:
    """The cells: title and lines."""
    cells: list[tuple[str, list[str]]] = []
    for line in lines:
        if line.startswith("# %% "):
            cells.append((line.removeprefix("# %% "), []))
        else:
            cells[-1][1].append(line)
    return cells


def _is_markdown(line: str) -> bool:
    return line.startswith("#|")


def _final_numbers(run: Run) -> tuple[float, ...]:
    train_loss, test_loss, _, test_accuracy = run.curves[-1, :4]
    return tuple(float(f"{number:.7g}") for number in (train_loss, test_loss, test_accuracy))
