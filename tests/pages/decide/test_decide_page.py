"""Decide: the bill, abstaining and equal accuracy on the example run, each claim against a sum of its own."""

import re

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score
from statsmodels.stats.proportion import proportion_confint
from streamlit.testing.v1 import AppTest

from ensemble.decisions import Prices, best_actions
from ensemble.decisions.bills import bill as bill_of
from ensemble.decisions.decision_rules import ARG_MAX, BAYES, RuleBills
from ensemble.probability.vectors import softmax
from ensemble.runs.held_out import held_out
from pages.parts.decide import abstain
from pages.parts.decide.bill import _claim
from testing.app_test import go_to_part, open_app, pictures, state_of, wait_for_the_run, words
from ui.text.format import percent

pytestmark = pytest.mark.usefixtures("training_service")

PAGE = "pages/decide.py"


def show_ties():
    import numpy as np
    import streamlit as st

    from ensemble import EnsembleConfig, load_dataset
    from ensemble.runs.held_out import HeldOut
    from pages.parts.decide import abstain
    from ui.widgets.forecasts.judged import Judged

    st.session_state.setdefault("coverage_of_answers", 50)
    logits = np.log(np.tile([[0.6, 0.3, 0.1]], (12, 1)))
    none = np.empty(0, np.int64)
    seen = HeldOut(np.arange(12), np.array([0] * 9 + [1] * 3), logits, logits[None], none, np.empty((0, 12, 3)))
    abstain.show(Judged(seen, load_dataset("wine"), EnsembleConfig(), "made up", "test"))


@pytest.fixture(scope="module")
def app():
    return open_app(PAGE)


@pytest.fixture(scope="module")
def seen(app):
    related = state_of(app).related["folds"]
    names = [name for name in related.plan if name.startswith("own")]
    return held_out([related.runs[name] for name in names], [related.plan[name][1] for name in names])


@pytest.fixture
def bill(app):
    go_to_part(app, "decide", "The bill")
    choose(app, "One error costs twenty")
    return app


def choose(app, preset):
    app.button_group(key="prices_preset").set_value(preset).run()
    assert not app.exception


def paid_by_hand(seen, errors):
    """What the cheapest actions cost, in plain sums."""
    total = 0.0
    for q, k in zip(softmax(seen.logits), seen.y, strict=True):
        expected = [sum(errors[a][j] * q[j] for j in range(len(q))) for a in range(len(errors))]
        total += errors[expected.index(min(expected))][k]
    return total / len(seen.y)


def test_the_titles_count_the_price_lists_that_are_drawn_outside(bill):
    before, after, _ = pictures(bill)
    text = words(bill)
    for figure, title in ((before, "As they are"), (after, "At the fitted temperature")):
        inside, outside = (
            next(one for one in figure["data"] if one.get("name") == f"{place} its band") for place in ("inside", "outside")
        )
        assert len(inside["x"]) + len(outside["x"]) == 200
        assert f"{title}: {len(outside['x'])} of 200" in text
        low, high = np.array(outside["customdata"]).T
        assert ((np.array(outside["y"]) < low) | (np.array(outside["y"]) > high)).all()
    assert len(before["data"][3]["x"]) > 10 * len(after["data"][3]["x"])
    assert text.index("What is a probability?") < text.index("These forecasts do not keep it.") < text.index("Your prices.")


def test_the_bill_of_the_chosen_prices_equals_a_plain_sum(bill, seen):
    for preset in ("One error costs twenty", "All errors alike"):
        choose(bill, preset)
        paid = paid_by_hand(seen, Prices.preset(preset, 3).errors)
        shown = bill.dataframe[0].value
        assert shown["Paid"].iloc[0] == pytest.approx(paid)
        assert f"paid **{paid:.3g}**" in words(bill)


def test_the_words_say_by_what_the_chosen_prices_are_divided_in_the_picture(bill):
    assert "Yours are divided by their mean, 4.17" in words(bill)
    choose(bill, "All errors alike")
    assert "divided by their mean" not in words(bill)


def test_the_actions_that_are_compared_are_those_of_the_prices(bill, seen):
    proba = softmax(seen.logits)
    costs = Prices.preset("One error costs twenty", 3).costs()
    differ = int((best_actions(proba, costs) != proba.argmax(axis=1)).sum())
    assert f"is not the likeliest class for {differ} of them" in words(bill)
    choose(bill, "All errors alike")
    assert "At these prices the likeliest class is the cheapest action for every wine" in words(bill)


def test_pools_that_need_another_training_are_named(bill):
    assert "The learned weights and the learned combining layer" in words(bill)


def test_a_typed_price_is_in_the_address_and_comes_back_from_it(bill):
    bill.number_input(key="price_0_2").set_value(7.5).run()
    assert bill.button_group(key="prices_preset").value is None
    assert bill.query_params["prices"] == ["3~~1_3_7.5~2_1_20"] or bill.query_params["prices"] == "3~~1_3_7.5~2_1_20"
    choose(bill, "All errors alike")
    assert bill.number_input(key="price_0_2").value == 1
    again = open_app(PAGE, prices="3~0.25~1_3_7.5", part="The bill")
    assert again.number_input(key="price_0_2").value == 7.5
    assert again.number_input(key="prices_expert").value == 0.25


def test_prices_stay_from_part_to_part(bill):
    bill.number_input(key="price_2_1").set_value(3.0).run()
    go_to_part(bill, "decide", "Abstain")
    go_to_part(bill, "decide", "Why not accuracy")
    assert bill.number_input(key="price_2_1").value == 3


@pytest.mark.parametrize(("typed", "named"), [(-1.0, "−1 is not used"), (1001.0, "1,001 is not used")])
def test_a_price_that_cannot_be_used_is_named_and_nothing_is_lost(bill, typed, named):
    bill.number_input(key="price_0_2").set_value(4.0).run()
    paid = bill.dataframe[0].value["Paid"].iloc[0]
    bill.number_input(key="price_0_2").set_value(typed).run()
    assert not bill.exception
    assert "A price is a number from 0 to 1,000" in bill.error[0].value
    assert named in bill.error[0].value
    assert "the price stays 4." in bill.error[0].value
    assert bill.number_input(key="price_0_2").value == typed
    assert bill.dataframe[0].value["Paid"].iloc[0] == paid
    bill.number_input(key="price_0_2").set_value(5.0).run()
    assert not bill.error


def test_an_expert_can_be_asked_and_gets_the_rows_of_chows_rule(bill, seen):
    choose(bill, "Ask an expert for 0.1")
    assert bill.number_input(key="prices_expert").value == 0.1
    go_to_part(bill, "decide", "Abstain")
    asked = int((softmax(seen.logits).max(axis=1) < 0.9).sum())
    assert f"Your prices leave {asked} of 178 wines to the expert" in words(bill)
    go_to_part(bill, "decide", "The bill")
    bill.toggle(key="prices_ask").set_value(False).run()
    assert state_of(bill).prices == Prices.preset("All errors alike", 3)


def test_the_surest_are_answered_first_and_the_table_has_scikit_learns_auroc(app, seen):
    go_to_part(app, "decide", "Abstain")
    app.slider(key="coverage_of_answers").set_value(95).run()
    proba = softmax(seen.logits)
    wrong = proba.argmax(axis=1) != seen.y
    answered = round(0.95 * 178)
    of_the_surest = wrong[np.argsort(-proba.max(axis=1))][:answered].sum()
    assert f"The surest 95 %: {of_the_surest} of {answered} wrong. All 178: {wrong.sum()} wrong" in words(app)
    shown = app.dataframe[0].value.set_index("Ordered by")["AUROC of being wrong"]
    assert shown["top probability"] == pytest.approx(roc_auc_score(wrong, 1 - proba.max(axis=1)))
    assert set(shown.index) == {"top probability", "entropy", "mutual information"}
    app.button_group(key="order_of_answers").set_value("mutual information").run()
    assert not app.exception


def test_two_forecasters_of_equal_accuracy_have_unequal_losses_and_bills(app):
    go_to_part(app, "decide", "Why not accuracy")
    choose(app, "One error costs twenty")
    shown = app.dataframe[0].value.set_index("").T
    assert shown["Accuracy"].nunique() == shown["Right"].nunique() == 1
    assert shown["Loss (nats)"].nunique() == shown["Paid per wine"].nunique() == 2
    dearer, cheaper = map(int, re.search(r"pays more for (\d+) of 200 price lists, less for (\d+)", words(app)).groups())
    traces = {one["name"]: len(one["x"]) for one in pictures(app)[0]["data"] if one.get("name")}
    assert (traces[f"B pays more: {dearer}"], traces[f"B pays less: {cheaper}"]) == (dearer, cheaper)
    choose(app, "All errors alike")
    assert len(set(app.dataframe[0].value.set_index("").T["Paid per wine"])) == 1
    assert "where errors are all alike, only the likeliest class matters" in words(app)


def test_equal_accuracy_has_its_count_and_each_score_its_interval(app, seen):
    go_to_part(app, "decide", "Why not accuracy")
    choose(app, "All errors alike")
    shown = app.dataframe[0].value.set_index("")["A: these forecasts"]
    hits = int((seen.logits.argmax(axis=1) == seen.y).sum())
    assert shown["Right"] == f"{hits} of 178"
    wilson = proportion_confint(hits, 178, method="wilson")
    assert shown["Accuracy"] == "{} ({} to {})".format(*(percent(value, 1) for value in (hits / 178, *wilson)))
    for name, value in (
        ("Loss (nats)", log_loss(seen.y, softmax(seen.logits))),
        ("Brier (0 to 2)", brier_score_loss(seen.y, softmax(seen.logits), scale_by_half=False)),
    ):
        mean, low, high = map(float, re.fullmatch(r"(\S+) \((\S+) to (\S+)\)", shown[name]).groups())
        assert mean == pytest.approx(value, rel=0.01)
        assert low < mean < high
    prices = Prices.preset("All errors alike", 3)
    made = bill_of(softmax(seen.logits), seen.y, prices.costs(), np.random.default_rng(1))
    ends = [float(end) for end in shown["Paid if calibrated"].split(" to ")]
    assert ends == pytest.approx([made.low, made.high], abs=2 / 178)
    assert "On these 178 wines B pays more" in words(app).replace("\n", " ")


def test_a_count_with_a_decimal_is_explained_by_ties(monkeypatch):
    monkeypatch.setattr(abstain, "offer_more", lambda *_: None)
    app = AppTest.from_function(show_ties).run()
    assert not app.exception
    assert "The surest 50 %: 1.5 of 6 wrong" in words(app)
    assert "averaged over all orders" in words(app)


@pytest.mark.nightly
def test_few_errors_are_said_and_a_press_trains_on_noisier_rows():
    app = open_app(PAGE, part="The bill", epochs="2", members="2", test_share="0.4")
    assert re.search(r"Only \d+ of 178 answers are wrong", words(app))
    app.button(key="more_rows_1").click().run()
    assert app.session_state["label_noise"] == 0.2
    assert app.session_state["test_share"] == 0.4
    wait_for_the_run(app)
    assert state_of(app).job.dataset.name == "wine"


@pytest.mark.parametrize(
    ("likeliest", "said"),
    [
        (0.3, "The cheapest actions and the likeliest classes both cost 0.3 per row"),
        (0.29, "Here the likeliest classes cost 0.29 per row, the actions that seemed cheapest 0.3"),
        (0.31, "The cheapest actions cost 0.3 per row, the likeliest classes 0.31"),
    ],
)
def test_bills_that_differ_by_rounding_are_not_said_to_differ(likeliest, said):
    """The same prices in another order add up to 0.30000000000000004: one of both bills was said to be lower."""
    table = pd.DataFrame({"name": [BAYES, ARG_MAX], "paid": [0.1 + 0.2, likeliest]})
    assert _claim(RuleBills(table, np.zeros(0), 0, 2, 0), "row") == said
