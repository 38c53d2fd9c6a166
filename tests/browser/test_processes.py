"""What happens to processes: which holds TensorFlow, and what the page says when one is lost."""

import sys
from pathlib import Path

import psutil
import pytest

from testing.browser_steps import PATIENCE, follow, press, press_train, train_slowly, wait_for_epochs, wait_for_words


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_tensorflow_is_mapped_in_a_worker_and_never_in_the_web_process(app, train_page):
    press_train(train_page)
    wait_for_words(train_page, "Finished")
    follow(train_page, "predictions")
    web = psutil.Process(app.process.pid)
    maps = {process: Path(f"/proc/{process.pid}/maps").read_text() for process in (web, *web.children(recursive=True))}
    assert "tensorflow" not in maps.pop(web)
    assert any("tensorflow" in text for text in maps.values())


@pytest.mark.nightly
def test_the_page_says_that_a_worker_was_lost_and_starts_again(app, open_page):
    page = open_page(f"{app.url}/train?epochs=2000")
    train_slowly(page, epochs=15)
    workers = psutil.Process(app.process.pid).children(recursive=True)
    max(workers, key=lambda process: process.memory_info().rss).kill()
    wait_for_words(page, "The training process was lost")
    page.wait_for_function(
        "canvas => Number(canvas.dataset.epochs) < 5", arg=page.locator("canvas.loss").element_handle(), timeout=PATIENCE
    )
    wait_for_epochs(page, 5)
    press(page, "Stop")
    wait_for_words(page, "Stopped")
