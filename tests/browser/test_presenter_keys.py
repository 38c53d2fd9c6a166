"""A presenter's keys step through a page, and only while it is open and nothing else takes them."""

import pytest
from playwright.sync_api import expect

from testing.browser import running_app, settled
from testing.browser_steps import PATIENCE, messages_sent, press

APP = """
import streamlit as st
from ui.components.keys import step_keys

st.session_state.setdefault("place", 0)
st.session_state.setdefault("steps", [])

def step(by):
    st.session_state["place"] += by
    st.session_state["steps"].append(by)

def talk():
    returned = step_keys(step, key="keys")
    st.title("Talk")
    st.text(f"Place {st.session_state['place']} returned {returned}")
    st.text(f"Steps {st.session_state['steps']}")
    st.text_input("Name")
    st.text_area("Notes")
    st.slider("Share", 0, 10, 5)
    st.selectbox("Set", ["wine", "iris"])
    st.radio("Guess", ["yes", "no"])
    st.checkbox("Tick")
    st.button("Again")

def elsewhere():
    st.title("Elsewhere")
    st.text(f"Place {st.session_state['place']}")

st.navigation([st.Page(talk, url_path="talk", default=True), st.Page(elsewhere, url_path="elsewhere")]).run()
"""


@pytest.fixture(scope="module")
def server(browser, tmp_path_factory):
    script = tmp_path_factory.mktemp("keys") / "app.py"
    script.write_text(APP)
    with running_app(script) as app:
        yield app


@pytest.fixture
def talk(open_page, server):
    page = open_page(server.url)
    arrived(page)
    return page


def arrived(page):
    """Wait until the whole talk is there, and its keys."""
    page.locator('.root[data-ready="true"]').wait_for(state="attached", timeout=PATIENCE)
    expect(page.get_by_role("button", name="Again")).to_be_visible(timeout=PATIENCE)
    settled(page)


def expect_place(page, position):
    expect(page.get_by_text(f"Place {position}")).to_be_visible(timeout=PATIENCE)
    settled(page)


def expect_nothing_happens(page, *keys):
    assert messages_sent(page, lambda: [page.keyboard.press(key) for key in keys]) == 0
    settled(page)


def go_to(page, name):
    page.get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", name=name)).to_be_visible(timeout=PATIENCE)
    settled(page)


def test_arrows_and_page_keys_step_and_python_hears_of_each_step_once(talk):
    for key, position, by in (("ArrowRight", 1, 1), ("PageDown", 2, 1), ("ArrowLeft", 1, -1), ("PageUp", 0, -1)):
        talk.keyboard.press(key)
        expect_place(talk, f"{position} returned {by}")
    press(talk, "Again")
    expect_place(talk, "0 returned 0")
    talk.emulate_media(color_scheme="dark")
    settled(talk)
    talk.keyboard.press("ArrowRight")
    expect_place(talk, "1 returned 1")
    expect(talk.get_by_text("Steps [1, 1, -1, -1, 1]")).to_be_visible()


def test_impatient_presses_all_count(talk):
    for _ in range(6):
        talk.keyboard.press("PageDown")
    expect(talk.get_by_text("Steps [1, 1, 1, 1, 1, 1]")).to_be_visible(timeout=PATIENCE)


def test_keys_are_left_to_what_has_the_focus(talk):
    for role, name in (("textbox", "Name"), ("textbox", "Notes"), ("combobox", "Set"), ("slider", "Share"), ("radio", "yes")):
        talk.get_by_role(role, name=name).focus()
        talk.keyboard.press("PageDown")
        talk.keyboard.press("ArrowRight")
    talk.get_by_role("button", name="Again").focus()
    talk.keyboard.press("ArrowLeft")
    expect(talk.get_by_text("Steps [-1]", exact=True)).to_be_visible(timeout=PATIENCE)


@pytest.mark.nightly
def test_a_button_or_a_tick_box_that_was_clicked_does_not_keep_the_keys(talk):
    talk.get_by_text("Tick").click()
    settled(talk)
    talk.keyboard.press("PageDown")
    expect_place(talk, 1)
    press(talk, "Again")
    expect_place(talk, 1)
    talk.keyboard.press("PageDown")
    expect_place(talk, 2)


@pytest.mark.nightly
def test_other_keys_held_keys_and_the_browsers_own_do_nothing(talk):
    expect_nothing_happens(talk, "Space", "ArrowDown", "a", "Escape", "Shift+ArrowRight", "Control+PageDown")
    talk.keyboard.down("PageDown")
    expect_place(talk, 1)
    assert messages_sent(talk, lambda: [talk.keyboard.down("PageDown") for _ in range(5)]) == 0
    expect_place(talk, 1)
    talk.keyboard.up("PageDown")


@pytest.mark.nightly
def test_steps_are_not_taken_on_other_pages_and_once_after_return(talk):
    talk.keyboard.press("ArrowRight")
    expect_place(talk, 1)
    for _ in range(2):
        go_to(talk, "Elsewhere")
        expect_nothing_happens(talk, "ArrowRight", "PageDown", "ArrowLeft")
        expect_place(talk, 1)
        go_to(talk, "Talk")
    arrived(talk)
    talk.keyboard.press("ArrowRight")
    expect_place(talk, "2 returned 1")
    expect(talk.get_by_text("Steps [1, 1]")).to_be_visible()


def test_the_element_takes_no_room(talk):
    tops = talk.evaluate(
        """() => ['[data-testid="stMainBlockContainer"] [data-testid="stVerticalBlock"]', "h1"]
        .map((selector) => document.querySelector(selector).getBoundingClientRect().top)"""
    )
    assert tops[1] == tops[0]


@pytest.mark.nightly
def test_a_step_that_is_lost_on_the_way_is_told_again(talk):
    talk.evaluate(
        """async () => {
          const send = WebSocket.prototype.send, sent = [];
          WebSocket.prototype.send = function (message) { if (sent.push(message) !== 2) send.call(this, message); };
          for (const moment of [1, 2]) {
            document.dispatchEvent(new KeyboardEvent("keydown", { key: "PageDown", bubbles: true }));
            await new Promise((go_on) => setTimeout(go_on, 5));
          }
        }"""
    )
    expect(talk.get_by_text("Steps [1, 1]")).to_be_visible(timeout=PATIENCE)
    settled(talk)
    assert messages_sent(talk, lambda: talk.wait_for_timeout(300)) == 0
