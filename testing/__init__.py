"""What the tests and the benchmarks share: a browser, a protocol client, clusters, the app without a browser."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Seconds after which a wait gives up. A wait ends as soon as its condition holds, so a large value costs nothing.
PATIENCE = 240.0
