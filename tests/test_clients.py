"""The running server, as real clients see it: SPARQLWrapper, rdflib, pyoxigraph, curl, a browser."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import RDF
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, JSON, POST, TURTLE, XML, SPARQLWrapper

from kg.namespaces import CK
from kg.settings import Settings

CURL = shutil.which("curl")
CHROMIUM = next((p for n in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(n))), None)
SPEAKERS = f"SELECT DISTINCT ?s WHERE {{ ?e a <{CK.Statement}> ; <{CK.speaker}> ?s }} ORDER BY ?s"


@pytest.fixture(scope="module")
def server(built: Settings) -> Iterator[str]:
    """Address of a server of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = {**os.environ, "KG_DATA": str(built.data), "KG_PORT": str(port)}
    process = subprocess.Popen([sys.executable, "-m", "kg", "serve"], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    address = f"http://127.0.0.1:{port}"
    for _ in range(300):
        try:
            urllib.request.urlopen(f"{address}/health", timeout=5).close()
            break
        except (urllib.error.URLError, OSError):
            assert process.poll() is None, process.stderr.read().decode() if process.stderr else ""
            time.sleep(0.1)
    yield address
    process.terminate()
    process.wait(timeout=20)


def test_sparqlwrapper_reads_tables_and_graphs(server: str) -> None:
    asked = SPARQLWrapper(f"{server}/sparql")
    asked.setQuery(SPEAKERS)
    asked.setReturnFormat(JSON)
    rows = asked.query().convert()["results"]["bindings"]
    speakers = [r["s"]["value"] for r in rows]
    assert any(s.endswith("/id/actor/sergey-lavrov") for s in speakers) and len(speakers) > 10
    asked.setReturnFormat(XML)
    assert len(asked.query().convert().getElementsByTagName("result")) == len(speakers)
    asked.setReturnFormat(CSV)
    assert asked.query().convert().decode().split()[1:] == speakers
    asked.setMethod(POST)
    asked.setReturnFormat(JSON)
    assert [r["s"]["value"] for r in asked.query().convert()["results"]["bindings"]] == speakers
    asked.setQuery(f"ASK {{ ?a a <{CK.Article}> }}")
    assert asked.query().convert()["boolean"] is True
    asked.setQuery(f"CONSTRUCT {{ ?a a <{CK.Article}> }} WHERE {{ ?a a <{CK.Article}> }}")
    asked.setReturnFormat(TURTLE)
    assert len(Graph().parse(data=asked.query().convert(), format="turtle")) == 6


def test_rdflib_sees_the_endpoint_as_a_graph(server: str) -> None:
    graph = Graph(store=SPARQLStore(f"{server}/sparql"))
    articles = set(graph.subjects(RDF.type, CK.Article))
    assert len(articles) == 6 and all(isinstance(a, URIRef) for a in articles)
    assert len(list(graph.query(SPEAKERS))) > 10


def article(server: str) -> str:
    """Path of the document about one article."""
    query = urllib.request.quote(f"SELECT ?a {{ ?a a <{CK.Article}> ; <http://purl.org/dc/terms/title> ?t FILTER(CONTAINS(?t, 'Eastport')) }}")
    with urllib.request.urlopen(f"{server}/sparql?query={query}&format=json") as answer:
        iri = json.load(answer)["results"]["bindings"][0]["a"]["value"]
    return "/doc/" + iri.partition("/id/")[2]


def test_every_format_of_a_document_says_the_same(server: str) -> None:
    path = article(server)
    seen = []
    for suffix in ("ttl", "jsonld", "nt", "rdf"):
        with urllib.request.urlopen(f"{server}{path}.{suffix}") as answer:
            kind = ox.RdfFormat.from_media_type(answer.headers["Content-Type"].partition(";")[0])
            seen.append({q.triple for q in ox.parse(input=answer.read(), format=kind)})
    assert len(seen[0]) > 8 and all(s == seen[0] for s in seen)


@pytest.mark.parametrize("kind", ["json", "xml", "csv", "tsv"])
def test_pyoxigraph_reads_every_format_of_results(server: str, kind: str) -> None:
    query = urllib.request.quote(SPEAKERS)
    with urllib.request.urlopen(f"{server}/sparql?query={query}&format={kind}") as answer:
        data = answer.read()
    if kind == "csv":  # the format drops the difference of IRIs and texts, so that no parser gives terms back
        assert data.decode().splitlines()[0] == "s" and "sergey-lavrov" in data.decode()
        return
    found = ox.parse_query_results(data, format=ox.QueryResultsFormat.from_extension(kind))
    assert isinstance(found, ox.QuerySolutions)
    assert any("sergey-lavrov" in row["s"].value for row in found)


def curl(*arguments: str) -> tuple[int, str, str]:
    """Status, media type and body that curl gets."""
    assert CURL
    done = subprocess.run([CURL, "-s", "-w", "\n%{http_code} %{content_type}", *arguments], capture_output=True, text=True, timeout=60, check=True)
    body, _, last = done.stdout.rpartition("\n")
    status, _, media = last.partition(" ")
    return int(status), media.partition(";")[0], body


@pytest.mark.skipif(CURL is None, reason="curl is not installed")
def test_curl_negotiates_and_gets_clear_errors(server: str) -> None:
    thing = article(server).replace("/doc/", "/id/")
    assert curl("-o", "/dev/null", f"{server}{thing}")[0] == 303
    status, media, body = curl("-L", "-H", "Accept: text/turtle", f"{server}{thing}")
    assert (status, media) == (200, "text/turtle") and "dcterms:title" in body
    status, media, body = curl("-G", f"{server}/sparql", "--data-urlencode", "query=SELECT * {\n ?s ?p", "-H", "Accept: */*")
    assert (status, media) == (400, "application/problem+json") and "2:" in json.loads(body)["detail"]
    status, _, body = curl("-H", "Accept: image/png", f"{server}{article(server)}")
    assert status == 406 and "text/turtle" in json.loads(body)["detail"]
    assert curl("-d", "DROP ALL", "-H", "Content-Type: application/sparql-update", f"{server}/sparql")[0] in {403, 405}
    assert curl("-d", "x", "-H", "Content-Type: text/plain", f"{server}/sparql")[0] == 415
    assert curl("-X", "PUT", f"{server}/sparql")[0] == 405


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
def test_a_browser_opens_the_pages(server: str, tmp_path: Path) -> None:
    def dom(path: str) -> str:
        assert CHROMIUM
        done = subprocess.run(
            [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync", f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", server + path],
            capture_output=True, text=True, timeout=120, check=True)
        return done.stdout

    with urllib.request.urlopen(f"{server}/sparql?format=json&query=" + urllib.request.quote(
            f"SELECT ?e {{ ?e a <{CK.AirStrike}> ; ^<{CK.reports}>/<{CK.perpetrator}>/<http://www.w3.org/2004/02/skos/core#prefLabel> 'Northland'@en }}")) as answer:
        event = json.load(answer)["results"]["bindings"][0]["e"]["value"].partition("/id/")[2]
    assert "Strike on Eastport Market" in dom("/")
    assert "Lavrov" in dom("/doc/actor/sergey-lavrov")
    assert "An air strike on a market in Eastport" in dom(f"/doc/{event}")
    assert "Southmark Courier" in dom(article(server))
