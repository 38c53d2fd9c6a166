"""A wine moved out of the training range: the browser's forward pass against Python's, and the component that shows it."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from playwright.sync_api import expect
from scipy import special
from scipy.spatial.distance import cdist

from ensemble import load_dataset
from ensemble.probability.vectors import entropy
from testing.browser import running_app, settled
from testing.browser_steps import PATIENCE, messages_sent, press
from testing.random_run import random_run
from tests.browser.components.modules import import_modules
from ui.components import what_if

COMBINATIONS = list(
    product(("joint", "independent", "bootstrap"), ("softmax", "sigmoid", "linear"), ("linear", "relu", "tanh"))
)
WINE, HUE, PROLINE = 4, 10, 12

APP = """
from dataclasses import replace
import numpy as np
import streamlit as st
from ensemble import Run, load_dataset
from ui.components.what_if import what_if

st.set_page_config(layout="wide")
if "odd" in st.query_params:
    run, ends = Run.load({odd!r}), np.load({ends!r})
    names = dict(feature_names=run.feature_names, class_names=run.class_names)
    what_if(run, replace(load_dataset("blobs"), **names, **ends), 0, run_id="odd", key="what_if")
else:
    wine = st.number_input("Wine", 0, 35, {wine})
    what_if(Run.load({path!r}), load_dataset("wine"), wine, run_id="a run", key="what_if")
"""
ODD_NAME = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def in_the_browser(browser):
    page = browser.new_page()
    yield import_modules(page, "lib/network.js")
    page.close()


def rows_near_and_far(features, seed=0, count=60):
    """Scaled rows: in the training range, far outside, and extremes."""
    rng = np.random.default_rng(seed)
    far = rng.normal(size=(count, features)) * 10 ** rng.uniform(-1, 3, (count, 1))
    extremes = [np.zeros(features), np.full(features, 1e3), np.full(features, -1e3), 1e3 * np.eye(features)[0]]
    return np.clip(np.concatenate([rng.random((count, features)), far, extremes]), -1e3, 1e3).astype(np.float32)


def disagreement(member_proba):
    """Mutual information as the mean divergence of the members from their pool."""
    return special.rel_entr(member_proba, member_proba.mean(axis=0)).sum(axis=-1).mean(axis=0)


@pytest.mark.parametrize(("training", "outputs", "activation"), COMBINATIONS)
def test_the_forward_pass_is_that_of_python(in_the_browser, wine, training, outputs, activation):
    number = COMBINATIONS.index((training, outputs, activation))
    run = random_run(wine, number, training=training, outputs=outputs, activation=activation, hidden_layers=1 + number % 3)
    rows = rows_near_and_far(wine.features, number)
    found = in_the_browser(
        """({ sent, rows }) => rows.map((row) => network(sent)(row)).map((said) => [
        said.memberLogits.map((z) => [...z]), said.memberScores.map((z) => [...z]), [...said.logits],
        said.memberLogP.map((logP) => [...logP.map(Math.exp)]), [...said.logP.map(Math.exp)],
        mutualInformation(said.memberLogP)])""",
        {"sent": what_if.network(run), "rows": rows.tolist()},
    )
    member_logits, member_own_logits, logits, member_proba, proba, apart = (np.array(part) for part in zip(*found, strict=True))
    # The same numbers as weights, but in float64, as the browser computes.
    exact = replace(run, weights=tuple(weight.astype(np.float64) for weight in run.weights))
    np.testing.assert_allclose(member_logits.swapaxes(0, 1), exact.member_logits(rows), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(member_own_logits.swapaxes(0, 1), exact.member_own_logits(rows), rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(logits, exact.logits(rows), rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(member_proba.swapaxes(0, 1), exact.member_proba(rows), rtol=1e-5, atol=1e-9)
    np.testing.assert_allclose(proba, exact.predict_proba(rows), atol=1e-6)
    np.testing.assert_allclose(apart, disagreement(exact.member_proba(rows)), atol=1e-9)
    assert (apart >= 0).all()
    assert (apart <= np.log(wine.classes) + 1e-12).all()
    near = np.abs(rows).max(axis=1) <= 1
    np.testing.assert_allclose(proba[near], run.predict_proba(rows[near]), atol=1e-4)


def test_a_single_member_has_nobody_to_disagree_with(in_the_browser, wine):
    run, rows = random_run(wine, members=1, training="independent"), rows_near_and_far(wine.features)
    apart = in_the_browser(
        "({ sent, rows }) => rows.map((row) => mutualInformation(network(sent)(row).memberLogP))",
        {"sent": what_if.network(run), "rows": rows.tolist()},
    )
    np.testing.assert_allclose(apart, 0, atol=1e-12)


def test_mutual_information_lies_between_zero_and_the_logarithm_of_the_classes(in_the_browser):
    rng = np.random.default_rng(5)
    members = np.concatenate([rng.dirichlet(np.full(3, 0.1), (300, 5)), [np.eye(3)[[0, 1, 2, 0, 1]], np.eye(3)[[1] * 5]]])
    found = in_the_browser(
        "cases => cases.map((members) => mutualInformation(members.map((p) => p.map(Math.log))))", members.tolist()
    )
    expected = entropy(members.mean(axis=1)) - entropy(members).mean(axis=1)
    np.testing.assert_allclose(found, expected, atol=1e-12)
    assert found[-1] == 0


def test_distance_is_the_root_mean_square_difference_to_the_nearest_row(in_the_browser, wine):
    rows = rows_near_and_far(wine.features, 6)
    found = in_the_browser(
        "({ train, rows }) => rows.map((row) => distanceToNearest(train, row))",
        {"train": wine.x_train.ravel().tolist(), "rows": rows.tolist()},
    )
    expected = cdist(rows.astype(float), wine.x_train.astype(float)).min(axis=1) / np.sqrt(wine.features)
    np.testing.assert_allclose(found, expected, rtol=1e-9)


@pytest.fixture(scope="module")
def run(wine):
    """Members that differ, and that are as sure as trained ones."""
    return random_run(wine, scale=0.8, activation="relu", training="independent")


@pytest.fixture(scope="module")
def server(browser, run, tmp_path_factory):
    folder = tmp_path_factory.mktemp("what_if")
    run.save(folder / "a.run")
    odd = load_dataset("blobs")
    names = {"feature_names": (ODD_NAME, "second"), "class_names": (ODD_NAME, "b", "c")}
    ends = {"low": odd.low, "high": np.array([odd.low[0], odd.high[1]])}
    random_run(replace(odd, **names, **ends)).save(folder / "odd.run")
    np.savez(folder / "ends.npz", **ends)
    paths = {name: str(folder / file) for name, file in (("path", "a.run"), ("odd", "odd.run"), ("ends", "ends.npz"))}
    (folder / "app.py").write_text(APP.format(wine=WINE, **paths))
    with running_app(folder / "app.py") as app:
        yield app


def opened(open_page, server, path="", **size):
    page = open_page(f"{server.url}{path}", **size)
    page.locator('.root[data-ready="true"]').wait_for(timeout=PATIENCE)
    settled(page)
    return page


def shown(page, name):
    text = page.locator(".root").get_attribute(f"data-{name}")
    return np.array(text.split(" "), dtype=float) if name in ("values", "p") else float(text)


def slider(page, name):
    return page.get_by_role("slider", name=name, exact=True)


def drawn(page):
    """Wait until what was done is in the picture."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def drag_to(page, name, fraction):
    """Drag a slider's thumb to a share of its length."""
    box = slider(page, name).bounding_box()
    at = slider(page, name).evaluate("(range) => (range.value - range.min) / (range.max - range.min)")
    left, length, middle = box["x"] + 8, box["width"] - 16, box["y"] + box["height"] / 2
    page.mouse.move(left + at * length, middle)
    page.mouse.down()
    page.mouse.move(left + fraction * length, middle, steps=20)
    page.mouse.up()
    drawn(page)


def check_against_python(page, run, wine):
    row = shown(page, "values")[None].astype(np.float32)
    proba = run.predict_proba(row)[0]
    np.testing.assert_allclose(shown(page, "p"), proba, atol=1e-4)
    assert shown(page, "confidence") == pytest.approx(proba.max(), abs=1e-4)
    assert shown(page, "disagreement") == pytest.approx(disagreement(run.member_proba(row))[0], abs=1e-4)
    nearest = cdist(row.astype(float), wine.x_train.astype(float)).min() / np.sqrt(wine.features)
    assert shown(page, "distance") == pytest.approx(nearest, rel=1e-4)


def test_a_wine_is_dragged_out_of_the_training_range_and_back_without_the_server(open_page, server, run, wine):
    page = opened(open_page, server)
    row, word = page.locator(".feature").nth(PROLINE), page.locator(".feature").nth(PROLINE).locator(".word")
    np.testing.assert_allclose(shown(page, "values"), wine.x_test[WINE], rtol=1e-6)
    check_against_python(page, run, wine)
    expect(word).to_have_text("")
    before, distance = shown(page, "p"), shown(page, "distance")

    assert messages_sent(page, lambda: drag_to(page, "proline", 0.95)) == 0
    expect(word).to_have_text("outside")
    expect(row).to_have_attribute("aria-current", "true")
    expect(page.locator(".root")).to_have_attribute("data-focus", "proline")
    expect(page.locator(".readout dd").last).to_have_text("1 of 13")
    assert "outside" in slider(page, "proline").get_attribute("aria-valuetext")
    assert shown(page, "values")[PROLINE] == pytest.approx(-1 + 3 * 0.95, abs=0.05)
    assert shown(page, "distance") > distance
    assert np.abs(shown(page, "p") - before).max() > 1e-6
    check_against_python(page, run, wine)

    assert messages_sent(page, lambda: drag_to(page, "proline", 0.5)) == 0
    expect(word).to_have_text("")
    assert messages_sent(page, lambda: press(page, "Back to the wine")) == 0
    drawn(page)
    np.testing.assert_allclose(shown(page, "values"), wine.x_test[WINE], rtol=1e-6)
    np.testing.assert_allclose(shown(page, "p"), before, rtol=1e-9)


def test_values_are_typed_in_feature_units_and_nonsense_is_ignored(open_page, server, run, wine):
    page = opened(open_page, server)
    box = page.get_by_label("alcohol as a number")
    for text, expected in (("17.5", 17.5), ("-1e9", 17.5), ("", 17.5), ("9", 9)):
        box.fill(text)
        box.press("Enter")
        drawn(page)
        expect(box).to_have_value(f"{expected:g}")
        assert wine.in_units(shown(page, "values"))[0] == pytest.approx(expected)
        check_against_python(page, run, wine)


def test_keys_move_a_slider_and_its_ends_are_one_training_range_away(open_page, server):
    page = opened(open_page, server)
    for key, end in (("Home", -1), ("End", 2)):
        slider(page, "hue").press(key)
        drawn(page)
        assert shown(page, "values")[HUE] == pytest.approx(end)
    assert page.locator(".root").get_attribute("data-focus") == "hue"


def test_what_was_moved_stays_through_a_rerun_and_goes_with_the_wine(open_page, server, wine):
    page = opened(open_page, server)
    drag_to(page, "ash", 0.9)
    page.emulate_media(color_scheme="dark")
    settled(page)
    assert shown(page, "outside") == 1
    page.get_by_label("Wine", exact=True).fill("7")
    page.get_by_label("Wine", exact=True).press("Enter")
    expect(page.locator(".root")).to_have_attribute("data-wine", "7", timeout=PATIENCE)
    np.testing.assert_allclose(shown(page, "values"), wine.x_test[7], rtol=1e-6)


def test_a_phone_shows_one_feature_at_a_time(open_page, server):
    page = opened(open_page, server, width=390, height=844)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_label("Feature", exact=True).select_option("flavanoids")
    expect(slider(page, "flavanoids")).to_be_visible()
    expect(slider(page, "alcohol")).to_be_hidden()
    drag_to(page, "flavanoids", 0.05)
    expect(page.locator(".root")).to_have_attribute("data-outside", "1")


def test_names_are_text_and_a_feature_without_a_range_can_be_moved(open_page, server):
    page = opened(open_page, server, path="/?odd")
    assert page.locator(".root img").count() == 0
    assert page.locator(".feature label").first.text_content() == ODD_NAME
    drag_to(page, ODD_NAME, 0.9)
    assert shown(page, "outside") >= 1
    expect(page.get_by_role("button", name="Back to the point")).to_be_visible()
