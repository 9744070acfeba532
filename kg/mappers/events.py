"""Statements, military actions, negotiations and relations to triples: one mapper a family."""

from __future__ import annotations

from collections.abc import Iterator

from rdflib import Literal, URIRef
from rdflib.namespace import RDF, RDFS

from kg.errors import MappingError
from kg.mappers.reports import Scope, Triple, map_date, map_reports
from kg.mappers.terms import ACTION_KINDS, NEGOTIATION_KINDS, PREDICATES, STATEMENT_KINDS
from kg.namespaces import CK
from kg.records import MilitaryAction, Negotiation, Relation, Statement


def _event(iri: URIRef, family: str, kind: str | None, kinds: frozenset[str], label: str, lexicon: str) -> Iterator[Triple]:
    if kind is not None and kind not in kinds:
        raise MappingError(f"{iri}: kind {kind!r} is none of the ontology's; correct kg/extract/lexicon/{lexicon}")
    yield iri, RDF.type, CK.Event
    yield iri, RDF.type, CK[family]
    if kind:
        yield iri, RDF.type, CK[kind]
    yield iri, RDFS.label, Literal(label)


def map_statement(statement: Statement, scope: Scope) -> Iterator[Triple]:
    """Who said what to whom; the roles of speech stand on the statement itself."""
    iri = scope.iri(statement.ref)
    yield from _event(iri, "Statement", statement.kind, STATEMENT_KINDS, statement.label, "cues.tsv")
    if statement.speaker:
        yield iri, CK.speaker, scope.iri(statement.speaker)
    for ref in statement.addressees:
        yield iri, CK.addressee, scope.iri(ref)
    for ref in statement.about:
        yield iri, CK.about, scope.iri(ref)
    if statement.content:
        yield iri, CK.content, Literal(statement.content)
    for quotation in statement.quotations:
        yield iri, CK.quotation, Literal(quotation)
    if statement.medium:
        yield iri, CK.medium, scope.iri(statement.medium)
    if statement.date:
        yield from map_date(iri, statement.date)
    yield from map_reports(iri, statement.reports, scope)


def map_action(action: MilitaryAction, scope: Scope) -> Iterator[Triple]:
    """A military action; who did it and to whom stands on its reports."""
    iri = scope.iri(action.ref)
    yield from _event(iri, "MilitaryAction", action.kind, ACTION_KINDS, action.label, "actions.tsv")
    yield from map_reports(iri, action.reports, scope)


def map_negotiation(negotiation: Negotiation, scope: Scope) -> Iterator[Triple]:
    """A negotiation; its parties and its status stand on its reports."""
    iri = scope.iri(negotiation.ref)
    yield from _event(iri, "Negotiation", negotiation.kind, NEGOTIATION_KINDS, negotiation.label, "negotiations.tsv")
    yield from map_reports(iri, negotiation.reports, scope)


def map_relation(relation: Relation, scope: Scope) -> Iterator[Triple]:
    """What a passage says of two actors."""
    if relation.predicate not in PREDICATES:
        raise MappingError(f"{relation.ref}: predicate {relation.predicate!r} is not in the ontology; correct kg/extract/relations.py")
    iri = scope.iri(relation.ref)
    yield iri, RDF.type, CK.Relation
    yield iri, RDFS.label, Literal(relation.label)
    yield iri, CK.subject, scope.iri(relation.subject)
    yield iri, CK.predicate, CK[relation.predicate]
    if relation.object:
        yield iri, CK.object, scope.iri(relation.object)
    if relation.office:
        yield iri, CK.office, Literal(relation.office)
    yield from map_reports(iri, relation.reports, scope)
