"""Each control that ``benchmarks.reaction`` measures shows another picture."""

import pytest
from playwright.sync_api import expect

from testing.browser import settled
from testing.browser_steps import PATIENCE
from testing.controls import CHANGES, VISITS
from testing.new_pictures import seen, selector, watch


@pytest.mark.nightly
@pytest.mark.parametrize("visit", [*VISITS, CHANGES], ids=lambda visit: f"{visit.address}: {visit.controls[0].name}")
def test_every_control_shows_another_picture(app, open_page, visit):
    page = open_page(f"{app.url}/{visit.address}")
    visit.first(page)
    expect(page.locator(selector(visit.shows)).first).to_be_visible(timeout=PATIENCE)
    for control in visit.controls:
        press = next(control.moves(page))
        settled(page)
        watch(page, control.shows)
        press()
        seen(page)
