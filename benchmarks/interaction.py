"""Latencies in a real browser, compared with empty apps: ``python -m benchmarks.interaction``.

``--quick`` repeats less often.
"""

from __future__ import annotations

import argparse
import compileall
import os
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
from playwright.sync_api import Browser, ElementHandle, Page

from testing.browser import ROOT, App, chromium, running_app, settled
from testing.browser_steps import bar, follow

HERE = Path(__file__).parent
APP, EMPTY, CONSTANT = ROOT / "app.py", HERE / "empty_app.py", HERE / "constant_app.py"
PATIENCE = 120_000

NOTE_FIRST_TITLE = """() => {
  const note = () => { window.title_painted = Date.now(); };
  const look = () => requestAnimationFrame(document.querySelector('h1') ? note : look);
  look();
}"""

# Resolves with the milliseconds from the press to the first frame that shows a point of a new run.
PRESS_TO_FIRST_POINT = """([canvas, button]) => new Promise((resolve) => {
  const before = canvas.getRootNode().querySelector('.root').dataset.run;
  let pressed = 0;
  const look = () => {
    const root = canvas.getRootNode().querySelector('.root');
    if (pressed && root.dataset.run !== before && Number(canvas.dataset.shown) >= 1) resolve(performance.now() - pressed);
    else requestAnimationFrame(look);
  };
  look();
  button.addEventListener('click', () => { pressed = performance.now(); }, { once: true, capture: true });
  button.click();
})"""

# Notes, for every event of that kind, the milliseconds until the frame after the one in which the picture was redrawn.
NOTE_REPAINTS = """(input, kind) => {
  window.repaints = [];
  input.addEventListener(kind, (event) => {
    requestAnimationFrame(() => requestAnimationFrame(() => window.repaints.push(performance.now() - event.timeStamp)));
  });
}"""

COUNT_MESSAGES = """() => { const send = WebSocket.prototype.send; window.sent = 0;
  WebSocket.prototype.send = function (...data) { window.sent++; return send.apply(this, data); }; }"""

# Looks at the loss canvas in every frame for some seconds.
WATCH_CURVE = """([canvas, seconds]) => new Promise((resolve) => {
  const seen = { frames: 0, moved: 0, blank: 0, remounts: 0 }, start = performance.now();
  let shown = canvas.dataset.shown, first = canvas;
  const blank = () => {
    const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
    for (let k = 3; k < pixels.length; k += 4) if (pixels[k]) return false;
    return true;
  };
  const look = (now) => {
    seen.frames++;
    if (!first.isConnected) { seen.remounts++; resolve(seen); return; }
    if (!canvas.width || (seen.frames % 5 === 0 && blank())) seen.blank++;
    if (canvas.dataset.shown !== shown) { seen.moved++; shown = canvas.dataset.shown; }
    if (now - start < seconds * 1000) requestAnimationFrame(look);
    else { seen.seconds = (now - start) / 1000; resolve(seen); }
  };
  requestAnimationFrame(look);
})"""


def row(name: str, *cells: object) -> None:
    """One aligned line of the report."""
    print(f"{name:58}" + "".join(f"{cell:>16}" for cell in cells), flush=True)


def reached(is_reached: bool) -> str:
    return "reached" if is_reached else "NOT REACHED"


def launch_to_title(browser: Browser, script: Path, path: str) -> float:
    """Seconds from the launch of a fresh server to the first painted title, in a fresh browser context."""
    context = browser.new_context()
    page = context.new_page()
    page.add_init_script(f"({NOTE_FIRST_TITLE})()")
    start = time.time()
    with running_app(script) as server:
        page.goto(f"{server.url}/{path}", wait_until="commit")
        page.wait_for_function("() => window.title_painted", timeout=PATIENCE)
        took = page.evaluate("window.title_painted") / 1000 - start
    context.close()
    return took


def report_first_paint(browser: Browser, times: int) -> None:
    """Beside an empty app; all modules are compiled first, as an installed app's are."""
    for folder in ("ensemble", "ui", "pages"):
        compileall.compile_dir(ROOT / folder, quiet=2)
    cases = {"an empty Streamlit app": (EMPTY, ""), "the app": (APP, ""), "the app, /train": (APP, "train")}
    took: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(times):
        for name, (script, path) in cases.items():
            took[name].append(launch_to_title(browser, script, path))
    empty = median(took["an empty Streamlit app"])
    row(f"Launch to first painted title, median of {times}", "seconds", "times empty", "target 1.2")
    for name, seconds in took.items():
        ratio = median(seconds) / empty
        row(f"  {name}", f"{median(seconds):.2f}", f"{ratio:.2f}", reached(ratio <= 1.2))


def open_page(browser: Browser, url: str) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.goto(url)
    settled(page)
    return page


def handle(page: Page, selector: str) -> ElementHandle:
    element = page.locator(selector).first
    element.wait_for(timeout=PATIENCE)
    return element.element_handle()


def train_button(page: Page) -> ElementHandle:
    return page.get_by_role("button", name="Train", exact=True).element_handle()


def wait_for_finished(page: Page) -> None:
    page.locator('[data-testid="stMarkdown"]').get_by_text("Finished").first.wait_for(timeout=PATIENCE)
    settled(page)


def press_to_first_point(page: Page) -> float:
    return page.evaluate(PRESS_TO_FIRST_POINT, [handle(page, "canvas.loss"), train_button(page)])


def report_cold_press(page: Page) -> None:
    """What is shown between a press on a server that has just been started and the end of the run."""
    start, shown = time.monotonic(), ""
    train_button(page).click()
    print("Press of Train with another seed than the example, on a cold server: what is shown, and when (seconds)")
    while "Finished" not in shown:
        now = (bar(page).inner_text().splitlines() or [shown])[-1]
        if now.split(" · ")[0] != shown.split(" · ")[0]:
            print(f"  {time.monotonic() - start:5.1f}  {now}", flush=True)
        shown = now
        page.wait_for_timeout(20)
    settled(page)


def report_warm_press(browser: Browser, page: Page, times: int) -> None:
    with running_app(CONSTANT) as server:
        constant_page = open_page(browser, server.url)
        ours, constant = [], []
        for _ in range(times):
            constant_page.reload()
            settled(constant_page)
            constant.append(press_to_first_point(constant_page))
            ours.append(press_to_first_point(page))
            wait_for_finished(page)
        constant_page.context.close()
    over = median(ours) - median(constant)
    row(f"Press of Train to first painted point, median of {times}", "ms", "over constant", "target 150 ms")
    row("  an app that shows a constant", f"{median(constant):.0f}", "", "")
    row("  the app, warm", f"{median(ours):.0f}", f"{over:.0f}", reached(over <= 150))


def drag(page: Page, slider: str, moves: int) -> tuple[list[float], int]:
    """Drag the slider to and fro; milliseconds from each pointer event to the repaint, and messages sent meanwhile."""
    element = handle(page, slider)
    element.scroll_into_view_if_needed()
    element.evaluate(NOTE_REPAINTS, "input")
    page.evaluate(COUNT_MESSAGES)
    box = element.bounding_box()
    assert box is not None
    left, width, y = box["x"] + 12, box["width"] - 24, box["y"] + box["height"] / 2
    page.mouse.move(left + width / 2, y)
    page.mouse.down()
    for move in range(moves):
        page.mouse.move(left + width * (0.5 + 0.48 * np.sin(move / 9)), y)
    sent = page.evaluate("window.sent")
    page.wait_for_timeout(100)
    page.mouse.up()
    return page.evaluate("window.repaints"), sent


def draw_with_the_pen(page: Page, moves: int) -> tuple[list[float], int]:
    """Scribble on the paper in one stroke; returns the same as ``drag``."""
    element = handle(page, "canvas.board")
    element.scroll_into_view_if_needed()
    element.evaluate(NOTE_REPAINTS, "pointermove")
    page.evaluate(COUNT_MESSAGES)
    box = element.bounding_box()
    assert box is not None
    x, y, reach = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, 0.4 * box["width"]
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate("window.repaints = []")
    for move in range(moves):
        page.mouse.move(x + reach * np.sin(move / 7), y + reach * np.sin(move / 5))
    sent = page.evaluate("window.sent")
    page.wait_for_timeout(100)
    page.mouse.up()
    return page.evaluate("window.repaints"), sent


def report_pointer(page: Page, moves: int) -> None:
    row(f"Pointer to repaint, {moves} moves", "p50, ms", "p95, ms", "target 50 ms")
    for name, slider, path in (
        ("scrubber over the epochs", "input#epoch", "train"),
        ("temperature of a wine", "input#temperature", "predictions"),
        ("score", ".score input[type=range]", "softmax"),
        ("share of q", ".vector.q input[type=range]", "cross_entropy"),
        ("price of an error", "input#price", "decide"),
    ):
        follow(page, path)
        report_repaints(name, *drag(page, slider, moves))
    follow(page, "draw")
    report_repaints("pen on the page Draw a digit", *draw_with_the_pen(page, moves))


def report_repaints(name: str, repaints: list[float], sent: int) -> None:
    p50, p95 = np.quantile(repaints, [0.5, 0.95])
    row(
        f"  {name} ({len(repaints)} repaints, {sent} messages to the server)",
        f"{p50:.0f}",
        f"{p95:.0f}",
        reached(p95 <= 50),
    )


def report_own_slider(page: Page, times: int) -> None:
    """For comparison: Streamlit's own slider redraws what depends on it only after a key or the pointer lets go."""
    follow(page, "train")
    slider = page.get_by_role("slider", name="Ensemble size")
    took = []
    for move in range(times):
        before = page.get_by_text("weights. The number in a box").text_content()
        start = time.monotonic()
        slider.press("ArrowRight" if move % 2 == 0 else "ArrowLeft")
        page.wait_for_function("before => !document.body.innerText.includes(before)", arg=before, polling="raf")
        took.append(1000 * (time.monotonic() - start))
        settled(page)
    row(
        f"  Streamlit's own slider, key to redrawn caption, {times} moves",
        *(f"{q:.0f}" for q in np.quantile(took, [0.5, 0.95])),
        "",
    )


def report_live_curve(browser: Browser, server: App, seconds: float) -> None:
    row(f"The live curve, watched for {seconds:.0f} s", "frames/s", "blank frames", "target none")
    cases: tuple[tuple[str, str, Callable[[Page], None]], ...] = (
        ("10 epochs a second", "epochs=400", lambda page: page.get_by_text("Slow", exact=True).click()),
        ("full speed, 32 members, 2,000 epochs", "epochs=2000&members=32&hidden_units=40", lambda page: None),
    )
    for name, query, prepare in cases:
        page = open_page(browser, f"{server.url}/train?{query}")
        prepare(page)
        settled(page)
        press_to_first_point(page)
        seen = page.evaluate(WATCH_CURVE, [handle(page, "canvas.loss"), seconds])
        lost = seen["blank"] + seen["remounts"]
        row(f"  {name}", f"{seen['moved'] / seconds:.0f}", lost, reached(lost == 0))
        page.get_by_role("button", name="Stop").click()
        page.context.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    os.environ["SOFTMAX_LAB_STORE_MEGABYTES"] = "0"  # each press is to train anew
    with chromium() as browser:
        report_first_paint(browser, times=1 if quick else 7)
        with running_app(APP) as server:
            page = open_page(browser, f"{server.url}/train?seed=1")
            report_cold_press(page)
            report_warm_press(browser, page, times=2 if quick else 9)
            report_pointer(page, moves=60 if quick else 200)
            report_own_slider(page, times=4 if quick else 20)
            report_live_curve(browser, server, seconds=2 if quick else 5)


if __name__ == "__main__":
    main()
