"""What Many runs says about pairs, spreads and numbers on axes."""

import numpy as np
import pytest

from ensemble.probability.intervals import Band
from ensemble.sweeps.comparisons import LeftOut, SpreadChange
from ensemble.sweeps.paired_runs import paired as paired_runs
from ui.charts.run_axes import short_loss, with_room_between
from ui.text.pairs import difference, gain, interval, left_out, seeds_needed, verdict
from ui.text.variance import change, own_and_shared, what_dominates


def result_of_pairs(differences, spread=0.0):
    a = np.linspace(0, spread, len(differences))
    return paired_runs(a, a + differences)


@pytest.mark.parametrize(
    ("differences", "said"),
    [
        ([0.1] * 4, ["All pairs differ by the same.", "Nothing varies between these pairs", "Nothing varies, paired or not."]),
        ([0.0] * 4, ["All pairs came out the same.", "Nothing varies between these pairs", "Nothing varies, paired or not."]),
        (
            [-1.0, 1.0, -1.0, 1.0],
            ["includes 0: these pairs do not rule out luck", "Needs at least 10 pairs to tell", "Needs at least 10 pairs"],
        ),
        (
            [1.0, 1.1, 0.9, 1.0],
            [
                "does not include 0",
                "Needs at least 10 pairs to tell; you have 4",
                "Needs at least 10 pairs; you have 4",
            ],
        ),
    ],
)
def test_the_words_on_pairs_bear_every_outcome(differences, said):
    result = result_of_pairs(np.array(differences))
    for sentence, beginning in zip((verdict(result), seeds_needed(result), gain(result)), said, strict=True):
        assert beginning in sentence


def test_the_pairs_that_it_takes_are_told_from_ten_on():
    assert "no number of seeds" in seeds_needed(result_of_pairs(np.array([-1.0, 1.0] * 5)))
    assert "pairs are needed to detect" in seeds_needed(result_of_pairs(np.linspace(0.9, 1.1, 10)))


def test_pairs_that_go_against_each_other_are_said_to_have_cost_precision():
    a = np.arange(12.0)
    assert "smaller, 0.5 times" in gain(paired_runs(a, -a))


def test_a_gain_is_claimed_only_above_one_and_with_enough_pairs():
    """“cannot be told from 5 pairs”, and then gave the number."""
    draw = np.random.default_rng(1)
    hard = draw.normal(size=30)
    a, b = hard + draw.normal(size=(2, 30)) / 10
    alone = np.random.default_rng(2).normal(size=(2, 30))
    assert "what is hard for A is hard for B" in gain(paired_runs(a, b))
    assert "Needs at least 10 pairs; you have 9" in gain(paired_runs(a[:9], b[:9]))
    assert "The interval includes 1, so no gain is shown" in gain(paired_runs(*alone))


@pytest.mark.parametrize(
    ("counted", "said"),
    [
        ((16, 14, 0, 14, 0), "Of 16 pairs 14 are left out: B diverged in 14, A in 0; this holds for the others only."),
        (
            (9, 5, 1, 2, 3),
            "Of 9 pairs 5 are left out: B diverged in 2, A in 1, 3 have not been trained to their end, or were given up; "
            "this holds for the others only.",
        ),
        ((2, 1, 1, 0, 0), "Of 2 pairs 1 is left out: B diverged in 0, A in 1."),
        ((4, 0, 0, 0, 0), ""),
    ],
)
def test_pairs_that_are_left_out_are_named(counted, said):
    assert left_out(LeftOut(*counted)) == said


def test_the_interval_of_a_ratio_is_held_against_one():
    result = result_of_pairs(np.array([-1.0, 1.0, -1.0, 1.0]))
    assert "includes 1:" in verdict(result, "ratio")
    assert "includes 0:" in verdict(result, "accuracy")


@pytest.mark.parametrize(
    ("trainings", "drawn", "said", "unsaid"),
    [
        (["joint"], "both", "share the order of the batches", "differ by their initial weights, the order"),
        (["independent"], "start", "Here all runs have the same split", "share the order"),
        (["joint", "independent"], "split", "Independent training members", "Here all runs have the same split"),
    ],
)
def test_members_are_said_to_differ_by_what_they_do_differ_by(trainings, drawn, said, unsaid):
    text = own_and_shared(trainings, drawn)
    assert said in text.replace("With independent", "Independent")
    assert unsaid not in text


def test_a_spread_changed_only_if_its_interval_excludes_one():
    one = Band(1.0, 0.9, 1.1)
    for ratio, seeds, said in (
        (Band(0.5, 0.4, 0.7), 30, "it is smaller"),
        (Band(2.0, 1.4, 2.7), 30, "it is larger"),
        (
            Band(0.9, 0.7, 1.1),
            30,
            "0.9 times the first (95 % interval 0.7 to 1.1). The interval includes 1, so a change is not shown",
        ),
        (Band(0.5, 0.4, 0.7), 9, "9 seeds are too few"),
    ):
        assert said in change(SpreadChange(1.0, 1.0, one, one, ratio, seeds))


def test_the_larger_part_of_the_spread_is_named():
    assert "what is shared dominates (the split, which" in what_dominates(0.5, 0.1, 16, "both")
    assert "the split is not part of it" in what_dominates(0.5, 0.1, 16, "start")
    assert "own part is the larger" in what_dominates(0.1, 0.5, 16, "both")
    assert what_dominates(float("nan"), float("nan"), 1, "both") == ""


@pytest.mark.parametrize(
    ("loss", "digits", "text"),
    [
        (748.0, 2, "750"),
        (0.00123, 2, "0.0012"),
        (9e-6, 2, "9·10⁻⁶"),
        (7.46e-6, 2, "7.5·10⁻⁶"),
        (1e-5, 2, "10⁻⁵"),
        (0.0, 2, "0"),
    ],
)
def test_losses_on_axes_and_in_cells_are_short(loss, digits, text):
    assert short_loss(loss, digits) == text


@pytest.mark.parametrize("log", [True, False])
def test_numbers_of_many_values_have_room_on_an_axis(log):
    values = [float(value) for value in range(1, 21)]
    kept = with_room_between(values, log)
    where = np.log(kept) if log else np.array(kept)
    whole = np.log(20) if log else 19
    assert len(kept) >= 4
    assert np.diff(where).min() >= whole / 8 - 1e-9
    assert with_room_between([1, 2, 4, 8, 16, 32], True) == [1, 2, 4, 8, 16, 32]


def test_amounts_have_their_unit_and_differences_their_direction():
    assert interval("test_loss", -0.5, 0.25) == "−0.5 to 0.25 nats"
    assert interval("ratio", np.log(0.5), np.log(2)) == "0.5 to 2"
    assert difference("accuracy", -0.03) == "B's accuracy is 3 points lower than A's"
    assert difference("ratio", np.log(2)) == "B's test loss is 2 times A's (geometric mean)"
    assert difference("test_loss", 0.0) == "B's test loss is A's"
    assert "cancels" in gain(result_of_pairs(np.array([0.1] * 4), spread=1.0))
