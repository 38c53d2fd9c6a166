"""A server among strangers: hostile names on every page, hostile messages on its socket, and two people who never meet."""

import random
import re
import urllib.error
import urllib.request
from contextlib import suppress
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

import testing
from testing.browser import running_app, settled
from testing.browser_parts import PICTURES, expect_pictures, key, open_part, wait_for_related
from testing.browser_steps import (
    PATIENCE,
    bar,
    follow,
    press,
    press_train,
    train_slowly,
    train_to_the_end,
    wait_for_epochs,
    wait_for_words,
)
from testing.fuzz import size
from tests.browser.pages.test_data_page import open_data, upload

HARM = "window.harmed=1"
CLASSES = (f"<img src=x onerror={HARM}>", f"<script>{HARM}</script>", "![c](//127.0.0.1:9/c.png)")
FEATURES = (f'"><svg onload={HARM}>', "[f](javascript:alert(1))", "<style>*{display:none}</style>", ":material/home: {{7*7}}")
SHORT = "epochs=2&members=2"
NOISES = size(300, 60)


def hostile_table() -> bytes:
    """Sixty rows that logistic regression cannot tell apart without error."""
    rng = random.Random(0)
    quoted = ['"' + name.replace('"', '""') + '"' for name in (*FEATURES, "class")]
    rows = [[f"{rng.gauss(k == spot, 2):.3f}" for spot in range(4)] + [CLASSES[k]] for k in [0, 1, 2] * 20]
    return "\n".join(",".join(cells) for cells in [quoted, *rows]).encode()


def expect_only_text(page):
    """Names have become no element and no picture, and no script has run."""
    settled(page)
    assert page.evaluate("window.harmed") is None
    assert not page.locator('img[src="x"], svg[onload], a[href^="javascript"], img[alt="c"]').count()
    assert not page.locator('[data-testid="stException"]').count()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


@pytest.fixture
def asked():
    """What a page asks for, filled by ``open_watched``."""
    return []


@pytest.fixture
def open_watched(open_page, app, asked):
    def open_(path):
        page = open_page("about:blank", wait=False)
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{app.url}/{path}")
        settled(page)
        return page

    yield open_
    elsewhere = [url for url in asked if not url.startswith((app.url, "data:", "blob:"))]
    assert asked
    assert elsewhere == []


@pytest.fixture
def hostile_page(open_watched):
    """A session that has trained on a table whose names mean harm."""
    page = open_watched(f"data?{SHORT}")
    upload(page, hostile_table())
    expect(page.get_by_text("60 rows, 4 features, 3 classes")).to_be_visible(timeout=PATIENCE)
    expect_only_text(page)
    follow(page, "train")
    train_to_the_end(page, 2)
    expect_only_text(page)
    return page


@pytest.mark.nightly
def test_hostile_names_are_text_among_the_scores_and_when_runs_are_compared(hostile_page):
    page = hostile_page
    press(page, "Pin")
    expect(page.get_by_role("button", name="Pin", exact=True)).to_be_disabled(timeout=PATIENCE)
    key(page, "Dropout", "ArrowRight")
    settled(page)
    press_train(page)
    wait_for_words(page, "Finished")
    settled(page)
    press(page, "Pin")
    expect(page.get_by_role("button", name="Pin", exact=True)).to_be_disabled(timeout=PATIENCE)
    follow(page, "compare")
    expect_pictures(page, ["compare_test_loss", "compare_rows"])
    expect_only_text(page)
    follow(page, "softmax")
    page.get_by_text("Scores of a row", exact=True).click()
    for name in CLASSES:
        expect(page.locator(".scores")).to_contain_text(name, timeout=PATIENCE)
    expect_only_text(page)


@pytest.mark.nightly
def test_hostile_names_are_text_in_every_part_of_the_page_on_members(hostile_page):
    page = hostile_page
    follow(page, "members")
    wait_for_related(page)
    expect_pictures(page, ["score_nll"])
    for part in PICTURES["members"]:
        open_part(page, part)
        expect_only_text(page)
    page.locator('.root[data-ready="true"]').wait_for(timeout=PATIENCE)
    for name in FEATURES:
        expect(page.get_by_text(name, exact=True).first).to_be_attached(timeout=PATIENCE)


@pytest.mark.nightly
def test_hostile_names_are_text_in_every_part_of_the_page_on_regression(hostile_page):
    page = hostile_page
    follow(page, "regression")
    for part in PICTURES["regression"]:
        open_part(page, part)
        if part == "Beside the net":
            wait_for_related(page)
            expect_pictures(page, ["beside_nll"])
        expect_only_text(page)


REFUSED_TABLES = (
    f"a,b\n1,x\n2,x\n{CLASSES[0]},y\n3,y\n5,y\n6,x\n7,x\n",
    f"a,a\n{CLASSES[1]},x\n",
    f"{CLASSES[0]},{CLASSES[0]}\n1,x\n2,y\n",
    f"a,{CLASSES[2]}\n1,x\n2,y\n",
)


@pytest.mark.nightly
def test_a_sentence_that_refuses_a_table_shows_its_cells_as_text(open_watched):
    page = open_watched("data")
    for content in REFUSED_TABLES:
        upload(page, content.encode(), f"{CLASSES[0].replace('/', '')}.csv")
        expect(page.locator('[data-testid="stAlert"]')).to_contain_text(re.compile("."), timeout=PATIENCE)
        expect_only_text(page)
        page.reload()
        settled(page)


NO_RUN_FILES = (b"PK\x03\x04<img src=x onerror=window.harmed=1>", b"", hostile_table())


@pytest.mark.nightly
def test_a_run_file_that_is_none_gets_one_sentence(open_watched):
    page = open_watched("train")
    for content in NO_RUN_FILES:
        press(page, "Download")
        file = {"name": f"{CLASSES[0]}.npz", "mimeType": "application/octet-stream", "buffer": content}
        page.locator('[data-testid="stFileUploader"] input').set_input_files(file)
        expect(page.locator('[data-testid="stAlert"]')).to_have_text(
            re.compile("This file is not a saved run, or it is damaged; save the run again."), timeout=PATIENCE
        )
        expect_only_text(page)
        page.reload()
        settled(page)


@pytest.mark.nightly
def test_what_one_person_uploads_and_trains_another_never_sees(app, open_page):
    owner = open_data(open_page, app, SHORT)
    upload(owner, hostile_table(), "patients.csv")
    expect(owner.get_by_text("60 rows, 4 features, 3 classes")).to_be_visible(timeout=PATIENCE)
    follow(owner, "train")
    press_train(owner)
    wait_for_words(owner, "Finished")
    expect(owner).to_have_url(re.compile("run="))
    stranger = open_page(f"{app.url}/data")
    expect(stranger.get_by_text("178 rows, 13 features, 3 classes")).to_be_visible(timeout=PATIENCE)
    assert "patients.csv" not in stranger.content()
    with_the_link = open_page(owner.url)
    expect(with_the_link.get_by_text("The run of this link was trained on an uploaded file")).to_be_visible(timeout=PATIENCE)
    for page in (stranger, with_the_link):
        follow(page, "predictions")
        expect(bar(page)).to_contain_text("Trained in advance", timeout=PATIENCE)
        assert CLASSES[2] not in page.content()


@pytest.mark.nightly
def test_a_student_with_the_lecturers_address_cannot_stop_the_lecturers_run(app, open_page):
    lecturer = open_page(f"{app.url}/train?members=2&epochs=1000")
    train_slowly(lecturer)
    expect(lecturer).to_have_url(re.compile("run="))
    student = open_page(lecturer.url, wait=False)
    wait_for_epochs(student, 5)
    expect(student.get_by_role("button", name="Stop", exact=True)).to_be_disabled()
    press(student, "New seed")
    expect(bar(student)).to_contain_text("Trained in advance", timeout=PATIENCE)
    expect(lecturer.get_by_role("button", name="Stop", exact=True)).to_be_enabled()
    wait_for_words(lecturer, "Training")
    press(lecturer, "Stop")
    wait_for_words(lecturer, "Stopped")


def spoken(rng: random.Random) -> list[bytes | str]:
    """What no browser says: noise, halves of messages, and messages about things that are not there."""
    rerun = BackMsg()
    rerun.rerun_script.page_script_hash = rng.choice(("", "0" * 32, "../app.py", "x" * 10_000))
    rerun.rerun_script.fragment_id = rng.choice(("", "nothing", "0" * 64))
    rerun.rerun_script.query_string = rng.choice(("members=999", "run=" + "a" * 5000, "&" * 2000, "%00=%ff", "view=presenter"))
    for name in ("members", "train", "$$ID-0-None-train", ""):
        state = rerun.rerun_script.widget_states.widgets.add(id=name)
        state.string_value = "x" * rng.choice((1, 1000))
    whole = rerun.SerializeToString()
    return [
        whole,
        whole[: rng.randrange(len(whole))],
        rng.randbytes(rng.choice((0, 1, 50, 5000))),
        BackMsg(stop_script=True).SerializeToString(),
        BackMsg(clear_cache=True).SerializeToString(),
        BackMsg(debug_shutdown_runtime=True).SerializeToString(),
        "words where bytes are expected",
    ]


def answers(app, messages: list[bytes | str], seconds: float = 1) -> list[ForwardMsg]:
    """What the server says to these messages until it hangs up or is silent for so long."""
    heard = []
    address = f"ws://{urlsplit(app.url).netloc}/_stcore/stream"
    with suppress(ConnectionClosed, TimeoutError), connect(address, origin=app.url, subprotocols=["streamlit"]) as socket:
        for message in messages:
            socket.send(message)
        while True:
            heard.append(ForwardMsg.FromString(socket.recv(timeout=seconds)))
    return heard


def test_nonsense_on_the_socket_harms_nobody_else_and_draws_no_traceback(app, open_page):
    bystander = open_page(f"{app.url}/train?members=3")
    rng = random.Random(17)
    for number in range(NOISES):
        messages = spoken(rng)
        rng.shuffle(messages)
        # Most conversations are too short for the server to run a page in between.
        heard = answers(app, messages) if number % 30 == 0 else answers(app, messages[:1], seconds=0)
        for message in heard:
            exception = message.delta.new_element.exception
            assert not list(exception.stack_trace)
            assert "Traceback" not in str(message)
    with urllib.request.urlopen(f"{app.url}/_stcore/health", timeout=testing.PATIENCE) as response:
        assert response.status == 200
    assert app.process.poll() is None
    expect(bystander.get_by_role("slider", name="Ensemble size")).to_have_value("3")
    press_train(bystander)
    wait_for_words(bystander, "Finished")


@pytest.fixture
def server(browser, monkeypatch):
    """A server whose host has set variables."""

    def start(**variables):
        for name, text in variables.items():
            monkeypatch.setenv(f"SOFTMAX_LAB_{name}", text)
        return running_app()

    return start


@pytest.mark.nightly
def test_a_server_with_wrong_variables_says_so_calmly_and_trains_nothing(server, open_page):
    with server(MEMBERS="abc", FOO="1") as wrong:
        page = open_page(f"{wrong.url}/train")
        expect(page.get_by_role("heading", level=1, name="Train")).to_be_visible(timeout=PATIENCE)
        expect(page.locator('[data-testid="stAlert"]')).to_have_text(
            re.compile("not set up correctly.+Its log says what to fix.")
        )
        assert not page.get_by_role("button", name="Train", exact=True).count()
        assert "SOFTMAX_LAB_MEMBERS" not in page.content()
        page.close()
        log = wrong.log.read_text()
        for sentence in ("SOFTMAX_LAB_MEMBERS: “abc” cannot be used.", "SOFTMAX_LAB_FOO is not known."):
            assert sentence in log
        assert "Traceback" not in log


def status_of_an_upload(app) -> int:
    """What a server answers to a file that somebody sends past its pages."""
    body = b'--b\r\nContent-Disposition: form-data; name="f"; filename="x.csv"\r\n\r\na,b\r\n--b--\r\n'
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    with urllib.request.urlopen(f"{app.url}/_stcore/health", timeout=testing.PATIENCE) as response:
        cookie = re.search("_streamlit_xsrf=([^;]+)", response.headers.get("Set-Cookie", ""))
    if cookie:
        headers |= {"Cookie": cookie.group(), "X-Xsrftoken": cookie.group(1)}
    address = f"ws://{urlsplit(app.url).netloc}/_stcore/stream"
    with connect(address, origin=app.url, subprotocols=["streamlit"]) as socket:
        socket.send(BackMsg(rerun_script={}).SerializeToString())
        tab = ""
        while not tab:
            tab = ForwardMsg.FromString(socket.recv(timeout=testing.PATIENCE)).new_session.initialize.session_id
        url = f"{app.url}/_stcore/upload_file/{tab}/file"
        try:
            with urllib.request.urlopen(
                urllib.request.Request(url, body, headers, method="PUT"), timeout=testing.PATIENCE
            ) as response:
                return response.status
        except urllib.error.HTTPError as refusal:
            return refusal.code


@pytest.mark.nightly
def test_a_server_with_lower_limits_shows_and_keeps_them(server, app, open_page):
    assert status_of_an_upload(app) == 204
    with server(MEMBERS="8", UPLOADS="0") as small:
        page = open_page(f"{small.url}/train?members=32")
        expect(page.get_by_text("32 in the link is outside 1 to 8")).to_be_visible(timeout=PATIENCE)
        slider = page.get_by_role("slider", name="Ensemble size")
        expect(slider).to_have_value("8")
        expect(slider).to_have_attribute("max", "8")
        press(page, "Download")
        expect(page.get_by_role("button", name="Run file", exact=True)).to_be_visible(timeout=PATIENCE)
        assert not page.get_by_text("Open a run file").count()
        follow(page, "data")
        expect_pictures(page, ["counts"])
        assert not page.get_by_text("My own data").count()
        assert status_of_an_upload(small) == 413
        page.close()
