"""Counts for Prometheus (its text exposition format)."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from kg.endpoint.http.admission import Admission
from kg.endpoint.log import Log
from kg.endpoint.service import Service

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """What has been asked, how it ended and how long it took."""

    def __init__(self, service: Service, admission: Admission, log: Log) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "kg_requests", "Requests by route, method and status.",
            ["route", "method", "status"], registry=self._registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "kg_request_seconds", "Seconds from request to the end of the response.",
            ["route"], registry=self._registry, buckets=_BUCKETS,
        )  # fmt: skip
        self._counters: dict[tuple[str, str, int], Counter] = {}
        self._histograms: dict[str, Histogram] = {}
        self._registry.register(_State(service, admission, log))

    def count(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one request."""
        key = (route, method, status)
        if key not in self._counters:  # labels() is slow
            self._counters[key] = self._requests.labels(route, method, status)
            self._histograms.setdefault(route, self._seconds.labels(route))
        self._counters[key].inc()
        self._histograms[route].observe(seconds)

    def text(self) -> bytes:
        """Return everything as text."""
        return generate_latest(self._registry)


class _State(Collector):
    """What can be seen of the readers, the queue, the cache and connections at the moment."""

    def __init__(self, service: Service, admission: Admission, log: Log) -> None:
        self._service, self._admission, self._log = service, admission, log

    def collect(self) -> Iterator[Metric]:
        """Yield the metrics (``Collector``)."""
        readers, cache = self._service.readers, self._service.cache
        # fmt: off
        gauges = {
            "kg_queue": ("Queries that wait for a reader.", readers.waiting),
            "kg_readers_busy": ("Readers at work.", readers.busy),
            "kg_cache_bytes": ("Bytes of answers that are kept, with their keys.", cache.size),
            "kg_connections": ("Connections that are open.", self._admission.count),
        }
        counters = {
            "kg_timeouts": ("Queries that were ended at the time-out.", readers.timeouts),
            "kg_readers_ended": ("Readers that were ended, for whatever reason.", readers.ended),
            "kg_cache_hits": ("Answers from the cache.", cache.hits),
            "kg_cache_misses": ("Answers that were not in the cache.", cache.misses),
            "kg_connections_evicted": (
                "Connections closed for others, having waited longest.", self._admission.evicted,
            ),
            "kg_connections_refused": (
                "Connections refused, there being too many.", self._admission.refused,
            ),
            "kg_log_lines_dropped": ("Lines of the log that nobody took.", self._log.dropped),
        }
        # fmt: on
        for name, (about, value) in gauges.items():
            yield GaugeMetricFamily(name, about, value=value)
        for name, (about, value) in counters.items():
            yield CounterMetricFamily(name, about, value=value)
