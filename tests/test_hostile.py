"""Hostile content through the whole build and in the store: shown as text, breaks nothing, runs nothing."""

from __future__ import annotations

import html
import json
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, RDFS, SKOS

from kg.build import build
from kg.index import open_index
from kg.namespaces import CK
from kg.settings import Settings
from kg.store import Writer, open_current
from kg.web import create_app
from tests.browsing import chromium
from tests.serving import serving

BASE = "https://w3id.org/conflict-kg"
SCRIPT = "<script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">"
RTL = "قال المتحدث \u202eباسم الجيش"
EMOJI = "🕊️👩‍👩‍👧‍👦🇺🇳"
BROWSER = {"Accept": "text/html,*/*;q=0.8"}
ODD = ["javascript:alert(1)", "data:text/html,<b>x", "http://example.org/\"onmouseover=\"alert(1)", "http://example.org/a b", "http://example.org/'><script>alert(1)</script>"]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A graph of hostile articles, and of things with hostile labels that an operator has loaded."""
    folder: Path = tmp_path_factory.mktemp("hostile")
    (folder / "in").mkdir()
    said = f'Sergey Lavrov said on Monday that "the truce {SCRIPT} holds" in Aleppo. {RTL} {EMOJI} Russia bombed Aleppo on 3 May 2016, killing 12 people.'
    (folder / "in" / "script.txt").write_text(f"Truce {SCRIPT} Holds\n\n{said}\n", "utf-8")
    (folder / "in" / "markup.md").write_text(f"---\ntitle: \"{RTL} {EMOJI}\"\n---\n\n{said}\n", "utf-8")
    settings = Settings(data=folder / "data")
    summary = build([str(p) for p in sorted((folder / "in").iterdir())], settings)
    assert summary.added == 2, summary.text()
    graph = Graph()
    actor = URIRef(f"{BASE}/id/actor/hostile")
    for kind in (CK.Actor, CK.Person):
        graph.add((actor, RDF.type, kind))
    graph.add((actor, SKOS.prefLabel, Literal(SCRIPT, lang="en")))
    graph.add((actor, SKOS.altLabel, Literal("long " + "x" * 100_000, lang="en")))
    for odd in ODD[:2]:
        graph.add((actor, SKOS.exactMatch, URIRef(odd.replace("<", "%3C").replace(">", "%3E"))))
    event = URIRef(f"{BASE}/id/event/hostile/statement-1")
    for kind in (CK.Event, CK.Statement):
        graph.add((event, RDF.type, kind))
    graph.add((event, RDFS.label, Literal(f"{SCRIPT} {'y ' * 50_000}")))
    graph.add((event, CK.speaker, actor))
    graph.add((event, CK.quotation, Literal(f"{RTL} {EMOJI} </script><!-- {SCRIPT}")))
    article = URIRef(f"{BASE}/id/article/hostile'&-%22x")
    graph.add((article, RDF.type, CK.Article))
    graph.add((article, DCTERMS.title, Literal(f"{EMOJI} {SCRIPT}")))
    graph.add((article, DCTERMS.identifier, Literal("../../etc/passwd")))
    graph.add((article, DCTERMS.source, URIRef("javascript:alert(1)")))
    graph.add((article, DCTERMS.issued, Literal("99999999999-13-77")))
    with Writer(settings.data) as writer:
        writer.replace_graph(f"{BASE}/graph/article/hostile", graph)
        writer.publish()
    return settings


def addresses(settings: Settings) -> list[str]:
    rows = open_index(open_current(settings.data), settings.data).rows(
        "SELECT DISTINCT t.iri FROM thing t LEFT JOIN link l ON l.event = t.id OR l.node = t.id WHERE l.event IS NOT NULL OR t.iri LIKE '%hostile%'")
    assert len(rows) > 8
    from kg.web.look import local

    return [local(iri, settings.base_iri) for iri, in rows]


@pytest.fixture(scope="module")
def client(hostile: Settings) -> FlaskClient:
    from dataclasses import replace

    return create_app(replace(hostile, show_text=True)).test_client()


def test_hostile_text_is_shown_as_text_on_every_page(client: FlaskClient, hostile: Settings) -> None:
    shown = 0
    for path in [*addresses(hostile), "/", "/reports", "/timeline", "/network", "/map", "/search?q=truce", "/search?q=script", "/search?q=" + EMOJI]:
        answer = client.get(path, headers=BROWSER)
        page = answer.get_data(as_text=True)
        assert answer.status_code == 200, path
        assert "<script>document" not in page and "<img src=x" not in page, path
        assert 'href="javascript:' not in page and 'href="data:' not in page, path
        assert len(page) < 400_000, f"{path}: {len(page)} characters"
        shown += html.escape(SCRIPT)[:12] in page
    assert shown >= 3, "the hostile text was there"


def test_the_rdf_keeps_hostile_text_whole(client: FlaskClient, hostile: Settings) -> None:
    graph = Graph().parse(data=client.get("/doc/actor/hostile.ttl").data, format="turtle")
    assert Literal(SCRIPT, lang="en") in set(graph.objects(None, SKOS.prefLabel))
    for suffix, form in (("rdf", "xml"), ("jsonld", "json-ld"), ("nt", "nt")):
        assert set(Graph().parse(data=client.get(f"/doc/actor/hostile.{suffix}").data, format=form)) == set(graph)


def test_odd_addresses_get_a_plain_answer(client: FlaskClient) -> None:
    from urllib.parse import quote

    for name in (*ODD, "a" * 5000, "\ud83d", "x\x00y", "%ff", "../../etc/passwd", EMOJI, RTL):
        answer = client.get("/doc/" + quote(name, errors="surrogatepass"), headers=BROWSER)
        assert answer.status_code in {308, 404}, (name[:40], answer.status_code)
        assert "<script>alert" not in answer.get_data(as_text=True)
    for query in (SCRIPT, '"', "'; DROP TABLE thing; --", "a" * 5000, "* OR", "NEAR(", EMOJI, RTL, "\x01x\x02"):
        answer = client.get("/search", query_string={"q": query}, headers=BROWSER)
        assert answer.status_code == 200 and "<script>document" not in answer.get_data(as_text=True), query[:40]
    for path in ("/timeline?actor=javascript:1&from=99999", "/reports?after=9-9-9&family=x", "/network?kind=<script>", "/doc/actor/hostile?list=nothing&after=<"):
        assert client.get(path, headers=BROWSER).status_code == 200, path
    assert json.loads(client.get("/search?q=%22&format=json").data)["total"] == 0


def test_nothing_runs_in_a_browser(hostile: Settings, tmp_path: Path) -> None:
    with chromium() as browser, serving(hostile.data, tmp_path / "log", KG_SHOW_TEXT="1") as served:
        page = browser.new_page()
        faults: list[str] = []
        page.on("dialog", lambda d: faults.append(d.message))
        page.on("console", lambda m: faults.append(m.text) if m.type == "error" else None)
        for path in [*(a for a in addresses(hostile) if "hostile" in a or "script" in a), "/", "/search?q=script", "/network"]:
            page.goto(f"http://127.0.0.1:{served.port}{path}")
            assert page.title() != "taken", path
        assert not faults, faults


def test_the_graph_holds_what_the_pages_escape(hostile: Settings) -> None:
    found = open_current(hostile.data).store.quads_for_pattern(None, ox.NamedNode(str(SKOS.prefLabel)), ox.Literal(SCRIPT, language="en"))
    assert next(found, None) is not None
