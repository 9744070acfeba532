"""The articles worked by hand in ontology/examples: they keep the contract, and together they show what it has."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import BNode, Dataset, Graph, Literal, URIRef, namespace
from rdflib.namespace import DCTERMS, PROV, RDF, RDFS, SKOS

from kg.authority import load
from kg.iris import article_id
from kg.mappers import map_authority
from kg.mappers.terms import MODALITIES
from kg.namespaces import CK, OA, SCHEMA
from kg.settings import Settings
from kg.validate import check_evidence, load_shapes, validate

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "ontology" / "examples"
EXAMPLES = sorted(FOLDER.glob("*.trig"))
BASE = Settings().base_iri
SPANS = (CK.trigger, CK.sourceSpan, CK.cueSpan, CK.contentSpan)
each = pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)


def graphs(path: Path) -> dict[str, Graph]:
    """The named graphs of a TriG file by IRI."""
    found: dict[str, Graph] = defaultdict(Graph)
    for s, p, o, g in Dataset().parse(path, format="trig").quads():
        found[str(g)].add((s, p, o))
    return found


def union(path: Path) -> Graph:
    merged = Graph()
    for graph in graphs(path).values():
        merged += graph
    return merged


def text_of(path: Path) -> str:
    return path.with_suffix(".txt").read_bytes().decode("utf-8")


def number(graph: Graph, node: URIRef, predicate: URIRef) -> int:
    value = graph.value(node, predicate)
    assert isinstance(value, Literal) and value.datatype == namespace.XSD.integer, (node, predicate, value)
    return int(value)


def test_every_example_has_text_and_triples_and_is_told_of() -> None:
    assert len(EXAMPLES) >= 3
    assert {p.stem for p in FOLDER.glob("*.txt")} == {p.stem for p in EXAMPLES}
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert [p.stem for p in EXAMPLES if p.name not in readme] == []


@each
def test_graphs_are_those_of_the_contract(path: Path) -> None:
    identifier = article_id(path.with_suffix(".txt").name)
    article, graph = URIRef(f"{BASE}/id/article/{identifier}"), f"{BASE}/graph/article/{identifier}"
    found = graphs(path)
    assert set(found) - {f"{BASE}/graph/authority"} == {graph, f"{BASE}/graph/derived"}
    said = found[graph]
    assert [str(a) for a in said.subjects(RDF.type, SCHEMA.NewsArticle)] == [str(article)]
    assert said.value(article, CK.graph) == URIRef(graph)
    assert str(said.value(article, DCTERMS.identifier)) == f"{path.stem}.txt"
    assert str(said.value(article, CK.textDigest)) == "sha256:" + hashlib.sha256(text_of(path).encode("utf-8")).hexdigest()
    known = map_authority(load(), Settings())
    names = {SKOS.prefLabel, SKOS.altLabel}  # a table may come to prefer another of its names
    assert [(s, p, o) for s, p, o in found[f"{BASE}/graph/authority"]
            if not any((s, q, o) in known for q in (names if p in names else {p}))] == []
    assert [s for s in set(found[f"{BASE}/graph/derived"].subjects()) if (s, None, None) in known] == []


@each
def test_conforms_to_the_shapes(path: Path) -> None:
    assert validate(union(path), load_shapes()) == []


@each
def test_quotations_equal_the_text(path: Path) -> None:
    graph, text = union(path), text_of(path)
    passages = set(graph.objects(None, CK.evidence))
    assert len(passages) >= 10
    assert check_evidence(graph, text) == []
    assert len(check_evidence(graph, " " + text)) == len(passages)
    for passage in passages:
        quote, position = sorted(graph.objects(passage, OA.hasSelector), key=lambda s: (s, OA.exact, None) not in graph)
        before, after = (str(graph.value(quote, p) or "") for p in (OA.prefix, OA.suffix))
        assert before and text[:number(graph, position, OA.start)].endswith(before)
        assert after and text[number(graph, position, OA.end):].startswith(after)
        assert "\n" not in str(graph.value(quote, OA.exact))


@each
def test_spans_lie_in_the_evidence_and_on_whole_words(path: Path) -> None:
    graph, text = union(path), text_of(path)
    seen = 0
    for predicate in SPANS:
        for report, span in graph.subject_objects(predicate):
            start, end = number(graph, span, OA.start), number(graph, span, OA.end)
            evidence = graph.value(report, CK.evidence)
            position = next(s for s in graph.objects(evidence, OA.hasSelector) if (s, OA.start, None) in graph)
            assert number(graph, position, OA.start) <= start < end <= number(graph, position, OA.end), span
            assert not (text[start - 1] + text[start]).isalnum() and not (text[end - 1] + text[end]).isalnum(), span
            seen += 1
    assert seen >= 20


@each
def test_names_hold_the_offset_of_the_first_words(path: Path) -> None:
    graph = union(path)
    starts: dict[str, set[int]] = defaultdict(set)
    for report, event in graph.subject_objects(CK.reports):
        evidence = graph.value(report, CK.evidence)
        begins = {number(graph, s, OA.start) for s in graph.objects(evidence, OA.hasSelector) if (s, OA.start, None) in graph}
        assert str(report).startswith(f"{event}/report-{min(begins)}")
        cue = CK.cueSpan if (event, RDF.type, CK.Statement) in graph else CK.trigger
        starts[str(event)] |= {number(graph, s, OA.start) for s in graph.objects(report, cue)}
    assert len(starts) >= 10
    for event, offsets in starts.items():
        name = re.fullmatch(r"(.*[-/])(\d+)", event)
        assert name, event
        second_speaker = f"{name[1]}{int(name[2]) - 1}" in starts
        assert int(name[2]) - second_speaker == min(offsets), event


@each
def test_every_term_is_defined(path: Path) -> None:
    ontology = Graph()
    for module in (ROOT / "ontology").glob("*.ttl"):
        ontology.parse(module)
    used = {node for triple in union(path) for node in triple if isinstance(node, URIRef) and node.startswith(CK)}
    assert len(used) > 30
    assert [t for t in sorted(used) if (t, RDFS.label, None) not in ontology] == []


@each
def test_chains_lead_to_a_statement_and_to_its_speaker(path: Path) -> None:
    graph = union(path)
    stated = list(graph.subject_objects(CK.statedIn))
    assert stated
    for report, statement in stated:
        assert (statement, RDF.type, CK.Statement) in graph
        assert set(graph.objects(report, CK.attributedTo)) == set(graph.objects(statement, CK.speaker)), report


@each
def test_made_by_hand_and_without_blank_nodes(path: Path) -> None:
    graph = union(path)
    runs = set(graph.objects(None, PROV.wasGeneratedBy))
    assert [str(r) for r in runs] == [f"{BASE}/id/run/by-hand-1"]
    assert all((run, RDF.type, PROV.Activity) in graph for run in runs)
    assert not any(isinstance(node, BNode) for triple in graph for node in triple)


def test_no_triple_stands_in_two_graphs() -> None:
    homes: dict[tuple[object, ...], set[str]] = defaultdict(set)
    for path in EXAMPLES:
        for name, graph in graphs(path).items():
            for triple in graph:
                homes[triple].add(name)
    assert len(homes) > 500
    assert {t: g for t, g in homes.items() if len(g) > 1} == {}


@pytest.mark.parametrize("check", sorted((ROOT / "queries/checks").glob("*.rq")), ids=lambda p: p.stem)
def test_checks_find_no_fault(check: Path) -> None:
    store = ox.Store()
    for path in EXAMPLES:
        store.load(path.read_bytes(), format=ox.RdfFormat.TRIG)
    assert len(store) > 500
    assert list(store.query(check.read_text(encoding="utf-8"), use_default_graph_as_union=True)) == []


def test_together_they_show_the_contract() -> None:
    merged = Graph()
    for path in EXAMPLES:
        merged += union(path)
    assert {str(m).removeprefix(str(CK)) for m in merged.objects(None, CK.modality)} == MODALITIES
    assert set(merged.objects(None, CK.casualtyKind)) == {CK.Killed, CK.Wounded, CK.Displaced}
    assert {d.datatype for d in merged.objects(None, CK.date) if isinstance(d, Literal)} == {namespace.XSD.date, namespace.XSD.gYearMonth, namespace.XSD.gYear}
    for predicate in (CK.includedIn, CK.quantity, CK.quotation, CK.medium, CK.addressee, CK.mediator, CK.titleInText, CK.originalSource,
                      CK.startDate, CK.office, CK.weapon, CK.target, CK.within):
        assert (None, predicate, None) in merged, predicate
    hearsay = [r for r, s in merged.subject_objects(CK.statedIn) if any((q, CK.statedIn, None) in merged for q in merged.subjects(CK.reports, s))]
    denied = [e for r, e in merged.subject_objects(CK.reports) if (r, CK.modality, CK.Denied) in merged
              and any((q, CK.modality, CK.Alleged) in merged for q in merged.subjects(CK.reports, e))]
    planned = [r for r in merged.subjects(CK.status, CK.Planned) if (r, CK.modality, CK.Planned) in merged]
    split = [r for r in merged.subjects(RDF.type, CK.Report) if len(set(merged.objects(r, CK.contentSpan))) > 1]
    assert hearsay and denied and planned and split
