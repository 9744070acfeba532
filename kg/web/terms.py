"""/ontology and /shapes: every term with its definition, an example from the graph, and how often it is used."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import pyoxigraph as ox
from flask import Blueprint, Response, current_app, jsonify, render_template
from rdflib.namespace import OWL, RDF, RDFS, SH, SKOS

from kg.namespaces import CK, PREFIXES
from kg.settings import RESOURCES
from kg.web import document
from kg.web.look import Look, look, short
from kg.web.negotiate import GRAPHS, HTML, choose, not_acceptable, problem

bp = Blueprint("terms", __name__)
_SECTIONS = {str(OWL.Class): "Classes", str(OWL.ObjectProperty): "Properties that lead to things", str(OWL.DatatypeProperty): "Properties that lead to values",
             str(OWL.NamedIndividual): "Individuals", str(SH.NodeShape): "Shapes", str(SH.PropertyShape): "Shapes of properties"}


@bp.get("/ontology")
@bp.get("/ontology.<suffix>")
def ontology(suffix: str = "") -> Response:
    """The ontology, for programs as RDF, for people as a page."""
    return _files("ontology", suffix)


@bp.get("/shapes")
@bp.get("/shapes.<suffix>")
def shapes(suffix: str = "") -> Response:
    """The shapes that data must conform to."""
    return _files("shapes", suffix)


def _files(folder: str, suffix: str) -> Response:
    forms = {s: m for m, s in document.forms()}
    media = forms.get(suffix) if suffix else choose([HTML, *GRAPHS])
    if suffix and media is None:
        return problem(404, "Not found", f"Suffixes here are {', '.join(forms)}")
    if media is None:
        return not_acceptable([HTML, *GRAPHS])
    found = read(folder)
    if media == HTML:
        seen = look()
        rows = _rows(found)
        counted, examples = _uses(seen, str(current_app.config["READER"].current().path)) if folder == "ontology" else ({}, {})
        seen.learn(examples.values())
        sections = {name: [r for r in rows if r["section"] == name] for name in [*dict.fromkeys(_SECTIONS.values()), "Others"]}
        response = Response(render_template("terms.html", title="Ontology" if folder == "ontology" else "Shapes", folder=folder, examples=examples,
                                            sections={n: r for n, r in sections.items() if r}, counted=counted, forms=document.forms()), mimetype=HTML)
    else:
        response = document.serialized(list(found), media)
    return document.alternates(response, f"/{folder}")


@lru_cache(maxsize=2)
def read(folder: str) -> tuple[ox.Triple, ...]:
    """All triples of the files of a folder."""
    return tuple({q.triple for path in sorted((RESOURCES / folder).glob("*.ttl"))
                  for q in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)})


def _rows(found: tuple[ox.Triple, ...]) -> list[dict[str, Any]]:
    """Term by term: names, definitions, links; without the nodes that only lists and restrictions need."""
    terms: dict[str, dict[str, list[str]]] = {}
    for triple in found:
        if isinstance(triple.subject, ox.NamedNode) and isinstance(triple.object, ox.NamedNode | ox.Literal):
            terms.setdefault(triple.subject.value, {}).setdefault(triple.predicate.value, []).append(triple.object.value)
    rows = []
    for iri, values in sorted(terms.items()):
        kinds = values.get(str(RDF.type), [str(SH.PropertyShape)] if str(SH.path) in values else [])  # SHACL knows shapes of properties by their path
        if not iri.startswith(str(CK)[:-len("ontology#")]) or not kinds:
            continue
        section = next((name for kind, name in _SECTIONS.items() if kind in kinds), "Others")
        text = next((values[str(p)][0] for p in (SKOS.definition, RDFS.comment, SH.message, SH.description) if str(p) in values), "")
        links = [(short(p), sorted(vs)) for p, vs in sorted(values.items())
                 if p not in {str(RDFS.label), str(RDFS.comment), str(SKOS.definition), str(RDF.type), str(RDFS.isDefinedBy), str(SH.message)}]
        rows.append({"iri": iri, "id": short(iri), "label": next(iter(values.get(str(RDFS.label), [])), short(iri)), "text": text, "links": links,
                     "section": section})
    return rows


@bp.get("/terms.json")
def completion() -> Response:
    """The classes and properties that the graph uses or the ontology has, with their prefixes, for the query editor."""
    seen = look()
    counted, _ = _uses(seen, str(current_app.config["READER"].current().path))
    labels = {row["iri"]: row["label"] for row in _rows(read("ontology"))}
    found = []
    for iri in sorted({*labels, *counted}, key=lambda i: (-counted.get(i, 0), i)):
        prefix = next((p for p, start in PREFIXES.items() if iri.startswith(start) and iri[len(start):].isidentifier()), "")
        if prefix:
            found.append({"term": f"{prefix}:{iri[len(PREFIXES[prefix]):]}", "label": labels.get(iri, ""), "uses": counted.get(iri, 0)})
    return jsonify(prefixes=PREFIXES, terms=found)


_known: dict[str, tuple[dict[str, int], dict[str, str]]] = {}


def _uses(seen: Look, snapshot: str) -> tuple[dict[str, int], dict[str, str]]:
    """Term -> number of uses, and term -> an example: two queries, once a snapshot."""
    if snapshot not in _known:
        counted: dict[str, int] = {}
        examples: dict[str, str] = {}
        for text in (f"SELECT ?t (COUNT(*) AS ?n) (MIN(?s) AS ?e) {{ ?s <{RDF.type}> ?t }} GROUP BY ?t", "SELECT ?t (COUNT(*) AS ?n) (SAMPLE(?s) AS ?e) { ?s ?t ?o } GROUP BY ?t"):
            for row in seen.rows(text):
                counted[row["t"].value] = int(row["n"].value)
                examples[row["t"].value] = row["e"].value if "e" in row else ""
        _known.clear()
        _known[snapshot] = counted, examples
    return _known[snapshot]
