"""The arithmetic of ui/components/ in a real browser, against ensemble.probability, and its numbers against ui.text.format."""

import math
import re

import numpy as np
import pytest

from ensemble import probability
from testing.browser_steps import number_of
from tests.browser.components.modules import import_modules
from ui.text.format import number

EXTREMES = [[0, 0, 0], [1e4, -1e4, 0], [-1e4] * 3, [1e308, -1e308, 0], [5e-324, 0, 0], [700, 710, 720], [1e4, 1e4, 0]]


@pytest.fixture(scope="module")
def in_the_browser(browser):
    page = browser.new_page()
    evaluate = import_modules(page, "lib/probability.js", "lib/shares.js", "lib/format.js")
    yield lambda expression, inputs: evaluate(f"(inputs) => inputs.map((input) => ({expression})(input))", inputs)
    page.close()


def scores_and_temperatures(count=3000):
    rng = np.random.default_rng(0)
    random = rng.normal(size=(count, 4)) * 10 ** rng.uniform(-2, 3, (count, 1))
    temperatures = 10 ** rng.uniform(-2, 2, count)
    cases = [{"z": list(z), "t": float(t)} for z, t in zip(random.tolist(), temperatures, strict=True)]
    return cases + [{"z": z, "t": t} for z in EXTREMES for t in (0.01, 1, 100)]


def test_log_softmax_and_entropy_agree_on_thousands_of_inputs(in_the_browser):
    cases = scores_and_temperatures()
    found = in_the_browser("({ z, t }) => { const p = logSoftmax(z, t); return [[...p], entropy(p), perplexity(p)]; }", cases)
    for case, (log_p, h, effective) in zip(cases, found, strict=True):
        expected = probability.log_softmax(case["z"], case["t"])
        shown = [-math.inf if value in (None, -math.inf) else value for value in log_p]
        np.testing.assert_allclose(np.maximum(shown, -1e300), np.maximum(expected, -1e300), rtol=1e-9, atol=1e-12)
        assert h == pytest.approx(probability.entropy(np.exp(expected)), abs=1e-9)
        assert effective == pytest.approx(math.exp(h))


def test_partition_function_and_free_energy_agree(in_the_browser):
    cases = [case for case in scores_and_temperatures(1000) if max(map(abs, case["z"])) < 1e300]
    found = in_the_browser("({ z, t }) => [logPartition(z, t), freeEnergy(z, t)]", cases)
    for case, (log_z, free) in zip(cases, found, strict=True):
        assert log_z == pytest.approx(float(probability.log_partition(case["z"], case["t"])), rel=1e-9, abs=1e-12)
        assert free == pytest.approx(float(probability.free_energy(case["z"], case["t"])), rel=1e-9, abs=1e-12)


def test_cross_entropy_with_smoothed_targets_agrees(in_the_browser):
    rng = np.random.default_rng(1)
    cases = [
        {"z": z, "truth": int(truth), "smoothing": float(fraction)}
        for z, truth, fraction in zip(
            (rng.normal(size=(1000, 5)) * 5).tolist(), rng.integers(0, 5, 1000), rng.uniform(0, 0.5, 1000), strict=True
        )
    ]
    found = in_the_browser(
        "({ z, truth, smoothing }) => crossEntropy(smoothed(truth, z.length, smoothing), logSoftmax(z))", cases
    )
    for case, value in zip(cases, found, strict=True):
        p = np.eye(5)[case["truth"]] * (1 - case["smoothing"]) + case["smoothing"] / 5
        assert value == pytest.approx(float(probability.cross_entropy(p, probability.softmax(case["z"]))), rel=1e-9)


def test_divergence_agrees_and_is_infinite_where_it_has_to_be(in_the_browser):
    rng = np.random.default_rng(2)
    vectors = rng.dirichlet(np.full(4, 0.3), (1000, 2)).round(2)
    vectors[..., 0] = 1 - vectors[..., 1:].sum(axis=-1)
    cases = [{"p": p, "q": q} for p, q in np.clip(vectors, 0, 1).tolist() if abs(sum(p) - 1) < 1e-9 and abs(sum(q) - 1) < 1e-9]
    found = in_the_browser(
        "({ p, q }) => { const d = divergence(p, q); return [Number.isFinite(d) ? d : 'infinite', entropyOf(p)]; }", cases
    )
    assert any(value == "infinite" for value, _ in found)
    for case, (value, h) in zip(cases, found, strict=True):
        expected = float(probability.kl_divergence(case["p"], case["q"]))
        assert (value == "infinite") == math.isinf(expected)
        if value != "infinite":
            assert value == pytest.approx(expected, abs=1e-9)
        assert h == pytest.approx(float(probability.entropy(case["p"])), abs=1e-9)


def test_a_moved_share_keeps_the_sum_the_locks_and_the_proportions_of_the_others(in_the_browser):
    rng = np.random.default_rng(3)
    cases = [
        {"p": p, "k": int(k), "value": float(value), "locked": locked}
        for p, k, value, locked in zip(
            rng.dirichlet(np.ones(5), 1000).tolist(),
            rng.integers(0, 5, 1000),
            rng.uniform(-0.2, 1.2, 1000),
            (rng.random((1000, 5)) < 0.3).tolist(),
            strict=True,
        )
    ]
    for case, moved in zip(
        cases, in_the_browser("({ p, k, value, locked }) => withShare(p, k, value, locked)", cases), strict=True
    ):
        before, after, k = np.array(case["p"]), np.array(moved), case["k"]
        assert after.sum() == pytest.approx(1)
        assert (after >= -1e-12).all()
        np.testing.assert_allclose(after[case["locked"]], before[case["locked"]])
        others = [j for j in range(5) if j != k and not case["locked"][j]]
        if others and after[others].sum() > 1e-9:
            np.testing.assert_allclose(after[others] / after[others].sum(), before[others] / before[others].sum(), rtol=1e-6)


def test_gradient_descent_lowers_the_cross_entropy_to_the_entropy_and_no_further(in_the_browser):
    rng = np.random.default_rng(4)
    cases = [
        {"p": p, "z": z} for p, z in zip(rng.dirichlet(np.ones(3), 50).tolist(), rng.normal(size=(50, 3)).tolist(), strict=True)
    ]
    for case, losses in zip(
        cases, in_the_browser("({ p, z }) => descend(p, z, 2000, 0.5).map(({ loss }) => loss)", cases), strict=True
    ):
        floor = float(probability.entropy(case["p"]))
        assert losses[0] == pytest.approx(float(probability.cross_entropy(case["p"], probability.softmax(case["z"]))))
        assert (np.diff(losses) <= 1e-12).all()
        assert floor - 1e-9 <= losses[-1] <= floor + 0.01


def test_small_and_large_numbers_are_written_as_python_writes_them(in_the_browser):
    small = [9.9e-4, 6.24e-5, 1e-4, 2.5e-12, 3e-300]
    assert in_the_browser("formatNumber", small) == [number(value) for value in small]
    assert in_the_browser("formatNumber", [0, 0.219, -0.5, 2e5, 1e12]) == ["0", "0.219", "−0.500", "200,000", "10¹²"]
    shares = [0, 1, 0.2, 6.24e-5, 1 - 6.24e-5, 1 - 1e-4]
    written = in_the_browser("formatProbability", shares)
    assert written == ["0.000", "1.000", "0.200", "6.2·10⁻⁵", "1 − 6.2·10⁻⁵", "1 − 10⁻⁴"]
    assert [number_of(text) for text in written] == pytest.approx(shares, abs=1e-6)


def test_thousands_of_numbers_are_written_as_in_python(in_the_browser):
    rng = np.random.default_rng(5)
    powers = rng.normal(size=3000) * 10 ** rng.uniform(-12, 12, 3000)
    # Eighths and large halves are exact in binary: many lie in the middle between two texts.
    ties = np.concatenate([np.arange(1, 2000) / 8, np.arange(10_000) * 25 + 0.5, np.arange(1, 400) * 50_000.0])
    values = [*powers.tolist(), *ties.tolist()]
    for value, text in zip(values, in_the_browser("formatNumber", values), strict=True):
        # JavaScript keeps zeros at the end always, so that live numbers keep their width; Python where it has rounded.
        assert without_zeros_at_the_end(text) == without_zeros_at_the_end(number(value))


def without_zeros_at_the_end(text):
    return re.sub(r"\.?0+$", "", text) if "." in text and "·" not in text else text
