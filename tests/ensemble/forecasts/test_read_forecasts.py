"""Files of forecasts, read: which columns are what, which numbers are probabilities, and what is said."""

import dataclasses
import io

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_wine
from sklearn.linear_model import LogisticRegression

from ensemble import InputError
from ensemble.calibration import brier_score, expected_calibration_error, fit_temperature
from ensemble.forecasts import read_forecasts
from ensemble.probability import log_softmax
from ensemble.probability.scoring import negative_log_likelihood
from ensemble.runs.held_out import MAX_ROWS
from ensemble.sharing.script import predictions_csv

PROBA = np.array([[0.2, 0.3, 0.5], [0.1, 0.1, 0.8], [0.6, 0.4, 0.0], [0.25, 0.5, 0.25]])
Y = np.array([2, 2, 0, 1])
CLASSES = ("low", "mid", "top")


def csv(table, **options):
    return table.to_csv(index=False, **options).encode()


def wide(proba=PROBA, columns=CLASSES, y=Y):
    return pd.DataFrame(proba, columns=list(columns)).assign(y=np.array(CLASSES)[y])


def long(probas, y=Y):
    return pd.DataFrame(
        [
            (model, f"row {i}", CLASSES[k], proba[i, k], CLASSES[y[i]])
            for model, proba in probas.items()
            for i in range(len(y))
            for k in range(len(CLASSES))
        ],
        columns=["model", "row", "class", "value", "true class"],
    )


def check(found, probas, y=Y, classes=CLASSES, models=("model",)):
    assert found.class_names == tuple(classes)
    assert found.model_names == tuple(models)
    np.testing.assert_array_equal(found.y, y)
    with np.errstate(divide="ignore"):
        np.testing.assert_allclose(found.log_proba, np.log(probas), rtol=0, atol=1e-12)


@pytest.mark.parametrize("options", [{}, {"sep": ";", "decimal": ","}, {"sep": "\t"}, {"encoding": "utf-8-sig"}])
def test_probabilities_in_columns_named_by_the_classes(options):
    found, _ = read_forecasts(csv(wide(), **options))
    check(found, PROBA[None])


def test_a_table_with_an_index_and_other_columns():
    table = wide().assign(size=[5, 6, 7, 8], note="seen")
    found, notices = read_forecasts(table.to_csv().encode(), "y")
    check(found, PROBA[None])
    assert notices == ["Left out, because no class is named so: “size”."]


@pytest.mark.parametrize("name", ["probability of {}", "p({})", "prob_{}", "proba {}", "P(y={})", "logit.{}"])
def test_columns_may_say_that_they_hold_probabilities(name):
    found, _ = read_forecasts(csv(wide(columns=[name.format(one) for one in CLASSES])))
    check(found, PROBA[None])


@pytest.mark.parametrize("name", ["{}: {}", "{}_{}", "{}.{}", "{} - {}", "{}|{}"])
def test_several_models_side_by_side(name):
    other = np.roll(PROBA, 1, axis=1)
    tables = {"net v2": PROBA, "forest": other}
    columns = {name.format(model, one): proba[:, k] for model, proba in tables.items() for k, one in enumerate(CLASSES)}
    found, _ = read_forecasts(csv(pd.DataFrame(columns).assign(y=np.array(CLASSES)[Y])))
    models = [one.removesuffix(" -") for one in tables]
    check(found, np.stack([PROBA, other]), models=models)


def test_classes_that_never_came_true_keep_their_columns():
    check(read_forecasts(csv(wide(y=np.array([2, 2, 1, 1]))))[0], PROBA[None], y=[2, 2, 1, 1])
    columns = {f"{model}: {one}": PROBA[:, k] for model in "ab" for k, one in enumerate(CLASSES)}
    found, _ = read_forecasts(csv(pd.DataFrame(columns).assign(y=np.array(CLASSES)[[2, 2, 1, 1]])))
    check(found, np.stack([PROBA, PROBA]), y=[2, 2, 1, 1], models=("a", "b"))


@pytest.mark.parametrize("prefix", ["p", "proba", "prob_", "p ", ""])
@pytest.mark.parametrize("classes", ["012", "abc"])
def test_a_class_that_never_came_true_is_named_as_the_others_are(prefix, classes):
    if prefix in ("p", "proba") and classes == "abc":
        prefix += "."
    columns = {f"{prefix}{one}": PROBA[:, k] for k, one in enumerate(classes)}
    found, _ = read_forecasts(csv(pd.DataFrame(columns).assign(y=np.array(list(classes))[[2, 2, 1, 1]])))
    check(found, PROBA[None], y=[2, 2, 1, 1], classes=tuple(classes))


def test_lines_of_model_row_class_and_value_in_any_order():
    other = np.roll(PROBA, 1, axis=1)
    table = long({"a": PROBA, "b": other})
    check(read_forecasts(csv(table))[0], np.stack([PROBA, other]), models=("a", "b"))
    shuffled = pd.concat([table[:1], table[1:].sample(frac=1, random_state=0)])
    found, _ = read_forecasts(csv(shuffled))
    order = [CLASSES.index(name) for name in found.class_names]
    rows = list(dict.fromkeys(int(row[4:]) for row in shuffled["row"]))
    models = [{"a": PROBA, "b": other}[name] for name in found.model_names]
    check(found, np.stack(models)[:, rows][:, :, order], y=[order.index(k) for k in Y[rows]],
          classes=[CLASSES[k] for k in order], models=found.model_names)  # fmt: skip


def test_the_true_class_may_stand_on_one_line_of_a_row():
    table = long({"a": PROBA})
    table.loc[table["class"] != "mid", "true class"] = None
    check(read_forecasts(csv(table.drop(columns="model")))[0], PROBA[None])


@pytest.mark.parametrize("labels", [[0, 1, 2], ["a", "b", "c"], [10, 20, 30], [-1, 0, 1], ["x y", "z", "0"]])
@pytest.mark.parametrize("index", [True, False])
def test_what_scikit_learn_predicts_is_read_as_it_is(labels, index):
    x, y = load_wine(return_X_y=True)
    y = np.array(labels)[y]
    model = LogisticRegression(max_iter=500).fit(x[:, :2], y)
    table = pd.DataFrame(model.predict_proba(x[:, :2]), columns=model.classes_).assign(y=y)
    found, notices = read_forecasts(table.to_csv(index=index).encode())
    assert notices == []
    assert found.class_names == tuple(map(str, model.classes_))
    np.testing.assert_array_equal(np.array(model.classes_)[found.y], y)
    np.testing.assert_allclose(found.log_proba[0], model.predict_log_proba(x[:, :2]), rtol=0, atol=1e-12)
    content = io.BytesIO()
    table.rename(columns=str).to_parquet(content, index=index)
    again, _ = read_forecasts(content.getvalue())
    np.testing.assert_array_equal(again.log_proba, found.log_proba)
    np.testing.assert_array_equal(again.y, found.y)


def test_numbers_of_classes_count_the_columns():
    found, notices = read_forecasts(csv(wide().assign(y=Y)))
    check(found, PROBA[None])
    assert notices == ["True classes count the columns: 0 in “y” is “low”."]
    assert read_forecasts(csv(wide().assign(y=Y + 1)))[0].y.tolist() == Y.tolist()
    with pytest.raises(InputError, match="No column is named"):
        read_forecasts(csv(wide().assign(y=[1, 1, 2, 1])))


def test_our_own_predictions_give_the_figures_of_their_run(wine, short_run):
    found, notices = read_forecasts(predictions_csv(short_run, wine))
    logits, proba, y = short_run.logits(wine.x_test), short_run.predict_proba(wine.x_test), wine.y_test
    assert notices == []
    assert found.class_names == wine.class_names
    assert found.row_numbers.tolist() == (wine.test_rows + 1).tolist()
    read = found.held_out()
    figures = {
        "nll": (negative_log_likelihood(read.logits, read.y).mean(), negative_log_likelihood(log_softmax(logits), y).mean()),
        "brier": (brier_score(np.exp(read.logits), read.y), brier_score(proba, y)),
        "ece": (expected_calibration_error(np.exp(read.logits), read.y), expected_calibration_error(proba, y)),
        "temperature": (fit_temperature(read.logits, read.y), fit_temperature(logits, y)),
    }
    for name, (ours, the_runs) in figures.items():
        assert ours == pytest.approx(the_runs, abs=1e-9, rel=0), name


def test_our_own_predictions_of_long_or_strange_classes(wine, short_run):
    long_name = "a class with a name that no header can hold in full, of 90 signs, which goes on and on and on"
    named = dataclasses.replace(wine, class_names=("=1+1", long_name, long_name[:-1] + "!"))
    with pytest.raises(InputError):  # the two long ones look alike when they are shortened
        read_forecasts(predictions_csv(short_run, named))
    named = dataclasses.replace(wine, class_names=("=1+1", long_name, " 3 "))
    found, _ = read_forecasts(predictions_csv(short_run, named))
    np.testing.assert_array_equal(found.y, wine.y_test)
    np.testing.assert_allclose(found.log_proba[0], log_softmax(short_run.logits(wine.x_test)), atol=1e-12)


def test_logits_are_recognised_by_numbers_below_0_and_said():
    logits = np.log(PROBA + 0.01) * 3 + 1
    found, notices = read_forecasts(csv(wide(logits)))
    check(found, np.exp(log_softmax(logits))[None])
    assert notices == [
        f"The numbers are read as logits: row 2 adds up to {logits[0].sum():.6g}, and some are below 0. "
        "A softmax turns them into probabilities."
    ]
    found, notices = read_forecasts(csv(wide(log_softmax(logits))))
    check(found, np.exp(log_softmax(logits))[None])
    assert notices == ["The numbers are read as log-probabilities: their exponentials add up to 1."]


def test_numbers_may_be_read_as_logits_whatever_they_are():
    found, notices = read_forecasts(csv(wide(PROBA * 7)), kind="logits")
    check(found, np.exp(log_softmax(PROBA * 7))[None])
    assert notices == []
    assert "all the same" in read_forecasts(csv(wide()), kind="logits")[1][0]


def test_rows_that_nearly_add_up_are_divided_by_their_sum_and_counted():
    proba = PROBA.copy()
    proba[1] = [0.1, 0.1, 0.8005]
    proba[3] = [0.25, 0.5, 0.2491]
    found, notices = read_forecasts(csv(wide(proba)))
    check(found, proba[None] / proba.sum(axis=1, keepdims=True))
    assert notices == [
        "2 rows of 4 do not add up to 1 exactly: the probabilities are divided by their sum. "
        "Furthest from 1 is row 5, with 0.9991."
    ]


def test_float32_adds_up_without_a_word():
    _, notices = read_forecasts(csv(wide(PROBA.astype(np.float32))))
    assert notices == []


def test_per_cent_is_read_and_said():
    found, notices = read_forecasts(csv(wide(PROBA * 100)))
    check(found, PROBA[None])
    assert notices == ["The rows add up to 100: they are read as per cent."]


def test_what_was_ruled_out_and_came_true_stays_minus_infinity_and_is_said():
    found, notices = read_forecasts(csv(wide(y=np.array([2, 2, 2, 1]))))
    assert np.isneginf(found.log_proba[0, 2, 2])
    assert found.ruled_out().tolist() == [2]
    assert notices == ["Row 4: the true class, “top”, has probability 0, so the loss is infinite at every temperature."]
    assert np.isinf(negative_log_likelihood(found.log_proba[0], found.y).mean())


REFUSED = {
    "Row 3 adds up to 0.9, not to 1. Are these logits?": wide().replace(0.8, 0.7),
    "Row 2 adds up to 1.5, not to 1. 3 more rows do not either. Are these logits?": wide(PROBA * 1.5),
    "Row 3 of column “mid” is empty": wide().replace(0.3, np.nan).assign(mid=[0.3, np.nan, 0.4, 0.5]),
    "Row 3 of column “mid” holds “nan”, which is read as missing: fill it in": wide().assign(mid=[0.3, "nan", 0.4, 0.5]),
    "Row 2 of column “mid” is empty or holds “n/a”, which is read as": wide().assign(mid=[None, "n/a", 0.4, 0.5]),
    "Row 4 has no true class in column “y”": wide().assign(y=["top", "top", None, "mid"]),
    "“NA” is read as missing: spell it out if it is a class": wide().assign(y=["top", "top", "NA", "mid"]),
    "Row 2 has the true class “best”, which has no forecasts": wide().assign(y=["best", "top", "low", "mid"]),
    "holds a single class, “top”": wide().assign(y="top"),
    "Only one class has forecasts, “low”": wide()[["low", "y"]].assign(y=["low", "mid", "top", "mid"]),
    "Row 2 of column “low” is -0.2, and no probability is below 0": wide(PROBA - [0.4, -0.2, -0.2]),
    "Row 4 of column “top” is infinite: write a probability": wide().assign(top=[0.5, 0.8, np.inf, 0.25]),
    "Row 5 of column “mid” holds “many”": wide().assign(mid=["0.3", "0.1", "0.4", "many"]),
    "Model “b” has no column for class “mid”": pd.DataFrame(
        {"a: low": [0.5], "a: mid": [0.5], "b: low": [1.0], "y": ["low"]}
    ).loc[[0, 0]].assign(y=["low", "mid"]),
    "names several models: give each its own columns": wide().assign(model=["a", "a", "b", "b"]),
    "are both read as class “low”": wide().rename(columns={"mid": "p_low"}),
    "holds 31 different classes, and 30": pd.DataFrame(np.full((31, 31), 1 / 31)).rename(columns=str).assign(y=range(31)),
    "The file has 31 classes, and 30 are the most": pd.DataFrame(np.full((2, 31), 1 / 31)).rename(columns=str).assign(y=[0, 1]),
    "33 models, and 32 are the most": pd.DataFrame({f"m{m}: {k}": [0.5, 0.5] for m in range(33) for k in "ab"}).assign(
        y=["a", "b"]
    ),
}  # fmt: skip


@pytest.mark.parametrize("sentence", REFUSED)
def test_what_cannot_be_judged_is_refused_with_row_and_column(sentence):
    with pytest.raises(InputError) as refusal:
        read_forecasts(csv(REFUSED[sentence]), "y")
    assert sentence in str(refusal.value)


def doubled(table):
    return pd.concat([table, table[:1]])


REFUSED_LINES = {
    "Rows 2 and 26 both hold class “low” of row “row 0”, model “a”: delete one of them.": doubled,
    "Model “b” has no line for class “top” of row “row 3”": lambda table: table[:-1],
    "Model “b” has no line for class “low” of row “row 0”": lambda table: table.drop(index=12),
    "Row 9 of column “true class” holds “mid”, and another line of the same row “low”": lambda table: table.assign(
        **{"true class": table["true class"].where(table.index != 7, "mid")}
    ),
    "Row 2 of column “row” is empty": lambda table: table.assign(row=table["row"].where(table.index != 0)),
    "Row 2 of column “row” is empty or holds “NA”, which": lambda table: table.assign(
        row=table["row"].where(table.index != 0, "NA")
    ),
    "no column holds the true class": lambda table: table.drop(columns="true class"),
    "Row 2 has no true class": lambda table: table.assign(**{"true class": table["true class"].where(table.row != "row 0")}),
    "Row 5 of model “a” adds up to 0.9": lambda table: table.assign(value=table["value"].where(table.index != 5, 0.7)),
}


@pytest.mark.parametrize("sentence", REFUSED_LINES)
def test_lines_that_do_not_make_rows_are_refused(sentence):
    with pytest.raises(InputError) as refusal:
        read_forecasts(csv(REFUSED_LINES[sentence](long({"a": PROBA, "b": PROBA}))))
    assert sentence in str(refusal.value)


def test_target_and_columns_may_be_named():
    table = wide().rename(columns={"y": "what came"}).assign(extra="x")
    with pytest.raises(InputError, match="Say which column holds the true classes"):
        read_forecasts(csv(table))
    check(read_forecasts(csv(table), "what came")[0], PROBA[None])
    check(read_forecasts(csv(table.assign(size=7)), "what came", list(CLASSES))[0], PROBA[None])
    for wrong in ({"target": "size"}, {"target": "what came", "columns": ["size"]}, {"kind": "odds"}):
        with pytest.raises(InputError, match=r"no column|found out"):
            read_forecasts(csv(table), **wrong)


def test_two_columns_that_may_hold_the_true_classes_are_asked_about():
    with pytest.raises(InputError, match="“label”, “y” may"):
        read_forecasts(csv(wide()[["low", "mid", "top"]].assign(label=list("abca"), y=np.array(CLASSES)[Y])))


def test_rows_and_models_are_chosen_and_drawn():
    rng = np.random.default_rng(0)
    proba = rng.dirichlet([1, 1, 1], size=(2, MAX_ROWS + 10))
    columns = {f"{model}: {one}": proba[m][:, k] for m, model in enumerate("ab") for k, one in enumerate(CLASSES)}
    found, _ = read_forecasts(csv(pd.DataFrame(columns).assign(y=np.array(CLASSES)[rng.integers(3, size=MAX_ROWS + 10)])))
    some, sentence = found.at_most()
    assert sentence == "Of the 5,010 rows, 5,000 drawn at random are judged."
    np.testing.assert_array_equal(some.log_proba, found.log_proba[:, some.row_numbers - 2])
    assert found.at_most(MAX_ROWS + 10) == (found, "")
    seen = found.held_out("b")
    np.testing.assert_array_equal(seen.logits, some.log_proba[1])
    np.testing.assert_array_equal(seen.rows, some.row_numbers - 1)
    assert seen.member_own_logits.shape == (2, MAX_ROWS, 3)
    assert seen.log_proba.shape == (0, MAX_ROWS, 3)
    assert found.models(["b"]).model_names == ("b",)
    with pytest.raises(InputError, match="no model"):
        found.index_of("c")


def test_columns_of_long_names_that_begin_alike_are_found_by_their_classes():
    """ux: a file whose columns have the names of the classes, each over 60 letters, was refused for having other names."""
    classes = [f"a name as long as those of diagnoses often are, which all begin alike, number {k}" for k in range(3)]
    rows = [f'"{name}",{",".join("0.6" if k == j else "0.2" for j in range(3))}' for k, name in enumerate(classes)]
    header = ",".join(["true class", *(f'"{name}"' for name in classes)])
    found, _ = read_forecasts("\n".join([header, *rows]).encode())
    assert found.y.tolist() == found.log_proba[0].argmax(axis=1).tolist() == [0, 1, 2]
    assert [name[-8:] for name in found.class_names] == ["number 0", "number 1", "number 2"]
