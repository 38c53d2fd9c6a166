"""History and predictions as CSV files."""

import dataclasses
import io

import numpy as np
import pandas as pd
import pytest

from ensemble.datasets.table import Table
from ensemble.probability.vectors import entropy
from ensemble.sharing.script import history_csv, predictions_csv, table_csv
from tests.ensemble.sharing.small_runs import nasty_table


def test_pandas_reads_the_history_back_exactly(short_run):
    table = pd.read_csv(io.BytesIO(history_csv(short_run)))
    assert list(table.columns) == list(short_run.history.columns)
    assert np.array_equal(table[list(table.columns[1:])].to_numpy(np.float32), short_run.curves)


def test_pandas_reads_the_predictions_back_exactly(wine, short_run):
    table = pd.read_csv(io.BytesIO(predictions_csv(short_run, wine)))
    proba = short_run.predict_proba(wine.x_test)
    assert np.array_equal(table["row"], wine.test_rows + 1)
    assert np.array_equal(table.filter(like="probability of ").to_numpy(), proba)
    np.testing.assert_allclose(table["entropy"], entropy(proba), rtol=1e-15)
    np.testing.assert_allclose(table["nll"], -np.log(proba[range(36), wine.y_test]), rtol=1e-6)
    assert list(table["true class"]) == [wine.class_names[k] for k in wine.y_test]
    assert list(table["likeliest class"]) == [wine.class_names[k] for k in proba.argmax(axis=1)]


@pytest.mark.parametrize("name", ["＝1+1", "＋1", "－1", "−1", "＠sum", " =1", "﹦1"])
def test_a_full_width_formula_gets_an_apostrophe_too(name):
    rows = Table("named", np.eye(2), np.array([0, 1]), (name, "1=1"), ("no", "yes"))
    assert table_csv(rows).decode().splitlines()[0] == f"'{name},1=1,class"


def test_names_are_no_formulas_in_a_spreadsheet(wine, short_run):
    named = dataclasses.replace(wine, class_names=("＝HYPERLINK(1)", " +1", "@sum"))
    table = pd.read_csv(io.BytesIO(predictions_csv(short_run, named)))
    assert {*table["true class"]} == {"'＝HYPERLINK(1)", "' +1", "'@sum"}
    assert not any(name.startswith(("=", "+", "-", "@")) for name in table.columns)
    assert list(pd.read_csv(io.BytesIO(table_csv(nasty_table()))).columns) == ["'=first", "a,b", 'say "c"', "class"]
