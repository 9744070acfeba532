"""Query processes: they answer, they are stopped, nothing leaves the pool broken."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from kg.query.failures import Malformed, NotAnswerable, OutOfMemory, Overloaded, QueryFailure, TimedOut
from kg.query.isolation import isolate
from kg.query.pool import Limits, Pool, SnapshotGone
from kg.settings import Settings

JSON = "application/sparql-results+json"
ASK = "ASK { ?s ?p ?o }"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
HUNGRY = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f"
LONG = "SELECT * { ?s ?p ?o . ?a ?b ?c } LIMIT 100000"


def using(data: Path, work: Callable[[Pool, Callable[..., tuple[str, str]]], Coroutine[Any, Any, None]], **limits: Any) -> None:
    """Runs ``work`` with a pool of its own and a function that makes orders."""
    path = str((data / "current").resolve())

    def order(text: str, snapshot: str = path, **more: Any) -> tuple[str, str]:
        return json.dumps({"do": "query", "text": text, "base": None, "default": None, "named": None, "union": True, "encoding": None, "table": JSON,
                           "boolean": JSON, "graph": "text/turtle", **more}), snapshot

    async def main() -> None:
        pool = Pool(Limits(**{"processes": 2, "seconds": 20.0, **limits}), lambda: path)
        await pool.start()
        try:
            await work(pool, order)
        finally:
            await pool.stop()

    asyncio.run(main())


async def settled(pool: Pool, idle: int) -> None:
    """Waits until ``idle`` processes wait and none works."""
    for _ in range(500):
        if len(pool.idle) == idle and not pool.busy:
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"{len(pool.idle)} wait, {len(pool.busy)} work")


def test_short_and_long_answers_are_whole(built: Settings) -> None:
    async def work(pool: Pool, order: Any) -> None:
        short = await pool.run(*order(ASK))
        assert short.data == b'{"head":{},"boolean":true}'
        long = await pool.run(*order(LONG, table="text/csv"))
        assert long.data is None and long.stream is not None
        text = b"".join([part async for part in long.stream])
        assert text.count(b"\r\n") == 100_001
        await settled(pool, 2)

    using(built.data, work)


@pytest.mark.parametrize(("query", "failure", "limits"), [
    ("SELECT * {", Malformed, {}), (ENDLESS, TimedOut, {"seconds": 0.5}), (HUNGRY, OutOfMemory, {"memory": 300_000_000}),
    ("SELECT * { SERVICE <http://127.0.0.1:8/> { ?s ?p ?o } }", NotAnswerable, {})])
def test_what_cannot_be_answered_says_why(built: Settings, query: str, failure: type[QueryFailure], limits: dict[str, Any]) -> None:
    async def work(pool: Pool, order: Any) -> None:
        with pytest.raises(failure):
            await pool.run(*order(query))
        await pool.run(*order(ASK))
        await settled(pool, 2)

    using(built.data, work, **limits)


def test_too_many_long_queries_are_refused_and_short_ones_answered(built: Settings) -> None:
    async def work(pool: Pool, order: Any) -> None:
        long = [asyncio.create_task(pool.run(*order(ENDLESS))) for _ in range(5)]
        await asyncio.sleep(1.5)
        assert len(pool.paused) == 1 and sum(w.slow and not w.paused for w in pool.busy) == 2
        assert (await pool.run(*order(ASK))).data
        ended = await asyncio.gather(*long, return_exceptions=True)
        kinds = [type(e) for e in ended]
        assert kinds.count(Overloaded) == 2 and kinds.count(TimedOut) == 3
        await settled(pool, 2)

    using(built.data, work, seconds=4.0, max_slow=2, max_paused=1)


def test_a_client_that_goes_away_frees_its_process(built: Settings) -> None:
    async def work(pool: Pool, order: Any) -> None:
        asked = asyncio.create_task(pool.run(*order(ENDLESS)))
        await asyncio.sleep(0.3)
        asked.cancel()
        await settled(pool, 2)
        result = await pool.run(*order(LONG))
        assert result.stream is not None
        await anext(result.stream)
        await result.stream.aclose()
        await settled(pool, 2)
        assert pool.killed["abandoned"] == 2

    using(built.data, work)


def test_killed_processes_are_replaced_unseen(built: Settings) -> None:
    async def work(pool: Pool, order: Any) -> None:
        for worker in list(pool.idle):
            os.kill(worker.pid, signal.SIGKILL)
        assert (await pool.run(*order(ASK))).data
        assert pool.nursery._process is not None
        os.kill(pool.nursery._process.pid, signal.SIGKILL)
        assert (await pool.run(*order(ASK))).data
        await settled(pool, 2)
        long = await pool.run(*order(LONG))
        assert long.stream is not None
        os.kill(next(iter(pool.busy)).pid, signal.SIGKILL)
        with pytest.raises(QueryFailure):  # never an end that looks like the end of the answer
            async for _ in long.stream:
                pass
        await settled(pool, 2)

    using(built.data, work)


def test_a_snapshot_that_is_gone_is_told(built: Settings, tmp_path: Path) -> None:
    async def work(pool: Pool, order: Any) -> None:
        with pytest.raises(SnapshotGone):
            await pool.run(*order(ASK, snapshot=str(tmp_path / "77")))
        assert (await pool.run(*order(ASK))).data

    using(built.data, work)


def test_no_socket_opens_whatever_the_query_says(built: Settings) -> None:
    """A listener proves it; the pool is asked behind the endpoint's own refusal."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        came: list[object] = []

        def listen() -> None:
            try:
                while True:
                    came.append(listener.accept())
            except OSError:
                pass

        threading.Thread(target=listen, daemon=True).start()

        async def work(pool: Pool, order: Any) -> None:
            for text in (f"SELECT * {{ SERVICE <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}",
                         f"SELECT * {{ SERVICE SILENT <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}",
                         f"SELECT * {{ VALUES ?e {{ <http://127.0.0.1:{port}/> }} SERVICE ?e {{ ?s ?p ?o }} }}",
                         f"SELECT * FROM <http://127.0.0.1:{port}/> {{ ?s ?p ?o }}",
                         f"SELECT * FROM NAMED <http://127.0.0.1:{port}/> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
                         f"SELECT * {{ GRAPH <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}", f"LOAD <http://127.0.0.1:{port}/>"):
                try:
                    await pool.run(*order(text))
                except QueryFailure:
                    pass

        using(built.data, work)
        assert came == []
        socket.create_connection(("127.0.0.1", port)).close()
        for _ in range(100):
            if came:
                break
            threading.Event().wait(0.02)
        assert came, "the listener would have seen a connection"


@pytest.mark.parametrize("way", ["own_network", "refuse_sockets"])
def test_each_way_of_isolation_holds_alone(way: str) -> None:
    """One way is enough where the kernel refuses the other."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        child = os.fork()
        if child == 0:
            from kg.query import isolation

            try:
                if not getattr(isolation, way)():
                    os._exit(77)
                socket.create_connection(("127.0.0.1", port), timeout=2)
                os._exit(1)
            except OSError:
                os._exit(0)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status == 77:
        pytest.skip(f"the kernel refuses {way} here")
    assert status == 0


def test_isolation_names_what_holds() -> None:
    child = os.fork()
    if child == 0:
        held = isolate()
        try:
            socket.create_connection(("127.0.0.1", 9), timeout=1)
        except ConnectionRefusedError:
            os._exit(2 if held else 0)  # it came as far as a host that answers
        except OSError:
            os._exit(0 if held else 3)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_clients_that_never_read_leave_room_for_others(built: Settings) -> None:
    async def work(pool: Pool, order: Any) -> None:
        unread = [await pool.run(*order(LONG.replace("100000", "1000000"))) for _ in range(2)]
        for _ in range(20):
            assert (await pool.run(*order(ASK))).data
        for result in unread:
            assert result.stream is not None
            await result.stream.aclose()
        await settled(pool, 2)

    using(built.data, work, patience=10.0)


def test_waiting_counts_towards_the_deadline(built: Settings) -> None:
    async def work(pool: Pool, order: Any) -> None:
        ended = await asyncio.gather(*(pool.run(*order(ENDLESS)) for _ in range(3)), return_exceptions=True)
        assert {type(e) for e in ended} == {TimedOut, Overloaded}
        # One process, never slow: who waited as long as the deadline was refused, and did not begin then.
        assert pool.killed == {TimedOut.name: 1}

    using(built.data, work, processes=1, seconds=1.0, slow_after=60.0)
