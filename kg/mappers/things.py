"""Articles, actors, places, the run and the authority to triples."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS, PROV, RDF, RDFS, SKOS, XSD

from kg.errors import MappingError
from kg.mappers.reports import Scope, Triple
from kg.mappers.terms import ACTOR_KINDS
from kg.namespaces import CK, GEO, SCHEMA
from kg.records import Actor, Place, Records

if TYPE_CHECKING:
    from kg.authority import Authority, AuthorityActor, AuthorityPlace

_PRECISION = {4: XSD.gYear, 7: XSD.gYearMonth, 10: XSD.date}
_WIKIDATA = "http://www.wikidata.org/entity/"


def map_article(records: Records, scope: Scope) -> Iterator[Triple]:
    """The document: what it is, who published it, when; never its text."""
    article, iri = records.article, scope.article_iri
    for kind in (CK.Article, SCHEMA.NewsArticle, PROV.Entity):
        yield iri, RDF.type, kind
    yield iri, DCTERMS.identifier, Literal(article.identifier)
    yield iri, DCTERMS.language, Literal(article.language)
    yield iri, CK.textDigest, Literal("sha256:" + hashlib.sha256(article.text.encode("utf-8")).hexdigest())
    yield iri, CK.graph, URIRef(f"{scope.base}/graph/article/{article.id}")
    if article.title:
        yield iri, DCTERMS.title, Literal(article.title)
    if article.author:
        yield iri, DCTERMS.creator, Literal(article.author)
    if article.issued:
        yield iri, DCTERMS.issued, Literal(article.issued, datatype=_PRECISION[len(article.issued)])
    if article.source:
        yield iri, DCTERMS.source, URIRef(article.source)
    if records.publisher:
        yield iri, DCTERMS.publisher, scope.iri(records.publisher)
    if records.original_source:
        yield iri, CK.originalSource, scope.iri(records.original_source)
    for ref in records.mentions:
        yield iri, SCHEMA.mentions, scope.iri(ref)


def _named(iri: URIRef, label: str, aliases: tuple[str, ...]) -> Iterator[Triple]:
    yield iri, SKOS.prefLabel, Literal(label, lang="en")
    for alias in aliases:
        if alias != label:
            yield iri, SKOS.altLabel, Literal(alias, lang="en")


def _actor_types(iri: URIRef, kind: str) -> Iterator[Triple]:
    if kind not in ACTOR_KINDS:
        raise MappingError(f"{iri}: kind {kind!r} is none of the ontology's kinds of actor; correct the table it comes from")
    yield iri, RDF.type, CK.Actor
    yield iri, RDF.type, CK[kind]


def map_actor(actor: Actor, scope: Scope) -> Iterator[Triple]:
    """An actor that the authority does not know."""
    iri = scope.iri(actor.ref)
    yield from _actor_types(iri, actor.kind)
    yield from _named(iri, actor.label, actor.aliases)


def map_place(place: Place, scope: Scope) -> Iterator[Triple]:
    """A place that the authority does not know."""
    iri = scope.iri(place.ref)
    for kind in (CK.Place, SCHEMA.Place, GEO.Feature):
        yield iri, RDF.type, kind
    yield from _named(iri, place.label, place.aliases)
    if place.within:
        yield iri, CK.within, scope.iri(place.within)


def map_run(scope: Scope, label: str) -> Iterator[Triple]:
    """The run: versions, no clock times."""
    iri = scope.iri(f"run/{scope.run}")
    yield iri, RDF.type, PROV.Activity
    yield iri, RDFS.label, Literal(label)


def map_known(authority: Authority, base: str) -> Iterator[Triple]:
    """All actors, tenures of office and places of the authority."""
    states = {a.country: key for key, a in authority.actors.items() if a.kind == "State" and a.country}
    for actor in authority.actors.values():
        yield from _known_actor(actor, authority, base, states)
    for place in authority.places.values():
        yield from _known_place(place, authority, base)


def _known_actor(actor: AuthorityActor, authority: Authority, base: str, states: dict[str, str]) -> Iterator[Triple]:
    iri = URIRef(f"{base}/id/actor/{actor.key}")
    yield from _actor_types(iri, actor.kind)
    yield from _named(iri, actor.label, (*actor.aliases, *actor.weak_aliases))
    if actor.wikidata:
        yield iri, SKOS.exactMatch, URIRef(_WIKIDATA + actor.wikidata)
    if actor.affiliation in authority.actors:
        yield iri, CK.affiliation, URIRef(f"{base}/id/actor/{actor.affiliation}")
    body = actor.affiliation or states.get(actor.country)
    for number, tenure in enumerate(actor.tenures, 1):
        node = URIRef(f"{iri}/tenure-{number}")
        yield iri, CK.tenure, node
        yield node, RDF.type, CK.Tenure
        yield node, CK.office, Literal(tenure.office)
        if body in authority.actors:
            yield node, CK.of, URIRef(f"{base}/id/actor/{body}")
        if tenure.start:
            yield node, CK.startDate, Literal(tenure.start, datatype=XSD.gYear)
        if tenure.end:
            yield node, CK.endDate, Literal(tenure.end, datatype=XSD.gYear)


def _known_place(place: AuthorityPlace, authority: Authority, base: str) -> Iterator[Triple]:
    iri = URIRef(f"{base}/id/place/{place.key}")
    for kind in (CK.Place, SCHEMA.Place, GEO.Feature):
        yield iri, RDF.type, kind
    yield from _named(iri, place.label, (*place.aliases, *place.weak_aliases))
    if place.wikidata:
        yield iri, SKOS.exactMatch, URIRef(_WIKIDATA + place.wikidata)
    if place.within in authority.places:
        yield iri, CK.within, URIRef(f"{base}/id/place/{place.within}")
    if place.latitude is not None and place.longitude is not None:
        node = URIRef(f"{iri}/geometry")
        yield iri, GEO.hasGeometry, node
        yield node, RDF.type, GEO.Geometry
        yield node, GEO.asWKT, Literal(f"POINT({_decimal(place.longitude)} {_decimal(place.latitude)})", datatype=GEO.wktLiteral)


def _decimal(degrees: float) -> str:
    """Without an exponent, which a reader of WKT may not know."""
    return format(Decimal(str(degrees)), "f")
