"""From a press to the new picture, for the controls of the pages in parts: ``python -m benchmarks.reaction [--times N]``.

The time begins with the event of the key or pointer. It ends in the first frame in which the script has run to its end and the
picture is there and is another one than before; for a control without a still picture, in which its table or component is.
It is measured on the example. ``--quick`` measures one page alone, twice a press.

It is measured on a machine with two cores, both of them busy: the server, the browser and the worker share them with whatever
else runs there. The load is printed with the numbers.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterator
from functools import partial
from itertools import cycle

import numpy as np
from playwright.sync_api import Page

from benchmarks.interaction import APP, PATIENCE, open_page, reached, row
from testing.browser import chromium, running_app, settled
from testing.browser_parts import PICTURES, choose, expect_pictures, open_part, option, part_button

TARGET = 300
OTHER_SELECTORS = {"Far from the data": ".st-key-what_if", "Pool, then calibrate": '[data-testid="stDataFrame"]'}
Press = Callable[[], object]

# Resolves with the milliseconds from the next key or pointer event to the frame in which the place is settled and another one.
WATCH = """(place) => {
  const script = document.querySelector('[data-testid="stApp"]');
  const seen = () => {
    const found = document.querySelector(place);
    if (!found) return null;
    const drawn = found.querySelector('.js-plotly-plot .main-svg');
    if (drawn) return drawn.innerHTML;
    const ready = (element) => element.shadowRoot?.querySelector('.root[data-ready="true"]');
    return found.querySelector('canvas') || [...found.querySelectorAll('*')].some(ready) ? 'there' : null;
  };
  const before = seen();
  let pressed = 0;
  const note = (event) => { pressed ||= event.timeStamp; };
  for (const kind of ['pointerdown', 'keydown']) document.addEventListener(kind, note, { once: true, capture: true });
  window.reaction = new Promise((resolve) => {
    const look = () => {
      const settled = script.dataset.testScriptState === 'notRunning' && !document.querySelector('[data-stale="true"]');
      const now = pressed && settled ? seen() : null;
      if (now !== null && now !== before) resolve(performance.now() - pressed);
      else requestAnimationFrame(look);
    };
    look();
  });
}"""


def milliseconds(page: Page, position: str, press: Press) -> float:
    """From the press to the settled page with another picture at the place."""
    settled(page)
    page.evaluate(WATCH, position)
    press()
    return float(page.evaluate(f"Promise.race([window.reaction, new Promise((_, fail) => setTimeout(fail, {PATIENCE}))])"))


def report(page: Page, name: str, position: str, presses: Iterator[Press], times: int) -> None:
    """Press one after the other, and print the quantiles."""
    took = [milliseconds(page, position, next(presses)) for _ in range(times)]
    p50, p95 = np.quantile(took, [0.5, 0.95])
    row(f"  {name}", f"{p50:.0f}", f"{p95:.0f}", reached(p95 <= TARGET))


def clicks(page: Page, group: str, *names: str) -> Iterator[Press]:
    """Round and round through the options of a control; the first of them is the one that is chosen now."""
    for name in cycle((*names[1:], names[0])):
        yield option(page, group, name).click


def keys(page: Page, slider: str) -> Iterator[Press]:
    """One step up, one step down."""
    for key in cycle(("ArrowRight", "ArrowLeft")):
        yield partial(page.get_by_role("slider", name=slider).press, key)


def wines(page: Page) -> Iterator[Press]:
    """The Enter after a typed number."""
    box = page.get_by_role("spinbutton")
    for wine in cycle(("3", "4")):
        box.fill(wine)
        yield partial(box.press, "Enter")


def coming_from(page: Page, other: str, part: str) -> Iterator[Press]:
    """Choose a part; before each press the other one is open."""
    while True:
        open_part(page, other)
        yield part_button(page, part).click


def report_parts(page: Page, path: str, times: int) -> None:
    """Every part of a page, coming from the first; the first, coming from the last."""
    parts = list(PICTURES[path])
    for part, pictures in PICTURES[path].items():
        selector = f".st-key-{pictures[-1]}" if pictures else OTHER_SELECTORS[part]
        report(page, f"Part {part}", selector, coming_from(page, parts[0] if part != parts[0] else parts[-1], part), times)


def report_members(page: Page, times: int) -> None:
    expect_pictures(page, ["score_nll"])
    report_parts(page, "members", times)
    open_part(page, "Disagreement")
    report(page, "Members of", ".st-key-triangle", clicks(page, "Members of", "independent", "joint", "bootstrap"), times)
    report(page, "Wine", ".st-key-triangle", wines(page), times)


def report_calibration(page: Page, times: int) -> None:
    expect_pictures(page, ["reliability"])
    report_parts(page, "calibration", times)
    open_part(page, "Reliability")
    judged = clicks(page, "Judged on", "All wines, out of fold", "Test wines")
    report(page, "Judged on", ".st-key-reliability", judged, times)
    choose(page, "Judged on", "All wines, out of fold")
    events = clicks(page, "Event", "the likeliest class is right", "Cultivar 0", "Cultivar 1", "Cultivar 2")
    report(page, "Event", ".st-key-reliability", events, times)
    open_part(page, "Temperature")
    report(page, "Share", ".st-key-over_temperatures", keys(page, "Share of wines to calibrate on"), times)
    open_part(page, "Prediction sets")
    report(page, "Coverage", ".st-key-promise", keys(page, "Coverage"), times)


def report_regression(page: Page, times: int) -> None:
    open_part(page, "Beside the net")
    expect_pictures(page, ["beside_nll"])
    open_part(page, "Significance")
    choose(page, "Rows", "Wine, chosen features")
    report_parts(page, "regression", times)
    open_part(page, "Coefficients and prior")
    report(page, "Prior width", ".st-key-path", keys(page, "Prior width s"), times)
    open_part(page, "Significance")
    report(page, "Rows", ".st-key-significance", clicks(page, "Rows", "Wine, chosen features", "Moons"), times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    times = 2 if given.quick else given.times
    reports = {"calibration": report_calibration}
    if not given.quick:
        reports |= {"members": report_members, "regression": report_regression}
    with chromium() as browser, running_app(APP) as server:
        for path, report_page in reports.items():
            page = open_page(browser, f"{server.url}/{path}")
            row(f"/{path}, press to new picture, {times} times", "p50, ms", "p95, ms", f"target {TARGET} ms")
            report_page(page, times)
            page.context.close()
        print(f"Mean number of running processes in the last minutes (1, 5, 15): {os.getloadavg()}; {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
