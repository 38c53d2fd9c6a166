"""Metrics of the training service, for Prometheus and for the page of the host."""

from __future__ import annotations

import time
from collections import Counter as Tally
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from ensemble.host_addresses import is_host
from ensemble.limits import HostError
from ensemble.room.host import open_rooms

PORT = "SOFTMAX_LAB_METRICS_PORT"
ADDRESS = "SOFTMAX_LAB_METRICS_ADDRESS"
LOOPBACK = "127.0.0.1"
SECONDS_FOR_THE_SCHEDULER = 2
BUCKETS = (0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 40, 60, 120, 300, 600)


@dataclass(frozen=True)
class Load:
    """Load of the training service at one moment.

    Attributes
    ----------
    workers : int
        Workers that are ready.
    waiting, training : int
        Runs that wait for a worker, and runs that have one.
    sweeps : int
        Sweeps that have not ended.
    store_bytes : int
        Size of the store of finished runs, in bytes.
    worker_bytes : tuple of int
        Memory of each worker, in bytes; empty if the scheduler does not answer.
    trouble : str
        A sentence for a person if no worker can be reached; empty otherwise.
    """

    workers: int = 0
    waiting: int = 0
    training: int = 0
    sweeps: int = 0
    store_bytes: int = 0
    worker_bytes: tuple[int, ...] = ()
    trouble: str = ""


class Service(Protocol):
    """What the metrics ask of the training service."""

    def load(self) -> Load: ...


@dataclass(frozen=True)
class Report:
    """What the page for the host shows.

    Attributes
    ----------
    load : Load or None
        None before the training service was started.
    ended : mapping of str to int
        Number of runs by outcome since the server was started.
    mean_wait_seconds : float or None
        Mean over the runs that have ended; None before the first.
    web_bytes, up_seconds : float or None
        Memory of the web process, and seconds since its start; None where the operating system is not Linux.
    """

    load: Load | None
    ended: Mapping[str, int]
    mean_wait_seconds: float | None
    web_bytes: float | None
    up_seconds: float | None


class _Gauges(Collector):
    """Reads the load of the service when the metrics are collected."""

    service: Service | None = None

    def collect(self) -> Iterator[GaugeMetricFamily]:
        load = self.service.load() if self.service else Load()
        yield GaugeMetricFamily("softmax_lab_workers", "Training processes that are ready.", load.workers)
        yield GaugeMetricFamily("softmax_lab_waiting", "Runs that wait for a training process.", load.waiting)
        yield GaugeMetricFamily("softmax_lab_training", "Runs that are being trained.", load.training)
        yield GaugeMetricFamily("softmax_lab_sweeps", "Sweeps that have not ended.", load.sweeps)
        yield GaugeMetricFamily("softmax_lab_store_bytes", "Finished runs kept for others.", load.store_bytes)
        yield GaugeMetricFamily("softmax_lab_rooms", "Rooms that are open.", open_rooms())
        yield GaugeMetricFamily("softmax_lab_workers_bytes", "Memory of all training processes.", sum(load.worker_bytes))


# Not the global registry: Dask adds collectors of its scheduler to that one, which another thread owns.
REGISTRY = CollectorRegistry()
_process = ProcessCollector(registry=REGISTRY)
_gauges = _Gauges()
REGISTRY.register(_gauges)
_runs = Counter("softmax_lab_runs", "Runs that have ended.", ["kind", "outcome"], registry=REGISTRY)
_shared = Counter("softmax_lab_shared_runs", "Runs that needed no training.", ["source"], registry=REGISTRY)
_wait = Histogram("softmax_lab_wait_seconds", "From the press of Train to the start.", buckets=BUCKETS, registry=REGISTRY)
_compile = Histogram("softmax_lab_compile_seconds", "Compilation, where one was needed.", buckets=BUCKETS, registry=REGISTRY)
_train = Histogram("softmax_lab_train_seconds", "Training without compilation.", buckets=BUCKETS, registry=REGISTRY)


def watch(service: Service) -> None:
    """Report the load of this service from now on."""
    _gauges.service = service


def count_runs(kind: str, outcome: str, runs: int = 1) -> None:
    """Count runs that have ended."""
    _runs.labels(kind, outcome).inc(runs)


def count_shared(source: str) -> None:
    """Count a run that needed no training of its own: it was in the "store", or an equal "training" was under way."""
    _shared.labels(source).inc()


def observe(wait_seconds: float | None, compile_seconds: float | None, train_seconds: float | None) -> None:
    """Record the durations of a run; None for what did not happen."""
    for histogram, seconds in ((_wait, wait_seconds), (_compile, compile_seconds), (_train, train_seconds)):
        if seconds is not None:
            histogram.observe(seconds)


def serve(environment: Mapping[str, str]) -> Any:
    """Serve the metrics at ``/metrics`` in a thread of its own, if the host has set a port.

    Parameters
    ----------
    environment : mapping of str to str
        ``SOFTMAX_LAB_METRICS_PORT`` (1 to 65535) and ``SOFTMAX_LAB_METRICS_ADDRESS`` (127.0.0.1 by default) are read.

    Returns
    -------
    http.server.HTTPServer or None
        None if no port is set.

    Raises
    ------
    HostError
        If the port is not a number from 1 to 65535, or the server cannot listen on it at this address.
    """
    text = environment.get(PORT, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= 65535):
        raise HostError(f"{PORT}: “{text[:60]}” cannot be used. Set a whole number from 1 to 65535, or leave it out.")
    address = environment.get(ADDRESS, "").strip() or LOOPBACK
    if not is_host(address):
        raise HostError(f"{ADDRESS}: “{address[:60]}” cannot be used. Set a host name, or leave it out.")
    try:
        server, _ = start_http_server(int(text), addr=address, registry=REGISTRY)
    except OSError as error:
        raise HostError(f"Metrics cannot be served at {address[:60]}:{text}: {error.strerror}.") from None
    return server


def report() -> Report:
    """Report on the server at this moment."""
    ended: Tally[str] = Tally()
    for sample in _samples(_runs, "softmax_lab_runs_total"):
        ended[sample.labels["outcome"]] += int(sample.value)
    waits = _value(_wait, "softmax_lab_wait_seconds_count") or 0
    started = _value(_process, "process_start_time_seconds")
    return Report(
        load=_gauges.service.load() if _gauges.service else None,
        ended=dict(ended),
        mean_wait_seconds=(_value(_wait, "softmax_lab_wait_seconds_sum") or 0.0) / waits if waits else None,
        web_bytes=_value(_process, "process_resident_memory_bytes"),
        up_seconds=None if started is None else time.time() - started,
    )


def memory_of_workers(client: Any) -> tuple[int, ...]:
    """Memory of each worker, as last reported to the scheduler.

    Parameters
    ----------
    client : distributed.Client or None
        The caller must not hold a lock that the client's own thread takes.

    Returns
    -------
    tuple of int
        Bytes; empty without a client, or if the scheduler does not answer within two seconds.
    """
    if client is None:
        return ()
    try:
        known = client.sync(client.scheduler.identity, n_workers=-1, callback_timeout=SECONDS_FOR_THE_SCHEDULER)
    except Exception:  # whatever is wrong with the connection is logged elsewhere
        return ()
    return tuple(int(worker["metrics"]["memory"]) for worker in known["workers"].values() if "memory" in worker["metrics"])


def _samples(collector: Any, name: str) -> list[Any]:
    return [sample for metric in collector.collect() for sample in metric.samples if sample.name == name]


def _value(collector: Any, name: str) -> float | None:
    return next((sample.value for sample in _samples(collector, name)), None)
