"""Settings of Dask for the client, the scheduler and the workers: the embedded ones here, those of a cluster in the documents.

Only the standard library is imported. ``compose.yaml`` and ``docs/cluster.md`` repeat the settings for schedulers and workers
that are started without the app; a test compares them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# Each end of a connection keeps the last messages it has sent, a thousand by default. Those of a run carry its weights.
MESSAGES_TO_REMEMBER = 8
MEMORY_LIMIT = "4GiB"

CLIENT: Mapping[str, Any] = {"distributed.admin.low-level-log-length": MESSAGES_TO_REMEMBER}
SCHEDULER: Mapping[str, Any] = {
    # The web process counts how often a run has lost its worker; the scheduler would also blame runs that only waited there.
    "distributed.scheduler.allowed-failures": 1000,
    "distributed.admin.low-level-log-length": MESSAGES_TO_REMEMBER,
}
WORKER: Mapping[str, Any] = {
    # A worker that needs more than its limit is killed and restarted. By default it would first pause without an end.
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
    "distributed.admin.low-level-log-length": MESSAGES_TO_REMEMBER,
}
# Each process measures its event loop fifty times a second by default, which costs an idle one 1 % of a core.
SELDOM: Mapping[str, Any] = {"distributed.admin.tick.interval": "1s"}
# The embedded scheduler and workers serve no HTTP (``dask_nodes``), so its routes need not be imported.
EMBEDDED_SCHEDULER: Mapping[str, Any] = {**SCHEDULER, **SELDOM, "distributed.scheduler.http.routes": []}
EMBEDDED_WORKER: Mapping[str, Any] = {
    **WORKER,
    **SELDOM,
    "distributed.worker.http.routes": [],
    "logging.distributed": "error",
}


def as_environment(settings: Mapping[str, Any]) -> dict[str, str]:
    """The settings as environment variables that Dask reads when it is imported.

    Examples
    --------
    >>> as_environment({"distributed.admin.low-level-log-length": 8})
    {'DASK_DISTRIBUTED__ADMIN__LOW_LEVEL_LOG_LENGTH': '8'}
    """
    return {"DASK_" + name.upper().replace(".", "__").replace("-", "_"): str(value) for name, value in settings.items()}
