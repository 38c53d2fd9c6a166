"""Every part of every page, in the presenter's view."""

import pytest

from testing.app_test import open_app
from ui.page_registry import PAGES
from ui.widget_keys import part_key


@pytest.mark.parametrize("page", list(PAGES))
def test_every_part_can_be_presented(page):
    app = open_app(f"pages/{page}.py", view="presenter")
    parts = [choice for choice in app.button_group if choice.key == part_key(page)]
    for part in parts[0].options[1:] if parts else ():
        app.button_group(key=part_key(page)).set_value(part).run()
        assert not app.exception, part
