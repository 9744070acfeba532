"""A robot starts at / and follows every link: no page is broken, no fragment leads nowhere, each page has its RDF, each resource in it an answer."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field, replace
from functools import cache
from html import unescape
from urllib.parse import parse_qsl, quote, unquote, urldefrag, urlencode, urljoin, urlsplit

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from rdflib import Graph
from rdflib.compare import isomorphic
from rdflib.namespace import FOAF, RDF

from kg.index.find import FACETS
from kg.index.gather import FAMILIES
from kg.namespaces import CK
from kg.settings import Settings
from kg.store import open_current
from kg.web import create_app

ROOT = "http://localhost"
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
RDF_TYPES = {"text/turtle": "turtle", "application/n-triples": "nt", "application/ld+json": "json-ld", "application/rdf+xml": "xml"}
_LINK = re.compile(r"""<(?:a|link|script|img)\b[^>]*?\b(?:href|src)="([^"]*)\"""")
_ID = re.compile(r'\sid="([^"]*)"')
_SAMPLE = 4  # things of each family that are looked at in every format


@dataclass
class Page:
    """What one address answered."""

    status: int
    media: str
    ids: list[str] = field(default_factory=list)
    canonical: str = ""
    alternates: list[str] = field(default_factory=list)
    triples: list[ox.Triple] = field(default_factory=list)


@dataclass
class Crawl:
    """All that was reached; ``links``: (address, fragment) -> a page that leads there."""

    pages: dict[str, Page] = field(default_factory=dict)
    links: dict[tuple[str, str], str] = field(default_factory=dict)

    def documents(self) -> list[str]:
        """Addresses of pages about one thing, without their other formats and the further pages of their lists."""
        return [p for p, page in self.pages.items() if p.startswith("/doc/") and "?" not in p and page.media == "text/html"]


@pytest.fixture(scope="module")
def client(built: Settings) -> FlaskClient:
    return create_app(replace(built, show_text=True)).test_client()


@pytest.fixture(scope="module")
def crawl(client: FlaskClient) -> Crawl:
    """Everything on this server that links lead to from /, with the site map that robots.txt names."""
    found, queue, known = Crawl(), deque(["/", "/robots.txt"]), {"/", "/robots.txt"}
    while queue:
        path = queue.popleft()
        answer = client.get(path, headers=BROWSER, follow_redirects=True)
        page = found.pages[path] = Page(answer.status_code, answer.mimetype)
        body = answer.get_data(as_text=True)
        links = re.findall(r"<([^>]*)>;", answer.headers.get("Link", ""))
        if page.media == "text/html":
            page.ids = _ID.findall(body)
            page.canonical = next((unescape(c) for c in re.findall(r'<link rel="canonical" href="([^"]*)">', body)), "")
            page.alternates = sorted(re.findall(r'<([^>]*)>; rel="alternate"', answer.headers.get("Link", "")))
            links += [unescape(link) for link in _LINK.findall(body)] + asked(body)
        elif page.media == "text/turtle" and path.startswith("/doc/"):
            page.triples = [quad.triple for quad in ox.parse(body, format=ox.RdfFormat.TURTLE)]
        elif path.startswith(("/robots.txt", "/sitemap")):
            links += [unescape(link) for link in re.findall(r"<loc>(.*?)</loc>|Sitemap: (\S+)", body) for link in link if link]
        for address, fragment in (target("/" if link.startswith("/") else path, link) for link in links):
            if address:
                found.links.setdefault((address, fragment), path)
                if address not in known:
                    known.add(address)
                    queue.append(address)
    return found


@cache
def target(base: str, link: str) -> tuple[str, str]:
    """(address on this server, fragment) of a link on the page ``base``; no address where the link is not to be followed."""
    address, fragment = urldefrag(urljoin(ROOT + base, link))
    address = address.removeprefix(ROOT) or "/"
    return (address, fragment) if address.startswith("/") and ends(address) else ("", "")


def asked(body: str) -> list[str]:
    """What the query form of a page asks when it is sent as it is, in each of its formats: this leads to the results with their downloads."""
    query = re.search(r'<textarea id="query" name="query"[^>]*>(.*?)</textarea>', body, re.DOTALL)
    formats = re.findall(r"<option(?: value=\"(\w+)\")?>(\w+)</option>", body) if query else []
    return [f"/sparql?{urlencode({'format': value or text, 'query': unescape(query[1])})}" for value, text in formats] if query else []


def ends(address: str) -> bool:
    """Whether following such addresses comes to an end: all, but searches with several facets, whose combinations are a product of hundreds.

    One facet on top of the words is followed, and all its further pages. The document with the suffix .html is the page itself, byte for byte;
    the sample of every family asks for it.
    """
    parts = urlsplit(address)
    if parts.path.startswith("/doc/") and parts.path.endswith(".html"):
        return False
    return parts.path != "/search" or len({name for name, _ in parse_qsl(parts.query)} & set(FACETS)) <= 1


def test_every_link_leads_to_an_answer(crawl: Crawl) -> None:
    sources = {address: source for (address, _), source in crawl.links.items()}
    broken = [(page.status, path, sources[path]) for path, page in crawl.pages.items() if page.status != 200]
    assert not broken, broken[:20]
    for kind in (r"/doc/actor/[^?]*\?list=", r"/doc/article/[^?]*\?after=", r"/doc/article/[^?]*\?at=", r"/doc/[^?]*\?of=", r"/timeline\?.*from=\d",
                 r"/timeline\?.*after=", r"/reports\?family=", r"/reports\?.*after=", r"/search\?.*&actor=", r"/search\?.*&after=", r"/search\?.*format=json",
                 r"/sparql\?text=", r"/sparql\?format=html&query=", r"/sparql\?format=csv&download=1&query=", r"/graph/article/",
                 r"/dumps/.*\.trig", r"/ontology\.ttl", r"/shapes\.rdf", r"/static/", r"/\.well-known/void", r"/sitemap-Place-0"):
        assert any(re.match(kind, path) for path in crawl.pages), f"nothing was followed that looks like {kind}"


def test_every_fragment_leads_to_a_place_on_its_page(crawl: Crawl) -> None:
    ids = {path: set(page.ids) for path, page in crawl.pages.items() if page.media == "text/html"}
    nowhere = [(source, address, fragment) for (address, fragment), source in crawl.links.items()
               if fragment and address in ids and not {fragment, unquote(fragment)} & ids[address]]
    assert not nowhere, nowhere[:20]
    kinds = {(urlsplit(source).path.split("/")[1], urlsplit(address).path.split("/")[1]) for (address, fragment), source in crawl.links.items() if fragment}
    assert kinds >= {("doc", "doc"), ("doc", "map"), ("doc", "ontology"), ("ontology", "ontology"), ("shapes", "shapes"), ("shapes", "ontology")}
    twice = [path for path, page in crawl.pages.items() if len(set(page.ids)) < len(page.ids)]
    assert not twice, twice[:20]


def test_every_page_has_its_rdf_and_every_resource_in_it_an_answer(crawl: Crawl, client: FlaskClient, built: Settings) -> None:
    resources: set[str] = set()
    documents = crawl.documents()
    for path in documents:
        page, twin = crawl.pages[path], crawl.pages[f"{path}.ttl"]
        assert page.canonical == path
        assert page.alternates == sorted(f"{path}.{suffix}" for suffix in ("ttl", "nt", "jsonld", "rdf", "html"))
        assert {a for a in page.alternates if not a.endswith(".html")} <= crawl.pages.keys()
        topics = [t for t in twin.triples if t.predicate.value == str(FOAF.primaryTopic)]
        assert [(str(t.subject), str(t.object)) for t in topics] == [(f"<{ROOT}{path}>", f"<{built.base_iri}/id/{unquote(path.removeprefix('/doc/'))}>")]
        resources |= {term.value for t in twin.triples for term in (t.subject, t.predicate, t.object) if isinstance(term, ox.NamedNode)}
    assert len(documents) > 1000
    known = {f"{built.base_iri}/id/{unquote(path.removeprefix('/doc/'))}" for path in documents}
    ours = {r for r in resources if r.startswith((f"{built.base_iri}/id/", f"{built.base_iri}/graph/"))}
    turtle = {"Accept": "text/turtle"}
    missing = [r for r in sorted(ours - known) if client.get(quote(r.removeprefix(built.base_iri)), headers=turtle, follow_redirects=True).status_code != 200]
    assert len(ours) > 1000 and not missing, missing[:20]
    terms = {r.removeprefix(str(CK)) for r in resources if r.startswith(str(CK))}
    assert len(terms) > 50 and terms <= set(crawl.pages["/ontology"].ids)


def test_the_site_map_lists_all_things_of_all_families_and_nothing_else(crawl: Crawl, client: FlaskClient, built: Settings) -> None:
    snapshot = open_current(built.data)
    kinds = " ".join(f"<{CK[family]}>" for family in FAMILIES)
    things = {row[0].value for row in snapshot.rows(f"SELECT DISTINCT ?thing {{ VALUES ?kind {{ {kinds} }} ?thing a ?kind }}")}
    parts = [path for path in crawl.pages if path.startswith("/sitemap-")]
    listed = [address for part in parts for address in re.findall(f"<loc>{ROOT}(.*?)</loc>", client.get(part).get_data(as_text=True))]
    assert len(things) > 500
    assert sorted(unescape(a) for a in listed) == sorted(f"/doc/{quote(thing.partition('/id/')[2], safe='/%')}" for thing in things)
    assert set(listed) <= set(crawl.documents())


def test_every_graph_answers_in_rdf(crawl: Crawl, client: FlaskClient, built: Settings) -> None:
    graphs = {row[0].value.removeprefix(built.base_iri) for row in open_current(built.data).rows("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")}
    linked = {path for path in crawl.pages if path.startswith("/graph/")}
    assert len(linked) >= 6 and linked <= graphs
    for path in sorted(graphs):
        for media, parser in RDF_TYPES.items():
            answer = client.get(path, headers={"Accept": media})
            assert answer.status_code == 200 and answer.mimetype == media, path
            if path in linked:
                assert len(Graph().parse(data=answer.data, format=parser)) > 100, (path, media)


@pytest.mark.parametrize("family", [*FAMILIES, "Report", "SpecificResource"])
def test_a_thing_is_the_same_graph_in_every_format(crawl: Crawl, client: FlaskClient, family: str) -> None:
    documents = [path for path in crawl.documents() if any(
        t.predicate.value == str(RDF.type) and t.object.value.endswith(f"#{family}") and str(t.subject).endswith(f"/id/{path.removeprefix('/doc/')}>")
        for t in crawl.pages[f"{path}.ttl"].triples)]
    assert len(documents) >= _SAMPLE
    for path in documents[::len(documents) // _SAMPLE]:
        see = client.get(path.replace("/doc/", "/id/", 1))
        assert see.status_code == 303 and see.headers["Location"] == path
        negotiated = [Graph().parse(data=client.get(path, headers={"Accept": media}).data, format=parser) for media, parser in RDF_TYPES.items()]
        by_suffix = [Graph().parse(data=client.get(f"{path}.{suffix}", headers=BROWSER).data, format=RDF_TYPES[media])
                     for suffix, media in zip(("ttl", "nt", "jsonld", "rdf"), RDF_TYPES, strict=True)]
        assert len(negotiated[0]) > 4 and all(isomorphic(negotiated[0], other) for other in (*negotiated[1:], *by_suffix)), path
        assert client.get(f"{path}.html").data == client.get(path, headers=BROWSER).data
