"""What the shipped plans say holds for the numbers that their steps show: the example's, and those that a page begins with."""

from functools import cache

import numpy as np
import pytest

from ensemble import classic
from ensemble.calibration.conformal import conformal_sets
from ensemble.calibration.reliability import fullest_bin, reliability_in_bins, simulated_calibration_error
from ensemble.calibration.temperature import COLDEST, at_temperature_of_other_rows, fit_temperature, split_rows
from ensemble.datasets.config import table_of
from ensemble.decisions.bills import bills_of_random_prices
from ensemble.decisions.costs import Prices
from ensemble.disagreement.entropy import nll_by_size
from ensemble.disagreement.plane import plane_grid
from ensemble.lecture.shipped import shipped
from ensemble.probability.scoreboard import change_by_temperature
from ensemble.probability.scoring import base_rate_loss, top_label, uniform_loss
from ensemble.probability.truncation import top_p_mask
from ensemble.probability.vectors import cross_entropy, entropy, kl_divergence, linear_pool, log_softmax, softmax
from ensemble.related import example, plans
from ensemble.rng import evaluation_rng, shift_rng
from ensemble.runs.held_out import held_out
from ensemble.runs.test_rows import most_wrong
from ensemble.shift.blobs import OVERLAPPING
from ensemble.shift.other_shares import AFTER, BEFORE, TEMPERATURE, at_shares, possible_shares, rows_to_test
from ensemble.shift.training_shares import rare_shares, seen_shares
from ensemble.sweeps.comparisons import run_variance_shares
from ensemble.sweeps.results import RunSpec
from ensemble.sweeps.tables import results_table, used_values
from ensemble.sweeps.variance import share_above
from ui.components.cross_entropy import INITIAL as VECTORS
from ui.components.scores import EXAMPLE_SCORES

WINE = 7 - 1
HALF = 0.5
COVERAGE = 0.9
FAR = 3
"""Spans of the training rows."""


def said(title, plan="lecture"):
    """All that a step says, in one line."""
    step = next(step for step in shipped()[plan].steps if step.title == title)
    question = step.question
    texts = [step.words, step.note, *([question.text, *question.answers, question.why] if question else [])]
    return " ".join(" ".join(texts).split())


def right(title, plan="lecture"):
    question = next(step.question for step in shipped()[plan].steps if step.title == title)
    return question.answers[question.right]


@cache
def run_of(name):
    config, data = example.planned()[name]
    return example.find(config, data), data


@cache
def out_of_fold():
    """The forecasts that Calibration and Decide begin with."""
    runs, parts = zip(*(run_of(f"own {fold}") for fold in range(1, 6)), strict=True)
    return held_out(runs, parts)


@cache
def halves():
    """Which of these rows fit a temperature or sets, by the share that the pages begin with."""
    return split_rows(len(out_of_fold().y), HALF, rng())


@cache
def luck():
    plan = plans.luck(example.CONFIG, example.CONFIG.seed)
    return plan, results_table(plan.specs, example.results(plan), {})


def rng():
    return evaluation_rng(example.CONFIG)


@pytest.mark.parametrize("plan", ["lecture", "softmax"])
def test_one_score_moves_all_three_bars(plan):
    assert "Move one score, and watch all three bars." in said("Three scores", plan)
    before, after = (softmax(np.add(EXAMPLE_SCORES, [by, 0, 0])) for by in (0, 1))
    assert (np.abs(after - before) > 0.01).all()
    assert after.sum() == pytest.approx(1)


def test_constant_on_all_scores_changes_no_probability():
    assert right("A guess") == "They stay as they are."
    np.testing.assert_allclose(softmax(np.add(EXAMPLE_SCORES, 5)), softmax(EXAMPLE_SCORES), atol=1e-15)


@pytest.mark.parametrize("plan", ["lecture", "softmax"])
def test_temperature_keeps_answers_and_makes_them_less_sure(plan):
    assert right("Temperature", plan) == "95"
    run, data = run_of("joint")
    z = np.vstack([run.logits(data.x_test), np.pad([EXAMPLE_SCORES], 0)])
    plain, warm = softmax(z), softmax(z, 2)
    np.testing.assert_array_equal(plain.argmax(axis=1), warm.argmax(axis=1))
    assert (warm.max(axis=1) < plain.max(axis=1)).all()


def test_temperature_ends_at_the_highest_score_and_at_equal_bars():
    assert softmax(EXAMPLE_SCORES, 0.01).max() > 0.999
    assert np.ptp(softmax(EXAMPLE_SCORES, 100)) < 0.02


def test_only_the_divergence_moves_with_the_forecast():
    assert "which part moves" in said("The loss has two parts")
    p = VECTORS["p"]
    for q in (VECTORS["q"], [0.5, 0.2, 0.3]):
        assert cross_entropy(p, q) == pytest.approx(entropy(p) + kl_divergence(p, q))
        assert kl_divergence(p, q) > 0
    assert kl_divergence(p, p) == 0


def test_training_ends_at_the_entropy_of_the_target():
    target = [0.9, 0.05, 0.05]
    assert right("The slip") == "At the entropy of the target."
    assert f"about {entropy(target):.2f} nats" in said("The slip")
    z = np.zeros(3)
    for _ in range(20_000):
        z -= softmax(z) - target
    assert cross_entropy(target, softmax(z)) == pytest.approx(entropy(target), abs=1e-12)


@pytest.mark.parametrize("plan", ["lecture", "ensemble"])
def test_ten_nets_learn_from_most_wines_and_are_tested_on_the_rest(plan):
    config, data = example.CONFIG, example.data()
    assert config.members == 10
    assert f"They learn from {len(data.y_train)} wines and are tested on {len(data.y_test)} others" in said(
        "Ten nets on wine", plan
    )


def test_example_is_right_for_most_test_wines_and_its_losses_differ():
    data, found = example.data(), classic.outcome(*run_of("joint"))
    text = said("Ten nets on wine")
    assert f"{found.test_hits} of {found.test_rows} test wines are right" in text
    assert f"{data.features} measured features" in text
    assert data.classes == 3
    assert found.train_loss < found.test_loss / 100
    assert found.test_loss < base_rate_loss(data.y_test, 3) < uniform_loss(3)
    assert f"ln 3, about {uniform_loss(3):.1f} nats" in text


@pytest.mark.parametrize("plan", ["lecture", "ensemble"])
def test_nobody_agrees_on_wine_seven(plan):
    run, data = run_of("independent")
    proba = run.member_proba(data.x_test)
    votes = proba.argmax(axis=2)
    text = said("One wine nobody agrees on", plan)
    assert f"On {(votes == votes[0]).all(axis=0).sum()} of {len(data.y_test)} test wines all ten name the same" in text
    assert np.bincount(votes[:, WINE]).tolist() == [4, 2, 4]
    mean = linear_pool(proba)[WINE]
    assert "The three means are {:.2f}, {:.2f} and {:.2f}.".format(*mean) in text
    assert right("One wine nobody agrees on", plan) == "About one third for each."
    assert np.abs(mean - 1 / 3).max() < 0.01
    assert "less sure than any of the ten" in text
    assert entropy(mean) > entropy(proba[:, WINE]).max()
    assert f"The wine was {data.class_names[data.y_test[WINE]]}." in text
    step = next(step for step in shipped()[plan].steps if step.title == "One wine nobody agrees on")
    assert step.settings == {"wine": str(WINE + 1)}


def test_thirty_seeds_differ_by_a_factor_of_a_thousand():
    plan, table = luck()
    text = said("Thirty seeds")
    losses = {condition.levels[0]: used_values(table, condition, "test_loss") for condition in plan.conditions}
    assert {source: len(of_source) for source, of_source in losses.items()} == {"split": 30, "start": 30, "both": 30}
    assert np.ptp(np.log10(np.concatenate(list(losses.values())))) > 3
    worse = share_above(losses["both"], classic.outcome(*run_of("joint")).test_loss)
    assert f"Only {worse.hits} of the {worse.of} runs with both drawn anew are worse than our example." in text
    assert RunSpec(example.CONFIG, 0) in plan.specs


def test_split_brings_most_of_the_variance():
    shares = run_variance_shares(*luck(), rng())
    text, split = said("Thirty seeds"), shares.split
    assert f"about {split.mean:.0%} of the variance of the log loss".replace("%", " %") in text
    assert f"The 95 % interval is {100 * split.low:.0f} to {100 * split.high:.0f} %." in text
    assert max(shares.start.high, shares.together.high) < split.low


@pytest.mark.parametrize(("title", "plan"), [("Reliability", "lecture"), ("So we count", "trust")])
def test_forecasts_are_too_sure(title, plan):
    seen, text = out_of_fold(), said(title, plan)
    proba = softmax(seen.logits)
    forecasts, hits = top_label(proba, seen.y)
    assert f"all {len(hits)} wines" in text
    few = forecasts < 0.8
    assert (few.sum(), hits[few].sum()) == (4, 0)
    table = reliability_in_bins(forecasts, hits, rng()).table
    assert (table["count"][table["forecast"] < 0.8] == 1).all()
    full = fullest_bin(table)
    assert f"near {100 * full.forecast:.1f} %, {full.hits}" in text
    assert f"Of {full.size}" in text
    assert full.hits / full.size < table["low"].iloc[-1]
    found = simulated_calibration_error(proba, seen.y, rng())
    assert f"Of {len(found.simulated):,} simulated calibrated data sets, {found.reached} have so large an error." in text


def test_bills_are_paid_as_promised_only_at_the_fitted_temperature():
    seen, text = out_of_fold(), said("The bill")
    fitted = at_temperature_of_other_rows(seen.logits, seen.y, rng())
    before, after = (
        bills_of_random_prices(proba, seen.y, rng()) for proba in (softmax(seen.logits), softmax(fitted.log_proba))
    )
    assert f"one of {len(before.paid)} price lists" in text
    assert f"leave about {before.outside_if_calibrated.mean():.0f} grey bars" in text
    assert (
        f"{before.outside.sum()} of {len(before.paid)} lists lie outside their bars, on the right {after.outside.sum()}."
        in text
    )
    assert before.is_unusual
    assert not after.is_unusual
    np.testing.assert_array_equal(fitted.log_proba.argmax(axis=1), seen.logits.argmax(axis=1))


def test_other_shares_need_another_constant_for_each_class():
    (run, data), text = run_of("shares"), said("Other shares")
    rows = rows_to_test(data, table_of(OVERLAPPING), shift_rng(run.config))
    seen = seen_shares(run.config, data)
    shares = possible_shares(rare_shares(3).round(4), seen, rows.y)
    assert np.ptp(seen) < 0.05
    assert shares[0] / shares[2] == pytest.approx(10, rel=0.01)
    prices = Prices.preset("All errors alike", 3).costs()
    found = at_shares(run.logits(rows.x), rows.y, seen, shares, prices, shift_rng(run.config), rows.truth)
    before, best, after = (found.scored[name].loss.mean for name in (BEFORE, TEMPERATURE, AFTER))
    assert f"The loss falls from {before:.2f} to {after:.2f} nats. The best temperature leaves it at {best:.2f}." in text
    assert found.beyond_temperature.high < 0


def test_plain_division_gives_a_negative_probability():
    scores = np.array(EXAMPLE_SCORES)
    text = said("Three scores", "softmax")
    assert "The scores are 2, 1 and −1." in text
    assert scores.tolist() == [2, 1, -1]
    assert f"the third class gets −{-(scores / scores.sum())[2]:.1f}. The softmax gives it {softmax(scores)[2]:.3f}." in text


def test_top_p_keeps_the_likelier_side_of_a_coin_alone():
    assert right("A language model", "softmax") == "Never."
    from pages.parts.softmax.next_tokens import PROMPTS, TOKENS

    tokens, logits = zip(*PROMPTS["The coin came up"], strict=True)
    assert f"{TOKENS} tokens" in said("A language model", "softmax")
    kept = top_p_mask(log_softmax(logits), 0.4)
    assert [token for token, is_kept in zip(tokens, kept, strict=True) if is_kept] == ["heads"]


def test_loss_of_an_average_is_never_above_the_average_loss():
    assert right("Ten nets on wine", "ensemble") == "It is never larger."
    run, data = run_of("independent")
    proba = run.member_proba(data.x_test)[:, np.arange(len(data.y_test)), data.y_test]
    assert (-np.log(proba.mean(axis=0)) <= -np.log(proba).mean(axis=0) + 1e-12).all()


def test_one_net_loses_twice_as_much_as_all_and_some_still_beat_them():
    run, data = run_of("many")
    own = log_softmax(run.member_own_logits(data.x_test))
    table = nll_by_size(own, data.y_test, plans.sizes(), evaluation_rng(run.config))
    one, ten, most = (table["mean"].to_numpy()[table["members"] == size].item() for size in (1, 8, 32))
    assert "drawn from 32 nets" in said("How many are enough?", "ensemble")
    assert one / most == pytest.approx(2, abs=0.1)
    assert (one - ten) / (one - most) > 0.9
    alone = -own[:, np.arange(len(data.y_test)), data.y_test].mean(axis=1)
    assert 1 < (alone < most).sum() < 16


def test_ensemble_is_sure_far_from_the_data():
    run, data = run_of("independent")
    steps = FAR * np.vstack([np.eye(data.features), -np.eye(data.features)])
    wine = int(shipped()["ensemble"].steps[-1].settings["wine"]) - 1
    confidence = run.predict_proba((data.x_test[wine] + steps).astype(np.float32)).max(axis=1)
    assert (confidence > 0.9).mean() > 0.5
    run, rows = run_of("plane")
    grid = plane_grid(run, rows)
    edge = np.concatenate([grid.confidence[0], grid.confidence[-1], grid.confidence[:, 0], grid.confidence[:, -1]])
    assert (edge > 0.9).mean() > 0.5


def test_most_wrong_wine_was_forecast_with_97_percent():
    (run, data), text = run_of("joint"), said("97 %, and wrong", "trust")
    row = most_wrong(run, data)
    forecast = run.predict_proba(data.x_test)[row]
    names = data.class_names
    assert shipped()["trust"].steps[0].settings == {"wine": str(row + 1)}
    assert f"It says {names[forecast.argmax()]}, with {100 * forecast.max():.0f} %." in text
    assert f"The wine is {names[data.y_test[row]]}." in text
    assert right("97 %, and wrong", "trust").startswith("Next to nothing")


def test_fitted_temperature_lowers_the_loss_and_keeps_accuracy():
    seen, fitting, text = out_of_fold(), halves(), said("One number helps", "trust")
    found = fit_temperature(seen.logits[fitting], seen.y[fitting])
    others = seen.logits[~fitting], seen.y[~fitting]
    change = change_by_temperature(others[0], found, others[1], rng())
    before, after = change["before"], change["after"]
    assert f"The fitted one is {found:.1f}: the loss falls from {before[0]:.2f} to {after[0]:.2f} nats" in text
    assert before.iloc[-1] == after.iloc[-1]
    assert change["high"][0] < 0
    assert f"about {fit_temperature(*others):.0f}:" in text
    assert found > 1 > COLDEST
    assert right("So we count", "trust") == "The accuracy."


def test_conformal_sets_hold_the_true_class_as_often_as_promised():
    seen, fitting = out_of_fold(), halves()
    proba = softmax(seen.logits)
    sets = conformal_sets(proba[fitting], seen.y[fitting], proba[~fitting], COVERAGE)
    assert sets[np.arange(len(sets)), seen.y[~fitting]].mean() >= COVERAGE
    assert "at least nine of ten cases on average" in said("A promise that holds", "trust")
