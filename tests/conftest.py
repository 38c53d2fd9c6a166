"""What all tests share: one dataset, one short run, one training service a process; what is left to `pytest -m nightly`."""

import atexit
import os
import shutil
import tempfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
# A second thread of OpenBLAS mostly waits, and it waits by turning in a loop on a core that another process needs.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# A press of Train would train some 120 runs behind each test of a page.
os.environ.setdefault("SOFTMAX_LAB_TRAIN_AHEAD", "0")
# Rooms of tests are not among those of whoever runs them.
if "SOFTMAX_LAB_ROOMS" not in os.environ:
    rooms = tempfile.mkdtemp(prefix="softmax-lab-rooms-")
    os.environ["SOFTMAX_LAB_ROOMS"] = f"{rooms}/rooms.sqlite"
    atexit.register(shutil.rmtree, rooms, ignore_errors=True)
# Most runs of tests are short: what LLVM makes faster costs more than it saves, a third of each compilation.
os.environ.setdefault("XLA_FLAGS", "--xla_backend_optimization_level=0")
# What is compiled is shared by all processes of a test run, and not with whoever runs it.
if "XDG_CACHE_HOME" not in os.environ:
    caches = tempfile.mkdtemp(prefix="softmax-lab-caches-")
    os.environ["XDG_CACHE_HOME"] = caches
    atexit.register(shutil.rmtree, caches, ignore_errors=True)

import functools
import gc
import socket
from unittest.mock import MagicMock

import pytest
from hypothesis import HealthCheck, settings
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.scriptrunner import script_runner
from streamlit.testing.v1 import app_test
from xdist.scheduler import LoadFileScheduling

from ensemble import Dataset, EnsembleConfig, Run, load_dataset
from testing import PATIENCE
from testing.asynchronous import run_async
from testing.browser import HOW_TO_GET_ONE, NoBrowserError, chromium, running_app
from testing.cluster import eventually
from testing.fuzz import SMALL_EXAMPLES
from testing.people.many_tabs import port_of
from testing.protocol import Tab

# What is tested does not depend on the clock, and busy cores draw slowly.
for name, max_examples in (("ci", SMALL_EXAMPLES), ("nightly", 100)):
    settings.register_profile(
        name,
        deadline=None,
        max_examples=max_examples,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )

# What a test takes part in by the fixtures that it asks for.
MARKS = {"browser": "browser", "training_service": "training", "cluster": "cluster"}
LEFT_OUT = pytest.StashKey[int]()

# Streamlit's test runner looks through all that is installed for components, each time that a script runs. Afterwards it clears
# Keras, which some tests have loaded and the app never does: that takes a hundred times as long as a short script.
manifest_scanner.scan_component_manifests = functools.cache(manifest_scanner.scan_component_manifests)
script_runner._clean_problem_modules = lambda: None


class _WithoutRecords(MagicMock):
    """A stand-in that does not keep what it was called with: of a page's thousands of questions that fills gigabytes."""

    def _increment_mock_call(self, *_args: object, **_kwargs: object) -> None:
        """Nobody asks how often it was called."""


app_test.MagicMock = _WithoutRecords


# Most pages of tests live for a second: what V8's optimising compilers make faster costs more than it saves.
WITHOUT_OPTIMISING = "--js-flags=--no-turbofan --no-maglev"

# What shares a browser and an app, or a training service and the programs that it has compiled, stays in one process of pytest.
TOGETHER = {
    "tests/browser/": "browser",
    "tests/hosting/test_hosting.py": "browser",
    "tests/execution/test_many_people_at_once.py": "browser",
    "tests/pages/": "pages",
    "tests/execution/": "pages",
    "tests/security/test_compute_budgets": "pages",
    "tests/security/test_embedded_cluster.py": "pages",
    "tests/security/test_slow_runs.py": "pages",
    "tests/security/test_untrusted_widget_values.py": "pages",
    "tests/ui/session/test_session_link.py": "pages",
}
# Then comes what starts processes of its own; short files at the end leave neither of pytest's processes idle for long.
WITH_PROCESSES = tuple(
    f"tests/{name}/" for name in ("execution", "hosting", "security", "ensemble/training", "ensemble/sharing")
)


def together(nodeid: str) -> str | None:
    """Which of them a test belongs to."""
    return next((group for beginning, group in TOGETHER.items() if nodeid.startswith(beginning)), None)


class FewServers(LoadFileScheduling):
    """Gives files to pytest's processes, and all that shares a server to one of them: each start of one takes 10 to 20 s."""

    def _split_scope(self, nodeid: str) -> str:
        return together(nodeid) or super()._split_scope(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadFileScheduling | None:
    return FewServers(config, log) if config.option.dist == "loadfile" else None


def is_nightly(config: pytest.Config) -> bool:
    return config.option.markexpr == "nightly"


def pytest_configure(config: pytest.Config) -> None:
    settings.load_profile("nightly" if is_nightly(config) else "ci")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A fuzz test belongs to both: it runs by default on few inputs, and with `-m nightly` on all. The longest come first."""
    items.sort(key=lambda item: (together(item.nodeid) is None, not item.nodeid.startswith(WITH_PROCESSES)))
    for item in items:
        if getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
            item.add_marker("fuzz")
        if is_nightly(config) and item.get_closest_marker("fuzz"):
            item.add_marker("nightly")
        for fixture in MARKS.keys() & set(getattr(item, "fixturenames", ())):
            item.add_marker(MARKS[fixture])


def pytest_collection_finish() -> None:
    # Thousands of tests and all that they import stay to the end: no collection of garbage has to look through them.
    gc.collect()
    gc.freeze()


def pytest_deselected(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("nightly"):
            stash = item.config.stash
            stash[LEFT_OUT] = stash.get(LEFT_OUT, 0) + 1


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left_out"] = session.config.stash.get(LEFT_OUT, 0)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node, error) -> None:
    node.config.stash[LEFT_OUT] = getattr(node, "workeroutput", {}).get("left_out", 0)


def pytest_terminal_summary(terminalreporter, config: pytest.Config) -> None:
    left_out = config.stash.get(LEFT_OUT, 0)
    if left_out and not is_nightly(config):
        what, them = ("test", "it") if left_out == 1 else ("tests", "them")
        terminalreporter.write_line(
            f"{left_out} {what} left out: `pytest -m nightly` runs {them}, and fuzz tests at full size."
        )


@pytest.fixture(scope="session")
def wine() -> Dataset:
    return load_dataset("wine")


@pytest.fixture(scope="session")
def short_run(wine: Dataset) -> Run:
    """A few members after a few epochs: enough to read."""
    from ensemble.training.loop import train

    return train(EnsembleConfig(members=3, epochs=6, hidden_units=5), wine)


@pytest.fixture(scope="session")
def training_service():
    """The app's own service with its worker process, for all tests that leave it as it was."""
    from ensemble.execution.service import current

    service = current()
    # Tests that wait for a run do not watch it as a page would.
    service.runs.watcher_timeout = service.sweeps.watcher_timeout = PATIENCE
    # Each test trains its runs itself, whatever others have trained before.
    service.store.max_bytes = 0
    service.start()
    assert eventually(lambda: service.workers)
    yield service
    current().close()


def without_a_browser():
    """Skip with a line that says how to get one; where CI is set, a missing browser is a failure."""
    if os.environ.get("CI") == "true":
        pytest.fail(HOW_TO_GET_ONE)
    pytest.skip(HOW_TO_GET_ONE)


@pytest.fixture(scope="session")
def browser():
    try:
        with chromium(WITHOUT_OPTIMISING) as launched:
            yield launched
    except NoBrowserError:
        without_a_browser()


@pytest.fixture(scope="session")
def metrics_port() -> int:
    """Where ``app`` serves its metrics."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture(scope="session")
def first_visit() -> set[str]:
    """The addresses in the navigation of the first visitor of ``app``, who has come by a link to a page."""
    return set()


@pytest.fixture(scope="session")
def app(metrics_port, first_visit):
    """For all tests that leave it as it was: started with metrics, trains each run anew, and one run is trained already."""

    async def train_once(port):
        async with Tab(port, "train", "seed=1") as tab:  # not the classic run, for which nobody waits
            first_visit.update(tab.navigation)
            await tab.press("train")
            await tab.until(r"\*\*Finished", "finished")

    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SOFTMAX_LAB_METRICS_PORT", str(metrics_port))
        environment.setenv("SOFTMAX_LAB_STORE_MEGABYTES", "0")
        with running_app() as server:
            run_async(train_once(port_of(server)))
            yield server


@pytest.fixture
def fresh_app():
    """A server that nobody has visited; name it before ``open_page``, so that it outlives the pages."""
    with running_app() as server:
        yield server
