"""What the index is made of, read from a snapshot by one pass for each property."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

import pyoxigraph as ox
from rdflib.namespace import DCTERMS, RDF, RDFS, SKOS

from kg.mappers.terms import ACTION_KINDS, ACTOR_KINDS, NEGOTIATION_KINDS, STATEMENT_KINDS
from kg.namespaces import CK, GEO, SCHEMA
from kg.store import Snapshot

#: In the order in which hits of equal worth are shown.
FAMILIES = ("Actor", "Place", "Article", "Statement", "MilitaryAction", "Negotiation", "Relation")
EVENTS = FAMILIES[3:]
_KINDS = ACTOR_KINDS | STATEMENT_KINDS | ACTION_KINDS | NEGOTIATION_KINDS
_ON_EVENT = ("speaker", "addressee", "about", "medium", "subject", "object")
_ON_REPORT = ("perpetrator", "target", "location", "party", "mediator")
_POINT = re.compile(r"POINT\s*\(\s*(-?[\d.]+)\s+(-?[\d.]+)\s*\)")
_DAY = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")


@dataclass(frozen=True, order=True)
class Figure:
    """A number of killed, wounded or displaced people that one report gives; a bound that it does not give is 0 or very high."""

    report: str
    kind: str = ""
    victims: str = ""
    lowest: int = 0
    highest: int = 10**9


@dataclass
class Entry:
    """One thing: ``day`` is its first day, 0 where it has none; ``order`` the day that lists sort it by; both as yyyymmdd."""

    family: str
    kind: str = ""
    label: str = ""
    article: str = ""
    day: int = 0
    stated: str = ""  # the first date in the precision of the text
    order: int = 0
    names: set[str] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)
    modalities: set[str] = field(default_factory=set)
    roles: set[tuple[str, str]] = field(default_factory=set)  # (role, IRI of the actor or place)
    point: tuple[float, float] | None = None  # latitude, longitude
    titles: set[str] = field(default_factory=set)  # offices that the text gives the speaker, or the subject of a relation
    above: str = ""  # IRI of the state or body that an actor belongs to
    figures: set[Figure] = field(default_factory=set)


def gather(snapshot: Snapshot) -> tuple[dict[str, Entry], dict[str, str]]:
    """IRI -> entry of all that has a page of its own, and the labels of the terms that pages show."""
    things: dict[str, Entry] = {}
    for family in FAMILIES:
        for subject, _, _ in triples_of(snapshot, RDF.type, str(CK[family])):
            things.setdefault(subject, Entry(family))
    _describe(snapshot, things)
    _reports(snapshot, things)
    _names_of_relations(snapshot, things)
    issued = {iri: e.order for iri, e in things.items() if e.family == "Article"}
    for entry in things.values():
        if entry.family in EVENTS:
            entry.order = entry.day or issued.get(entry.article, 0)
    terms = {s: o for s, o, _ in triples_of(snapshot, RDFS.label) if s not in things and "#" in s}
    return things, terms


def triples_of(snapshot: Snapshot, predicate: str, value: str | None = None) -> Iterator[tuple[str, str, str]]:
    """(subject, object, graph) of all triples of a property."""
    node = ox.NamedNode(value) if value else None
    for quad in snapshot.store.quads_for_pattern(None, ox.NamedNode(str(predicate)), node):
        if isinstance(quad.subject, ox.NamedNode) and not isinstance(quad.object, ox.BlankNode | ox.Triple):
            yield quad.subject.value, quad.object.value, getattr(quad.graph_name, "value", "")


def _describe(snapshot: Snapshot, things: dict[str, Entry]) -> None:
    """Kinds, labels, names, days and roles that stand on the things themselves."""
    for kind in sorted(_KINDS):
        for subject, _, _ in triples_of(snapshot, RDF.type, str(CK[kind])):
            if subject in things:
                things[subject].kind = kind
    article_of = {graph: subject for subject, graph, _ in triples_of(snapshot, str(CK.graph))}
    for predicate in (SKOS.prefLabel, RDFS.label, DCTERMS.title, DCTERMS.identifier):
        for subject, text, graph in triples_of(snapshot, predicate):
            if (entry := things.get(subject)) is not None:
                entry.label = entry.label or text
                entry.article = entry.article or article_of.get(graph, "")
    for subject, text, _ in triples_of(snapshot, SKOS.altLabel):
        if subject in things:
            things[subject].names.add(text)
    for predicate in (CK.content, CK.quotation):
        for subject, text, _ in triples_of(snapshot, predicate):
            if subject in things:
                things[subject].texts.add(text)
    for predicate in (CK.earliest, DCTERMS.issued):
        for subject, text, _ in triples_of(snapshot, predicate):
            if (entry := things.get(subject)) is not None:
                entry.day = _earlier(entry.day, number_of(text))
                entry.order = entry.day
    for predicate in (CK.date, CK.startDate, DCTERMS.issued):
        for subject, text, _ in triples_of(snapshot, predicate):
            if subject in things:
                things[subject].stated = min(things[subject].stated or text, text)
    for role in _ON_EVENT:
        for subject, other, _ in triples_of(snapshot, str(CK[role])):
            if subject in things and other in things:
                things[subject].roles.add((role, other))
    for predicate, role in ((DCTERMS.publisher, "publisher"), (CK.originalSource, "source"), (SCHEMA.mentions, "mentioned")):
        for subject, other, _ in triples_of(snapshot, predicate):
            if subject in things and other in things:
                things[subject].roles.add((role, other))
    for subject, other, _ in triples_of(snapshot, str(CK.within)):
        if subject in things and other in things:
            things[subject].roles.add(("within", other))
    for subject, other, _ in triples_of(snapshot, str(CK.affiliation)):
        if subject in things and other in things:
            things[subject].above = other
    geometry = {subject: other for subject, other, _ in triples_of(snapshot, GEO.asWKT)}
    for subject, other, _ in triples_of(snapshot, GEO.hasGeometry):
        if subject in things and (found := _POINT.fullmatch(geometry.get(other, ""))):
            things[subject].point = float(found[2]), float(found[1])


def _reports(snapshot: Snapshot, things: dict[str, Entry]) -> None:
    """What stands on the reports of events: roles, modality, days."""
    event_of: dict[str, str] = {}
    for report, event, graph in triples_of(snapshot, str(CK.reports)):
        if event in things:
            event_of[report] = event
            if not things[event].article and graph.partition("/graph/article/")[2]:
                things[event].article = graph.replace("/graph/article/", "/id/article/", 1)
    modality = {report: m.rpartition("#")[2] for report, m, _ in triples_of(snapshot, str(CK.modality))}
    for report, event in event_of.items():
        things[event].modalities.add(modality.get(report, ""))
    for subject, text, _ in triples_of(snapshot, CK.earliest):
        if subject in event_of:
            entry = things[event_of[subject]]
            entry.day = _earlier(entry.day, number_of(text))
    for predicate in (CK.date, CK.startDate):
        for subject, text, _ in triples_of(snapshot, predicate):
            if subject in event_of:
                entry = things[event_of[subject]]
                entry.stated = min(entry.stated or text, text)
    doubted: dict[tuple[str, str], set[str]] = defaultdict(set)
    for role in _ON_REPORT:
        for report, other, _ in triples_of(snapshot, str(CK[role])):
            if report in event_of and other in things:
                if role == "perpetrator":
                    doubted[event_of[report], other].add(modality.get(report, ""))
                else:
                    things[event_of[report]].roles.add((role, other))
    for (event, actor), said in doubted.items():
        things[event].roles.add(("perpetrator" if "Asserted" in said else "accused" if said & {"Alleged", "Denied"} else "intending", actor))
    for figure in _figures(snapshot):
        if figure.report in event_of:
            things[event_of[figure.report]].figures.add(figure)
    for report, text, _ in triples_of(snapshot, str(CK.titleInText)):
        if report in event_of:
            things[event_of[report]].titles.add(text)
    for relation, text, _ in triples_of(snapshot, str(CK.office)):
        if relation in things:
            things[relation].titles.add(text)


def _figures(snapshot: Snapshot) -> Iterator[Figure]:
    """All figures but those that another one includes."""
    part = {node for node, _, _ in triples_of(snapshot, str(CK.includedIn))}
    kind = {node: k.rpartition("#")[2] for node, k, _ in triples_of(snapshot, str(CK.casualtyKind))}
    victims = {node: text.lower() for node, text, _ in triples_of(snapshot, str(CK.victims))}
    lowest, highest = ({node: int(n) for node, n, _ in triples_of(snapshot, str(bound)) if n.isdecimal()} for bound in (CK.minimum, CK.maximum))
    for report, node, _ in triples_of(snapshot, str(CK.casualties)):
        if node not in part:
            yield Figure(report, kind.get(node, ""), victims.get(node, ""), lowest.get(node, 0), highest.get(node, 10**9))


def _names_of_relations(snapshot: Snapshot, things: dict[str, Entry]) -> None:
    """Relations carry their predicate as kind; one without a label gets a readable one."""
    for subject, predicate, _ in triples_of(snapshot, str(CK.predicate)):
        entry = things.get(subject)
        if entry is not None and entry.family == "Relation":
            entry.kind = predicate.rpartition("#")[2]
            if not entry.label:
                ends = dict(entry.roles)
                names = [things[ends[r]].label for r in ("subject", "object") if r in ends]
                entry.label = f" {spaced(entry.kind)} ".join(names) if len(names) == 2 else f"{' '.join(names)} {spaced(entry.kind)}"


def spaced(name: str) -> str:
    """``holdsOffice`` -> ``holds office``."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()


def number_of(text: str) -> int:
    """A date, month or year as yyyymmdd; 0 for anything else."""
    found = _DAY.match(text)
    return int(found[1]) * 10000 + int(found[2] or 1) * 100 + int(found[3] or 1) if found else 0


def _earlier(one: int, other: int) -> int:
    return min(one, other) if one and other else one or other
