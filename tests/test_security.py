"""Strangers: made-up requests, tricks with paths and headers, slow and silent clients, SERVICE."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
import urllib.parse
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from serving import Served, serving

from kg.query.text import with_dataset, words_of
from kg.settings import Settings
from kg.web import create_app
from kg.web.message import Ask, Refused, best
from kg.web.reading import check, encoding, read

ASK = "ASK { ?s ?p ?o }"
TYPED = {503}
MANY = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
PIECES = st.lists(st.sampled_from([*"{}()[]<>?$.;,|^/*+!=&\"'\\#@_:-\n\t\x00é\ud7ff", "SELECT", "ASK", "WHERE", "FROM", "SERVICE", "?s", "?p ?o", "<a:b>", "a:b",
                                   "'x'", "\"y\"@en", "1.5e3", "FILTER", "OPTIONAL", "UNION", "BIND", " AS ", "GROUP BY", "COUNT(*)", "<<(", ")>>", " ", "LIMIT 5"]),
                  max_size=30).map("".join)


@pytest.fixture(scope="module")
def client(built: Settings) -> FlaskClient:
    return create_app(built).test_client()


@pytest.fixture(scope="module")
def served(built: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(built.data, tmp_path_factory.mktemp("security") / "log", KG_QUERY_SECONDS="3") as served:
        yield served


def fine(status: int, headers: Any, body: bytes) -> None:
    """No fault of ours: a 5xx has a type that is documented."""
    assert status < 500 or status in TYPED and "/problem/" in json.loads(body)["type"], (status, body[:300])
    assert headers["Access-Control-Allow-Origin"] == "*"


@MANY
@given(PIECES)
@example("SELECT * {" * 100)
@example("ASK { ?s ?p '" + "\\" * 99)
def test_any_text_as_query_gets_an_honest_status(client: FlaskClient, text: str) -> None:
    answer = client.get("/sparql", query_string={"query": text, "timeout": "2"})
    fine(answer.status_code, answer.headers, answer.data)


@MANY
@given(st.text(max_size=60).filter(lambda t: "\r" not in t and "\n" not in t).map(lambda t: t.encode("utf-8", "replace").decode("latin-1")))
@example("text/csv;q=1e999")
@example(";;;,,,q=,*/*;q")
@example("*/*;q=nan")
def test_any_accept_header_gets_an_honest_status(client: FlaskClient, accept: str) -> None:
    answer = client.get("/sparql", query_string={"query": ASK}, headers={"Accept": accept, "Accept-Encoding": accept, "If-None-Match": accept})
    fine(answer.status_code, answer.headers, answer.data)
    assert answer.status_code in {200, 304, 406}


RANGES = st.lists(st.tuples(st.sampled_from(["*/*", "text/*", "application/*", "text/csv", "text/html", "application/json"]),
                            st.sampled_from(["", ";q=0", ";q=0.1", ";q=0.5", ";q=0.9", ";q=1"])), min_size=1, max_size=6, unique_by=lambda r: r[0])


@MANY
@given(RANGES)
def test_negotiation_agrees_with_the_definition(ranges: list[tuple[str, str]]) -> None:
    """RFC 9110, 12.5.1: the most specific range that fits gives a type its quality; the type of highest quality wins."""
    types = ("text/csv", "text/html", "application/json")

    def quality(kind: str) -> float:
        for fits in (kind, kind.partition("/")[0] + "/*", "*/*"):
            for name, q in ranges:
                if name == fits:
                    return float(q[3:]) if q else 1.0
        return 0.0

    found = best(", ".join(name + q for name, q in ranges), types)
    top = max(quality(t) for t in types)
    assert found == (next(t for t in types if quality(t) == top) if top > 0 else None)


@MANY
@given(st.binary(max_size=80), st.sampled_from(["GET", "POST"]), st.sampled_from(["application/x-www-form-urlencoded", "application/sparql-query", "", "x"]), st.binary(max_size=80))
def test_any_bytes_are_read_or_refused(query_string: bytes, method: str, kind: str, body: bytes) -> None:
    ask = Ask(method, "/sparql", query_string, {"content-type": kind, "accept-encoding": body.decode("latin-1")}, body)
    encoding(ask)
    try:
        found = read(ask, "query", "application/sparql-query")
        if found is not None:
            check(found.text, frozenset())
    except Refused as refused:
        assert 400 <= refused.status < 500


@pytest.mark.parametrize(("text", "words", "services"), [
    ("ASK { ?from ?service ?o }", {"ASK"}, ()), ('ASK { ?s ?p "FROM SERVICE <a:b>" }', {"ASK"}, ()), ("ASK { ?s ?p '''a'b SERVICE''' }", {"ASK"}, ()),
    ("ASK {} # FROM <a:b>\n", {"ASK"}, ()), ("ASK FROM<a:b>{}", {"ASK", "FROM"}, ()), ("ASK { from:x x:service @from }", {"ASK"}, ()),
    ("ASK { FILTER(?a<?b)SERVICE<a:b>{?s ?p ?o}FILTER(?c>1)}", {"ASK", "FILTER", "SERVICE"}, ("a:b",)), ("ASK { sErViCe SiLeNt <a:b> {} }", {"ASK", "SERVICE", "SILENT"}, ("a:b",)),
    ("ASK { SERVICE#x\n?x {} }", {"ASK", "SERVICE"}, ("",)), ("ASK { SERVICE p:q {} <a:b> a <c:d> }", {"ASK", "SERVICE", "A"}, ("",)),
    ("ASK { FILTER(1<?b){SERVICE$x{?s?p?o}FILTER(2>1)} }", {"ASK", "FILTER", "SERVICE"}, ("",))])
def test_words_are_told_from_what_looks_like_them(text: str, words: set[str], services: tuple[str, ...]) -> None:
    assert words_of(text).words == words and words_of(text).services == services


def test_datasets_are_written_where_they_belong() -> None:
    assert with_dataset("INSERT { ?s ?p ?o } WHERE { { SELECT ?s WHERE { ?s ?p ?o } } }", ["a:b"], ["c:d"]) == \
        "INSERT { ?s ?p ?o } USING <a:b> USING NAMED <c:d> WHERE { { SELECT ?s WHERE { ?s ?p ?o } } }"
    assert with_dataset("DELETE WHERE { ?s ?p ?o }", ["a:b"], []) is None
    assert with_dataset("WITH <a:g> INSERT { } WHERE { }", ["a:b"], []) is None


def raw(served: Served, data: bytes, wait: float = 5.0) -> bytes:
    """What the server answers to bytes, until it closes or is silent."""
    with socket.create_connection(("127.0.0.1", served.port), timeout=wait) as connection:
        connection.sendall(data)
        parts = []
        try:
            while part := connection.recv(65_536):
                parts.append(part)
        except TimeoutError:
            pass
        return b"".join(parts)


@pytest.mark.parametrize("path", ["/sparql?query=%41SK%7B%7D", "/graph/..%2f..%2fetc%2fpasswd", "/dumps/..%2f..%2flock", "/graph/%00", "/doc/%ff%fe", "/doc/a%20b", "/id/%3Cx%3E", "/doc/%7B%22", "/sparql%2f",
                                  "/graph-store?graph=file:///etc/passwd", "/static/..%2f__init__.py", "/sparql?query=ASK%257B%257D", "/%252e%252e/x", "//evil.example/x"])
def test_tricks_with_paths(served: Served, path: str) -> None:
    status, headers, body = served.ask("GET", path)
    fine(status, headers, body)
    assert b"root:" not in body and b"import " not in body
    if "257B" in path:
        assert status == 400, "percent-encoding is decoded once"


def test_headers_cannot_be_smuggled(served: Served) -> None:
    for value in ("x%0d%0aSet-Cookie:%20a=b", "x%0aSet-Cookie:%20a=b"):
        for path in (f"/sparql?query={value}", f"/graph-store?graph=a:{value}", f"/id/{value}", f"/sparql?query=ASK%7B%7D&format={value}&download={value}"):
            status, headers, body = served.ask("GET", path)
            fine(status, headers, body)
            assert "Set-Cookie" not in headers
    answer = raw(served, b"GET /sparql HTTP/1.1\r\nHost: evil.example\"><x>\r\nAccept: text/turtle\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200") and b"evil" not in answer


@pytest.mark.parametrize("data", [b"\x00\xff\x16\x03\x01", b"GET / HTTP/9.9\r\n\r\n", b"GET /" + b"a" * 100_000, b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 20_000, b"GET\r\n\r\n",
                                  b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello", b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
                                  b"POST /sparql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"])
def test_what_is_no_http_harms_nobody(served: Served, data: bytes) -> None:
    try:
        answer = raw(served, data, 2)
    except (ConnectionResetError, BrokenPipeError):
        answer = b""
    assert not answer or answer.startswith(b"HTTP/1.1 4")
    assert served.query(ASK)[0] == 200


def test_slow_and_silent_clients_hold_nobody_up(served: Served) -> None:
    open_ones = [socket.create_connection(("127.0.0.1", served.port)) for _ in range(60)]
    for n, one in enumerate(open_ones):
        one.sendall((b"", b"GET /sparql?que", b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 99\r\n\r\nASK",
                     b"GET /sparql?query=SELECT+*+%7B?s+?p+?o.?a+?b+?c%7D HTTP/1.1\r\nHost: x\r\n\r\n")[n % 4])
    try:
        for _ in range(20):
            assert served.query(ASK)[0] == 200
        assert served.ask("GET", "/")[0] == 200
    finally:
        for one in open_ones:
            one.close()


def test_an_answer_that_fails_is_cut_off_and_never_looks_whole(served: Served) -> None:
    with pytest.raises(http.client.IncompleteRead):
        served.query("SELECT * { ?a ?b ?c . ?d ?e ?f }")
    assert "an answer was cut off" in served.log.read_text()


def test_a_client_that_hangs_up_ends_its_query(served: Served) -> None:
    def busy() -> float:
        text = served.ask("GET", "/metrics")[2].decode()
        return sum(float(line.split()[-1]) for line in text.splitlines() if line.startswith("kg_workers{") and "idle" not in line)

    query = urllib.parse.quote("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
    with socket.create_connection(("127.0.0.1", served.port)) as connection:
        connection.sendall(f"GET /sparql?query={query} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        for _ in range(50):
            if busy() >= 1:
                break
            time.sleep(0.02)
        assert busy() >= 1
    for _ in range(50):
        if busy() == 0:
            break
        time.sleep(0.02)
    assert busy() == 0
    assert 'kg_workers_killed{reason="abandoned"}' in served.ask("GET", "/metrics")[2].decode()


def test_service_goes_to_listed_endpoints_alone(built: Settings, served: Served, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The listed endpoint is another of our servers."""
    listed = f"http://127.0.0.1:{served.port}/sparql"
    with serving(built.data, tmp_path_factory.mktemp("service") / "log", KG_SERVICE_ALLOW=listed) as asking:
        status, headers, body = asking.query(f"SELECT ?x {{ SERVICE <{listed}> {{ SELECT (42 AS ?x) {{}} }} }}")
        assert status == 200 and json.loads(body)["results"]["bindings"][0]["x"]["value"] == "42"
        assert headers["Cache-Control"] == "no-store"
        for other in (f"<{listed}?x>", f"<http://localhost:{served.port}/sparql>", "?x", "p:q"):
            query = f"PREFIX p: <{listed}> SELECT * {{ VALUES ?x {{ <{listed}> }} SERVICE {other} {{ ?s ?p ?o }} }}"
            assert asking.query(query)[0] == 403, other


def test_contexts_of_json_ld_are_not_fetched(built: Settings, tmp_path_factory: pytest.TempPathFactory) -> None:
    import shutil

    folder = tmp_path_factory.mktemp("contexts")
    shutil.copytree(built.data, folder / "data", symlinks=True)
    came: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as listener, serving(folder / "data", folder / "log") as served:
        def listen() -> None:
            try:
                came.append(listener.accept())
            except OSError:
                pass

        threading.Thread(target=listen, daemon=True).start()
        document = json.dumps({"@context": f"http://127.0.0.1:{listener.getsockname()[1]}/c", "@id": "urn:x", "name": "y"})
        status, _, _ = served.ask("PUT", "/graph-store?graph=urn:g", document, {"Content-Type": "application/ld+json"}, operator=True)
        assert status == 400 and came == []


def test_sigterm_lets_what_runs_finish(built: Settings, tmp_path_factory: pytest.TempPathFactory) -> None:
    with serving(built.data, tmp_path_factory.mktemp("end") / "log") as served:
        answers: list[int] = []
        slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f }"
        asking = threading.Thread(target=lambda: answers.append(served.query(slow, timeout="4")[0]))
        asking.start()
        time.sleep(0.7)
        served.process.terminate()
        asking.join(timeout=30)
        assert served.process.wait(timeout=30) == 0
        assert answers and answers[0] in {200, 503}  # an answer, whole, and no connection cut
