"""Every shape on a sound graph and on that graph with one thing broken: exactly the meant fault is reported, and no constraint is idle."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import BNode, Dataset, Graph, URIRef
from rdflib.namespace import RDF, RDFS, SH

from kg.mappers.terms import ACTION_KINDS, ACTOR_KINDS, MODALITIES, NEGOTIATION_KINDS, PREDICATES, STATEMENT_KINDS, STATUSES
from kg.namespaces import CK, CKS
from kg.settings import Settings
from kg.store import open_current
from kg.validate import Finding, load_shapes, report_graph, report_text, validate

ROOT = Path(__file__).parents[1]
CASES = ROOT / "tests" / "shapes"
SOUND = CASES / "sound.ttl"
EX = "https://kg.example/"
STEMS = sorted(p.stem for p in (ROOT / "shapes").glob("*.ttl"))
EXAMPLE = ROOT.parent / "shared" / "example.trig"
Fault = tuple[str, str, str]


@dataclass(frozen=True)
class Case:
    """One change of the sound graph: triples to take out and to put in, as Turtle, and the faults to be found."""

    faults: frozenset[Fault]
    without: str
    plus: str


def cases(stem: str) -> list[Case]:
    """The rows of a table: finds (focus, shape, component; several after a semicolon), without, with."""
    with open(CASES / f"{stem}.tsv", encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert rows and set(rows[0]) == {"finds", "without", "with"}
    found = []
    for row in rows:
        words = [fault.split() for fault in row["finds"].split(";")]
        found.append(Case(frozenset((focus, shape, component) for focus, shape, component in words), row["without"], row["with"]))
    return found


@cache
def sound() -> Graph:
    return Graph().parse(SOUND)


def turtle(text: str) -> Graph:
    prefixes = "".join(line for line in SOUND.read_text("utf-8").splitlines(keepends=True) if line.startswith("@prefix"))
    return Graph().parse(data=f"{prefixes}{text} .", format="turtle") if text else Graph()


def broken(case: Case) -> Graph:
    out, into = turtle(case.without), turtle(case.plus)
    assert len(out) + len(into) and all(t in sound() for t in out) and not any(t in sound() for t in into), case
    return sound() - out + into


def fault(finding: Finding) -> Fault:
    focus = "_" if finding.focus.startswith("_:") else finding.focus.removeprefix(EX)
    return focus, finding.shape.removeprefix(str(CKS)), finding.component.removesuffix("ConstraintComponent")


@pytest.fixture(scope="module")
def shapes() -> Graph:
    return load_shapes().parse(ROOT / "shapes" / "ontology.ttl")


def named(shapes: Graph) -> set[URIRef]:
    """The shapes that report: all but those inside another one."""
    return {s for kind in (SH.NodeShape, SH.PropertyShape) for s in shapes.subjects(RDF.type, kind) if isinstance(s, URIRef)}


def test_every_file_of_shapes_has_its_table() -> None:
    assert len(STEMS) >= 13
    assert sorted(p.stem for p in CASES.glob("*.tsv")) == STEMS


def test_the_sound_graph_conforms(shapes: Graph) -> None:
    assert len(sound()) > 150
    assert validate(sound(), shapes) == []


@pytest.mark.parametrize(("stem", "case"), [pytest.param(s, c, id=f"{s}-{n}") for s in STEMS for n, c in enumerate(cases(s), 2)])
def test_one_thing_broken_is_found_and_nothing_else(stem: str, case: Case, shapes: Graph) -> None:
    found = validate(broken(case), shapes)
    assert {fault(f) for f in found} == case.faults
    for f in found:
        assert (f.severity, f.message) == ("Violation", str(shapes.value(URIRef(f.shape), SH.message)))
    own = set(Graph().parse(ROOT / "shapes" / f"{stem}.ttl").subjects(SH.message, None))
    assert own & {URIRef(f.shape) for f in found}


@pytest.mark.parametrize("stem", STEMS)
def test_each_constraint_has_a_case_that_it_finds(stem: str) -> None:
    own = Graph().parse(ROOT / "shapes" / f"{stem}.ttl")
    idle = {RDF.type, SH.targetClass, SH.targetSubjectsOf, SH.path, SH.severity, SH.message}
    constraints = {(str(shape).removeprefix(str(CKS)), str(p).removeprefix(str(SH)).lower())
                   for shape in named(own) for p in set(own.predicates(shape, None)) - idle}
    tried = {(shape, component.lower()) for case in cases(stem) for _, shape, component in case.faults}
    assert constraints
    assert constraints - tried == set()


def test_every_message_is_provoked_by_a_case(shapes: Graph) -> None:
    found = {shape for stem in STEMS for case in cases(stem) for _, shape, _ in case.faults}
    silent = {str(m) for s, m in shapes.subject_objects(SH.message) if str(s).removeprefix(str(CKS)) not in found}
    assert len(found) > 90
    assert silent == set()


@pytest.mark.parametrize(("shape", "predicate", "terms"), [
    ("Statement-kinds", SH.targetClass, STATEMENT_KINDS), ("MilitaryAction-kinds", SH.targetClass, ACTION_KINDS),
    ("Negotiation-kinds", SH.targetClass, NEGOTIATION_KINDS), ("Actor-family", SH.targetClass, ACTOR_KINDS),
    ("Actor-kind", SH["in"], ACTOR_KINDS | {"Actor"}), ("Report-modality", SH["in"], MODALITIES), ("Report-status", SH["in"], STATUSES),
    ("Relation-predicate", SH["in"], PREDICATES),
    ("Event-kind", SH["in"], STATEMENT_KINDS | ACTION_KINDS | NEGOTIATION_KINDS | {"Event", "Statement", "MilitaryAction", "Negotiation"}),
])
def test_closed_lists_are_those_of_the_mappers(shape: str, predicate: URIRef, terms: frozenset[str], shapes: Graph) -> None:
    values = list(shapes.objects(CKS[shape], predicate))
    listed = list(shapes.items(values[0])) if predicate == SH["in"] else values
    assert Counter(str(t).removeprefix(str(CK)) for t in listed) == Counter(terms)


def test_each_property_of_the_ontology_is_held_to_its_domain(shapes: Graph) -> None:
    domains: dict[str, set[str]] = {}
    for path in (ROOT / "ontology").glob("*.ttl"):
        for term, domain in Graph().parse(path).subject_objects(RDFS.domain):
            domains.setdefault(str(domain).removeprefix(str(CK)), set()).add(str(term))
    assert len(domains) > 7
    assert {d: {str(t) for t in shapes.objects(CKS[f"{d}-only"], SH.targetSubjectsOf)} for d in domains} == domains
    assert all(shapes.value(CKS[f"{d}-only"], SH["class"]) == CK[d] for d in domains)


def test_each_shape_has_a_message_of_its_own(shapes: Graph) -> None:
    texts = Counter(str(shapes.value(s, SH.message)) for s in named(shapes))
    assert len(texts) > 90
    assert [t for t, n in texts.items() if n > 1 or len(t.split()) < 5 or not t.endswith(".")] == []
    assert [s for s in named(shapes) if not s.startswith(CKS) or shapes.value(s, SH.severity) != SH.Violation] == []
    assert set(shapes.subjects(SH.message, None)) == named(shapes)


def test_what_was_built_conforms(built: Settings) -> None:
    triples = ox.serialize((q.triple for q in open_current(built.data).store), format=ox.RdfFormat.N_TRIPLES)
    data = Graph().parse(data=triples or b"", format="nt")
    assert len(data) > 10_000
    assert validate(data, load_shapes()) == []


def test_the_example_of_the_contract_conforms() -> None:
    if not EXAMPLE.exists():
        pytest.skip(f"{EXAMPLE} is not here")
    data = Graph()
    for s, p, o, _ in Dataset().parse(EXAMPLE, format="trig").quads():
        data.add((s, p, o))
    assert len(data) > 100
    assert validate(data, load_shapes()) == []


def test_the_report_tells_where_and_what(shapes: Graph) -> None:
    findings = validate(broken(Case(frozenset(), "ex:post-report ck:reports ex:post", "[] a oa:TextPositionSelector ; oa:start 0 ; oa:end 1")), shapes)
    paths = {fault(f)[1]: f.path for f in findings}
    assert paths["Event-reported"] == "^<https://w3id.org/conflict-kg/ontology#reports>"
    assert paths["Report-reports"] == "https://w3id.org/conflict-kg/ontology#reports"
    told = report_text(findings)
    assert "No report tells of this event or relation" in told and "at    https://kg.example/post\n" in told
    graph = report_graph(findings, "https://kg.example")
    assert (None, SH.conforms, None) in graph and len(set(graph.subjects(RDF.type, SH.ValidationResult))) == 3
    focus = set(graph.objects(None, SH.focusNode))
    assert {URIRef(EX + "post"), URIRef(EX + "post-report")} < focus and [f for f in focus if isinstance(f, BNode)]
    assert set(graph.objects(None, SH.resultPath)) == {URIRef("https://w3id.org/conflict-kg/ontology#reports")}
    Graph().parse(data=graph.serialize(format="turtle"), format="turtle")
