"""Every shape on data that must fail: exactly the faults that were put in are reported, and each constraint has one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import RDF, SH

from kg.namespaces import CKS
from kg.validate import load_shapes, validate

ROOT = Path(__file__).parents[1]
CASES = ROOT / "tests" / "shapes"
STEMS = sorted(p.stem for p in (ROOT / "shapes").glob("*.ttl"))
FIELDS = {"focus": ("ex:", "https://kg.example/"), "shape": ("cks:", str(CKS)), "component": ("sh:", str(SH)), "severity": ("sh:", str(SH))}
Fault = tuple[str, ...]


def expected(stem: str) -> set[Fault]:
    """Focus, shape, component and severity of each fault in ``<stem>.ttl``, without prefixes."""
    rows = json.loads((CASES / f"{stem}.expected.json").read_text(encoding="utf-8"))
    assert rows
    assert all(set(row) == set(FIELDS) and all(row[f].startswith(p) for f, (p, _) in FIELDS.items()) for row in rows)
    faults = [tuple(row[f].removeprefix(p) for f, (p, _) in FIELDS.items()) for row in rows]
    assert len(set(faults)) == len(faults)
    return set(faults)


def shapes_for(stem: str) -> Graph:
    return Graph().parse(ROOT / "shapes" / "ontology.ttl") if stem == "ontology" else load_shapes()


def constraints(stem: str) -> set[tuple[str, str]]:
    """Property shape and component of each constraint in ``shapes/<stem>.ttl``."""
    shapes = Graph().parse(ROOT / "shapes" / f"{stem}.ttl")
    no_constraint = {SH.path, SH.severity, SH.message}
    return {(str(shape).removeprefix(str(CKS)), f"{name[:1].upper()}{name[1:]}ConstraintComponent")
            for shape in shapes.objects(None, SH.property) for predicate in set(shapes.predicates(shape, None)) - no_constraint
            for name in [str(predicate).removeprefix(str(SH))]}


def test_every_shape_file_has_its_failing_data() -> None:
    assert len(STEMS) >= 9
    assert sorted(p.stem for p in CASES.glob("*.ttl")) == STEMS
    assert sorted(p.name.removesuffix(".expected.json") for p in CASES.glob("*.json")) == STEMS


@pytest.mark.parametrize("stem", STEMS)
def test_exactly_these_faults_are_reported(stem: str) -> None:
    found = validate(Graph().parse(CASES / f"{stem}.ttl"), shapes_for(stem))
    assert {(f.focus.removeprefix(FIELDS["focus"][1]), f.shape.removeprefix(str(CKS)), f.component, f.severity) for f in found} == expected(stem)
    assert all(f.message for f in found)


@pytest.mark.parametrize("stem", STEMS)
def test_each_constraint_has_a_fault_that_it_finds(stem: str) -> None:
    wanted = constraints(stem)
    assert wanted
    assert wanted - {(shape, component) for _, shape, component, _ in expected(stem)} == set()


@pytest.mark.parametrize("stem", STEMS)
def test_every_shape_has_a_name_to_report(stem: str) -> None:
    shapes = Graph().parse(ROOT / "shapes" / f"{stem}.ttl")
    named = {*shapes.subjects(RDF.type, SH.NodeShape), *shapes.objects(None, SH.property)}
    assert named
    assert [s for s in named if not isinstance(s, URIRef) or not s.startswith(CKS)] == []
