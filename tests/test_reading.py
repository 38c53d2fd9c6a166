import numpy as np

from ensemble.probability.vectors import cross_entropy
from ensemble.runs import test_rows


def test_the_telling_wines_are_the_extremes_of_the_table(wine, short_run):
    table = test_rows.table(short_run, wine)
    assert table["NLL (nats)"].idxmax() == test_rows.most_wrong(short_run, wine)
    confidence = table[list(wine.class_names)].max(axis=1)
    assert confidence.idxmin() == test_rows.least_certain(short_run, wine)


def test_the_loss_of_a_row_is_its_cross_entropy_with_the_one_hot_target(wine, short_run):
    expected = cross_entropy(np.eye(3)[wine.y_test], short_run.predict_proba(wine.x_test))
    np.testing.assert_allclose(test_rows.nll_of_test_rows(short_run, wine), expected, rtol=1e-9)


def test_the_table_names_true_and_likeliest_class(wine, short_run):
    table = test_rows.table(short_run, wine)
    assert list(table["True class"]) == [wine.class_names[label] for label in wine.y_test]
    likeliest = short_run.predict_proba(wine.x_test).argmax(axis=1)
    assert list(table["Likeliest"]) == [wine.class_names[label] for label in likeliest]
