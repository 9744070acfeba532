"""The SPARQL endpoint: from a request to an answer, through cache and pool."""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from dataclasses import dataclass
from typing import Any

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from kg.errors import StoreError
from kg.query.failures import Malformed, NotAcceptable, QueryFailure
from kg.query.formats import DATASETS, GRAPHS, HTML, RESULTS
from kg.query.pool import Limits, Pool, Result, SnapshotGone
from kg.query.text import words_of
from kg.settings import Settings
from kg.web import reading
from kg.web.cache import Cache, Keeping
from kg.web.description import describe
from kg.web.message import Answer, Ask, Refused, Render, problem
from kg.web.metrics import Metrics
from kg.web.published import Current, Published

_READ_ONLY = "GET, HEAD, OPTIONS"
_PLANS = 500  # requests whose meaning is remembered; the longest has 16 KB
_MARK = "\x00rows\x00"


@dataclass(frozen=True)
class Plan:
    """What a request means: the ``order`` to the query processes (JSON), the deadline, whether two answers may differ, whether it needs
    the network, the query's hash, whether it is to be saved as a file."""

    order: str
    seconds: float
    volatile: bool = False
    abroad: bool = False
    digest: str = ""
    download: bool = False


class Endpoint:
    """All that answers at /sparql, /graph-store and /graph/. It lives on one asyncio loop."""

    def __init__(self, settings: Settings, render: Render, metrics: Metrics) -> None:
        self.settings, self.render, self.metrics = settings, render, metrics
        self.current = Current(settings.data)
        limits = Limits(processes=settings.query_processes, seconds=settings.query_seconds, memory=settings.query_memory * 1_000_000)
        self.pool = Pool(limits, self._path)
        self.abroad = Pool(Limits(processes=1, seconds=limits.seconds, memory=limits.memory, max_slow=2, max_paused=2, network=True),
                           self._path) if settings.services else None
        self.cache = Cache(settings.cache_bytes)
        self._limit: RateLimitItem | None = parse(settings.rate_limit) if settings.rate_limit else None
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        self._seen = ""
        self._plans: dict[tuple[Any, ...], Plan] = {}
        self._statistics: tuple[str, dict[str, Any]] | None = None
        self._counting = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    def _path(self) -> str | None:
        try:
            return self.current().path
        except StoreError:
            return None

    async def start(self) -> None:
        """Starts the query processes."""
        await self.pool.start()
        if self.abroad is not None:
            await self.abroad.start()
        self.metrics.watch(self)

    async def stop(self) -> None:
        """Ends them."""
        await self.pool.stop()
        if self.abroad is not None:
            await self.abroad.stop()

    async def answer(self, ask: Ask) -> Answer:
        """The answer to any request; nothing but faults of our own is raised."""
        began = time.perf_counter()
        try:
            self._admit(ask)
            answer = await self._routed(ask)
        except Refused as refused:
            answer = problem(ask, refused, self.render, self.settings.base_iri)
        except QueryFailure as failure:
            answer = problem(ask, self._failed(failure), self.render, self.settings.base_iri)
        except StoreError as error:
            answer = problem(ask, Refused(503, "no-graph", "No graph", str(error)), self.render, self.settings.base_iri)
        elapsed = time.perf_counter() - began
        answer.headers.setdefault("Server-Timing", f"total;dur={elapsed * 1000:.2f}")
        self.metrics.query(answer.outcome or str(answer.status), elapsed)
        return answer

    def _admit(self, ask: Ask) -> None:
        if self._limit is not None and not self._limiter.hit(self._limit, ask.client):
            wait = max(1, round(self._limiter.get_window_stats(self._limit, ask.client).reset_time - time.time()))
            raise Refused(429, "too-many-requests", "Too many requests", f"One client may send {self._limit}", {"Retry-After": str(wait)})

    def _failed(self, failure: QueryFailure) -> Refused:
        detail = str(failure)
        if isinstance(failure, NotAcceptable):
            return reading.not_acceptable([*GRAPHS, *DATASETS] if detail == "graph" else [m for m in RESULTS if detail == "table" or "+" in m])
        more = {"line": failure.line, "column": failure.column} if isinstance(failure, Malformed) else {}
        headers = {"Retry-After": str(failure.retry_after)} if failure.retry_after else {}
        return Refused(failure.status, failure.name, failure.title, detail or failure.title, headers, **more)

    async def _routed(self, ask: Ask) -> Answer:
        if ask.path == "/graph-store" or ask.path.startswith("/graph/"):
            if ask.method == "OPTIONS":
                return _options(_READ_ONLY)
            if ask.method not in {"GET", "HEAD"}:
                raise Refused(405, "method-not-allowed", "Method not allowed", "Graphs are read here, not written", {"Allow": _READ_ONLY})
            return await self.graph(ask, self.graph_name(ask))
        if ask.path != "/sparql" and not ask.path.startswith("/sparql."):
            raise Refused(404, "no-such-page", "Not found", "Queries go to /sparql")
        if ask.method == "OPTIONS":
            return _options(reading.QUERY_METHODS)
        if ask.method not in {"GET", "HEAD", "POST"}:
            raise Refused(405, "method-not-allowed", "Method not allowed", "Send a query by GET or POST", {"Allow": reading.QUERY_METHODS})
        # What a GET means depends on these alone; programs ask the same again and again.
        key = (ask.path, ask.query_string, ask.headers.get("accept"), ask.headers.get("accept-encoding"), ask.root) if ask.method != "POST" else None
        plan = self._plans.get(key) if key is not None else None
        if plan is None:
            request = reading.read(ask, "query", reading.QUERY)
            if request is None:
                return await describe(self, ask)
            plan = self._plan(ask, request)
            if key is not None:
                if len(self._plans) >= _PLANS:
                    self._plans.clear()
                self._plans[key] = plan
        return await self._planned(ask, plan)

    def _plan(self, ask: Ask, request: reading.Request) -> Plan:
        abroad = reading.check(request.text, self.settings.services)
        seconds = reading.seconds(request.parameters, self.settings.query_seconds)
        suffix = ask.path.removeprefix("/sparql").lstrip(".")
        order: dict[str, Any] = {"do": "query", "text": request.text, "default": request.default, "named": request.named,
                                 "union": self.settings.union, "base": f"{ask.root}/sparql", "encoding": reading.encoding(ask),
                                 **reading.media(ask, request.parameters, suffix)}
        if HTML in {order["table"], order["graph"], order["boolean"]}:
            order["page"] = self.render("results.html", query=request.text, mark=_MARK).split(_MARK)
        digest = hashlib.sha256(request.text.encode()).hexdigest()[:12]
        return Plan(json.dumps(order), seconds, abroad or words_of(request.text).volatile, abroad, digest, "download" in request.parameters)

    async def _planned(self, ask: Ask, plan: Plan) -> Answer:
        answer = await self._cached(ask, plan, self.abroad if plan.abroad and self.abroad else self.pool)
        answer.query_hash = plan.digest
        if plan.download and answer.status == 200:
            kind = answer.headers["Content-Type"].partition(";")[0]
            extension = next((s for m, (s, _) in (RESULTS | GRAPHS | DATASETS).items() if m == kind), "html")
            answer.headers["Content-Disposition"] = f'attachment; filename="conflict-kg-{self.current().number}.{extension}"'
        return answer

    async def graph(self, ask: Ask, name: str | None) -> Answer:
        """A stored graph; without a name the default graph."""
        media = ask.accepts([*GRAPHS, *DATASETS])
        if media is None:
            raise reading.not_acceptable([*GRAPHS, *DATASETS])
        order = {"do": "graph", "name": name, "union": self.settings.union, "graph": media, "encoding": reading.encoding(ask)}
        return await self._cached(ask, Plan(json.dumps(order), self.settings.query_seconds), self.pool)

    def graph_name(self, ask: Ask) -> str | None:
        """The graph that a Graph Store request is about; None for the default graph. :raises Refused: where it is not said"""
        if ask.path != "/graph-store":
            return self.settings.base_iri + ask.path
        parameters = reading.gathered(ask.parameters())
        names, default = parameters.get("graph", []), parameters.get("default", [])
        if len(names) + len(default) != 1 or default and default != [""]:
            raise Refused(400, "no-graph-named", "No graph named", "Send exactly one of ?graph=IRI and ?default")
        if names and ":" not in names[0]:
            raise Refused(400, "no-iri", "Not an IRI", f"{names[0][:200]!r} names no graph: send a full IRI")
        if names and names[0].startswith(f"{ask.root}/graph/"):  # the address here of one of our graphs
            return self.settings.base_iri + names[0].removeprefix(ask.root)
        return names[0] if names else None

    def published(self) -> Published:
        """The current snapshot; at its first sight the cache is emptied and the processes open it."""
        now = self.current()
        if now.path != self._seen:
            if self._seen:
                self.cache.clear()
                task = asyncio.get_running_loop().create_task(self.pool.refresh(now.path))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            self._seen = now.path
        return now

    async def statistics(self) -> dict[str, Any]:
        """What VoID tells, counted once a snapshot."""
        async with self._counting:
            published = self.published()
            if self._statistics is None or self._statistics[0] != published.tag:
                result = await self._run('{"do": "statistics"}', self.settings.query_seconds, self.pool)
                parts = [p async for p in result.stream] if result.stream is not None else [result.data or b""]
                self._statistics = published.tag, json.loads(b"".join(parts))
            return self._statistics[1]

    async def _run(self, order: str, seconds: float, pool: Pool) -> Result:
        for _ in range(3):
            try:
                return await pool.run(order, self.published().path, seconds)
            except SnapshotGone as error:
                gone = error
        raise StoreError(str(gone))

    async def _cached(self, ask: Ask, plan: Plan, pool: Pool) -> Answer:
        published, volatile = self.published(), plan.volatile
        tag = hashlib.sha256(f"{published.tag}\n{plan.order}".encode()).hexdigest()[:32]
        headers = {"Vary": "Accept, Accept-Encoding", "Last-Modified": published.last_modified, "ETag": f'"{tag}"', "Cache-Control": "no-cache"}
        if volatile:
            headers = {"Vary": headers["Vary"], "Cache-Control": "no-store"}
        wanted = {t.strip().removeprefix("W/") for t in ask.headers.get("if-none-match", "").split(",")} if not volatile else set()
        if f'"{tag}"' in wanted:
            return Answer(304, headers, outcome="not-modified")
        kept = None if volatile else self.cache.get(tag)
        began = time.perf_counter()
        if kept is not None:
            (meta, data), stream, told = kept, None, "cache;desc=hit"
        else:
            result = await self._run(plan.order, plan.seconds, pool)
            meta, data, stream, told = result.meta, result.data or b"", result.stream, f"query;dur={(time.perf_counter() - began) * 1000:.2f}"
            if stream is None and not volatile:
                self.cache.put(tag, meta, data)
        if "*" in wanted:
            return Answer(304, headers, outcome="not-modified")
        media = meta["media"]
        headers["Content-Type"] = f"{media}; charset=utf-8" if media.startswith("text/") else media
        headers["Server-Timing"] = told
        if "encoding" in meta:
            headers["Content-Encoding"] = meta["encoding"]
        if stream is not None and not volatile:
            return Answer(200, headers, b"", Keeping(self.cache, tag, meta, stream), outcome="answered")
        return Answer(200, headers, data, stream, outcome="cached" if kept is not None else "answered")


def _options(allow: str) -> Answer:
    return Answer(204, {"Allow": allow, "Access-Control-Allow-Methods": allow, "Access-Control-Max-Age": "86400",
                        "Access-Control-Allow-Headers": "Accept, Accept-Encoding, Content-Type, If-None-Match, Authorization"}, outcome="options")
