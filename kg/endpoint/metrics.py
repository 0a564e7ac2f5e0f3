"""Counts for Prometheus (its text exposition format)."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from kg.endpoint.service import Service

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """What has been asked, how it ended and how long it took."""

    def __init__(self, service: Service) -> None:
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
        self._registry.register(_State(service))

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
    """What can be seen of the readers, the queue and the cache at the moment."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def collect(self) -> Iterator[Metric]:
        """Yield the metrics (``Collector``)."""
        readers, cache = self._service.readers, self._service.cache
        gauges = {
            "kg_queue": ("Queries that wait for a reader.", readers.waiting),
            "kg_readers_busy": ("Readers at work.", readers.busy),
            "kg_cache_bytes": ("Bytes of answers that are kept.", cache.size),
        }
        counters = {
            "kg_timeouts": ("Queries that were ended at the time-out.", readers.timeouts),
            "kg_readers_ended": ("Readers that were ended, for whatever reason.", readers.ended),
            "kg_cache_hits": ("Answers from the cache.", cache.hits),
            "kg_cache_misses": ("Answers that were not in the cache.", cache.misses),
        }
        for name, (about, value) in gauges.items():
            yield GaugeMetricFamily(name, about, value=value)
        for name, (about, value) in counters.items():
            yield CounterMetricFamily(name, about, value=value)
