"""From a press to the first frame with another picture, within the browser."""

from __future__ import annotations

from playwright.sync_api import Page

LONGEST = 15_000

# Resolves with the milliseconds from the next key or pointer event to the first frame that shows another picture at the place,
# and to the first one in which the script has ended, too. Streamlit draws a chart twice: first nothing changes for 12 frames.
WATCH = """async (place) => {
  const script = document.querySelector('[data-testid="stApp"]');
  const line = (canvas, y = canvas.height >> 1) => {
    const pixels = canvas.width && canvas.getContext('2d')?.getImageData(0, y, canvas.width, 1).data;
    return pixels ? String.fromCharCode(...pixels) : '';
  };
  const lines = (canvas) => Array.from({ length: canvas.height >> 4 }, (_, n) => line(canvas, 16 * n)).join();
  const seen = () => {
    const found = document.querySelector(place);
    if (!found || found.closest('[data-stale="true"]')) return null;
    if (found.matches('[data-testid="stMain"]')) return found.textContent;
    const drawn = found.querySelector('.js-plotly-plot .main-svg');
    if (drawn) return drawn.innerHTML;
    if (found.querySelector('[data-testid="stPlotlyChart"]')) return null;
    const components = [...found.querySelectorAll('*')].map((element) => element.shadowRoot).filter(Boolean);
    const roots = components.map((root) => root.querySelector('.root')).filter(Boolean);
    if (roots.some((root) => root.dataset.ready !== 'true')) return null;
    if (roots.length) return roots.map((root) => root.innerHTML + [...root.querySelectorAll('canvas')].map(line)).join();
    const images = [...found.querySelectorAll('img')].map((image) => image.src).join();
    const table = found.querySelector('canvas[role="grid"], canvas:has([role="grid"])');
    return table ? lines(table) : found.textContent + images;
  };
  let before = seen(), unchanged = 0;
  for (let frame = 0; unchanged < 12 && frame < 300; frame++) {
    await new Promise(requestAnimationFrame);
    const now = seen();
    unchanged = now === before ? unchanged + 1 : 0;
    before = now;
  }
  let pressed = 0, picture = 0;
  const note = (event) => { pressed ||= event.timeStamp; };
  for (const kind of ['pointerdown', 'keydown']) document.addEventListener(kind, note, { once: true, capture: true });
  window.reaction = new Promise((resolve) => {
    const look = () => {
      const now = pressed ? seen() : null;
      const elapsed = performance.now() - pressed;
      if (now !== null && now !== before) picture ||= elapsed;
      if (picture && script.dataset.testScriptState === 'notRunning' && !document.querySelector('[data-stale="true"]'))
        resolve([picture, elapsed]);
      else requestAnimationFrame(look);
    };
    look();
  });
}"""


def selector(shows: str) -> str:
    """The CSS selector of what is named in ``testing.controls``."""
    return shows if shows[0] in ".[" else f".st-key-{shows}"


def watch(page: Page, shows: str) -> None:
    """Watch, from the next press on, what is named in ``testing.controls``."""
    page.evaluate(WATCH, selector(shows))


def seen(page: Page) -> list[float]:
    """Milliseconds from the press to the first frame with another picture, and to the first in which the script has ended, too.

    Raises
    ------
    playwright.sync_api.Error
        If there has been none for 15 seconds.
    """
    late = f"new Promise((_, fail) => setTimeout(() => fail(new Error('no other picture')), {LONGEST}))"
    took: list[float] = page.evaluate(f"Promise.race([window.reaction, {late}])")
    return took
