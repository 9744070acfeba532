"""Records to triples: one mapper a family, one named graph an article; no I/O here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rdflib import Graph, URIRef
from rdflib.namespace import RDF, SKOS
from rdflib.term import Node

from kg.mappers.events import map_action, map_negotiation, map_relation, map_statement
from kg.mappers.reports import Scope, Triple
from kg.mappers.things import map_actor, map_article, map_known, map_place, map_run
from kg.namespaces import CK, PREFIXES
from kg.records import Records
from kg.settings import Settings

if TYPE_CHECKING:
    from kg.authority import Authority  # which itself needs the lists of terms here

#: Family of records -> its mapper.
MAPPERS: dict[str, Callable[[Any, Scope], Iterator[Triple]]] = {
    "statements": map_statement, "actions": map_action, "negotiations": map_negotiation, "relations": map_relation}


@dataclass(frozen=True)
class MappedArticle:
    """``graph``: what the article says; ``derived``: the actors and places that it brought, and the run."""

    graph: Graph
    graph_iri: str
    derived: Graph


def new_graph() -> Graph:
    """An empty graph that knows our prefixes."""
    graph = Graph(bind_namespaces="none")
    for prefix, iri in PREFIXES.items():
        graph.bind(prefix, iri)
    return graph


def map_records(records: Records, settings: Settings, run: str) -> MappedArticle:
    """Maps all that one article says.

    :raises MappingError: where a record has no place in the ontology or evidence lies outside the text
    """
    scope = Scope(records.article, settings.base_iri, run)
    graph, derived = new_graph(), new_graph()
    for triple in map_article(records, scope):
        graph.add(triple)
    for family, mapper in MAPPERS.items():
        for record in getattr(records, family):
            for triple in mapper(record, scope):
                graph.add(triple)
    for actor in records.actors:
        if not actor.known:
            for triple in map_actor(actor, scope):
                derived.add(triple)
    for place in records.places:
        if not place.known:
            for triple in map_place(place, scope):
                derived.add(triple)
    for triple in map_run(scope, f"conflict-kg {run.replace('-', ' ')}"):
        derived.add(triple)
    return MappedArticle(graph, f"{settings.base_iri}/graph/article/{records.article.id}", derived)


def map_authority(authority: Authority, settings: Settings) -> Graph:
    """The known actors and places."""
    graph = new_graph()
    for triple in map_known(authority, settings.base_iri):
        graph.add(triple)
    return graph


def merge_derived(graphs: Iterable[Graph]) -> Graph:
    """One graph of all that articles brought.

    Where they differ on the label or kind of an actor or place, what most of them say is kept, the alphabetically first of
    equals; the other labels become alternative ones.
    """
    merged = new_graph()
    votes: Counter[tuple[Node, Node, Node]] = Counter()
    for graph in graphs:
        merged += graph
        votes.update((s, p, o) for p in (SKOS.prefLabel, RDF.type, CK.within) for s, o in graph.subject_objects(p))

    def losers(subject: Node, predicate: URIRef, objects: Iterable[Node]) -> list[Node]:
        return sorted(objects, key=lambda o: (-votes[subject, predicate, o], str(o)))[1:]

    for subject in set(merged.subjects(SKOS.prefLabel, None)):
        for label in losers(subject, SKOS.prefLabel, list(merged.objects(subject, SKOS.prefLabel))):
            merged.remove((subject, SKOS.prefLabel, label))
            merged.add((subject, SKOS.altLabel, label))
        kept = next(iter(merged.objects(subject, SKOS.prefLabel)))
        merged.remove((subject, SKOS.altLabel, kept))
        for place in losers(subject, CK.within, list(merged.objects(subject, CK.within))):
            merged.remove((subject, CK.within, place))
    for subject in set(merged.subjects(RDF.type, CK.Actor)):
        kinds = [t for t in merged.objects(subject, RDF.type) if t != CK.Actor and isinstance(t, URIRef)]
        for kind in losers(subject, RDF.type, kinds):
            merged.remove((subject, RDF.type, kind))
    return merged
