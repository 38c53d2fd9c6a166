"""The nets of a class as one ensemble, against sums of its own."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from ensemble import EnsembleConfig, InputError
from ensemble.probability.vectors import kl_divergence, linear_pool, log_pool, log_softmax
from ensemble.room.class_ensemble import SELECTIONS, class_pools, selected, with_and_without
from ensemble.room.nets import Net
from pages.parts.room import words


def nets_of(rng, count, rows=20, classes=3):
    return {
        f"net {k}": Net(
            log_softmax(rng.normal(scale=2, size=(rows, classes))).astype(np.float32),
            EnsembleConfig(seed=int(rng.integers(3)), activation=("linear", "relu")[k % 2]),
            float(rng.uniform()),
        )
        for k in range(count)
    }


@settings(max_examples=25)
@given(some.integers(1, 12), some.integers(0, 1000))
def test_pools_are_those_of_members(count, seed):
    rng = np.random.default_rng(seed)
    nets, y = nets_of(rng, count), rng.integers(0, 3, 20)
    seen = class_pools(nets, y, rng)
    proba = np.exp(np.stack([net.log_proba for net in nets.values()]).astype(float))
    proba /= proba.sum(axis=-1, keepdims=True)
    rows = np.arange(20)
    np.testing.assert_allclose(seen.losses, -np.log(proba[:, rows, y]).mean(axis=1), atol=1e-5)
    assert seen.linear == pytest.approx(-np.log(linear_pool(proba)[rows, y]).mean(), abs=1e-5)
    pooled = log_pool(proba)
    assert seen.log == pytest.approx(-np.log(pooled[rows, y]).mean(), abs=1e-5)
    divergence = np.mean([kl_divergence(pooled, one).mean() for one in proba])
    assert seen.ambiguity == pytest.approx(divergence, abs=1e-5)
    assert seen.losses.mean() - seen.log == pytest.approx(seen.ambiguity, abs=1e-5)
    assert seen.by_size["members"].iloc[-1] == count
    assert seen.by_size["mean"].iloc[-1] == pytest.approx(seen.linear)


def test_one_sees_what_ones_own_net_adds():
    rng = np.random.default_rng(0)
    nets, y = nets_of(rng, 5), rng.integers(0, 3, 20)
    own, whole, without = with_and_without(nets, "net 2", y)
    assert own == pytest.approx(class_pools({"net 2": nets["net 2"]}, y, rng).linear)
    assert whole == pytest.approx(class_pools(nets, y, rng).linear)
    assert without == pytest.approx(class_pools({k: v for k, v in nets.items() if k != "net 2"}, y, rng).linear)
    assert with_and_without({"net 2": nets["net 2"]}, "net 2", y)[2] is None
    with pytest.raises(InputError, match="not part"):
        with_and_without(nets, "net 9", y)


def test_nets_are_selected_by_what_the_test_rows_have_not_decided():
    nets = nets_of(np.random.default_rng(0), 25)
    chosen = {selection: selected(nets, selection) for selection in SELECTIONS}
    assert chosen["All nets"] == nets
    best = chosen["Best ten by training loss"].values()
    assert sorted(net.train_loss for net in best) == sorted(net.train_loss for net in nets.values())[:10]
    assert {net.config.activation for net in chosen["Only linear"].values()} == {"linear"}
    assert len(chosen["Only linear"]) == 13
    (seed,) = {net.config.seed for net in chosen["Same seed for all"].values()}
    assert len(chosen["Same seed for all"]) == max(sum(n.config.seed == s for n in nets.values()) for s in range(3))
    assert len(chosen["Same seed for all"]) == sum(net.config.seed == seed for net in nets.values())
    assert all(selected({}, selection) == {} for selection in SELECTIONS)


def test_nets_of_other_rows_are_not_pooled():
    rng = np.random.default_rng(0)
    with pytest.raises(InputError, match="same test rows"):
        class_pools(nets_of(rng, 1) | {"other": nets_of(rng, 1, rows=9)["net 0"]}, np.zeros(20, int), rng)
    with pytest.raises(InputError, match="at least one"):
        class_pools({}, np.zeros(20, int), rng)


def test_nets_that_say_the_same_leave_a_pool_nothing_to_gain():
    rng = np.random.default_rng(0)
    nets, y = nets_of(rng, 5), rng.integers(0, 3, 20)
    seen = class_pools(nets, y, rng)
    assert not seen.are_alike
    assert seen.better_than == sum(loss > seen.linear for loss in seen.losses)
    same = class_pools(dict.fromkeys("abcde", nets["net 0"]), y, rng)
    assert same.are_alike
    assert same.linear == pytest.approx(same.losses[0])


def test_the_pool_is_better_than_the_mean_but_one_good_net_can_beat_it():
    """“Nearly always better than any of them” was said of every class; a class of poor nets and a good one is none such."""
    rng = np.random.default_rng(0)
    nets, y = nets_of(rng, 6), rng.integers(0, 3, 20)
    good = Net(log_softmax(4 * np.eye(3)[y]).astype(np.float32), EnsembleConfig(), 0.1)
    seen = class_pools(nets | {"good": good}, y, rng)
    assert seen.losses.min() < seen.linear < seen.losses.mean()
    assert "better than any" not in " ".join(words.CLASS_ENSEMBLE.split())
    assert "Its loss is never above their mean loss" in " ".join(words.CLASS_ENSEMBLE.split())
