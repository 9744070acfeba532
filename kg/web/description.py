"""What the endpoint tells of itself: SPARQL 1.1 Service Description with VoID statistics and example queries; a form for people."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
from rdflib import RDF, RDFS, SH, VOID, XSD, BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS

from kg.namespaces import PREFIXES, SCHEMA
from kg.query.formats import GRAPHS, HTML
from kg.settings import RESOURCES
from kg.web import reading
from kg.web.message import Answer, Ask

if TYPE_CHECKING:
    from kg.web.endpoint import Endpoint

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
_FORMAT = Namespace("http://www.w3.org/ns/formats/")
_RESULT_FORMATS = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV", "Turtle", "N-Triples",
                   "JSON-LD", "RDF_XML", "TriG", "N-Quads")


@cache
def questions() -> list[tuple[str, str]]:
    """(question, query) of the bundled examples."""
    files = sorted((RESOURCES / "queries" / "questions").glob("*.rq"))
    return [(text.splitlines()[0].lstrip("# "), text) for text in (f.read_text("utf-8") for f in files)]


def description(root: str, base: str, union: bool, figures: dict[str, Any], modified: str) -> Graph:
    """The service at ``root``/sparql; ``figures`` as :func:`kg.query.statistics.write_statistics` gives them."""
    graph = Graph()
    service, endpoint, dataset, default = (URIRef(f"{root}/sparql{part}") for part in ("#service", "", "#dataset", "#default"))

    def say(subject: URIRef | BNode, predicate: URIRef, *values: Any) -> None:
        for value in values:
            graph.add((subject, predicate, value))

    say(service, RDF.type, SD.Service)
    say(service, SD.endpoint, endpoint)
    say(service, SD.supportedLanguage, SD.SPARQL11Query)
    say(service, SD.resultFormat, *(_FORMAT[f] for f in _RESULT_FORMATS))
    say(service, SD.feature, *([SD.UnionDefaultGraph] if union else []))
    say(service, SD.defaultDataset, dataset)
    say(dataset, RDF.type, SD.Dataset)
    say(dataset, SD.defaultGraph, default)
    say(default, RDF.type, SD.Graph, VOID.Dataset)
    say(default, VOID.sparqlEndpoint, endpoint)
    say(default, VOID.uriSpace, Literal(f"{base}/id/"))
    say(default, DCTERMS.modified, Literal(modified))
    whole = union or not figures["graphs"]
    if whole:
        say(default, VOID.triples, Literal(figures["triples"], datatype=XSD.integer))
        say(default, VOID.distinctSubjects, Literal(figures["subjects"], datatype=XSD.integer))
        say(default, VOID.distinctObjects, Literal(figures["objects"], datatype=XSD.integer))
    for group, link, name, count in (("classes", VOID.classPartition, VOID["class"], VOID.entities),
                                     ("properties", VOID.propertyPartition, VOID.property, VOID.triples)):
        for iri, number in figures[group].items() if whole else ():
            part = URIRef(f"{root}/sparql#{group}-{hashlib.sha256(iri.encode()).hexdigest()[:12]}")
            say(default, link, part)
            say(part, name, URIRef(iri))
            say(part, count, Literal(number, datatype=XSD.integer))
    for number, (iri, triples) in enumerate(figures["graphs"].items()):
        named, content = URIRef(f"{root}/sparql#named-{number}"), URIRef(f"{root}/sparql#graph-{number}")
        say(dataset, SD.namedGraph, named)
        say(named, RDF.type, SD.NamedGraph)
        say(named, SD.name, URIRef(iri))
        say(named, SD.graph, content)
        say(content, RDF.type, SD.Graph)
        say(content, VOID.triples, Literal(triples, datatype=XSD.integer))
    for prefix, iri in PREFIXES.items():
        declared = URIRef(f"{root}/sparql#prefix-{prefix}")
        say(endpoint, SH.declare, declared)
        say(declared, SH.prefix, Literal(prefix))
        say(declared, SH.namespace, Literal(str(iri), datatype=XSD.anyURI))
    for number, (question, text) in enumerate(questions(), 1):
        example = URIRef(f"{root}/sparql#example-{number:02}")
        say(example, RDF.type, SH.SPARQLExecutable, SH.SPARQLSelectExecutable)
        say(example, RDFS.comment, Literal(question, lang="en"))
        say(example, SH.select, Literal(text))
        say(example, SH.prefixes, endpoint)
        say(example, SCHEMA.target, endpoint)
    return graph


async def describe(endpoint: Endpoint, ask: Ask) -> Answer:
    """The answer to a GET without a query: the form for who asks for HTML, the description for programs."""
    parameters = reading.gathered(ask.parameters())
    media = ask.accepts([*GRAPHS, HTML])
    given = parameters.get("format", [""])[0]
    if given:
        short = reading.ALIASES.get(given.lower(), given.lower())
        media = next((m for m, (s, _) in GRAPHS.items() if short in {s, m}), None)
    if media is None:
        raise reading.not_acceptable([*GRAPHS, HTML])
    if media == HTML:
        page = endpoint.render("sparql.html", questions=questions(), query=parameters.get("text", [""])[0])
        return Answer(200, {"Content-Type": "text/html; charset=utf-8", "Vary": "Accept"}, page.encode(), outcome="form")
    published = endpoint.published()
    tag = hashlib.sha256(f"{published.tag}\n{ask.root}\n{media}".encode()).hexdigest()[:32]
    headers = {"Vary": "Accept", "ETag": f'"{tag}"', "Last-Modified": published.last_modified, "Cache-Control": "no-cache"}
    if f'"{tag}"' in ask.headers.get("if-none-match", ""):
        return Answer(304, headers, outcome="not-modified")
    kept = endpoint.cache.get(tag)
    if kept is None:
        settings = endpoint.settings
        graph = description(ask.root, settings.base_iri, settings.union, await endpoint.statistics(), published.last_modified)
        triples = [q.triple for q in ox.parse(graph.serialize(format="nt", encoding="utf-8"), format=ox.RdfFormat.N_TRIPLES)]
        prefixes = PREFIXES | {"sd": str(SD)} if media in {"text/turtle", "application/rdf+xml"} else None
        body = ox.serialize(sorted(triples, key=str), format=GRAPHS[media][1], prefixes=prefixes) or b""
        endpoint.cache.put(tag, {}, body)
    else:
        body = kept[1]
    content = f"{media}; charset=utf-8" if media.startswith("text/") else media
    return Answer(200, headers | {"Content-Type": content}, body, outcome="description")
