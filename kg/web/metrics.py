"""Figures for operators, in Prometheus' form."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

if TYPE_CHECKING:
    from kg.web.endpoint import Endpoint

_BUCKETS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30)


class Metrics:
    """One registry for each application, so that several can live in one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter("kg_requests", "Answered requests by endpoint and status.", ["endpoint", "status"], registry=self.registry)
        self._seconds = Histogram("kg_request_seconds", "Seconds from request to answer.", ["endpoint"], registry=self.registry)
        self.snapshot = Gauge("kg_snapshot", "Number of the published snapshot.", registry=self.registry)
        self.age = Gauge("kg_snapshot_age_seconds", "Seconds since the snapshot was published.", registry=self.registry)
        self._queries = Counter("kg_queries", "Requests to the endpoint by outcome.", ["outcome"], registry=self.registry)
        self._query_seconds = Histogram("kg_query_seconds", "Seconds until an answer began.", buckets=_BUCKETS, registry=self.registry)
        self._workers = Gauge("kg_workers", "Query processes by state.", ["state"], registry=self.registry)
        self._killed = Gauge("kg_workers_killed", "Query processes that were ended, by reason, since the start.", ["reason"], registry=self.registry)
        self._cache = Gauge("kg_cache", "Answers kept: hits and misses since the start, bytes now.", ["figure"], registry=self.registry)
        self._endpoint: Endpoint | None = None
        self._known: dict[tuple[str, ...], Any] = {}

    def watch(self, endpoint: Endpoint) -> None:
        """Figures of pool and cache come from ``endpoint``."""
        self._endpoint = endpoint

    def query(self, outcome: str, seconds: float) -> None:
        """Counts an answer."""
        self._one("query", outcome).inc()
        self._query_seconds.observe(seconds)

    def request(self, endpoint: str, status: int, seconds: float) -> None:
        """Counts a request to any address."""
        self._one("request", endpoint, str(status)).inc()
        self._one("seconds", endpoint).observe(seconds)

    def _one(self, figure: str, *labels: str) -> Any:
        """The figure with its labels, found again quickly."""
        key = (figure, *labels)
        found = self._known.get(key)
        if found is None:
            family = {"query": self._queries, "request": self._requests, "seconds": self._seconds}[figure]
            found = self._known[key] = family.labels(*labels)
        return found

    def text(self, number: int, since: float) -> bytes:
        """All figures; ``number`` and ``since`` are those of the snapshot."""
        self.snapshot.set(number)
        self.age.set(time.time() - since)
        if self._endpoint is not None:
            pool, cache = self._endpoint.pool, self._endpoint.cache
            slow = sum(w.slow and not w.paused for w in pool.busy)
            for state, count in (("idle", len(pool.idle)), ("quick", len(pool.busy) - slow - len(pool.paused)), ("slow", slow),
                                 ("paused", len(pool.paused))):
                self._workers.labels(state).set(count)
            for reason, count in pool.killed.items():
                self._killed.labels(reason).set(count)
            for figure, value in (("hits", cache.hits), ("misses", cache.misses), ("bytes", cache.bytes)):
                self._cache.labels(figure).set(value)
        return generate_latest(self.registry)
