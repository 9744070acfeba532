"""What the measurements rest on: the generated graph, and a load client that counts right."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Graph

from bench.client import MARK, Sample, load, percentile
from bench.generate import quads, write
from bench.measure import Measured, Question, questions
from bench.tables import COLUMNS, Line, goals
from kg.settings import RESOURCES
from kg.store import Snapshot, open_current
from kg.validate import load_shapes, validate

ROOT = Path(__file__).resolve().parents[1]
BENCH = ROOT / "bench" / "queries"


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """A published graph of 60,000 triples."""
    folder = tmp_path_factory.mktemp("generated") / "data"
    assert write(folder, 60_000) >= 60_000
    return open_current(folder)


def test_the_same_seed_gives_the_same_graph_and_a_larger_one_begins_with_it() -> None:
    small = list(quads(20_000))
    assert 20_000 <= len(small) < 23_000
    assert small == list(quads(20_000)) == list(islice(quads(40_000), len(small)))
    assert small != list(quads(20_000, seed=2))


def test_no_check_finds_a_fault_in_the_generated_graph(generated: Snapshot) -> None:
    checks = sorted((RESOURCES / "queries" / "checks").glob("*.rq"))
    assert len(checks) >= 10
    for check in checks:
        assert list(generated.rows(check.read_text("utf-8"))) == [], check.stem


def test_the_generated_articles_conform_to_the_shapes(generated: Snapshot) -> None:
    graphs = [str(row["g"].value) for row in generated.rows("SELECT DISTINCT ?g { GRAPH ?g { ?a a <https://schema.org/NewsArticle> } } ORDER BY ?g")]
    assert len(graphs) > 20
    wanted = {graphs[0], *(g for g in ("https://w3id.org/conflict-kg/graph/authority", "https://w3id.org/conflict-kg/graph/derived"))}
    triples = [q.triple for name in sorted(wanted) for q in generated.store.quads_for_pattern(None, None, None, ox.NamedNode(name))]
    data = Graph().parse(data=ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"", format="nt")
    assert [f for f in validate(data, load_shapes()) if f.severity == "Violation"] == []


@pytest.mark.parametrize("question", questions(BENCH, ""), ids=lambda q: q.name)
def test_each_query_of_the_benchmark_has_an_answer(question: Question, generated: Snapshot) -> None:
    found = generated.query(question.text)
    assert bool(found) if isinstance(found, ox.QueryBoolean) else next(iter(found), None) is not None
    assert len(question.purpose) > 10


class _Handler(BaseHTTPRequestHandler):
    """/good, /chunked and /unchanged answer; /busy refuses; /cut closes in the middle."""

    protocol_version = "HTTP/1.1"
    seen: list[str] = []  # noqa: RUF012 - the handler is made anew for each connection

    def do_GET(self) -> None:
        self.seen.append(self.path)
        if self.path.startswith("/cut"):
            self.send_response(200)
            self.send_header("Content-Length", "100")
            self.end_headers()
            self.wfile.write(b"half")
            self.close_connection = True
            return
        self.send_response({"/unch": 304, "/busy": 503}.get(self.path[:5], 200))
        if self.path.startswith("/chunked"):
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for part in (b"5\r\nhello\r\n", b"3\r\n\r\n0\r\n", b"0\r\n\r\n"):
                self.wfile.write(part)
                self.wfile.flush()
            return
        if not self.path.startswith("/unch"):
            self.send_header("Content-Length", "5")
        self.end_headers()
        if not self.path.startswith("/unch"):
            self.wfile.write(b"hello")

    def log_message(self, *args: object) -> None:
        """Says nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    _Handler.seen.clear()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def _load(port: int, path: str, clients: int = 3, status: int = 200) -> Sample:
    return load(port, f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode(), clients, 0.2, 5, status)


@pytest.mark.parametrize(("path", "status"), [("/good", 200), ("/chunked", 200), ("/unchanged", 304)])
def test_every_whole_answer_counts_once(port: int, path: str, status: int) -> None:
    sample = _load(port, path, status=status)
    assert len(sample.seconds) == len(_Handler.seen) >= 3
    assert not sample.faults and sample.rate > 0 and 0 < sample.busy <= 1.5


@pytest.mark.parametrize(("path", "fault"), [("/busy", "status 503"), ("/cut", "closed before the end of an answer")])
def test_refused_and_cut_answers_are_faults(port: int, path: str, fault: str) -> None:
    sample = _load(port, path)
    assert not sample.seconds
    assert set(sample.faults) == {fault} and sample.faults[fault] == len(_Handler.seen)


def test_no_request_is_sent_twice_where_it_has_a_mark(port: int) -> None:
    _load(port, f"/good?{MARK.decode()}", clients=9)  # two processes
    assert len(_Handler.seen) == len(set(_Handler.seen)) >= 9


def test_percentiles_are_values_that_occurred() -> None:
    assert [percentile([4, 1, 3, 2], p) for p in (0.0, 0.5, 0.99)] == [1, 3, 4]


def test_a_goal_is_missed_by_a_slow_query_and_met_where_the_peer_does_not_answer() -> None:
    def measured(rate: int) -> Measured:
        return Measured([Sample([0.1] * rate, wall=1.0)])

    ours, oxigraph, rdflib = COLUMNS[0], COLUMNS[3], COLUMNS[4]
    question = Question("08-aggregate", "# q")
    slow = Line(question, 1, 100, {ours: measured(10), oxigraph: measured(100), rdflib: measured(5)})
    assert "0.85 of Oxigraph's server without cache, more than 5 rows: met by 0 of 1; missed by 08-aggregate with 1 (0.10)" in goals([slow])
    assert "10 times rdflib-endpoint on rdflib: met by 0 of 1; missed by 08-aggregate with 1 (2.00)" in goals([slow])
    alone = Line(question, 1, 100, {ours: measured(10), oxigraph: measured(11), rdflib: Measured(fault="no answer in 20 s")})
    assert "10 times rdflib-endpoint on rdflib: met by 1 of 1" in goals([alone])
    dead = Line(question, 1, 100, {ours: Measured(fault="status 503"), oxigraph: measured(11)})
    assert "more than 5 rows: met by 0 of 1; missed" in goals([dead])
