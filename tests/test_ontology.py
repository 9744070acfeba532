"""The ontology: it parses, every term in use is defined once, the shapes for the ontology hold."""

from __future__ import annotations

import re
from pathlib import Path

from rdflib import Graph
from rdflib.namespace import RDFS

from kg.namespaces import CK
from kg.validate import validate

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "ontology").glob("*.ttl"))


def ontology() -> Graph:
    graph = Graph()
    for path in MODULES:
        graph.parse(path)
    return graph


def test_shapes_for_the_ontology_hold() -> None:
    shapes = Graph().parse(ROOT / "shapes" / "ontology.ttl")
    assert len(MODULES) >= 8
    assert validate(ontology(), shapes) == []


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
