"""Forecasts of a file through the browser's own file chooser, with names that mean harm, and back to the run."""

import re

from playwright.sync_api import expect

from testing.browser import settled
from testing.browser_parts import expect_pictures, open_part
from testing.browser_steps import PATIENCE, bar, follow, press

HOSTILE = "<img src=x onerror=alert(1)>"
HEADER = f'true class,"{HOSTILE}: a","{HOSTILE}: b","$x$ **bold**: a","$x$ **bold**: b"\n'
CONTENT = (HEADER + "a,0.5,0.5,1,0\nb,1,0,0.3,0.7\na,0.8,0.2,0,1\nb,0.2,0.8,0.4,0.6\n" * 30).encode()


def test_a_file_is_judged_from_page_to_page_and_its_names_are_text(app, open_page):
    page = open_page(f"{app.url}/data?part=Judge+forecasts")
    page.locator('[data-testid="stFileUploader"] input').set_input_files(
        {"name": "<i>mine</i>.csv", "mimeType": "text/csv", "buffer": CONTENT}
    )
    expect(page.get_by_text("2 models, 120 rows, 2 classes.")).to_be_visible(timeout=PATIENCE)
    settled(page)
    page.locator('[data-testid="stPageLink"]').get_by_text("Calibration").click()
    expect(bar(page)).to_contain_text("<i>mine</i>.csv: 2 models, 120 rows, 2 classes. Not trained here.", timeout=PATIENCE)
    expect_pictures(page, ["reliability", "ece_by_luck"])
    open_part(page, "Scores")
    expect_pictures(page, ["brier_parts", "log_loss_parts"])
    follow(page, "compare")
    expect_pictures(page, ["compare_nll", "compare_rows"])
    expect(page.locator(".st-key-compare_nll .ytick").first).to_have_text(HOSTILE)
    assert page.locator('img[src="x"]').count() == 0
    assert not re.search("mine|forecasts=|bold", page.url)
    press(page, "Back to the run")
    expect(bar(page)).to_contain_text("Trained in advance", timeout=PATIENCE)
