"""Dask's settings for the client, and for the embedded scheduler and workers.

``compose.yaml`` and ``docs/cluster.md`` repeat them for schedulers and workers that are started without the app; a test checks
this. Only the standard library is imported.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# Each end of a connection keeps the last messages it has sent, a thousand by default. Those of a run carry its weights.
MESSAGES_TO_REMEMBER = 8
MEMORY_LIMIT = "4GiB"

# By default each Dask process wakes up a hundred times a second for a profiler, and fifty times to monitor its event loop. The
# app uses neither, and on a small server they take a tenth of a core all the time. ``dask_nodes`` has what no setting changes.
QUIET: Mapping[str, Any] = {
    "distributed.worker.profile.enabled": False,
    "distributed.admin.tick.interval": "1m",
    "distributed.admin.tick.cycle": "1m",
    "distributed.admin.tick.limit": "1h",
    "distributed.admin.system-monitor.interval": "1m",
    "distributed.admin.system-monitor.disk": False,
    "distributed.admin.system-monitor.gil.enabled": False,
    "distributed.client.scheduler-info-interval": "1h",
    "distributed.worker.memory.monitor-interval": "500ms",
    "distributed.scheduler.active-memory-manager.start": False,
}
# How often the process that starts the scheduler tells it its own name.
SECONDS_BETWEEN_INTRODUCTIONS = 3600

CLIENT: Mapping[str, Any] = {**QUIET, "distributed.admin.low-level-log-length": MESSAGES_TO_REMEMBER}
SCHEDULER: Mapping[str, Any] = {
    # The web process counts how often a run has lost its worker; the scheduler would also blame runs that only waited there.
    "distributed.scheduler.allowed-failures": 1000,
    "distributed.admin.low-level-log-length": MESSAGES_TO_REMEMBER,
}
WORKER: Mapping[str, Any] = {
    # A worker that exceeds its limit is killed and restarted. By default it would pause first, and might never resume.
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
    "distributed.admin.low-level-log-length": MESSAGES_TO_REMEMBER,
}
# The embedded scheduler and workers serve no HTTP (``dask_nodes``), so its routes need not be imported.
EMBEDDED_SCHEDULER: Mapping[str, Any] = {**SCHEDULER, **QUIET, "distributed.scheduler.http.routes": []}
EMBEDDED_WORKER: Mapping[str, Any] = {
    **WORKER,
    **QUIET,
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
