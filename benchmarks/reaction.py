"""From a press to the new picture, for every control of every page: ``python -m benchmarks.reaction [PAGE ...] [--times N]``.

The time begins with the event of the key or pointer. ``picture`` ends in the first frame that shows another picture than
before, no part of which is stale; ``settled`` in the first one in which the script has run to its end, too. Beside them stand
the processor time that the web process takes for one press, and the time for which it keeps the page's own thread busy. All is
measured on the example; the controls are those of ``testing.controls``, and ``menu`` stands for the changes from page to
page. ``--quick`` presses twice on one page.

It is measured on a machine with two cores, both of them busy: the server, the browser and the worker share them with whatever
else runs there. The load is printed with the numbers.
"""

from __future__ import annotations

import argparse
import os
import sys
from typing import NamedTuple

import numpy as np
import psutil
from numpy.typing import NDArray
from playwright.sync_api import Browser, CDPSession, Error, Page

from benchmarks.interaction import APP, PATIENCE, open_page
from testing.browser import App, chromium, running_app, settled
from testing.controls import CHANGES, VISITS, Control, Visit
from testing.new_pictures import seen, selector, watch


class Row(NamedTuple):
    """What was measured of a control, in milliseconds: one entry for each press, and means of both programs over all."""

    page: str
    control: str
    target: int
    picture: list[float]
    settled: list[float]
    server: float
    browser: float


def busy(app: App, metrics: CDPSession) -> NDArray[np.float64]:
    """Milliseconds of processor time that the web process has had so far, and those of tasks of the page's own thread."""
    used = psutil.Process(app.process.pid).cpu_times()
    of_the_page = {one["name"]: one["value"] for one in metrics.send("Performance.getMetrics")["metrics"]}
    return 1000 * np.array([used.user + used.system, of_the_page["TaskDuration"]])


def measure(app: App, page: Page, path: str, control: Control, times: int) -> Row:
    """Press one after the other."""
    metrics = page.context.new_cdp_session(page)
    metrics.send("Performance.enable")
    moves, took, programs = control.moves(page), [], np.zeros(2)
    for _ in range(times):
        press = next(moves)
        settled(page)
        watch(page, control.shows)
        before = busy(app, metrics)
        press()
        took.append(seen(page))
        programs += busy(app, metrics) - before
    metrics.detach()
    pictures, ends = map(list, zip(*took, strict=True))
    return Row(path, control.name, control.target, pictures, ends, *(programs / times))


def visit(browser: Browser, app: App, one: Visit, times: int) -> list[Row]:
    """Measure the controls of a page, opened anew; what cannot be measured is said."""
    page = open_page(browser, f"{app.url}/{one.address}")
    rows, now = [], "opened"
    try:
        one.first(page)
        page.locator(selector(one.shows)).first.wait_for(timeout=PATIENCE)
        for control in one.controls:
            now = control.name
            rows.append(measure(app, page, "menu" if one is CHANGES else one.page, control, times))
            print(line(rows[-1]), file=sys.stderr, flush=True)
    except (Error, AssertionError) as error:
        print(f"{one.address}: {now}: {error}", file=sys.stderr, flush=True)
    page.context.close()
    return rows


def quantiles(took: list[float]) -> tuple[float, float]:
    half, most = np.quantile(took, [0.5, 0.95])
    return float(half), float(most)


def line(row: Row) -> str:
    values = [*quantiles(row.picture), *quantiles(row.settled), row.server, row.browser]
    verdict = "reached" if values[1] <= row.target else "NOT REACHED"
    return f"{f'{row.page}: {row.control}':52}" + "".join(f"{value:13.0f}" for value in values) + f"{row.target:>8} {verdict}"


def report(rows: list[Row]) -> None:
    """The slowest first."""
    names = ("picture p50", "p95", "settled p50", "p95", "server", "browser")
    print(f"{'page, control; milliseconds':52}" + "".join(f"{name:>13}" for name in names) + f"{'target':>8}")
    for row in sorted(rows, key=lambda row: -quantiles(row.picture)[1]):
        print(line(row))
    reached = sum(quantiles(row.picture)[1] <= row.target for row in rows)
    print(f"{reached} of {len(rows)} within their target; load of the last minutes {os.getloadavg()}, {os.cpu_count()} cores")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", nargs="*", help="addresses of pages, or menu; all by default")
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    wanted = ["calibration"] if given.quick else given.pages
    visits = [one for one in VISITS if not wanted or one.page in wanted]
    visits += [CHANGES] if not wanted or "menu" in wanted else []
    with chromium() as browser, running_app(APP) as app:
        open_page(browser, f"{app.url}/calibration").context.close()  # what is imported once, at the first page
        report([row for one in visits for row in visit(browser, app, one, 2 if given.quick else given.times)])


if __name__ == "__main__":
    main()
