"""Checks before anything is written: SHACL shapes, and that every quotation equals the text at its offsets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyshacl
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import RDF, SH
from rdflib.term import Node

from kg.namespaces import CK, OA
from kg.settings import RESOURCES


@dataclass(frozen=True)
class Finding:
    """One result of a check; ``severity`` is Violation, Warning or Info.

    ``path`` is written as in SPARQL, a property alone as its IRI; ``focus`` and ``value`` begin with ``_:`` where they have no IRI.
    """

    focus: str
    path: str
    value: str
    shape: str
    component: str
    severity: str
    message: str


def load_shapes() -> Graph:
    """All shapes for data (those for the ontology itself are apart)."""
    shapes = Graph()
    for path in sorted((RESOURCES / "shapes").glob("*.ttl")):
        if path.name != "ontology.ttl":
            shapes.parse(path)
    return shapes


def validate(data: Graph, shapes: Graph, context: Graph | None = None) -> list[Finding]:
    """Findings of the shapes on ``data`` seen together with ``context``; sorted, empty where all conforms."""
    seen = data if context is None else data + context
    _, report, _ = pyshacl.validate(seen, shacl_graph=shapes, inference="none", advanced=False)
    return sorted(_findings(report), key=lambda f: (f.severity, f.focus, f.path, f.value, f.shape, f.component))


def _findings(report: Graph) -> Iterable[Finding]:
    for result in report.subjects(RDF.type, SH.ValidationResult):
        def text(predicate: URIRef, of: Node = result) -> str:
            node = report.value(of, predicate)
            return node.n3() if isinstance(node, BNode) else "" if node is None else str(node)

        path = report.value(result, SH.resultPath)
        yield Finding(text(SH.focusNode), "" if path is None else _path(report, path), text(SH.value), text(SH.sourceShape),
                      text(SH.sourceConstraintComponent).rpartition("#")[2], text(SH.resultSeverity).rpartition("#")[2],
                      text(SH.resultMessage))


def _path(report: Graph, path: Node) -> str:
    """A property, or the inverse, alternatives or sequence that the shapes use, as SPARQL writes it."""
    if isinstance(path, URIRef):
        return str(path)
    inverse, either = report.value(path, SH.inversePath), report.value(path, SH.alternativePath)
    if inverse is not None:
        return f"^<{inverse}>"
    return ("/" if either is None else "|").join(f"<{step}>" for step in report.items(path if either is None else either))


def check_evidence(graph: Graph, text: str) -> list[Finding]:
    """A finding for each oa:exact that differs from ``text`` at the offsets beside it."""
    found: list[Finding] = []
    for evidence in sorted(set(graph.objects(None, CK.evidence)), key=str):
        exact, start, end = None, None, None
        for selector in graph.objects(evidence, OA.hasSelector):
            exact = graph.value(selector, OA.exact) if exact is None else exact
            start = graph.value(selector, OA.start) if start is None else start
            end = graph.value(selector, OA.end) if end is None else end
        if exact is None or start is None or end is None or text[int(str(start)):int(str(end))] != str(exact):
            found.append(Finding(str(evidence), str(OA.exact), str(exact), "", "EvidenceEqualsText", "Violation",
                                 f"The quotation differs from the text at characters {start} to {end}."))
    return found


def report_text(findings: list[Finding]) -> str:
    """The findings for people, one paragraph each."""
    if not findings:
        return "Conforms: no findings.\n"
    lines = [f"{len(findings)} finding(s)\n"]
    for f in findings:
        lines.append(f"{f.severity}: {f.message or f.component}\n  at    {f.focus}\n  path  {f.path}\n  value {f.value}\n"
                     f"  shape {f.shape} ({f.component})\n")
    return "\n".join(lines)


def report_graph(findings: list[Finding], base: str) -> Graph:
    """The findings as a SHACL validation report; results are named by their order below ``base``."""
    graph = Graph()
    report = URIRef(f"{base}/id/validation-report")
    graph.add((report, RDF.type, SH.ValidationReport))
    graph.add((report, SH.conforms, Literal(not any(f.severity == "Violation" for f in findings))))
    for number, f in enumerate(findings, 1):
        node = URIRef(f"{report}/{number}")
        graph.add((report, SH.result, node))
        graph.add((node, RDF.type, SH.ValidationResult))
        graph.add((node, SH.focusNode, BNode(f.focus[2:]) if f.focus.startswith("_:") else URIRef(f.focus)))
        graph.add((node, SH.resultSeverity, SH[f.severity]))
        graph.add((node, SH.resultMessage, Literal(f.message)))
        if f.path and "<" not in f.path:  # of several steps: the source shape has it
            graph.add((node, SH.resultPath, URIRef(f.path)))
        if f.component in dir(SH):
            graph.add((node, SH.sourceConstraintComponent, SH[f.component]))
        if f.shape:
            graph.add((node, SH.sourceShape, URIRef(f.shape)))
    return graph
