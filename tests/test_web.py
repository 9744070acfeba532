"""The server: protocol, negotiation, pages, errors."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient
from rdflib import Graph

from kg.settings import Settings
from kg.web import create_app

ASK = "ASK { ?s ?p ?o }"
SELECT = "SELECT ?s { ?s a <https://w3id.org/conflict-kg/ontology#Article> }"


@pytest.fixture(scope="module")
def client(built: Settings) -> FlaskClient:
    return create_app(built).test_client()


def test_three_ways_to_query_agree(client: FlaskClient) -> None:
    answers = [client.get("/sparql", query_string={"query": SELECT}), client.post("/sparql", data={"query": SELECT}),
               client.post("/sparql", data=SELECT, content_type="application/sparql-query")]
    assert [a.status_code for a in answers] == [200] * 3
    assert len({a.data for a in answers}) == 1
    assert len(json.loads(answers[0].data)["results"]["bindings"]) == 6


@pytest.mark.parametrize(("accept", "expected"), [
    ("text/csv", "text/csv"), ("application/sparql-results+xml", "application/sparql-results+xml"),
    ("text/tab-separated-values", "text/tab-separated-values"), ("text/csv;q=0.1, application/sparql-results+json", "application/sparql-results+json")])
def test_tables_are_negotiated(client: FlaskClient, accept: str, expected: str) -> None:
    assert client.get("/sparql", query_string={"query": SELECT}, headers={"Accept": accept}).mimetype == expected


@pytest.mark.parametrize(("accept", "parser"), [("text/turtle", "turtle"), ("application/n-triples", "nt"),
                                                ("application/ld+json", "json-ld"), ("application/rdf+xml", "xml")])
def test_graphs_are_negotiated(client: FlaskClient, accept: str, parser: str) -> None:
    answer = client.get("/sparql", query_string={"query": "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 9"}, headers={"Accept": accept})
    assert len(Graph().parse(data=answer.data, format=parser)) == 9


def test_errors_say_what_is_wrong(client: FlaskClient) -> None:
    bad = client.get("/sparql", query_string={"query": "SELECT *\nWHERE { ?s"})
    assert bad.status_code == 400 and bad.mimetype == "application/problem+json" and "2:" in json.loads(bad.data)["detail"]
    refused = client.get("/sparql", query_string={"query": ASK}, headers={"Accept": "image/png"})
    assert refused.status_code == 406 and "text/csv" in json.loads(refused.data)["detail"]
    assert client.post("/sparql", data="x", content_type="text/plain").status_code == 415
    wrong = client.put("/sparql")
    assert wrong.status_code == 405 and "GET" in wrong.headers["Allow"]
    assert client.post("/sparql", data={"update": "CLEAR ALL"}).status_code == 403
    service = "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"
    assert client.get("/sparql", query_string={"query": service}).status_code == 403


def test_a_runaway_query_is_stopped(built: Settings) -> None:
    from dataclasses import replace

    app = create_app(replace(built, query_seconds=3.0)).test_client()
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    assert app.get("/sparql", query_string={"query": endless}).status_code == 503


def test_unchanged_answers_are_304(client: FlaskClient) -> None:
    tag = client.get("/sparql", query_string={"query": ASK}).headers["ETag"]
    assert client.get("/sparql", query_string={"query": ASK}, headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("path", ["/", "/reports", "/dumps/", "/ontology", "/shapes", "/sparql"])
def test_pages_open(client: FlaskClient, path: str) -> None:
    page = client.get(path, headers={"Accept": "text/html"})
    assert page.status_code == 200 and b"<h1>" in page.data


def things(client: FlaskClient, kind: str) -> str:
    rows = client.get("/sparql", query_string={"query": f"SELECT ?s {{ ?s a <https://w3id.org/conflict-kg/ontology#{kind}> }} ORDER BY ?s LIMIT 1"})
    return json.loads(rows.data)["results"]["bindings"][0]["s"]["value"].removeprefix("https://w3id.org/conflict-kg")


@pytest.mark.parametrize("kind", ["Article", "Statement", "MilitaryAction", "Negotiation", "Actor", "Place"])
def test_a_thing_leads_to_the_same_graph_in_every_format(client: FlaskClient, kind: str) -> None:
    answer = client.get(things(client, kind))
    assert answer.status_code == 303
    document = answer.headers["Location"]
    sets = [set(Graph().parse(data=client.get(document + suffix).data, format=parser))
            for suffix, parser in ((".ttl", "turtle"), (".nt", "nt"), (".jsonld", "json-ld"), (".rdf", "xml"))]
    assert sets[0] and all(s == sets[0] for s in sets)
    page = client.get(document, headers={"Accept": "text/html"})
    assert page.mimetype == "text/html" and b"<h1>" in page.data


def test_an_event_page_shows_the_quote(client: FlaskClient) -> None:
    page = client.get(things(client, "MilitaryAction").replace("/id/", "/doc/"), headers={"Accept": "text/html"})
    assert b"<mark>" in page.data and b"Who reports it" in page.data and b"class=\"chain\"" in page.data


def test_unknown_things_are_404_in_the_negotiated_type(client: FlaskClient) -> None:
    assert client.get("/doc/actor/nobody", headers={"Accept": "text/html"}).mimetype == "text/html"
    assert client.get("/doc/actor/nobody", headers={"Accept": "text/turtle"}).status_code == 404


def test_health_and_description(client: FlaskClient) -> None:
    assert json.loads(client.get("/health").data)["triples"] > 1000
    assert len(Graph().parse(data=client.get("/.well-known/void").data, format="turtle")) > 5
    assert len(Graph().parse(data=client.get("/sparql", headers={"Accept": "text/turtle"}).data, format="turtle")) > 5


def test_without_a_graph_the_server_says_what_to_do(tmp_path: object) -> None:
    from pathlib import Path

    answer = create_app(Settings(data=Path(str(tmp_path)))).test_client().get("/health")
    assert answer.status_code == 503 and "kg build" in json.loads(answer.data)["detail"]


def test_search_finds_names_quotes_and_misspelt_names(client: FlaskClient) -> None:
    def found(words: str) -> list[str]:
        return [h["label"] for h in json.loads(client.get("/search", query_string={"q": words, "format": "json"}).data)["hits"]]

    assert "Sergey Lavrov" in found("Lavrov")
    assert "Sergey Lavrov" in found("Lavorv")  # letters swapped
    assert any("Mara Ostrin" in label for label in found("dropped four bombs"))
    assert found("zzqqxx") == []
    page = client.get("/search", query_string={"q": "<script>alert(1)</script> market"}).get_data(as_text=True)
    assert "<script>alert" not in page


def test_wrong_numbers_and_unknown_pages_get_a_clear_error(client: FlaskClient) -> None:
    for path in ("/search?q=a&after=x", "/search?q=a&after=nan_1"):
        assert client.get(path).status_code == 400, path
    browser = client.get("/nowhere", headers={"Accept": "text/html,*/*;q=0.5"})
    assert browser.status_code == 404 and browser.mimetype == "text/html"
    program = client.get("/nowhere", headers={"Accept": "application/json"})
    assert program.status_code == 404 and program.mimetype == "application/problem+json"


def test_options_tell_what_a_script_of_another_host_may_ask(client: FlaskClient) -> None:
    answer = client.options("/sparql")
    assert "POST" in answer.headers["Access-Control-Allow-Methods"] and answer.headers["Access-Control-Allow-Origin"] == "*"


def test_metrics_count_what_was_answered(client: FlaskClient) -> None:
    client.get("/nowhere")
    text = client.get("/metrics").get_data(as_text=True)
    assert 'kg_requests_total{endpoint="none",status="404"}' in text and "kg_snapshot 1.0" in text
