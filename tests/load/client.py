"""A small HTTP client on asyncio that measures, and what the load runs share."""

from __future__ import annotations

import asyncio
import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

PREFIX = "PREFIX ck: <https://w3id.org/conflict-kg/ontology#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
POLITE = (
    "SELECT ?l {{ <https://w3id.org/conflict-kg/id/actor/a{n}> skos:prefLabel ?l }}",
    "SELECT ?r ?d {{ ?r ck:perpetrator <https://w3id.org/conflict-kg/id/actor/a{n}> ; ck:date ?d }} ORDER BY ?d LIMIT 20",
    "SELECT ?p ?o {{ <https://w3id.org/conflict-kg/id/article/{n}/e3/r> ?p ?o }}",
    "ASK {{ ?r ck:perpetrator <https://w3id.org/conflict-kg/id/actor/a{n}> ; ck:target <https://w3id.org/conflict-kg/id/actor/a7> }}",
)
RUNAWAY = (
    "SELECT (COUNT(*) AS ?n) { ?a ck:minimum ?x . ?b ck:minimum ?y . FILTER(?x + ?y = 99999) }",
    "SELECT * { ?a ?p ?o . ?b ?q ?r } ORDER BY ?o",
    "SELECT (GROUP_CONCAT(?o) AS ?n) { ?a ?p ?o . ?b ?q ?r }",
    "SELECT (COUNT(*) AS ?n) { ?a (ck:x|!ck:x)* ?b }",
    "SELECT ?s { ?a ?p ?o . ?b ?q ?r BIND(CONCAT(STR(?o), STR(?r)) AS ?s) } ORDER BY DESC(?s)",
    'SELECT ?z { ?a ck:minimum ?m BIND(REPLACE(REPLACE("aaaaaaaaaaaaaaaa", "a", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), "a", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa") AS ?w) '
    'BIND(REPLACE(REPLACE(?w, "a", ?w), "a", "aaaaaaaa") AS ?z) }',
)


@dataclass
class Measured:
    """Seconds of each request by status; what went wrong otherwise."""

    seconds: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    def quantile(self, share: float) -> float:
        """Milliseconds."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000 if ordered else float("nan")

    def __str__(self) -> str:
        return (f"{len(self.seconds)} requests, {self.statuses}, p50 {self.quantile(0.5):.1f} ms, p99 {self.quantile(0.99):.1f} ms, "
                f"longest {self.quantile(1):.1f} ms, {len(self.errors)} errors {self.errors[:3]}")


def head(query: str, method: str = "GET") -> bytes:
    """A request for a query."""
    return f"{method} /sparql?query={quote(PREFIX + query)} HTTP/1.1\r\nHost: localhost\r\nAccept: application/sparql-results+json\r\n\r\n".encode()


async def exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> tuple[int, int]:
    """Sends a request on an open connection; (status, bytes of the body)."""
    writer.write(request)
    await writer.drain()
    lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {n.lower(): v.strip() for n, _, v in (line.partition(":") for line in lines[1:])}
    if "content-length" in headers:
        return int(lines[0].split()[1]), len(await reader.readexactly(int(headers["content-length"])))
    size = 0
    while length := int(await reader.readuntil(b"\r\n"), 16):
        size += len(await reader.readexactly(length + 2)) - 2
    await reader.readexactly(2)
    return int(lines[0].split()[1]), size


async def polite(port: int, end: float, measured: Measured, seed: int, pause: float = 0.0) -> None:
    """Asks small queries one after the other until ``end``."""
    number = seed * 100_003
    while time.monotonic() < end:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                while time.monotonic() < end:
                    number += 1
                    began = time.monotonic()
                    status, _ = await asyncio.wait_for(exchange(reader, writer, head(POLITE[number % len(POLITE)].format(n=number % 2000))), 60)
                    measured.seconds.append(time.monotonic() - began)
                    measured.statuses[status] = measured.statuses.get(status, 0) + 1
                    await asyncio.sleep(pause)
            finally:
                writer.close()
        except (OSError, asyncio.IncompleteReadError, TimeoutError) as error:
            measured.errors.append(f"{type(error).__name__}: {error}")


def memory(pid: int) -> int:
    """Proportional bytes of a process and all below it (shared pages count once)."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            children.setdefault(parent, []).append(int(folder.name))
    todo, total = [pid], 0
    while todo:
        one = todo.pop()
        todo += children.get(one, [])
        try:
            lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
            total += sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss_Anon:"))
        except (OSError, ValueError):
            pass
    return total


def seconds(name: str, default: float) -> float:
    """A length that the caller may set."""
    return float(os.environ.get(name, default))
