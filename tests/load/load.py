"""``make test-load``: polite clients, runaway queries, slow clients, a thousand connections. Exit 1 where a promise is broken."""

from __future__ import annotations

import asyncio
import socket
import sys
import tempfile
import time
from pathlib import Path

from tests.load.client import RUNAWAY, Measured, exchange, head, memory, polite, seconds
from tests.load.generate import generate
from tests.serving import Served, serving

DEADLINE = 10.0
_BIG = "SELECT * { ?s ?p ?o }"
broken: list[str] = []


def promise(kept: bool, text: str) -> None:
    """Notes whether a promise was kept."""
    print(("kept    " if kept else "BROKEN  ") + text, flush=True)
    if not kept:
        broken.append(text)


async def crowd(port: int, clients: int, length: float, pause: float = 0.0) -> Measured:
    """Polite clients for ``length`` seconds."""
    measured = Measured()
    end = time.monotonic() + length
    await asyncio.gather(*(polite(port, end, measured, n, pause) for n in range(clients)))
    return measured


async def runaway(port: int, query: str) -> tuple[int, float]:
    """(status, seconds) of one runaway query."""
    began = time.monotonic()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        status, _ = await asyncio.wait_for(exchange(reader, writer, head(query)), DEADLINE * 3)
    except (OSError, asyncio.IncompleteReadError, TimeoutError):
        status = 0
    writer.close()
    return status, time.monotonic() - began


async def steady(served: Served) -> None:
    """Sixteen clients, no error."""
    length = seconds("LOAD_SECONDS", 120)
    measured = await crowd(served.port, 16, length)
    print(f"16 clients, {length:g} s: {measured}; {len(measured.seconds) / length:.0f}/s")
    promise(not measured.errors and set(measured.statuses) == {200}, "16 clients without error")


async def runaways(served: Served) -> None:
    """Twelve runaway queries beside eight polite clients."""
    before = memory(served.process.pid)
    ended = [asyncio.create_task(runaway(served.port, RUNAWAY[n % len(RUNAWAY)])) for n in range(12)]
    measured = await crowd(served.port, 8, DEADLINE + 2, pause=0.01)
    results = await asyncio.gather(*ended)
    print(f"12 runaways: {[(status, round(length, 2)) for status, length in results]}")
    print(f"8 polite clients beside them: {measured}")
    promise(all(status == 503 and length <= DEADLINE + 0.5 for status, length in results), "every runaway 503 by the deadline + 0.5 s")
    promise(not measured.errors and set(measured.statuses) == {200}, "polite clients without error beside them")
    promise(measured.quantile(0.99) <= 100, "polite p99 at most 100 ms beside them")
    for _ in range(50):
        after = memory(served.process.pid)
        if after <= before * 1.2:
            break
        await asyncio.sleep(0.2)
    print(f"memory {before / 1e6:.0f} MB before, {after / 1e6:.0f} MB after")
    promise(after <= before * 1.2, "memory back to within 20 %")


async def slow_clients(served: Served) -> None:
    """Senders of a byte a second, clients that never read, connections that never speak: others do not notice."""
    opened: list[socket.socket] = []

    def connect() -> socket.socket:
        one = socket.create_connection(("127.0.0.1", served.port), timeout=10)
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        opened.append(one)
        return one

    request = head("ASK { ?s ?p ?o }")
    body = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 500\r\n\r\n"
    senders = [connect() for _ in range(100)]
    for n, sender in enumerate(senders):
        sender.sendall(request[:20] if n % 2 else body)
    for _ in range(20):
        connect().sendall(head(_BIG))  # and never reads
    for _ in range(100):
        connect()  # and says nothing

    async def drip() -> None:
        for n in range(20, 60):
            for sender in senders:
                try:
                    sender.send(request[n:n + 1])
                except OSError:
                    pass  # the server has lost its patience
            await asyncio.sleep(1)

    dripping = asyncio.create_task(drip())
    measured = await crowd(served.port, 8, 12, pause=0.01)
    dripping.cancel()
    print(f"8 polite clients beside 220 slow ones: {measured}")
    promise(not measured.errors and set(measured.statuses) == {200}, "slow clients block nobody")
    promise(measured.quantile(0.99) <= 100, "polite p99 at most 100 ms beside slow clients")
    for one in opened:
        one.close()


async def thousand(served: Served) -> None:
    """A thousand connections at once, each with a query."""
    async def one(n: int) -> int:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
            status, _ = await asyncio.wait_for(exchange(reader, writer, head(f"SELECT ?l {{ <https://w3id.org/conflict-kg/id/actor/a{n}> skos:prefLabel ?l }}")), 60)
            writer.close()
            return status
        except (OSError, asyncio.IncompleteReadError, TimeoutError):
            return 0

    statuses = await asyncio.gather(*(one(n) for n in range(1000)))
    counts = {s: statuses.count(s) for s in set(statuses)}
    print(f"1,000 connections at once: {counts}")
    promise(set(counts) <= {200, 503} and counts.get(200, 0) >= 900, "1,000 connections at once: answered, or refused with a status")


def main() -> int:
    """All runs against one server."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        triples = int(seconds("LOAD_TRIPLES", 1_000_000))
        print(f"snapshot {generate(data, triples)} of about {triples} triples", flush=True)
        with serving(data, Path(folder) / "log", KG_QUERY_SECONDS=str(DEADLINE), KG_CACHE_MB="0") as served:
            asyncio.run(crowd(served.port, 16, 5))  # warm: memory is compared with that of a server in use
            for run in (runaways, slow_clients, thousand, steady):
                asyncio.run(run(served))
            promise(served.process.poll() is None, "the server still runs")
            bad = [line for line in served.log.read_text().splitlines() if "Traceback" in line or " 500 " in line]
            promise(not bad, f"no fault of ours in the log {bad[:3]}")
    print(f"{len(broken)} promises broken" if broken else "all promises kept")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
