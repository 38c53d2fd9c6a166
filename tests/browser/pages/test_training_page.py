import re

import pytest
from playwright.sync_api import expect

from testing.browser import settled
from testing.browser_parts import watched_page
from testing.browser_steps import (
    PATIENCE,
    epochs_shown,
    follow,
    loss_canvas,
    messages_sent,
    press,
    press_train,
    run_shown,
    train_slowly,
    wait_for_epochs,
    wait_for_words,
)

# At 10 epochs a second they take minutes: no run ends by itself while a test looks at it.
EPOCHS = 2000


@pytest.fixture
def slow_page(app, open_page):
    return open_page(f"{app.url}/train?epochs={EPOCHS}")


@pytest.fixture(scope="module")
def after_a_run(app, browser):
    """A page that has trained once."""
    with watched_page(browser, f"{app.url}/train") as page:
        press_train(page)
        wait_for_words(page, "Finished")
        yield page


@pytest.fixture
def finished_page(after_a_run):
    """The same for all tests that leave its run as it is, on the page Train."""
    if "/train" not in after_a_run.url:
        follow(after_a_run, "train")
    wait_for_epochs(after_a_run, 200)
    settled(after_a_run)
    return after_a_run


def test_a_run_is_trained_to_its_end(finished_page):
    expect(finished_page.get_by_text("What came out")).to_be_visible(timeout=PATIENCE)


def test_a_run_survives_a_page_change_and_can_be_stopped_half_way(slow_page):
    train_slowly(slow_page)
    before, run = epochs_shown(slow_page), run_shown(slow_page)
    follow(slow_page, "predictions")
    follow(slow_page, "train")
    wait_for_epochs(slow_page, before + 1)
    assert run_shown(slow_page) == run
    wait_for_epochs(slow_page, epochs_shown(slow_page) + 1)
    press(slow_page, "Stop")
    wait_for_words(slow_page, "Stopped")
    settled(slow_page)
    assert 5 <= epochs_shown(slow_page) < EPOCHS
    sentence = slow_page.get_by_text(re.compile("after epoch")).first.text_content()
    assert f"after epoch {epochs_shown(slow_page)} of {EPOCHS}" in sentence


@pytest.mark.nightly
def test_pressing_train_twice_does_not_start_two(slow_page):
    slow_page.get_by_text("Slow", exact=True).click()
    before = run_shown(slow_page)
    slow_page.get_by_role("button", name="Train", exact=True).dblclick()
    expect(slow_page.locator(".root")).not_to_have_attribute("data-run", before, timeout=PATIENCE)
    wait_for_epochs(slow_page, 3)
    run = run_shown(slow_page)
    wait_for_epochs(slow_page, epochs_shown(slow_page) + 10)
    assert run_shown(slow_page) == run
    press(slow_page, "Stop")
    wait_for_words(slow_page, "Stopped")


@pytest.mark.nightly
def test_settings_stay_responsive_and_others_can_train_meanwhile(slow_page, app, open_page):
    train_slowly(slow_page)
    slow_page.get_by_role("slider", name="Ensemble size").press("ArrowRight")
    expect(slow_page).to_have_url(re.compile("members=11"), timeout=PATIENCE)
    other = open_page(f"{app.url}/train")
    press_train(other)
    wait_for_words(other, "Finished")
    wait_for_epochs(slow_page, epochs_shown(slow_page) + 1)
    press(slow_page, "Stop")


WATCH_FRAMES = """() => {
  const root = document.querySelector('[data-testid="stMain"]');
  window.frames_seen = [];
  const roots = [...root.querySelectorAll('*')].map((host) => host.shadowRoot).filter(Boolean);
  const find = (selector) => roots.map((shadow) => shadow.querySelector(selector)).find(Boolean);
  const look = () => {
    const [epoch, wall, loss] = [find('output.epoch'), find('canvas.bars'), find('.loss-values')];
    window.frames_seen.push([epoch.textContent, wall.dataset.epoch, loss.textContent]);
    window.watching = requestAnimationFrame(look);
  };
  look();
}"""


def test_the_scrubber_goes_back_in_time_at_pointer_speed_without_the_server(finished_page):
    expect(loss_canvas(finished_page)).to_have_attribute("data-shown", "200.00", timeout=PATIENCE)
    slider = finished_page.locator("input#epoch")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    middle = box["y"] + box["height"] / 2

    def drag():
        finished_page.evaluate(WATCH_FRAMES)
        finished_page.mouse.move(box["x"] + box["width"] - 9, middle)
        finished_page.mouse.down()
        finished_page.mouse.move(box["x"] + 20, middle, steps=30)
        finished_page.mouse.up()
        finished_page.evaluate("cancelAnimationFrame(window.watching)")

    assert messages_sent(finished_page, drag) == 0
    frames = finished_page.evaluate("window.frames_seen")
    epochs = [int(text.split(" ")[0]) for text, _, _ in frames]
    assert len(set(epochs)) > 5
    assert epochs[-1] < 30
    assert epochs == sorted(epochs, reverse=True)
    # The wall keeps every second epoch of 200, so it stands at the nearest one before.
    assert all(epoch - 2 <= int(wall) <= epoch for epoch, (_, wall, _) in zip(epochs, frames, strict=True))
    assert len({loss for _, _, loss in frames}) > 5
    press(finished_page, "Latest")
    expect(finished_page.locator("output.epoch")).to_have_text("200 of 200")


@pytest.mark.parametrize("by", ["click", "key"])
def test_a_column_of_the_test_wines_opens_that_wine_on_the_page_read(finished_page, by):
    columns = finished_page.get_by_role("slider", name="Test wines, Enter opens one")
    columns.focus()
    for key in ("Home", "ArrowRight", "ArrowRight"):
        columns.press(key)
    expect(columns).to_have_attribute("aria-valuenow", "3")
    wine = int(re.match(r"Wine (\d+): Cultivar", columns.get_attribute("aria-valuetext"))[1])
    if by == "key":
        columns.press("Enter")
    else:
        width = columns.bounding_box()["width"]
        columns.click(position={"x": 34 + 2.5 * (width - 64) / 36, "y": 60})
    expect(finished_page).to_have_url(re.compile(f"predictions.*wine={wine}(&|$)"), timeout=PATIENCE)
    expect(finished_page.locator(".root")).to_have_attribute("data-wine", str(wine - 1), timeout=PATIENCE)


def test_the_verdict_counts_and_names_the_errors(finished_page):
    verdict = finished_page.locator(".verdict")
    expect(verdict).to_have_text(
        re.compile(r"^34 of 36 test wines right\. Wrong: wines \d+, \d+\. Loss 0\.\d+ nats; the base rate")
    )


@pytest.mark.nightly
def test_a_replay_runs_through_the_epochs_again(finished_page):
    press(finished_page, "Replay")
    expect(finished_page.locator("output.epoch")).not_to_have_text("200 of 200")
    expect(finished_page.locator("output.epoch")).to_have_text("200 of 200", timeout=PATIENCE)


@pytest.mark.nightly
def test_a_diverging_run_says_why_and_offers_a_smaller_rate(app, open_page):
    page = open_page(f"{app.url}/train?optimizer=sgd&learning_rate=10&hidden_layers=3")
    press_train(page)
    wait_for_words(page, "Diverged")
    assert page.get_by_text("Try a learning rate of 1.").count() == 1


@pytest.mark.nightly
def test_the_loss_canvas_is_never_replaced_while_it_trains(slow_page):
    train_slowly(slow_page)
    canvas = loss_canvas(slow_page).element_handle()
    wait_for_epochs(slow_page, epochs_shown(slow_page) + 20)
    press(slow_page, "Stop")
    wait_for_words(slow_page, "Stopped")
    assert canvas.evaluate("canvas => canvas.isConnected")


@pytest.mark.parametrize("color_scheme", ["light", pytest.param("dark", marks=pytest.mark.nightly)])
def test_the_picture_is_drawn_in_the_colours_of_the_theme(finished_page, color_scheme):
    page = finished_page
    page.emulate_media(color_scheme=color_scheme)
    settled(page)
    first_class = {"light": [0, 114, 178], "dark": [86, 180, 233]}[color_scheme]
    page.wait_for_function(
        """([canvas, colour]) => { const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
        for (let k = 0; k < pixels.length; k += 4) if (colour.every((value, part) => pixels[k + part] === value)) return true;
        return false; }""",
        arg=[page.locator("canvas.bars").element_handle(), first_class],
    )
