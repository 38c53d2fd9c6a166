"""A change of the page has few elements styled anew: Plotly asks for sizes, and so for styles, dozens of times a drawing."""

import json

import pytest

from testing.browser import settled
from testing.browser_parts import picture

INSERT = """async () => {
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  const main = document.querySelector('[data-testid="stMain"]');
  const box = document.createElement('div');
  box.append(document.createElement('button'));
  box.dataset.testid = 'box';
  main.append(box);
  return getComputedStyle(box).color;
}"""


def restyled(page):
    """Numbers of elements whose styles the browser computes when a box with a button is put on the page."""
    browser = page.context.browser
    browser.start_tracing(page=page, categories=["devtools.timeline"])
    page.evaluate(INSERT)
    events = json.loads(browser.stop_tracing())["traceEvents"]
    return [event["args"]["elementCount"] for event in events if event["name"] == "UpdateLayoutTree" and event["ph"] == "X"]


@pytest.mark.parametrize(
    ("query", "width"),
    [("", 1280), ("", 390), ("view=presenter", 1280), ("plan=lecture&step=9", 1280), ("plan=lecture&step=9", 390)],
)
def test_a_change_of_the_page_restyles_few_of_its_elements(app, open_page, query, width):
    page = open_page(f"{app.url}/calibration?{query}", width=width)
    picture(page, "reliability").wait_for()
    page.wait_for_timeout(1000)
    settled(page)
    counts = restyled(page)
    assert counts
    assert max(counts) < 50
