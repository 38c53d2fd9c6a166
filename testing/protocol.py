"""A browser tab without the browser: Streamlit's own protocol over one WebSocket, so that hundreds fit into a process.

A tab keeps the elements of the page, presses buttons and moves controls by their key or label, and honours the timers of
fragments, as a browser would. It loads no files, runs no component and does not come back after a broken connection.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any, NamedTuple

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin, Subprotocol

from testing import PATIENCE

VALUES = {
    "slider": "double_array_value",
    "number_input": "double_value",
    "checkbox": "bool_value",
    "button_group": "string_array_value",
    "selectbox": "string_value",
    "text_input": "string_value",
    "radio": "string_value",
    "expander": "bool_value",
}
WORDS = ("body", "text", "label", "json")


class Measured:
    """Seconds by name, and what went wrong."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, list[float]] = defaultdict(list)
        self.counts: Counter[str] = Counter()
        self.errors: list[str] = []

    def quantile(self, name: str, fraction: float) -> float:
        """The smallest of the seconds that at least this share does not exceed."""
        ordered = sorted(self.seconds[name])
        return ordered[max(0, -(-round(fraction * 1000) * len(ordered) // 1000) - 1)] if ordered else float("nan")

    def line(self, name: str) -> str:
        """Number, median, 95th percentile and largest of the seconds of that name."""
        half, most, longest = (1e3 * self.quantile(name, fraction) for fraction in (0.5, 0.95, 1))
        return f"{name:34}{len(self.seconds[name]):>7}{half:>10.0f}{most:>10.0f}{longest:>10.0f}"


class Element(NamedTuple):
    """One element of the page."""

    kind: str
    content: Any
    fragment: str
    run: str


class Request:
    """What was asked, and the script run that answers it: the first of the same scope that is not cut short."""

    def __init__(self, fragment: str):
        self.fragment, self.asked = fragment, time.perf_counter()
        self.run = ""
        self.seconds = 0.0
        self.answered = asyncio.Event()

    def begins(self, run: str, fragments: frozenset[str]) -> None:
        if not fragments or self.fragment in fragments:
            self.run = run

    def ends(self, run: str, status: int) -> None:
        if run == self.run and status != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            self.seconds = time.perf_counter() - self.asked
            self.answered.set()


class Tab:
    """One tab, opened with ``async with Tab(...) as tab``."""

    def __init__(self, port: int, page: str = "", query: str = "", measured: Measured | None = None):
        self.origin, self.page, self.query = f"http://127.0.0.1:{port}", page, query
        self.measured = measured or Measured()
        self.elements: dict[tuple[int, ...], Element] = {}
        self.open = False
        self.cookie = ""
        """What the proxy of several web processes knows this browser by."""
        self._run = self._page_hash = ""
        self._pages: dict[str, str] = {}
        self._fragments: frozenset[str] = frozenset()
        self._kept: dict[str, WidgetState] = {}
        self._cache: dict[str, ForwardMsg] = {}
        self._timers: dict[str, asyncio.Task[None]] = {}
        self._changed = asyncio.Event()
        self._request: Request | None = None

    async def __aenter__(self) -> Tab:
        self._socket = await connect(
            self.origin.replace("http", "ws") + "/_stcore/stream",
            origin=Origin(self.origin),
            additional_headers={"Cookie": self.cookie} if self.cookie else None,
            subprotocols=[Subprotocol("streamlit")],
            max_size=None,
            compression=None,
            ping_interval=None,
            open_timeout=PATIENCE,
        )
        self.open = True
        self._reader = asyncio.create_task(self._read())
        await self._ask("first paint", {}, "")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.leave()

    async def leave(self, abruptly: bool = False) -> None:
        """Close the tab; abruptly, as a phone does that falls asleep."""
        self.open = False
        for timer in self._timers.values():
            timer.cancel()
        if abruptly:
            self._socket.transport.abort()
        await self._socket.close()
        self._reader.cancel()

    async def press(self, button: str, name: str = "press") -> None:
        """Press a button, by its key or label, and wait for the page."""
        element = self.find(button)
        state = WidgetState(id=element.content.id, trigger_value=True)
        await self._ask(name, {state.id: state}, element.fragment)

    async def move(self, control: str, value: Any, name: str = "move") -> None:
        """Move a control, by its key or label, and wait for the page."""
        self.fill_in(control, value)
        await self._ask(name, {}, self.find(control).fragment)

    def fill_in(self, control: str, value: Any) -> None:
        """Set a control of a form, by its key or label; its value is sent with the next press."""
        element = self.find(control)
        state = WidgetState(id=element.content.id)
        # A slider of words sends the word.
        kind = "string_array_value" if isinstance(value, str) and element.kind == "slider" else VALUES[element.kind]
        if kind.endswith("array_value"):
            getattr(state, kind).data.append(value)
        else:
            setattr(state, kind, value)
        self._kept[state.id] = state

    async def go_to(self, page: str) -> None:
        """Open another page of the same session."""
        self.page, self._page_hash = page, self._pages[page]
        await self._ask("change of page", {}, "")

    async def until(self, words: str, name: str, seconds: float = PATIENCE) -> None:
        """Wait until words of the page match."""
        await self._until(lambda: bool(re.search(words, self.words())), words, name, seconds)

    async def until_there(self, control: str, name: str, seconds: float = PATIENCE) -> None:
        """Wait for a control, by its key or label. A page comes in pieces: words beside it may be there before."""
        await self._until(lambda: self._found(control) is not None, control, name, seconds)

    async def _until(self, is_so: Callable[[], bool], what: str, name: str, seconds: float) -> None:
        began = time.perf_counter()
        while not is_so():
            self._changed.clear()
            left = seconds - (time.perf_counter() - began)
            if left <= 0 or not self.open:
                raise TimeoutError(f"“{what}” was not seen within {seconds:g} s; the page says: {self.words()[-300:]}")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), left)
        self.measured.seconds[name].append(time.perf_counter() - began)

    def words(self) -> str:
        """All words on the page, and what its components hold."""
        found = (getattr(element.content, name, "") for element in self.elements.values() for name in WORDS)
        return "\n".join(words for words in found if isinstance(words, str))

    def find(self, control: str) -> Element:
        """The control of that key or label."""
        element = self._found(control)
        if element is None:
            raise LookupError(f"There is no “{control}” on the page: {self.words()[:300]}")
        return element

    def _found(self, control: str) -> Element | None:
        for element in self.elements.values():
            number = getattr(element.content, "id", "")
            if number and (number.endswith(f"-{control}") or getattr(element.content, "label", "") == control):
                return element
        return None

    async def _ask(self, name: str, states: dict[str, WidgetState], fragment: str) -> None:
        self._request = request = Request(fragment)
        await self._socket.send(self._message(states, fragment))
        await asyncio.wait_for(request.answered.wait(), PATIENCE)
        self._request = None
        if not self.open:
            raise ConnectionError(f"{name}: {self.measured.errors[-1]}")
        self.measured.seconds[name].append(request.seconds)

    def _message(self, states: dict[str, WidgetState], fragment: str, by_timer: bool = False) -> bytes:
        message = BackMsg()
        run = message.rerun_script
        run.query_string = self.query
        run.page_script_hash, run.page_name = self._page_hash, "" if self._page_hash else self.page
        run.fragment_id, run.is_auto_rerun = fragment, by_timer
        run.widget_states.widgets.extend({**self._kept, **states}.values())
        run.cached_message_hashes.extend(self._cache)
        run.context_info.timezone, run.context_info.locale, run.context_info.url = "UTC", "en-US", f"{self.origin}/{self.page}"
        return message.SerializeToString()

    async def _read(self) -> None:
        end = "the server closed the connection"
        try:
            async for data in self._socket:
                message = ForwardMsg()
                message.ParseFromString(data)
                self._take(message)
                self._changed.set()
        except ConnectionClosed:
            pass
        except (LookupError, ValueError) as problem:  # a message that does not fit what came before
            end = f"{type(problem).__name__}: {problem}"
        if self.open:
            self.open = False
            self.measured.errors.append(end)
            self._changed.set()
            if self._request:
                self._request.answered.set()

    def _take(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "ref_hash":
            whole = ForwardMsg()
            whole.CopyFrom(self._cache[message.ref_hash])
            whole.metadata.CopyFrom(message.metadata)
            message, kind = whole, whole.WhichOneof("type")
        elif message.metadata.cacheable and message.hash:
            self._cache[message.hash] = message
        act: Callable[[ForwardMsg], None] | None = getattr(self, f"_on_{kind}", None)
        if act:
            act(message)

    def _on_new_session(self, message: ForwardMsg) -> None:
        self._run = message.metadata.run.script_run_id
        self._fragments = frozenset(message.metadata.run.fragment_ids)
        if not self._fragments:
            for fragment in list(self._timers):
                self._timers.pop(fragment).cancel()
        if self._request:
            self._request.begins(self._run, self._fragments)

    def _on_navigation(self, message: ForwardMsg) -> None:
        self._page_hash = message.navigation.page_script_hash
        self._pages = {page.url_pathname: page.page_script_hash for page in message.navigation.app_pages}

    @property
    def navigation(self) -> set[str]:
        """The addresses of the pages that the app names."""
        return set(self._pages)

    def _on_delta(self, message: ForwardMsg) -> None:
        delta, kind, content = message.delta, "block", None
        if delta.WhichOneof("type") == "new_element":
            kind = delta.new_element.WhichOneof("type") or "empty"
            content = getattr(delta.new_element, kind, None)
        elif delta.add_block.expandable.id:
            kind, content = "expander", delta.add_block.expandable
        self.elements[tuple(message.metadata.delta_path)] = Element(kind, content, delta.fragment_id, self._run)
        if kind == "exception" and content:
            self.measured.errors.append(f"{content.type}: {content.message[:200]}")

    def _on_script_finished(self, message: ForwardMsg) -> None:
        if message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            for path, element in list(self.elements.items()):
                if element.run != self._run and (not self._fragments or element.fragment in self._fragments):
                    del self.elements[path]
        if self._request:
            self._request.ends(self._run, message.script_finished)

    def _on_page_info_changed(self, message: ForwardMsg) -> None:
        self.query = message.page_info_changed.query_string

    def _on_auto_rerun(self, message: ForwardMsg) -> None:
        timer = message.auto_rerun
        if timer.fragment_id in self._timers:
            self._timers.pop(timer.fragment_id).cancel()
        self._timers[timer.fragment_id] = asyncio.create_task(self._tick(timer.fragment_id, timer.interval))

    def _on_stop_auto_rerun(self, message: ForwardMsg) -> None:
        for fragment in message.stop_auto_rerun.fragment_ids:
            if fragment in self._timers:
                self._timers.pop(fragment).cancel()

    async def _tick(self, fragment: str, interval: float) -> None:
        while self.open:
            await asyncio.sleep(interval)
            self.measured.counts["ticks"] += 1
            with contextlib.suppress(ConnectionClosed):
                await self._socket.send(self._message({}, fragment, by_timer=True))
