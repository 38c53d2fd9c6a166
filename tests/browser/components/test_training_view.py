"""The picture of a run by itself: a run that arrives finished, and the one before it."""

import numpy as np
import pytest
from playwright.sync_api import expect

from ensemble import EnsembleConfig, Run
from ensemble.probability import log_softmax
from ensemble.runs.fit_loss import fit_gap
from ensemble.runs.weights import weight_shapes
from testing.browser import running_app, settled
from testing.browser_steps import PATIENCE, messages_sent, press, words_drawn

APP = """
import streamlit as st
from ensemble import Run, load_dataset
from ui.components.training_view import training_view

run = Run.load({path!r})
number = st.number_input("Number", 1, 9)
options = dict(state="finished", total_epochs=50, every=0.5, ghost=run, is_replayed=True)
training_view(run, load_dataset("wine"), run_id=str(number), key="training_view", ghost_of_rows=run, **options)
"""
WATCH = """() => {
  const canvas = document.querySelector('[data-testid="stMain"]');
  const roots = [...canvas.querySelectorAll('*')].map((host) => host.shadowRoot).filter(Boolean);
  const loss = roots.map((root) => root.querySelector('canvas.loss')).find(Boolean);
  window.lengths = [];
  const look = () => { window.lengths.push(Number(loss.dataset.shown)); requestAnimationFrame(look); };
  look();
}"""


@pytest.fixture(scope="module")
def run(wine):
    config, rng = EnsembleConfig(epochs=50), np.random.default_rng(0)
    weights = tuple(np.zeros(shape, np.float32) for shape in weight_shapes(config, wine.features, wine.classes))
    log_proba = log_softmax(rng.normal(size=(50, len(wine.y_test), wine.classes))).astype(np.float32)
    curves = rng.uniform(0.1, 0.9, (50, 7)).astype(np.float32)
    return Run.before_training(config, wine, weights).extended(weights, curves, log_proba).ended("finished")


@pytest.fixture(scope="module")
def server(browser, run, tmp_path_factory):
    folder = tmp_path_factory.mktemp("training_view")
    run.save(folder / "a.run")
    (folder / "app.py").write_text(APP.format(path=str(folder / "a.run")))
    with running_app(folder / "app.py") as app:
        yield app


def lengths_of_the_next_run(page):
    """How much of the curve is drawn, frame by frame, from the next run on."""
    page.evaluate(WATCH)
    page.get_by_label("Number").fill("2")
    page.get_by_label("Number").press("Enter")
    expect(page.locator(".root")).to_have_attribute("data-run", "2", timeout=PATIENCE)
    expect(page.locator("canvas.loss")).to_have_attribute("data-shown", "50.00", timeout=PATIENCE)
    return set(page.evaluate("window.lengths")) - {50}


def test_the_curves_of_a_run_that_arrives_finished_grow_beside_the_run_before(open_page, server):
    page = open_page(server.url)
    expect(page.locator("canvas.loss")).to_have_attribute("data-shown", "50.00", timeout=PATIENCE)
    assert lengths_of_the_next_run(page)
    expect(page.locator(".legend")).to_have_text("previous run")
    drawn = {word["text"] for word in words_drawn(page, lambda: press(page, "Replay"))}
    assert {"previous", "test", "train", "epoch"} <= drawn
    assert any("base rate H(π)" in text and "ln 3" in text for text in drawn)


def test_the_loss_as_fit_prints_it_is_drawn_with_its_parts_by_the_browser_alone(open_page, server, run):
    page, gap = open_page(server.url), fit_gap(run, 1)
    expect(page.locator("canvas.loss")).to_have_attribute("data-shown", "50.00", timeout=PATIENCE)
    settled(page)

    def switch_on_and_point_to_the_first_epoch():
        drawn = {word["text"] for word in words_drawn(page, lambda: page.get_by_label("Loss as fit prints it").check())}
        assert "fit" in drawn
        expect(page.locator(".why")).to_contain_text("for epoch 50")
        page.get_by_role("slider", name="Epoch").press("Home")
        expect(page.locator(".why")).to_contain_text(f"fit prints {gap.printed:.3f} nats for epoch 1,")

    assert messages_sent(page, switch_on_and_point_to_the_first_epoch) == 0
    expect(page.locator(".parts")).to_contain_text("weights still moving")
    shown = [float(text.replace("−", "-").replace("+", "")) for text in page.locator(".parts b").all_inner_texts()]
    np.testing.assert_allclose(shown, [gap.moving, gap.dropout, gap.printed - gap.measured], atol=2e-3)


def test_with_reduced_motion_they_are_there_at_once(open_page, server):
    page = open_page(server.url)
    page.emulate_media(reduced_motion="reduce")
    settled(page)
    expect(page.locator("canvas.loss")).to_have_attribute("data-shown", "50.00", timeout=PATIENCE)
    assert not lengths_of_the_next_run(page)
