"""How often Plotly draws each chart of a page from its beginning."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from testing.browser import settled

# Plotly gives each new chart its own ``on``. It announces ``plotly_beforeplot`` before it draws all of a chart, also where it
# does so again because words beside the axes or a legend need more room than it had.
COUNT = """() => {
  window.draws = new Map();
  Object.defineProperty(HTMLElement.prototype, 'on', { configurable: true, set(on) {
    Object.defineProperty(this, 'on', { value: on, configurable: true, writable: true });
    on('plotly_beforeplot', () => window.draws.set(this, (window.draws.get(this) ?? 0) + 1));
  } });
}"""
# Charts of a part that is left may be drawn for the last time while it goes.
DRAWN = """() => [...window.draws].filter(([chart]) => chart.isConnected).map(([chart, times]) =>
  [[...chart.closest('[class*=st-key-]').classList].find((name) => name.startsWith('st-key-')).slice(7), times])"""


def draws(page: Page, act: Callable[[], object]) -> list[tuple[str, int]]:
    """The keys of the charts that are drawn by and after ``act``, each with the number of times, sorted."""
    page.evaluate(COUNT)
    act()
    settled(page)
    page.wait_for_function(
        """() => {
          const charts = [...window.draws.keys()].filter((chart) => chart.isConnected);
          return charts.length && charts.every((chart) => chart.querySelector('.main-svg'));
        }"""
    )
    for _ in range(3):
        page.wait_for_timeout(300)  # Streamlit's second look at a width comes 100 ms later
        settled(page)
    return sorted((key, times) for key, times in page.evaluate(DRAWN))
