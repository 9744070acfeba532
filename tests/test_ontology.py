"""The ontology: it parses, every term in use is defined once, the shapes for the ontology hold, and bad data is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rdflib import Graph
from rdflib.namespace import RDFS, SH

from kg.namespaces import CK
from kg.validate import load_shapes, validate

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "ontology").glob("*.ttl"))
PREFIXES = """@prefix ck: <https://w3id.org/conflict-kg/ontology#> . @prefix ex: <https://kg.example/> .
@prefix oa: <http://www.w3.org/ns/oa#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"""


def ontology() -> Graph:
    graph = Graph()
    for path in MODULES:
        graph.parse(path)
    return graph


def test_shapes_for_the_ontology_hold() -> None:
    shapes = Graph().parse(ROOT / "shapes" / "ontology.ttl")
    assert len(MODULES) >= 8
    assert validate(ontology(), shapes) == []
    bare = Graph().parse(data=PREFIXES + "ck:Nameless a owl:Class .", format="turtle")
    assert {f.component for f in validate(bare, shapes)} == {"MinCountConstraintComponent"}


def test_every_term_in_use_is_defined() -> None:
    defined = {str(s)[len(CK):] for s in ontology().subjects(RDFS.label, None)}
    used: dict[str, str] = {}
    files = [*(ROOT / "shapes").glob("*.ttl"), *(ROOT / "queries").rglob("*.rq"), *(ROOT / "kg").rglob("*.py")]
    for path in files:
        text = path.read_text("utf-8")
        for name in re.findall(r"\bck:(\w+)", text) + re.findall(r"\bCK\.(\w+)", text) + re.findall(r'\bCK\["(\w+)"\]', text):
            used.setdefault(name, path.name)
    assert len(used) > 60
    assert {n: f for n, f in used.items() if n not in defined} == {}


def test_no_term_is_defined_twice() -> None:
    homes: dict[str, list[str]] = {}
    for path in MODULES:
        for term in Graph().parse(path).subjects(RDFS.label, None):
            homes.setdefault(str(term), []).append(path.name)
    assert {t: f for t, f in homes.items() if len(f) > 1} == {}


@pytest.mark.parametrize(("data", "shape", "component"), [
    ("ex:x a ck:Article .", "Article-identifier", "MinCountConstraintComponent"),
    ('ex:x a ck:Article ; ck:textDigest "md5:1" .', "Article-textDigest", "PatternConstraintComponent"),
    ("ex:x a ck:Report ; ck:modality ck:Certain .", "Report-modality", "InConstraintComponent"),
    ("ex:x a ck:Report .", "Report-attributedTo", "MinCountConstraintComponent"),
    ("ex:x a oa:TextPositionSelector ; oa:start 9 ; oa:end 3 .", "Position-start", "LessThanConstraintComponent"),
    ('ex:x a oa:TextQuoteSelector ; oa:exact "" .', "Quote-exact", "MinLengthConstraintComponent"),
    ("ex:x a ck:Statement ; ck:speaker ex:a, ex:b .", "Statement-speaker", "MaxCountConstraintComponent"),
    ("ex:x a ck:MilitaryAction .", "MilitaryAction-label", "MinCountConstraintComponent"),
    ("ex:x a ck:Casualties ; ck:minimum 9 ; ck:maximum 3 .", "Casualties-minimum", "LessThanOrEqualsConstraintComponent"),
    ("ex:x a ck:Negotiation .", "Negotiation-label", "MinCountConstraintComponent"),
    ("ex:x a ck:Relation ; ck:predicate ck:likes .", "Relation-predicate", "InConstraintComponent"),
    ("ex:x a ck:Actor .", "Actor-prefLabel", "MinCountConstraintComponent"),
    ("ex:x a ck:Place .", "Place-prefLabel", "MinCountConstraintComponent"),
])
def test_bad_data_is_refused(data: str, shape: str, component: str) -> None:
    graph = Graph().parse(data=PREFIXES + data, format="turtle")
    findings = {(f.focus, f.shape.rpartition("#")[2], f.component) for f in validate(graph, load_shapes())}
    assert ("https://kg.example/x", shape, component) in findings


def test_every_property_shape_has_severity_and_message() -> None:
    shapes = load_shapes()
    named = set(shapes.objects(None, SH.property))
    assert len(named) > 20
    assert [p for p in named if shapes.value(p, SH.message) is None or shapes.value(p, SH.severity) is None] == []
