"""What docs/hosting.md promises: the image, the three services, the proxy's headers, and a real server as it is documented."""

import base64
import hashlib
import http.client
import json
import os
import re
import subprocess
import sys
import tomllib
import urllib.request
from pathlib import Path
from urllib.parse import urlparse

import psutil
import pytest
import streamlit
import yaml

from ensemble.limits import Limits
from testing import PATIENCE
from testing.browser import ROOT, new_context, running_app, settled
from testing.dockerfile import ignores_everything_but, instructions
from testing.web_processes import PROXY, proxy_configuration
from ui.server.room_news import SECONDS_OF_SILENCE

DOCKERFILE = instructions((ROOT / "Dockerfile").read_text(encoding="utf-8"))
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
CONFIG = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
DOCS = (ROOT / "docs" / "hosting.md").read_text(encoding="utf-8")
NGINX = re.search(r"```nginx\n(.*?)```", DOCS, re.DOTALL)[1]
POLICY = re.search(r'Content-Security-Policy "([^"]+)"', NGINX)[1]
SECRET = "the-secret-of-a-traceback"
KEY = "openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=lab -keyout lab.key -out lab.pem"
MEGA = {"m": 1e6, "g": 1e9, "MiB": 2**20, "GiB": 2**30}


def of(name):
    return [arguments for instruction, arguments in DOCKERFILE if instruction == name]


def in_bytes(size):
    number, unit = re.fullmatch(r"(\d+)(\w+)", size).groups()
    return int(number) * MEGA[unit]


def variables_in(text):
    return set(re.findall(r"SOFTMAX_LAB_[A-Z_]*[A-Z]", text))


# The image


def test_the_image_does_not_run_as_root():
    assert DOCKERFILE.index(("USER", "1000")) < next(index for index, (name, _) in enumerate(DOCKERFILE) if name == "CMD")
    assert of("USER") == ["1000"]
    assert any("--uid 1000" in arguments for arguments in of("RUN"))


def test_the_base_image_is_pinned_to_a_release_of_a_supported_python():
    for base in of("FROM"):
        version = re.match(r"python:(\d+)\.(\d+)\.\d+-slim-\w+", base)
        assert version, base
        assert (int(version[1]), int(version[2])) >= (3, 11)


def test_the_health_check_asks_the_port_that_is_exposed():
    [check] = of("HEALTHCHECK")
    assert f"127.0.0.1:{of('EXPOSE')[0]}/_stcore/health" in check
    json.loads(check[check.index("[") :])


def test_the_image_starts_the_app_as_the_readme_does():
    command = " ".join(json.loads(of("CMD")[0]))
    assert command in (ROOT / "README.md").read_text(encoding="utf-8")


def test_whatever_is_copied_exists_and_is_let_in():
    let_in = ignores_everything_but((ROOT / ".dockerignore").read_text(encoding="utf-8"))
    copied = [arguments.split()[0] for arguments in of("COPY") if not arguments.startswith("--from")]
    assert set(copied) == set(let_in)
    assert all((ROOT / name).exists() for name in copied)
    assert {"app.py", "ensemble", "ui", "pages"} <= set(copied)


def test_nothing_is_cached_and_only_locked_packages_are_installed():
    [install] = [arguments for arguments in of("RUN") if "pip install" in arguments]
    assert "--no-cache-dir --require-hashes -r requirements.lock" in install
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert re.search(r"^tensorflow-cpu==[\d.]+ ; platform_machine == 'x86_64'", lock, re.MULTILINE)
    assert re.search(r"^tensorflow==[\d.]+ ; platform_machine != 'x86_64'", lock, re.MULTILINE)


def test_the_image_opens_no_browser():
    assert "STREAMLIT_SERVER_HEADLESS=true" in of("ENV")[0]


# The three services


def test_the_app_is_told_where_the_scheduler_is():
    command = SERVICES["scheduler"]["command"]
    address = f"tcp://scheduler:{command[command.index('--port') + 1]}"
    assert SERVICES["app"]["environment"]["SOFTMAX_LAB_SCHEDULER"] == address
    assert address in SERVICES["worker"]["command"]


def test_every_variable_of_the_services_is_one_that_the_app_knows():
    for service in SERVICES.values():
        Limits.from_environment(service.get("environment", {}))


def test_only_the_app_or_the_proxy_is_published_and_only_on_loopback():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["app", "proxy"]
    assert all(port.startswith("127.0.0.1:") for name in ("app", "proxy") for port in SERVICES[name]["ports"])
    assert COMPOSE["networks"]["training"]["internal"] is COMPOSE["networks"]["rooms"]["internal"] is True
    assert {name: service["networks"] for name, service in SERVICES.items() if name != "app"} == {
        "web": ["web", "training", "rooms"],
        "proxy": ["web"],
        "valkey": ["rooms"],
        "scheduler": ["training"],
        "worker": ["training"],
    }


def test_several_web_processes_start_on_demand_and_share_rooms():
    assert {name for name, service in SERVICES.items() if service.get("profiles") == ["several"]} == {"web", "proxy", "valkey"}
    web, app = SERVICES["web"]["environment"], SERVICES["app"]["environment"]
    assert urlparse(web["SOFTMAX_LAB_ROOMS"]).hostname == "valkey"
    assert web["SOFTMAX_LAB_SCHEDULER"] == app["SOFTMAX_LAB_SCHEDULER"]
    assert "STREAMLIT_SERVER_COOKIE_SECRET" in web
    assert SERVICES["web"]["deploy"]["replicas"] == 4


def test_rooms_are_in_volumes_where_folders_are_read_only():
    app, valkey = SERVICES["app"], SERVICES["valkey"]
    folder = str(Path(app["environment"]["SOFTMAX_LAB_ROOMS"]).parent)
    assert f"rooms:{folder}" in app["volumes"]
    assert any(f"--owner=1000 --group=1000 --mode=700 {folder}" in arguments for arguments in of("RUN"))
    command = valkey["command"]
    assert f"valkey:{command[command.index('--dir') + 1]}" in valkey["volumes"]
    assert command[command.index("--appendonly") + 1] == "yes"
    assert {"rooms", "valkey"} == set(COMPOSE["volumes"])


@pytest.mark.skipif(not PROXY, reason="nginx is not installed")
def test_nginx_takes_the_configuration_of_the_proxy_and_the_one_that_is_written(tmp_path):
    subprocess.run(["bash", "-c", KEY], cwd=tmp_path, check=True, capture_output=True)
    outer = NGINX.replace("/etc/ssl/lab", str(tmp_path / "lab")).replace("listen 443", "listen 127.0.0.1:8443")
    files = {"inner": proxy_configuration(8501, [8502, 8503], tmp_path), "outer": f"events {{}}\nhttp {{\n{outer}\n}}"}
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        command = [PROXY, "-t", "-p", tmp_path, "-c", tmp_path / name, "-g", f"pid {tmp_path}/{name}.pid;"]
        done = subprocess.run(command[:6] if name == "inner" else command, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


def test_a_browser_stays_at_one_process_and_hears_of_news_at_once():
    text = (ROOT / "nginx.conf").read_text(encoding="utf-8")
    for line in ("hash $visitor;", "server web:8501;", "Set-Cookie", "proxy_buffering off;", "access_log off;"):
        assert line in text, line
    [seconds] = re.findall(r"proxy_read_timeout (\d+)s", text)
    assert int(seconds) > 2 * SECONDS_OF_SILENCE
    assert "./nginx.conf:/etc/nginx/nginx.conf:ro" in SERVICES["proxy"]["volumes"]


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_has_no_rights_that_it_does_not_need(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert in_bytes(service["mem_limit"]) >= 1e9


def test_dask_ends_a_worker_before_the_engine_does():
    limit = next(part for part in SERVICES["worker"]["command"] if part.startswith("--memory-limit=")).partition("=")[2]
    assert in_bytes(limit) < in_bytes(SERVICES["worker"]["mem_limit"])


@pytest.mark.parametrize("name", ["scheduler", "worker"])
def test_dask_understands_every_word_of_the_command(name):
    from importlib import import_module

    python, _, module, *arguments = SERVICES[name]["command"]
    assert python == "python"
    given = import_module(module).main.make_context(module, list(arguments)).params
    assert given["dashboard"] is False
    assert given["dashboard_address"] == "127.0.0.1:0"
    if name == "worker":
        assert (given["nthreads"], given["preload"]) == (1, ("ensemble.worker",))


# What is written


def test_every_limit_and_every_setting_is_explained():
    fields = {f"SOFTMAX_LAB_{name.upper()}" for name in Limits.model_fields}
    assert fields <= variables_in(DOCS)
    others = {"SOFTMAX_LAB_ROWS": "10", "SOFTMAX_LAB_SCHEDULER": "tcp://scheduler:8786"}
    Limits.from_environment(dict.fromkeys(variables_in(DOCS), "1") | others)
    settings = {f"{section}.{name}" for section, values in CONFIG.items() if section != "theme" for name in values}
    assert settings == set(re.findall(r"^\| `([a-z]+\.\w+)` \|", DOCS, re.MULTILINE))


def test_limits_are_told_with_their_defaults():
    for name, default in Limits().model_dump().items():
        assert re.search(rf"^\| `SOFTMAX_LAB_{name.upper()}` \| {int(default)} \|", DOCS, re.MULTILINE), name


def test_the_policy_lets_in_the_one_script_inside_streamlits_page():
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    [script] = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() in POLICY
    assert "unsafe-eval" not in POLICY
    assert "frame-ancestors 'none'" in POLICY


@pytest.mark.parametrize(
    "line",
    [
        "Strict-Transport-Security",
        "X-Content-Type-Options",
        "Referrer-Policy",
        "$http_upgrade",
        "proxy_buffering off",
        "/_stcore/metrics",
    ],
)
def test_the_proxy_is_told(line):
    assert line in NGINX


def test_a_launch_asks_nobody_outside_for_an_address():
    script = (
        "from streamlit import config, net_util\n"
        "from streamlit.web import bootstrap\n"
        "net_util.get_external_ip = lambda: print('ASKED OUTSIDE')\n"
        "bootstrap.load_config_options({})\n"
        "bootstrap._print_url(False)\n"
        "print(config.get_option('browser.gatherUsageStats'))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    assert "http://localhost:8501" in done.stdout
    assert "ASKED OUTSIDE" not in done.stdout
    assert done.stdout.splitlines()[-1] == "False"


# A real server


def finished_runs(app):
    """The lines of its log about runs that have been trained to their end."""
    told = [json.loads(line) for line in app.log.read_text(encoding="utf-8").splitlines() if line.startswith("{")]
    return [line for line in told if (line["kind"], line["outcome"]) == ("run", "done")]


def metrics_of(port):
    return urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=PATIENCE).read().decode()


def counted_runs(port):
    return float(re.search(r'^softmax_lab_runs_total{kind="run",outcome="done"} (\S+)', metrics_of(port), re.MULTILINE)[1])


@pytest.fixture(scope="module")
def runs_before(app, metrics_port):
    """How many finished runs the log and the metrics have counted before the visit."""
    return len(finished_runs(app)), counted_runs(metrics_port)


@pytest.fixture(scope="module")
def visit(app, browser, runs_before):
    """A page that has trained once behind the proxy's policy, whom it asked, and what the policy refused."""
    # A page that Playwright has changed counts as one from outside, which may not speak to this machine unasked.
    context = new_context(browser, permissions=["local-network-access"])
    page = context.new_page()
    asked, refused = [], []

    def with_policy(route):
        answer = route.fetch()
        route.fulfill(response=answer, headers=answer.headers | {"content-security-policy": POLICY})

    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda opened: asked.append(opened.url))
    page.on("console", lambda message: "Content Security Policy" in message.text and refused.append(message.text))
    page.route(re.compile(r":\d+/(train|health)$"), with_policy)
    page.goto(f"{app.url}/train")
    settled(page)
    page.get_by_role("button", name="Train", exact=True).click()
    page.get_by_text("Finished").first.wait_for(timeout=1000 * PATIENCE)
    settled(page)
    yield page, asked, refused
    context.close()


def answer(app, method, path, **headers):
    connection = http.client.HTTPConnection(urlparse(app.url).netloc, timeout=PATIENCE)
    connection.request(method, path, body=b"", headers=headers)
    status = connection.getresponse().status
    connection.close()
    return status


def websocket(app, origin, **headers):
    upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
    key = base64.b64encode(os.urandom(16)).decode()
    return answer(app, "GET", "/_stcore/stream", Origin=origin, **upgrade, **headers, **{"Sec-WebSocket-Key": key})


def test_health_answers_and_other_origins_are_refused(app):
    assert urllib.request.urlopen(f"{app.url}/_stcore/health", timeout=PATIENCE).read() == b"ok"
    assert websocket(app, app.url) == 101
    assert websocket(app, "https://elsewhere.example") == 403


def test_only_the_names_of_the_host_are_served(monkeypatch):
    """A page elsewhere whose name leads to this machine (DNS rebinding) gets no websocket."""
    names = SERVICES["app"]["environment"]["STREAMLIT_SERVER_ALLOWED_HOSTS"].replace("${HOST_NAME:-localhost}", "lab.example")
    monkeypatch.setenv("STREAMLIT_SERVER_ALLOWED_HOSTS", names)
    with running_app(ROOT / "benchmarks" / "empty_app.py") as server:
        served = {host: websocket(server, f"http://{host}", Host=host) for host in ("127.0.0.1", "lab.example", "evil.example")}
    assert served == {"127.0.0.1": 101, "lab.example": 101, "evil.example": 403}


def test_an_upload_without_the_token_is_refused_and_so_are_agents(app):
    assert answer(app, "PUT", "/_stcore/upload_file/session/file") == 403
    assert answer(app, "POST", "/_stcore/agent/interact") == 403


def test_the_whole_page_works_under_the_policy_and_asks_nobody_else(app, visit):
    _, asked, refused = visit
    assert refused == []
    assert {urlparse(url).netloc for url in asked if not url.startswith(("data:", "blob:"))} == {urlparse(app.url).netloc}
    assert any(url.startswith("ws:") for url in asked)


def test_every_process_listens_on_loopback_only(app, visit):
    server = psutil.Process(app.process.pid)
    listening = [
        connection.laddr.ip
        for process in (server, *server.children(recursive=True))
        for connection in process.net_connections()
        if connection.status == psutil.CONN_LISTEN
    ]
    assert len(listening) >= 4
    assert set(listening) == {"127.0.0.1"}


def test_a_run_leaves_one_line_in_the_log_and_counts_in_the_metrics(app, visit, metrics_port, runs_before):
    lines, counted = runs_before
    [told] = finished_runs(app)[lines:]
    assert told["epochs"] == 200
    assert told["wait_s"] >= 0
    assert told["train_s"] > 0
    figures = metrics_of(metrics_port)
    assert counted_runs(metrics_port) == counted + 1
    assert "softmax_lab_workers 1.0" in figures
    assert "softmax_lab_waiting 0.0" in figures
    assert float(re.search(r"^softmax_lab_workers_bytes (\S+)", figures, re.MULTILINE)[1]) > 2e8


def test_the_page_for_the_host_is_there_but_no_menu_shows_it(app, visit):
    page, _, refused = visit
    page.goto(f"{app.url}/health")
    settled(page)
    page.get_by_text("All is well").wait_for(timeout=1000 * PATIENCE)
    assert page.get_by_role("link", name="Train", exact=True).count() == 1
    assert page.get_by_role("link", name="Health").count() == 0
    assert refused == []


def test_what_went_wrong_is_told_to_the_host_and_not_to_visitors(browser, tmp_path):
    script = tmp_path / "broken.py"
    script.write_text(f"raise RuntimeError({SECRET!r})")
    with running_app(script) as server:
        page = browser.new_page()
        page.goto(server.url)
        page.locator('[data-testid="stException"], [data-testid="stAlert"]').first.wait_for(timeout=1000 * PATIENCE)
        seen = page.content()
        page.close()
        told = server.log.read_text(encoding="utf-8")
    assert SECRET not in seen
    assert "RuntimeError" not in seen
    assert "RuntimeError" in told
    assert SECRET in told
