"""IRIs that an address cannot take as they are: each has a page, a redirect and RDF of its own, in process and through the real server."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import FOAF, RDF, RDFS, SKOS

from kg.namespaces import CK
from kg.settings import Settings
from kg.store import Writer
from kg.web import create_app
from tests.serving import serving

BASE = "https://w3id.org/conflict-kg"
HUB = f"{BASE}/id/event/hub/statement-1"
#: Needless escapes beside what they stand for, characters beyond ASCII, and those that would end a path.
NAMES = ["actor/a%41b", "actor/aAb", "actor/x%2Fy", "actor/x/y", "actor/low%2fer", "actor/Erdoğan", "actor/قال-🕊", "actor/Erdo%C4%9Fan%41", "actor/ğ%41",
         "actor/with%20space", "actor/with%22quote'and&amp;", "actor/number%231", "actor/what%3F", "actor/100%25", "actor/100%2541",
         "actor/asked?q=1&r=2", "actor/a-part#of", "actor/%5Bx%5D", "actor/plus+and;semi,comma:colon@at", "actor/tilde~%7E",
         "place/ends-like-a-suffix.ttl", "article/dotted.rdf.html", "thing/without%41kind", "thing/ünkind"]
BROWSER = {"Accept": "text/html,*/*;q=0.8"}
PARSERS = {"ttl": "turtle", "nt": "nt", "jsonld": "json-ld", "rdf": "xml"}
Ask = Callable[[str, dict[str, str]], tuple[int, dict[str, str], bytes]]


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A graph of things with such names; one statement is about all of them."""
    settings = Settings(data=tmp_path_factory.mktemp("odd"))
    graph = Graph()
    hub = URIRef(HUB)
    for kind in (CK.Event, CK.Statement):
        graph.add((hub, RDF.type, kind))
    graph.add((hub, RDFS.label, Literal("Somebody spoke of odd names")))
    for name in NAMES:
        thing, family = URIRef(f"{BASE}/id/{name}"), name.partition("/")[0]
        graph.add((hub, CK.about, thing))
        graph.add((thing, SKOS.prefLabel, Literal(f"Called {name}", lang="en")))
        if family != "thing":
            graph.add((thing, RDF.type, CK[family.capitalize()]))
    with Writer(settings.data) as writer:
        writer.replace_graph(f"{BASE}/graph/article/odd", graph)
        writer.publish()
    return settings


@pytest.fixture(scope="module", params=["in process", "server"])
def ask(request: pytest.FixtureRequest, odd: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    if request.param == "in process":
        client = create_app(odd).test_client()

        def asked(path: str, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
            answer = client.get(path, headers=headers)
            return answer.status_code, dict(answer.headers), answer.data

        yield asked
    else:
        log: Path = tmp_path_factory.mktemp("log") / "log"
        with serving(odd.data, log) as served:
            def asked(path: str, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
                status, found, body = served.ask("GET", path, headers=headers)
                return status, {name.title(): value for name, value in found.items()}, body

            yield asked


def as_uri(name: str) -> str:
    """The path that a client asks for an IRI: what it must not send as it is is percent-encoded, escapes are left alone."""
    return f"/id/{quote(name, safe='/%!$&()*+,;=:@~' + chr(39))}"


def links(page: bytes) -> list[str]:
    return [html.unescape(link) for link in re.findall(r'<(?:a|link)\b[^>]*?\bhref="([^"]*)"', page.decode())]


def shown(page: bytes) -> str:
    """The IRI that a page is about."""
    found = re.search(r'<span class="soft">IRI</span> <code>(.*?)</code>', page.decode())
    assert found
    return html.unescape(found[1])


def test_each_name_leads_to_its_own_page_and_rdf_and_back(ask: Ask) -> None:
    status, _, hub = ask("/doc/event/hub/statement-1", BROWSER)
    assert status == 200
    reached: dict[str, str] = {}
    for link in links(hub):
        if re.match("/doc/(actor|place|article|thing)/", link):
            status, headers, page = ask(link, BROWSER)
            assert status == 200, link
            reached[shown(page)] = link
            canonical = re.search(r'<link rel="canonical" href="([^"]*)">', page.decode())
            assert canonical and html.unescape(canonical[1]) == link and f'<{link}>; rel="canonical"' in headers["Link"], link
    assert set(reached) == {f"{BASE}/id/{name}" for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_an_iri_is_looked_up_as_it_is_written(ask: Ask, name: str) -> None:
    iri = URIRef(f"{BASE}/id/{name}")
    status, headers, _ = ask(as_uri(name), {"Accept": "text/turtle"})
    assert status == 303
    document = headers["Location"]
    status, headers, body = ask(document, {"Accept": "text/turtle"})
    whole = Graph().parse(data=body, format="turtle")
    assert status == 200
    assert [(str(d).partition("/doc/")[2], topic) for d, topic in whole.subject_objects(FOAF.primaryTopic)] == [(document.removeprefix("/doc/"), iri)]
    assert (URIRef(HUB), CK.about, iri) in whole and headers["Content-Location"] == f"{document}.ttl"
    alternates = re.findall(r'<([^>]*)>; rel="alternate"', headers["Link"])
    assert sorted(alternates) == sorted(f"{document}.{suffix}" for suffix in (*PARSERS, "html"))
    for suffix, parser in PARSERS.items():
        status, _, body = ask(f"{document}.{suffix}", BROWSER)
        assert status == 200 and isomorphic(Graph().parse(data=body, format=parser), whole), suffix
    status, _, page = ask(f"{document}.html", {"Accept": "text/turtle"})
    assert status == 200 and shown(page) == str(iri)


def test_an_escape_that_nothing_needs_may_still_be_added(ask: Ask) -> None:
    for path, iri in (("/doc/actor/%61Ab", "actor/aAb"), ("/doc/actor/plus%2Band;semi,comma:colon@at", "actor/plus+and;semi,comma:colon@at"),
                      ("/doc/actor/with%22quote%27and&amp;", "actor/with%22quote'and&amp;")):
        status, _, page = ask(path, BROWSER)
        assert status == 200 and shown(page) == f"{BASE}/id/{iri}", path
    assert ask("/doc/actor/a%42b", BROWSER)[0] == 404
    assert ask("/doc/actor/%C3", BROWSER)[0] == 404


def test_searches_and_the_site_map_keep_them_as_they_are(ask: Ask) -> None:
    status, _, page = ask("/search?q=odd", BROWSER)
    facets = [link for link in links(page) if link.startswith("/search?") and ("&actor=" in link or "&place=" in link)]
    assert status == 200 and len(facets) >= 12
    for facet in facets:
        status, _, narrowed = ask(facet, BROWSER)
        assert status == 200 and "1 found." in narrowed.decode(), facet
    listed: list[str] = []
    for part in re.findall(r"<loc>http://[^/]*(.*?)</loc>", ask("/sitemap.xml", {})[2].decode()):
        listed += [html.unescape(a) for a in re.findall(r"<loc>http://[^/]*(.*?)</loc>", ask(part, {})[2].decode())]
    assert {shown(ask(address, BROWSER)[2]) for address in listed} == {HUB, *(f"{BASE}/id/{name}" for name in NAMES if not name.startswith("thing/"))}
