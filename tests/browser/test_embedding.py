"""The app in a frame of a course page on another port, behind the headers that docs/hosting.md gives."""

import os
import re
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import expect

from ensemble.lecture import Plan
from ensemble.lecture.plan_link import to_link
from pages.parts.lesson.embed import snippet
from testing import ROOT
from testing.browser import settled
from testing.browser_steps import PATIENCE
from testing.web_processes import PROXY, free_port, running, wait_for_port

POLICY = re.search(r'add_header Content-Security-Policy "([^"]+)"', (ROOT / "docs" / "hosting.md").read_text("utf-8"))[1]
PLAN = Plan.of(
    {
        "title": "Two steps",
        "steps": [{"title": "Bars", "page": "softmax", "words": "Move one."}, {"title": "Strips", "page": "cross_entropy"}],
    }
)
CONFIGURATION = """events {{}}
pid {folder}/pid;
error_log stderr;
http {{
  access_log off;
  map $http_upgrade $connection_upgrade {{ default upgrade; '' ''; }}
  server {{
    listen 127.0.0.1:{port};
    add_header Content-Security-Policy "{policy}" always;
    location / {{
      proxy_pass {app};
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
      proxy_buffering off;
    }}
  }}
}}
"""


class CoursePage(BaseHTTPRequestHandler):
    lines = ""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(f"<!doctype html><title>Course</title><h1>Course</h1>{self.lines}".encode())

    def log_message(self, *_):
        pass


@pytest.fixture
def course():
    """Another server, whose page holds the lines of ``CoursePage.lines``; its origin."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), CoursePage)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def behind_the_headers(app, course, tmp_path):
    """The address of the app behind a proxy with the policy of the docs, in which the course page may frame it."""
    port = free_port()
    policy = POLICY.replace("frame-ancestors 'none'", f"frame-ancestors {course}")
    assert policy != POLICY
    file = tmp_path / "nginx.conf"
    file.write_text(CONFIGURATION.format(folder=tmp_path, port=port, policy=policy, app=app.url))
    options = "daemon off;" + (" user root;" if os.geteuid() == 0 else "")
    with running([str(PROXY), "-p", str(tmp_path), "-c", str(file), "-g", options]):
        wait_for_port(port)
        yield f"http://127.0.0.1:{port}"


def fits(page):
    """Whether the frame is as high as what it shows, which then has no bar to scroll by."""
    high, hidden = page.frames[1].evaluate(
        """() => {
          const find = (id) => document.querySelector(`[data-testid="${id}"]`);
          const [content, main] = [find("stMainBlockContainer"), find("stMain")];
          return content ? [content.getBoundingClientRect().height, main.scrollHeight - main.clientHeight] : [0, 0];
        }"""
    )
    given = page.locator("iframe").bounding_box()["height"]
    return high > 300 and abs(given - high) <= 1 and hidden <= 1


@pytest.mark.skipif(not PROXY, reason="nginx is not installed")
def test_an_embedded_step_has_controls_no_menu_and_sends_its_height(course, behind_the_headers, open_page):
    link = f"{behind_the_headers}/softmax?plan={to_link(PLAN)}&embed=true"
    CoursePage.lines = snippet(link, "Softmax Lab: <Two steps>", 320)
    page = open_page(course, wait=False)
    frame = page.frame_locator("iframe")
    expect(frame.get_by_text("Move one.")).to_be_visible(timeout=PATIENCE)
    expect(frame.get_by_role("button", name="Next", exact=True)).to_be_visible()
    expect(frame.locator('[data-testid="stHeader"]')).to_be_hidden()
    settled(page.frames[1])
    page.wait_for_function("document.querySelector('iframe').getBoundingClientRect().height > 330", timeout=PATIENCE)
    until(page, lambda: fits(page))
    first = page.locator("iframe").bounding_box()["height"]
    frame.get_by_role("button", name="Next", exact=True).click()
    expect(frame.get_by_role("heading", level=1)).to_have_text("Cross-entropy", timeout=PATIENCE)
    settled(page.frames[1])
    until(page, lambda: fits(page) and page.locator("iframe").bounding_box()["height"] != first)
    # Only the frame may say how high it is.
    height = page.locator("iframe").bounding_box()["height"]
    page.evaluate("postMessage({ type: 'softmax-lab:height', height: 5 }, '*')")
    page.evaluate("new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    assert page.locator("iframe").bounding_box()["height"] == height
    schema = urllib.request.urlopen(f"{behind_the_headers}/plan.schema.json", timeout=PATIENCE / 1000)
    assert schema.headers["Content-Type"] == "application/schema+json"


def until(page, is_so):
    """Wait until it is so."""
    for _ in range(int(PATIENCE) // 50):
        if is_so():
            return
        page.wait_for_timeout(50)
    raise AssertionError(page.locator("iframe").bounding_box())
