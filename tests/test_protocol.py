"""The SPARQL Protocol to the letter: statuses, media types, caching, headers."""

from __future__ import annotations

import gzip
import json
import time
import urllib.parse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import zstandard
from flask.testing import FlaskClient
from rdflib import RDF, SH, VOID, Graph, Namespace, URIRef
from serving import Served, serving
from werkzeug.test import TestResponse

from kg.settings import Settings
from kg.web import create_app
from kg.web.message import best

ASK, SELECT = "ASK { ?s ?p ?o }", "SELECT ?s { ?s ?p ?o } ORDER BY ?s LIMIT 3"
CONSTRUCT = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 5"
QUERY, FORM = "application/sparql-query", "application/x-www-form-urlencoded"
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")


@pytest.fixture(scope="module")
def client(built: Settings) -> FlaskClient:
    return create_app(built).test_client()


@pytest.fixture(scope="module")
def served(built: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(built.data, tmp_path_factory.mktemp("protocol") / "log") as served:
        yield served


def get(client: FlaskClient, query: str = ASK, accept: str = "", headers: dict[str, str] | None = None, **parameters: Any) -> TestResponse:
    return client.get("/sparql", query_string={"query": query, **parameters}, headers={**({"Accept": accept} if accept else {}), **(headers or {})})


def told(answer: TestResponse) -> dict[str, Any]:
    assert answer.mimetype == "application/problem+json"
    found: dict[str, Any] = json.loads(answer.data)
    assert found["status"] == answer.status_code and found["type"].startswith("https://")
    return found


@pytest.mark.parametrize(("method", "query_string", "body", "kind", "status"), [
    ("GET", {"query": [ASK, ASK]}, None, None, 400), ("GET", {"query": ""}, None, None, 400), ("GET", {"update": "CLEAR ALL"}, None, None, 400),
    ("GET", {"query": ASK, "update": "CLEAR ALL"}, None, None, 400), ("POST", {}, ASK, None, 400), ("POST", {}, ASK, "text/plain", 415),
    ("POST", {}, "", QUERY, 400), ("POST", {}, "x=1", FORM, 400), ("POST", {}, ASK.encode("utf-16"), f"{QUERY}; charset=UTF-16", 415),
    ("POST", {}, f"query={urllib.parse.quote(ASK)}&query=x", FORM, 400), ("POST", {"query": ASK}, f"query={urllib.parse.quote(ASK)}", FORM, 400),
    ("POST", {}, "DROP ALL", "application/sparql-update", 403), ("POST", {}, "update=DROP+ALL", FORM, 403), ("POST", {}, b"ASK {\xff}", QUERY, 400),
    ("GET", {"query": "ASK { <a:\x00> ?p ?o }"}, None, None, 400), ("GET", {"query": ASK, "timeout": "soon"}, None, None, 400),
    ("GET", {"query": ASK, "timeout": "-1"}, None, None, 400), ("GET", {"query": ASK, "timeout": "nan"}, None, None, 400),
    ("GET", {"query": ASK, "default-graph-uri": "no iri"}, None, None, 400), ("GET", {"query": "ASK " + "{" * 300 + "}" * 300}, None, None, 400),
    ("GET", {"query": ASK + " #" + "x" * 20_000}, None, None, 414),
    ("GET", {"query": "SELECT * { SERVICE SILENT <http://127.0.0.1:1/> { ?s ?p ?o } }"}, None, None, 403),
    ("GET", {"query": ASK, "format": "png"}, None, None, 406), ("GET", {"query": "INSERT DATA { <a:a> <a:b> <a:c> }"}, None, None, 400)])
def test_what_is_refused(client: FlaskClient, method: str, query_string: dict[str, Any], body: Any, kind: str | None, status: int) -> None:
    answer = client.open("/sparql", method=method, query_string=query_string, data=body, content_type=kind)
    assert answer.status_code == status
    told(answer)


@pytest.mark.parametrize(("method", "query_string", "body", "kind"), [
    ("GET", {"query": ASK}, None, None), ("POST", {}, {"query": ASK}, None), ("POST", {}, ASK, QUERY), ("POST", {}, ASK, f"{QUERY}; charset=utf-8"),
    ("POST", {"default-graph-uri": "https://w3id.org/conflict-kg/graph/authority"}, {"query": ASK}, None), ("GET", {"query": ASK, "version": "1.2"}, None, None)])
def test_what_is_answered(client: FlaskClient, method: str, query_string: dict[str, Any], body: Any, kind: str | None) -> None:
    answer = client.open("/sparql", method=method, query_string=query_string, data=body, content_type=kind)
    assert answer.status_code == 200 and json.loads(answer.data)["boolean"] is True


@pytest.mark.parametrize(("accept", "query", "media"), [
    ("", SELECT, "application/sparql-results+json"), ("*/*", SELECT, "application/sparql-results+json"), ("", CONSTRUCT, "text/turtle"),
    ("application/json", SELECT, "application/sparql-results+json"), ("application/xml", SELECT, "application/sparql-results+xml"),
    ("text/*", SELECT, "text/csv"), ("text/csv;q=0, text/*", SELECT, "text/tab-separated-values"), ("*/*;q=0.1, text/csv", SELECT, "text/csv"),
    ("application/sparql-results+json;q=0, */*", SELECT, "application/sparql-results+xml"), ("text/csv", ASK, None), ("text/csv, */*;q=0.1", ASK, "application/sparql-results+json"),
    ("text/turtle; charset=utf-8", CONSTRUCT, "text/turtle"), ("application/trig", CONSTRUCT, "application/trig"), ("application/n-quads", CONSTRUCT, "application/n-quads"),
    ("application/json", CONSTRUCT, "application/ld+json"), ("text/turtle", SELECT, None), ("image/png", SELECT, None), ("text/turtle;q=0", CONSTRUCT, None),
    ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", SELECT, "text/html"), ("TEXT/CSV", SELECT, "text/csv"), ("text/csv;q=bad, text/turtle", CONSTRUCT, "text/turtle")])
def test_the_accept_header(client: FlaskClient, accept: str, query: str, media: str | None) -> None:
    answer = get(client, query, accept)
    if media is None:
        assert answer.status_code == 406 and len(told(answer)["offered"]) >= 2
    else:
        assert answer.status_code == 200 and answer.mimetype == media


def test_an_absent_accept_is_everything_and_equals_keep_our_order() -> None:
    assert best("", ("a/a", "b/b")) == "a/a" and best("b/b, a/a", ("a/a", "b/b")) == "a/a"
    assert best("a/a;q=0.5, */*;q=0.6", ("a/a", "b/b")) == "b/b" and best("a/*;q=0, */*", ("a/a", "b/b")) == "b/b" and best("c/c", ("a/a",)) is None


@pytest.mark.parametrize(("wanted", "query", "media"), [
    ("csv", SELECT, "text/csv"), ("text/csv", SELECT, "text/csv"), ("json", CONSTRUCT, "application/ld+json"), ("turtle", CONSTRUCT, "text/turtle"),
    ("nt", CONSTRUCT, "application/n-triples"), ("csv", ASK, "application/sparql-results+json"), ("html", SELECT, "text/html"), ("nq", CONSTRUCT, "application/n-quads")])
def test_format_comes_before_accept(client: FlaskClient, wanted: str, query: str, media: str) -> None:
    assert get(client, query, "application/rdf+xml, application/sparql-results+xml", format=wanted).mimetype == media
    assert get(client, query, output=wanted).mimetype == media


def test_a_suffix_names_the_format(client: FlaskClient) -> None:
    answer = client.get("/sparql.csv", query_string={"query": SELECT, "download": "1"})
    assert answer.mimetype == "text/csv" and answer.headers["Content-Disposition"] == 'attachment; filename="conflict-kg-1.csv"'
    assert client.get("/sparql.exe", query_string={"query": SELECT}).status_code == 406
    assert client.get("/sparqlx", query_string={"query": SELECT}).status_code == 404


def test_a_malformed_query_gets_line_and_column(client: FlaskClient) -> None:
    found = told(get(client, "SELECT *\nWHERE { ?s"))
    assert (found["line"], found["column"]) == (2, 11)
    page = get(client, "SELECT *\nWHERE { ?s", "text/html")
    assert page.status_code == 400 and page.mimetype == "text/html" and b"2:11" in page.data


def test_methods(client: FlaskClient) -> None:
    for method in ("PUT", "DELETE", "PATCH"):
        for path in ("/sparql", "/graph-store?graph=a:b", "/graph/article/x"):
            answer = client.open(path, method=method)
            assert answer.status_code == 405 and {"GET", "HEAD", "OPTIONS"} <= set(answer.headers["Allow"].split(", "))
    answer = client.options("/sparql")
    assert answer.status_code == 204 and answer.headers["Allow"] == "GET, HEAD, POST, OPTIONS" and answer.data == b""
    whole, head = get(client, SELECT), client.head("/sparql", query_string={"query": SELECT})
    assert head.data == b"" and head.status_code == 200
    assert all(whole.headers[n] == head.headers[n] for n in ("Content-Type", "Content-Length", "ETag", "Last-Modified", "Vary"))


@pytest.mark.parametrize("path", ["/sparql?query=ASK{}", "/sparql?query=x", "/sparql", "/nowhere", "/graph-store", "/graph-store?graph=a:b", "/sparql?query=ASK{}&format=x"])
def test_every_answer_may_be_read_by_scripts_of_other_hosts(client: FlaskClient, served: Served, path: str) -> None:
    assert client.get(path).headers["Access-Control-Allow-Origin"] == "*"
    assert served.ask("GET", path)[1].get_all("Access-Control-Allow-Origin") == ["*"]


def test_datasets_of_the_protocol_override_those_of_the_query(client: FlaskClient) -> None:
    base = "https://w3id.org/conflict-kg/graph"
    count = "SELECT (COUNT(*) AS ?n) {from} {{ ?s ?p ?o }}"

    def number(query: str, **parameters: Any) -> int:
        return int(json.loads(get(client, query, **parameters).data)["results"]["bindings"][0]["n"]["value"])

    everything = number(count.format(**{"from": ""}))
    ontology, authority = (number(count.format(**{"from": f"FROM <{base}/{n}>"})) for n in ("ontology", "authority"))
    assert 0 < ontology < everything and 0 < authority < everything and ontology != authority
    assert number(count.format(**{"from": f"FROM <{base}/ontology>"}), **{"default-graph-uri": f"{base}/authority"}) == authority
    assert number(count.format(**{"from": ""}), **{"default-graph-uri": [f"{base}/authority", f"{base}/ontology"]}) == authority + ontology
    assert number(count.format(**{"from": ""}), **{"named-graph-uri": f"{base}/authority"}) == 0
    graphs = "SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    assert number(graphs, **{"named-graph-uri": f"{base}/authority"}) == 1 and number(graphs) > 5
    assert number("SELECT (COUNT(?from) AS ?n) { ?from ?p ?o }") == everything  # a variable is no FROM
    assert number(count.format(**{"from": ""}), **{"default-graph-uri": "http://127.0.0.1:9/none"}) == 0


def test_the_default_graph_may_be_the_unnamed_one(built: Settings) -> None:
    separate = create_app(replace(built, union=False)).test_client()
    assert json.loads(get(separate).data)["boolean"] is False
    assert json.loads(get(separate, "ASK { GRAPH ?g { ?s ?p ?o } }").data)["boolean"] is True


def test_unchanged_answers_cost_nothing(client: FlaskClient) -> None:
    answer = get(client, SELECT)
    tag = answer.headers["ETag"]
    assert tag.startswith('"') and "Last-Modified" in answer.headers and answer.headers["Vary"] == "Accept, Accept-Encoding"
    for given in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = get(client, SELECT, headers={"If-None-Match": given})
        assert again.status_code == 304 and again.data == b"" and again.headers["ETag"] == tag, given
    assert get(client, SELECT, headers={"If-None-Match": '"other"'}).status_code == 200
    assert get(client, "SELECT {", headers={"If-None-Match": "*"}).status_code == 400
    tags = {get(client, SELECT, "text/csv").headers["ETag"], get(client, ASK).headers["ETag"], tag,
            get(client, SELECT, **{"default-graph-uri": "a:b"}).headers["ETag"]}
    assert len(tags) == 4
    timing = get(client, SELECT).headers["Server-Timing"]
    assert timing == "cache;desc=hit"


@pytest.mark.parametrize("call", ["RAND()", "NOW()", "UUID()", "STRUUID()", "BNODE()", "rand()"])
def test_what_differs_each_time_is_not_kept(client: FlaskClient, call: str) -> None:
    answer = get(client, f"SELECT ({call} AS ?x) {{}}")
    assert answer.headers["Cache-Control"] == "no-store" and "ETag" not in answer.headers
    assert get(client, f"SELECT ({call} AS ?x) {{}}", headers={"If-None-Match": "*"}).status_code == 200
    assert "ETag" in get(client, 'SELECT ("RAND()" AS ?uuid) { }').headers  # a text and a variable


def test_answers_are_packed_as_the_client_likes(client: FlaskClient) -> None:
    query = "SELECT * { ?s ?p ?o } LIMIT 500"
    plain = get(client, query)
    zipped = get(client, query, headers={"Accept-Encoding": "gzip"})
    assert zipped.headers["Content-Encoding"] == "gzip" and gzip.decompress(zipped.data) == plain.data
    packed = get(client, query, headers={"Accept-Encoding": "gzip;q=0.5, zstd"})
    assert packed.headers["Content-Encoding"] == "zstd" and zstandard.ZstdDecompressor().decompressobj().decompress(packed.data) == plain.data
    assert "Content-Encoding" not in get(client, query, headers={"Accept-Encoding": "gzip;q=0, br"}).headers
    assert "Content-Encoding" not in get(client, ASK, headers={"Accept-Encoding": "gzip"}).headers
    assert len({plain.headers["ETag"], zipped.headers["ETag"], packed.headers["ETag"]}) == 3


def test_long_answers_are_streamed_whole(served: Served) -> None:
    query = "SELECT * { ?s ?p ?o . ?a ?b ?c } LIMIT 200000"
    status, headers, body = served.query(query, format="csv")
    assert status == 200 and "Content-Length" not in headers and body.count(b"\r\n") == 200_001
    status, _, body = served.ask("HEAD", "/sparql?" + urllib.parse.urlencode({"query": query}))
    assert status == 200 and body == b""
    for _ in range(100):  # a HEAD leaves no process at work
        text = served.ask("GET", "/metrics")[2].decode()
        if 'kg_workers{state="quick"} 0.0' in text and 'kg_workers{state="slow"} 0.0' in text:
            break
        time.sleep(0.02)
    assert 'kg_workers{state="quick"} 0.0' in text and 'kg_workers{state="slow"} 0.0' in text


def test_long_bodies_are_refused_and_large_ones_answered(served: Served) -> None:
    status, _, body = served.ask("POST", "/sparql", "#" * 1_000_001, {"Content-Type": QUERY})
    assert status == 413 and json.loads(body)["type"].endswith("/body-too-large")
    assert served.ask("POST", "/sparql", "#" + "x" * 999_000 + "\n" + ASK, {"Content-Type": QUERY})[0] == 200


def test_timeout_may_lower_the_deadline(client: FlaskClient) -> None:
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    answer = get(client, endless, timeout="0.5")
    found = told(answer)
    assert answer.status_code == 503 and found["type"].endswith("/query-timeout") and "0.5 s" in found["detail"] and "Retry-After" not in answer.headers


def test_a_page_shows_results_and_says_where_it_ends(client: FlaskClient) -> None:
    page = get(client, 'SELECT ?x ("<script>alert(1)</script>" AS ?y) { ?x ?p ?o } LIMIT 2', "text/html").get_data(as_text=True)
    assert "2 rows." in page and "<script>" not in page and "&lt;script&gt;" in page
    assert "there are more" in get(client, "SELECT * { ?s ?p ?o }", "text/html").get_data(as_text=True)
    assert ">true</p>" in get(client, ASK, "text/html").get_data(as_text=True)
    assert "5 rows." in get(client, CONSTRUCT, "text/html").get_data(as_text=True)


def test_unknown_functions_are_errors_of_one_expression(client: FlaskClient) -> None:
    answer = get(client, "SELECT ?s { ?s ?p ?o FILTER(<http://example.org/f>(?s)) }")
    assert answer.status_code == 200 and json.loads(answer.data)["results"]["bindings"] == []


def test_the_description_is_whole(client: FlaskClient) -> None:
    answer = client.get("/sparql", headers={"Accept": "text/turtle"})
    graph = Graph().parse(data=answer.data, format="turtle")
    endpoint = URIRef("http://localhost/sparql")
    service = graph.value(None, SD.endpoint, endpoint)
    assert service is not None and (service, RDF.type, SD.Service) in graph and (service, SD.feature, SD.UnionDefaultGraph) in graph
    names = {str(n) for n in graph.objects(None, SD.name)}
    assert "https://w3id.org/conflict-kg/graph/ontology" in names and len(names) > 8
    everything = int(json.loads(get(client, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").data)["results"]["bindings"][0]["n"]["value"])
    default = graph.value(graph.value(service, SD.defaultDataset), SD.defaultGraph)
    assert int(str(graph.value(default, VOID.triples))) == everything
    assert sum(int(str(graph.value(g, VOID.triples))) for g in graph.objects(None, SD.graph)) == everything  # each triple in one graph
    assert len(list(graph.objects(default, VOID.classPartition))) > 10 and len(list(graph.objects(None, SH.declare))) > 10
    examples = list(graph.subjects(RDF.type, SH.SPARQLExecutable))
    assert len(examples) >= 25
    for accept in ("application/ld+json", "application/rdf+xml", "application/n-triples"):
        assert client.get("/sparql", headers={"Accept": accept}).mimetype == accept
    again = client.get("/sparql", headers={"Accept": "text/turtle", "If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert client.get("/sparql", headers={"Accept": "image/png"}).status_code == 406
    assert client.get("/sparql", headers={"Accept": "text/html"}).mimetype == "text/html"


def test_graphs_are_read_by_both_addresses(client: FlaskClient) -> None:
    direct = client.get("/graph/authority", headers={"Accept": "application/n-triples"})
    indirect = client.get("/graph-store?graph=https://w3id.org/conflict-kg/graph/authority", headers={"Accept": "application/n-triples"})
    assert direct.status_code == 200 and sorted(direct.data.splitlines()) == sorted(indirect.data.splitlines())
    default = client.get("/graph-store?default", headers={"Accept": "application/n-triples"})
    assert set(direct.data.splitlines()) < set(default.data.splitlines())
    assert client.get("/graph-store").status_code == 400 and client.get("/graph-store?default&graph=a:b").status_code == 400
    assert client.get("/graph-store?graph=nothing").status_code == 400 and client.get("/graph-store?graph=a:b").status_code == 404
    assert client.get("/graph/authority", headers={"Accept": "image/png"}).status_code == 406
    assert client.get("/graph/authority", headers={"Accept": "application/n-triples", "If-None-Match": direct.headers["ETag"]}).status_code == 304


def test_one_client_may_not_ask_without_end(built: Settings) -> None:
    app = create_app(replace(built, rate_limit="3/hour")).test_client()
    assert [get(app).status_code for _ in range(4)] == [200, 200, 200, 429]
    assert int(get(app).headers["Retry-After"]) > 0


def test_figures_for_operators(served: Served) -> None:
    served.query(ASK)
    served.query(ASK)
    text = served.ask("GET", "/metrics")[2].decode()
    for name in ('kg_queries_total{outcome="cached"}', 'kg_workers{state="idle"}', 'kg_cache{figure="hits"}', "kg_snapshot_age_seconds", "kg_query_seconds_bucket"):
        assert name in text, name
    health = json.loads(served.ask("GET", "/health")[2])
    assert health["status"] == "ok" and isinstance(health["isolation"], list)
    assert json.loads(served.ask("GET", "/ready")[2])["status"] == "ready"
    for _ in range(100):
        log = served.log.read_text()
        if "GET /sparql 200 cached" in log:
            break
        time.sleep(0.05)  # lines are written twice a second
    assert "GET /sparql 200 cached" in log and "query=" not in log


def test_settings_are_checked(tmp_path: Path) -> None:
    from kg.errors import KGError

    (tmp_path / "token").write_text("from-a-file-of-enough-length\n")
    settings = Settings.from_env({"KG_UPDATE_TOKEN_FILE": str(tmp_path / "token"), "KG_UPDATE_PORT": "8001", "KG_DEFAULT_GRAPH": "separate"})
    assert settings.update_token == "from-a-file-of-enough-length" and settings.update_port == 8001 and not settings.union
    assert settings.update_token not in repr(settings)
    for wrong in ({"KG_UPDATE_TOKEN": "short"}, {"KG_DEFAULT_GRAPH": "both"}, {"KG_QUERY_SECONDS": "many"}, {"KG_UPDATE_TOKEN_FILE": "/none"}):
        with pytest.raises(KGError):
            Settings.from_env(wrong)
