"""One question to one server: what it answers, and how fast, once it has been shown to answer right."""

from __future__ import annotations

import http.client
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from bench.client import MARK, Sample, load, percentile
from bench.servers import Server, ServerError

TABLE, GRAPH = "application/sparql-results+json", "text/turtle"


@dataclass(frozen=True)
class Question:
    """A query of bench/queries; ``purpose`` is its first line."""

    name: str
    text: str

    @property
    def purpose(self) -> str:
        return self.text.partition("\n")[0].lstrip("# ")

    @property
    def accept(self) -> str:
        return GRAPH if "\nCONSTRUCT" in self.text else TABLE


def questions(folder: Path, only: str) -> list[Question]:
    """The queries of a folder, in the order of their names.

    :raises ServerError: where there are none
    """
    found = [Question(f.stem, f.read_text("utf-8").strip()) for f in sorted(folder.glob("*.rq")) if only in f.stem]
    if not found:
        raise ServerError(f"{folder}: no query is named like {only!r}")
    return found


@dataclass(frozen=True)
class Answered:
    """The first answer of a server: number of rows (or statements; 1 for a truth value), its tag, what is wrong with it, how long it took."""

    rows: int = 0
    tag: str = ""
    fault: str = ""
    seconds: float = 0.0


def ask(server: Server, question: Question, limit: float) -> Answered:
    """Asks once and reads the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=limit)
    began = time.perf_counter()
    try:
        connection.request("GET", server.target(question.text), headers={"Accept": question.accept})
        reply = connection.getresponse()
        body = reply.read()
        seconds = time.perf_counter() - began
        if reply.status != 200:
            return Answered(fault=f"status {reply.status}")
        if question.accept == GRAPH:
            rows = len({str(q) for q in ox.parse(input=body, format=ox.RdfFormat.TURTLE)})
        else:
            found = ox.parse_query_results(input=body, format=ox.QueryResultsFormat.JSON)
            rows = 1 if isinstance(found, ox.QueryBoolean) else sum(1 for _ in found)
        return Answered(rows, reply.getheader("ETag") or "", seconds=seconds)
    except TimeoutError:
        return Answered(fault=f"no answer in {limit:g} s")
    except (OSError, http.client.HTTPException, SyntaxError) as error:
        return Answered(fault=f"{type(error).__name__}: {error}")
    finally:
        connection.close()


@dataclass
class Measured:
    """Several runs of one question at one server, with one number of clients."""

    samples: list[Sample] = field(default_factory=list)
    fault: str = ""

    @property
    def rate(self) -> float:
        """Median of the runs, in answers a second."""
        return statistics.median(s.rate for s in self.samples) if self.samples else 0.0

    @property
    def busy(self) -> float:
        return max((s.busy for s in self.samples), default=0.0)

    @property
    def faults(self) -> str:
        """What else than right answers came."""
        kinds = {kind for s in self.samples for kind in s.faults}
        return ", ".join(f"{sum(s.faults[k] for s in self.samples)} x {k}" for k in sorted(kinds)) or self.fault

    def milliseconds(self, share: float) -> float:
        return 1000 * percentile([x for s in self.samples for x in s.seconds], share)


def run(server: Server, question: Question, clients: int, seconds: float, limit: float, *, varied: bool = True, tag: str = "",
        first: int = 0) -> Sample:
    """Load on a server for a time. ``varied``: no request is the same as another. With ``tag`` the right answer is 304."""
    text = f"{question.text}\n#{MARK.decode()}" if varied else question.text
    lines = [f"GET {server.target(text)} HTTP/1.1", f"Host: 127.0.0.1:{server.port}", f"Accept: {question.accept}"]
    if tag:
        lines.append(f"If-None-Match: {tag}")
    request = ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")
    return load(server.port, request, clients, seconds, limit, 304 if tag else 200, first)


def ratio(one: float, other: float) -> float:
    """One rate in units of another; nan where there is no other."""
    return one / other if other else float("nan")


def paired(ones: Sequence[Sample], others: Sequence[Sample]) -> float:
    """The median ratio of rates of runs that followed each other, so that a slow minute of the machine counts for both."""
    pairs = [ratio(a.rate, b.rate) for a, b in zip(ones, others, strict=False)]
    return statistics.median(pairs) if pairs else float("nan")
