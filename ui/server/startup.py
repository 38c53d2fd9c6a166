"""The server's lifespan: start the training processes and load libraries after the first page, and end all processes."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import importlib
import logging
import os
import socket
import sys
import threading
import time
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import wraps

import streamlit as st
import uvicorn

from ui.server import room_news

# The first page has priority: on two cores, starting the training processes at the same time makes it a third slower.
SECONDS_FOR_THE_FIRST_PAGE = 3
SECONDS_TO_START_TRAINING = 120
# A rerun of a page allocates some 20,000 objects; at the default threshold the collector would scan all sessions several times.
OBJECTS_BETWEEN_COLLECTIONS = 20_000
# By default a thread that waits for the interpreter gets it after 5 ms, and again after each message that it reads or sends and
# each look into the file of the rooms: a click beside a script that computes waited for dozens of them. Where many compute,
# each change takes its time: with 1 ms a tenth was lost.
SECONDS_UNTIL_ANOTHER_THREAD = 0.002
# By default glibc keeps up to eight pools a core for threads, and a page is drawn in another thread each time: what a session
# leaves in one of them seldom goes back to the system.
POOLS_OF_MEMORY = 2
M_ARENA_MAX = -8
MAX_OPEN_FILES = 65_536
# By default glibc takes blocks of up to 32 MB from a pool, once one of that size was freed. A run or a message of some 100 kB
# then leaves a hole that small objects of other sessions keep from going back to the system: a third of what 300 people left.
BYTES_OF_THEIR_OWN = 65_536
M_MMAP_THRESHOLD = -3
# What a browser has asked for and not yet got; by default the server would wait for it without a limit.
SECONDS_FOR_LAST_ANSWERS = 2
LATER_IMPORTS = (
    "ensemble.preload",
    "sklearn.datasets",
    "sklearn.preprocessing",
    "plotly.graph_objects",
    "scipy.stats",
    "sklearn.linear_model",
)

log = logging.getLogger("softmax_lab")
first_page_is_drawn = threading.Event()
_server_has_ended = threading.Event()


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """The lifespan of the server: see ``st.App``."""
    from ui.server import streamlit_internals, streamlit_messages, streamlit_requests

    _server_has_ended.clear()
    _log_to_standard_error()
    sys.setswitchinterval(SECONDS_UNTIL_ANOTHER_THREAD)
    keep_memory_together()
    allow_many_connections()
    end_while_browsers_listen()
    streamlit_internals.read_options_without_a_lock()
    streamlit_internals.watch_no_files()
    streamlit_messages.send_messages_in_bunches()
    streamlit_messages.send_bunches_as_one_and_at_once()
    streamlit_messages.flush_page_before_fragments()
    streamlit_requests.ignore_late_fragments()
    streamlit_messages.cache_theme_of_messages()
    streamlit_internals.copy_fragment_positions_fast()
    streamlit_internals.look_up_values_one_by_one()
    streamlit_internals.look_at_html_once()
    streamlit_internals.keep_names_of_pages()
    streamlit_requests.queue_first_pages_and_fragments()
    threading.Thread(target=start_training, daemon=True, name="start-training").start()
    threading.Thread(target=_load_libraries, daemon=True, name="load-libraries").start()
    open_browser()
    yield
    await asyncio.to_thread(_stop_training)


def end_while_browsers_listen() -> None:
    """Have the server end soon after a signal: it would wait until the last browser has closed its stream of a room."""
    shut_down = uvicorn.Server.shutdown
    if hasattr(shut_down, "__wrapped__"):
        return

    @wraps(shut_down)
    async def shut_down_soon(server: uvicorn.Server, sockets: list[socket.socket] | None = None) -> None:
        server.config.timeout_graceful_shutdown = SECONDS_FOR_LAST_ANSWERS
        room_news.close()
        await shut_down(server, sockets)

    uvicorn.Server.shutdown = shut_down_soon  # type: ignore[method-assign, assignment]


def keep_memory_together() -> None:
    """Have threads share few pools of memory, and no large blocks in them, where the C library has such."""
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, POOLS_OF_MEMORY)
        ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, BYTES_OF_THEIR_OWN)


def allow_many_connections() -> None:
    """Open as many files as the system allows: a visitor takes four, and many systems begin with 1,024 for each process."""
    with suppress(ImportError, OSError, ValueError):
        import resource  # Windows has none, and no such limit

        present, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = MAX_OPEN_FILES if most == resource.RLIM_INFINITY else min(most, MAX_OPEN_FILES)
        if present < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def _log_to_standard_error() -> None:
    if not log.handlers:
        log.addHandler(logging.StreamHandler())
        log.setLevel(logging.INFO)


def open_browser() -> threading.Thread | None:
    """Open the app in a browser if there is a screen: ``streamlit run`` does this for a plain script, not for an ``st.App``."""
    if st.get_option("server.headless"):
        return None
    from ui.server import streamlit_internals

    thread = threading.Thread(target=webbrowser.open, args=(streamlit_internals.server_address(),), daemon=True)
    thread.start()
    return thread


def start_training() -> None:
    """Start the training processes once the first page is drawn, or after some seconds, and log when they are ready."""
    began = time.monotonic()
    first_page_is_drawn.wait(SECONDS_FOR_THE_FIRST_PAGE)
    if _server_has_ended.is_set():
        return
    from ensemble.execution.local import cluster as local_cluster

    # Started before the imports below, so that the training processes load their libraries at the same time.
    local_cluster.start_early()
    from ensemble.execution import job_log, metrics, start_time
    from ensemble.execution.service import current
    from ensemble.limits import HostError

    try:
        service = current()
    except HostError as error:
        log.error("The app cannot start:\n%s", error)
        local_cluster.close_early()
        return
    service.runs.is_open = _has_open_tab
    service.start()
    job_log.begin(os.environ)
    metrics.watch(service)
    if service.wait_until(lambda: service.workers, SECONDS_TO_START_TRAINING):
        seconds = time.monotonic() - began
        start_time.remember(seconds)
        log.info("  Ready to train after %.0f s.", seconds)


def _has_open_tab(owner: str) -> bool:
    """Whether the tab of an owner is open; ``owner`` is the text of a ``ui.server.owners.Owner``."""
    from ui.server import streamlit_internals
    from ui.server.owners import Owner

    return streamlit_internals.is_open(Owner.parse(owner).tab)


def _load_libraries() -> None:
    from ui.server import plotly_internals

    first_page_is_drawn.wait(SECONDS_FOR_THE_FIRST_PAGE)
    if _server_has_ended.is_set():
        return
    for module in LATER_IMPORTS:
        importlib.import_module(module)
    plotly_internals.send_figures_unchecked()
    # Later collections skip the objects of the modules loaded so far, which stay.
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)


def _stop_training() -> None:
    from ensemble.execution import service
    from ensemble.execution.local import cluster as local_cluster

    _server_has_ended.set()
    first_page_is_drawn.set()
    service.close()
    local_cluster.close_early()
