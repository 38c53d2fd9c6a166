"""What the tests and the benchmarks share: a browser, a protocol client, clusters, the app without a browser."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Seconds after which a wait gives up. It ends as soon as the thing has happened, so this costs nothing on a fast machine.
PATIENCE = 240.0
