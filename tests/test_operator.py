"""The operator's port: updates, graphs, shapes, the token."""

from __future__ import annotations

import json
import shutil
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from rdflib import RDF, SH, Graph
from serving import Served, serving

from kg.changes import apply
from kg.settings import Settings

ONE = "<http://example.org/s> <http://example.org/p> <http://example.org/o> ."
GRAPH = "/graph-store?graph=http://example.org/g"


@pytest.fixture(scope="module")
def served(built: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("operator")
    shutil.copytree(built.data, folder / "data", symlinks=True)
    with serving(folder / "data", folder / "log") as served:
        yield served


def ask(served: Served, text: str) -> bool:
    found: bool = json.loads(served.query(text)[2])["boolean"]
    return found


def test_an_update_is_seen_by_the_next_query(served: Served) -> None:
    status, headers, _ = served.update(f"INSERT DATA {{ GRAPH <http://example.org/u> {{ {ONE} }} }}")
    assert status == 204 and int(headers["X-Snapshot"]) > 1
    assert ask(served, f"ASK {{ GRAPH <http://example.org/u> {{ {ONE} }} }}")
    form = served.ask("POST", "/update", "update=DROP%20GRAPH%20%3Chttp%3A%2F%2Fexample.org%2Fu%3E",
                      {"Content-Type": "application/x-www-form-urlencoded"}, operator=True)
    assert form[0] == 204 and not ask(served, f"ASK {{ {ONE} }}")


def test_the_token_is_needed_and_never_written_down(served: Served) -> None:
    update = "INSERT DATA { GRAPH <http://example.org/t> { <a:a> <a:b> <a:c> } }"
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {served.token}"}, {"Authorization": "Bearer "}):
        status, told, _ = served.ask("POST", "/update", update, {"Content-Type": "application/sparql-update", **headers}, operator=True, token=False)
        assert status == 401 and told["WWW-Authenticate"] == "Bearer"
    assert served.ask("PUT", GRAPH, ONE, {"Content-Type": "text/turtle"}, operator=True, token=False)[0] == 401
    assert served.ask("DELETE", GRAPH, operator=True, token=False)[0] == 401
    assert not ask(served, "ASK { GRAPH <http://example.org/t> { ?s ?p ?o } }")
    assert served.update("DROP SILENT GRAPH <http://example.org/t>")[0] == 204
    end = time.monotonic() + 10
    while "/update" not in (log := served.log.read_text()) and time.monotonic() < end:  # lines are written twice a second
        time.sleep(0.05)
    assert "/update" in log and served.token not in log


def test_the_public_port_changes_nothing(served: Served) -> None:
    headers = {"Authorization": f"Bearer {served.token}", "Content-Type": "application/sparql-update"}
    assert served.ask("POST", "/update", "DROP ALL", headers)[0] in {404, 405}
    assert served.ask("POST", "/sparql", "DROP ALL", headers)[0] == 403
    for method in ("PUT", "POST", "DELETE", "PATCH"):
        status, told, _ = served.ask(method, GRAPH, ONE, {"Content-Type": "text/turtle", "Authorization": f"Bearer {served.token}"})
        assert status == 405 and "GET" in told["Allow"] and "PUT" not in told["Allow"]


def test_graphs_are_put_read_extended_and_deleted(served: Served) -> None:
    turtle = {"Content-Type": "text/turtle"}
    assert served.ask("GET", GRAPH)[0] == 404
    assert served.ask("DELETE", GRAPH, operator=True)[0] == 404
    assert served.ask("PUT", GRAPH, ONE, turtle, operator=True)[0] == 201
    assert served.ask("PUT", GRAPH, ONE, turtle, operator=True)[0] == 204
    assert served.ask("POST", GRAPH, "<> <http://example.org/p> 2 .", turtle, operator=True)[0] == 204
    status, headers, body = served.ask("GET", GRAPH, None, {"Accept": "text/turtle"})
    assert status == 200 and headers["Content-Type"] == "text/turtle; charset=utf-8"
    assert {str(s) for s in Graph().parse(data=body, format="turtle").subjects()} == {"http://example.org/s", "http://example.org/g"}
    status, headers, body = served.ask("HEAD", GRAPH)
    assert status == 200 and headers["Content-Type"].startswith("text/turtle") and body == b""
    assert served.ask("PATCH", GRAPH, "x", turtle, operator=True)[0] == 405
    assert served.ask("PUT", GRAPH, "<broken", turtle, operator=True)[0] == 400
    assert served.ask("PUT", GRAPH, ONE, {"Content-Type": "image/png"}, operator=True)[0] == 415
    assert served.ask("GET", GRAPH)[0] == 200
    assert served.ask("DELETE", GRAPH, operator=True)[0] == 204
    assert served.ask("GET", GRAPH)[0] == 404


def test_a_graph_without_a_name_gets_one(served: Served) -> None:
    status, headers, _ = served.ask("POST", "/graph-store", ONE, {"Content-Type": "text/turtle"}, operator=True)
    assert status == 201
    path = "/" + headers["Location"].partition("//")[2].partition("/")[2]
    assert served.ask("GET", path)[0] == 200
    assert served.ask("GET", "/graph-store?graph=" + headers["Location"], headers={"Host": headers["Location"].split("/")[2]})[0] == 200
    assert served.ask("DELETE", path, operator=True)[0] == 204


def test_several_files_make_one_graph(served: Served) -> None:
    parts = [("a.ttl", "text/turtle", ONE), ("b.nt", "application/n-triples", ONE.replace("/s>", "/s2>"))]
    body = "".join(f'--b\r\nContent-Disposition: form-data; name="f{n}"; filename="{name}"\r\nContent-Type: {kind}\r\n\r\n{text}\r\n'
                   for n, (name, kind, text) in enumerate(parts)) + "--b--\r\n"
    assert served.ask("POST", GRAPH, body, {"Content-Type": "multipart/form-data; boundary=b"}, operator=True)[0] == 201
    assert len(Graph().parse(data=served.ask("GET", GRAPH)[2], format="turtle")) == 2
    served.ask("DELETE", GRAPH, operator=True)


def article(served: Served) -> str:
    rows = json.loads(served.query("SELECT ?a { ?a a <https://w3id.org/conflict-kg/ontology#Article> } ORDER BY ?a LIMIT 1")[2])
    return str(rows["results"]["bindings"][0]["a"]["value"])


def test_what_the_shapes_refuse_changes_nothing(served: Served) -> None:
    iri = article(served)
    graph = iri.replace("/id/", "/graph/")
    before = served.ask("GET", f"/graph-store?graph={graph}", None, {"Accept": "application/n-triples"})[2]
    for text in (f"DELETE WHERE {{ GRAPH <{graph}> {{ <{iri}> <http://purl.org/dc/terms/identifier> ?o }} }}",
                 f"PREFIX g: <{graph.rpartition('/')[0]}/> DELETE WHERE {{ GRAPH g:{graph.rpartition('/')[2]} {{ ?s <http://purl.org/dc/terms/identifier> ?o }} }}",
                 "DELETE { GRAPH ?g { ?s <http://purl.org/dc/terms/identifier> ?o } } WHERE { GRAPH ?g { ?s <http://purl.org/dc/terms/identifier> ?o } }"):
        status, _, body = served.update(text)
        told = json.loads(body)
        assert status == 422 and told["type"].endswith("/not-conforming"), text
        report = Graph().parse(data=told["report"], format="turtle")
        assert (None, RDF.type, SH.ValidationReport) in report and len(list(report.subjects(RDF.type, SH.ValidationResult))) >= 1
    after = served.ask("GET", f"/graph-store?graph={graph}", None, {"Accept": "application/n-triples"})[2]
    assert sorted(before.splitlines()) == sorted(after.splitlines())
    same = served.ask("PUT", f"/graph-store?graph={graph}", before, {"Content-Type": "application/n-triples"}, operator=True)
    assert same[0] == 204, same[2]


def test_an_update_of_several_steps_comes_whole_or_not_at_all(served: Served) -> None:
    status, _, body = served.update("INSERT DATA { GRAPH <http://example.org/w> { <a:a> <a:b> <a:c> } } ; CREATE GRAPH <http://example.org/w>")
    assert status == 400, body
    assert not ask(served, "ASK { GRAPH <http://example.org/w> { ?s ?p ?o } }")


def test_a_dataset_of_the_protocol_is_used(served: Served) -> None:
    served.update("INSERT DATA { GRAPH <http://example.org/a> { <a:a> <a:b> <a:c> } GRAPH <http://example.org/b> { <a:x> <a:b> <a:c> } }")
    text = "INSERT { GRAPH <http://example.org/c> { ?s ?p ?o } } WHERE { ?s ?p ?o }"
    status, _, _ = served.update(text, **{"using-graph-uri": "http://example.org/a"})
    assert status == 204
    assert ask(served, "ASK { GRAPH <http://example.org/c> { <a:a> ?p ?o } }") and not ask(served, "ASK { GRAPH <http://example.org/c> { <a:x> ?p ?o } }")
    assert served.update(text.replace("WHERE", "USING <a:g> WHERE"), **{"using-graph-uri": "http://example.org/a"})[0] == 400
    for name in "abc":
        assert served.update(f"DROP GRAPH <http://example.org/{name}>")[0] == 204


@pytest.mark.parametrize(("text", "expected"), [
    ("LOAD <http://127.0.0.1:PORT/>", 403), ("LOAD <http://127.0.0.1:PORT/> INTO <a:g>", 400),
    ("LOAD SILENT <http://127.0.0.1:PORT/> INTO GRAPH <a:g>", 204),  # what is SILENT fails without a word, as the standard has it
    ("INSERT { GRAPH <a:g> { ?s ?p ?o } } WHERE { SERVICE <http://127.0.0.1:PORT/> { ?s ?p ?o } }", 403),
    ("INSERT { GRAPH <a:g> { ?s ?p ?o } } WHERE { SERVICE SILENT <http://127.0.0.1:PORT/> { ?s ?p ?o } }", 204)])
def test_updates_open_no_connection(served: Served, text: str, expected: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        assert served.update(text.replace("PORT", str(listener.getsockname()[1])))[0] == expected
        listener.settimeout(0.3)
        with pytest.raises(TimeoutError):
            listener.accept()


def test_what_needs_the_network_is_not_tried_where_the_kernel_does_not_take_it_away(tmp_path: Path) -> None:
    order = {"do": "update", "text": "LOAD SILENT <http://127.0.0.1:9/>", "base": "http://example.org/"}
    assert apply(tmp_path, "http://example.org", order, alone=False)["status"] == 403


def test_the_default_graph_is_not_written_where_it_is_the_union(served: Served) -> None:
    assert served.ask("PUT", "/graph-store?default", ONE, {"Content-Type": "text/turtle"}, operator=True)[0] == 403


def test_the_default_graph_of_its_own(built: Settings, tmp_path: Path) -> None:
    shutil.copytree(built.data, tmp_path / "data", symlinks=True)
    with serving(tmp_path / "data", tmp_path / "log", KG_DEFAULT_GRAPH="separate") as served:
        assert not ask(served, "ASK { ?s ?p ?o }")
        assert served.ask("PUT", "/graph-store?default", ONE, {"Content-Type": "text/turtle"}, operator=True)[0] == 204
        assert ask(served, f"ASK {{ {ONE} }}") and not ask(served, "ASK { ?s a ?o }")
        assert len(Graph().parse(data=served.ask("GET", "/graph-store?default")[2], format="turtle")) == 1
