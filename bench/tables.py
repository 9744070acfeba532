"""What was measured, as tables, and against the goals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from bench.measure import Measured, Question, paired, ratio

COLUMNS = ("ours, cache off", "ours, from the cache", "ours, 304", "Oxigraph server", "rdflib-endpoint on rdflib", "rdflib-endpoint on oxrdflib")
_OURS, _CACHED, _UNCHANGED, _OXIGRAPH, _RDFLIB, _OXRDFLIB = COLUMNS
#: Answers of at most so many rows are "one-row answers" of the goals; the others have more than a few rows.
FEW = 5
#: Goals: answers a second in units of a peer's.
TO_OXIGRAPH, TO_OXIGRAPH_FEW, TO_RDFLIB, FROM_CACHE = 0.85, 0.12, 10.0, 20.0
_AGGREGATES = ("06", "08", "09")


@dataclass(frozen=True)
class Line:
    """One question with one number of clients, at all servers."""

    question: Question
    clients: int
    rows: int
    results: dict[str, Measured]

    def to(self, one: str, other: str) -> float:
        """The rate at one server in units of the rate at another."""
        a, b = self.results.get(one), self.results.get(other)
        if not a or not b or not a.samples or not b.samples:
            return math.nan
        return paired(a.samples, b.samples) if len(a.samples) == len(b.samples) else ratio(a.rate, b.rate)


def _number(value: float) -> str:
    if math.isnan(value):
        return "–"
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _rate(result: Measured | None) -> str:
    if result is None:
        return "–"
    return _number(result.rate) + (f" ({result.faults})" if result.faults else "") if result.samples else result.faults


def brief(line: Line) -> str:
    """One line for the one who waits."""
    return f"{line.question.name}, {line.clients} clients: " + "; ".join(f"{c} {_rate(r)}" for c, r in line.results.items())


def rates(lines: Sequence[Line]) -> str:
    """Answers a second, and the ratios that the goals are about."""
    head = ["Query", "Rows", "Clients", *COLUMNS, "to Oxigraph", "cache to Oxigraph", "304 to Oxigraph", "to rdflib", "to oxrdflib"]
    out = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for line in lines:
        cells = [line.question.name, str(line.rows), str(line.clients), *(_rate(line.results.get(c)) for c in COLUMNS)]
        cells += [_number(line.to(a, b)) for a, b in ((_OURS, _OXIGRAPH), (_CACHED, _OXIGRAPH), (_UNCHANGED, _OXIGRAPH), (_OURS, _RDFLIB), (_OURS, _OXRDFLIB))]
        out.append("| " + " | ".join(cells) + " |")
    return "\n".join(out) + "\n"


def latencies(lines: Sequence[Line]) -> str:
    """Milliseconds of p50, p95 and p99, each also in units of Oxigraph's server and of rdflib-endpoint on rdflib."""
    head = ["Query", "Clients", *(f"{c}: p50 / p95 / p99" for c in COLUMNS), "ours to Oxigraph", "ours to rdflib-endpoint on rdflib"]
    out = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for line in lines:
        cells = [line.question.name, str(line.clients)]
        times = {c: [r.milliseconds(s) for s in (0.5, 0.95, 0.99)] for c, r in line.results.items() if r.samples}
        cells += [" / ".join(_number(t) for t in times[c]) if c in times else "–" for c in COLUMNS]
        for other in (_OXIGRAPH, _RDFLIB):
            both = _OURS in times and other in times
            cells.append(" / ".join(_number(ratio(a, b)) for a, b in zip(times[_OURS], times[other], strict=True)) if both else "–")
        out.append("| " + " | ".join(cells) + " |")
    return "\n".join(out) + "\n"


def goals(lines: Sequence[Line]) -> str:
    """Each goal, and the queries that miss it; a peer that does not answer is beaten."""
    def missed(one: str, other: str, least: float, chosen: Sequence[Line]) -> str:
        short = [(ln, ln.to(one, other)) for ln in chosen if ln.results.get(one) and ln.results.get(other)]
        bad = [f"{ln.question.name} with {ln.clients} ({_number(r)})" for ln, r in short
               if r < least or math.isnan(r) and not ln.results[one].samples]
        if not short:
            return "not measured"
        return f"met by {len(short) - len(bad)} of {len(short)}" + (f"; missed by {', '.join(bad)}" if bad else "")

    many, few = [ln for ln in lines if ln.rows > FEW], [ln for ln in lines if ln.rows <= FEW]
    aggregates = [ln for ln in lines if ln.question.name.startswith(_AGGREGATES)]
    return "\n".join([
        f"- at least {TO_RDFLIB:g} times rdflib-endpoint on rdflib: {missed(_OURS, _RDFLIB, TO_RDFLIB, lines)}",
        f"- at least {TO_RDFLIB:g} times rdflib-endpoint on oxrdflib: {missed(_OURS, _OXRDFLIB, TO_RDFLIB, lines)}",
        f"- {TO_OXIGRAPH:g} of Oxigraph's server without cache, more than {FEW} rows: {missed(_OURS, _OXIGRAPH, TO_OXIGRAPH, many)}",
        f"- {TO_OXIGRAPH_FEW:g} of Oxigraph's server without cache, up to {FEW} rows: {missed(_OURS, _OXIGRAPH, TO_OXIGRAPH_FEW, few)}",
        f"- {FROM_CACHE:g} times Oxigraph's server from the cache, aggregates: {missed(_CACHED, _OXIGRAPH, FROM_CACHE, aggregates)}",
        f"- 304 faster than from the cache: {missed(_UNCHANGED, _CACHED, 1.0, lines)}",
    ]) + "\n"


def document(lines: Sequence[Line], triples: int, seconds: float, rounds: int, limit: float, machine: str) -> str:
    """docs/performance.md"""
    purposes = {ln.question.name: ln.question.purpose for ln in lines}
    busiest, where = max((r.busy, f"{ln.question.name}, {c}, {ln.clients} clients") for ln in lines for c, r in ln.results.items())
    return f"""# Performance of the endpoint
`make bench-sparql`: {triples:,} triples from `bench/generate.py`, shaped like our graph; servers and client on one machine
({machine}), taking turns in runs of {seconds:g} s (up to four times that for slow queries), the median of {rounds}; rdflib-endpoint one run. No request is the same as another, except where
the column says cache or 304. All servers answer the union of the named graphs; each must answer with as many rows as Oxigraph's
server, and within {limit:g} s. Oxigraph's server opens the same snapshot read-only; oxrdflib opens a copy of it; rdflib holds the graph in memory.
Absolute figures are of this machine and this hour; the ratios are what counts.

The load client used at most {busiest:.0%} of a core in each of its processes ({where}); where that is near 100 %, the client was the limit.

## Queries
{"".join(f"- {name}: {purpose}" + chr(10) for name, purpose in purposes.items())}
## Answers a second
{rates(lines)}
## Milliseconds
{latencies(lines)}
## Goals
{goals(lines)}"""
