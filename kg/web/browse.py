"""Linked-data pages: /id/x leads to /doc/x, which gives HTML to people and RDF to programs."""

from __future__ import annotations

import json
from typing import Any

import pyoxigraph as ox
from flask import Blueprint, Response, current_app, redirect, render_template, url_for
from rdflib.namespace import DCTERMS

from kg.explain import explain
from kg.namespaces import CK, PREFIXES
from kg.settings import RESOURCES
from kg.store import Snapshot
from kg.web.negotiate import GRAPHS, HTML, choose, not_acceptable, problem, whole
from kg.web.sparql import questions

bp = Blueprint("browse", __name__)
_ROWS = 25
_LABELS = ("http://www.w3.org/2004/02/skos/core#prefLabel", "http://www.w3.org/2000/01/rdf-schema#label",
           "http://purl.org/dc/terms/title")
_HIDDEN = ("trigger", "sourceSpan", "cueSpan", "contentSpan", "wasGeneratedBy", "reports", "evidence", "type", "rule", "resolutionStep")


def _snapshot() -> Snapshot:
    found: Snapshot = current_app.config["READER"].current()
    return found


def local(iri: str) -> str:
    """Path on this server of one of our IRIs; other IRIs stay."""
    base = current_app.config["KG"].base_iri
    if iri.startswith(f"{base}/id/") or iri.startswith(f"{base}/graph/"):
        return iri[len(base):]
    return f"/ontology#{iri[len(str(CK)):]}" if iri.startswith(str(CK)) else iri


def short(iri: str) -> str:
    """Readable name of a term or thing without a label."""
    return iri.rsplit("#", 1)[-1].rsplit("/", 1)[-1]


def labels(snapshot: Snapshot, terms: set[ox.NamedNode]) -> dict[str, str]:
    """Labels of all ``terms`` in one query."""
    values = " ".join(str(t) for t in sorted(terms, key=str))
    rows = snapshot.query(f"SELECT ?s ?l {{ VALUES ?s {{ {values} }} ?s <{_LABELS[0]}>|<{_LABELS[1]}>|<{_LABELS[2]}> ?l }}")
    return {row["s"].value: row["l"].value for row in rows}  # type: ignore[union-attr]


@bp.get("/")
def home() -> str:
    """What is in the graph, and example questions."""
    snapshot = _snapshot()
    counts = {}
    for name in ("Article", "Statement", "MilitaryAction", "Negotiation", "Relation", "Report", "Actor", "Place"):
        row = next(iter(snapshot.query(f"SELECT (COUNT(DISTINCT ?x) AS ?n) {{ ?x a <{CK[name]}> }}")))  # type: ignore[arg-type]
        counts[name] = int(row[0].value)
    articles = snapshot.query(f"SELECT ?a ?t {{ ?a a <{CK.Article}> ; <{DCTERMS.identifier}> ?i OPTIONAL {{ ?a <{_LABELS[2]}> ?title }} "
                              f"BIND(COALESCE(?title, ?i) AS ?t) }} ORDER BY ?a LIMIT {_ROWS}")
    return render_template("home.html", counts=counts, questions=questions(),
                           articles=[(local(r["a"].value), r["t"].value) for r in articles])  # type: ignore[union-attr]


@bp.get("/reports")
def reports() -> Response:
    """One row a report; CSV under /sparql with the same query."""
    text = (RESOURCES / "queries" / "reports.rq").read_text("utf-8")
    limit = whole("limit", 200)
    if isinstance(limit, Response):
        return limit
    found = _snapshot().query(text + f"\nLIMIT {min(limit, 5000)}")
    names = [v.value for v in found.variables]  # type: ignore[union-attr]
    rows = [["" if c is None else c.value for c in row] for row in found]  # type: ignore[union-attr]
    return Response(render_template("reports.html", names=names, rows=rows, local=local, query=text), mimetype=HTML)


@bp.get("/id/<path:name>")
def thing(name: str) -> Response:
    """303 to the document about the thing."""
    response: Any = redirect(url_for("browse.document", name=name), 303)
    return response  # type: ignore[no-any-return]


def _quads(snapshot: Snapshot, node: ox.NamedNode) -> list[ox.Quad]:
    """All that the graph says of ``node``: its own triples, its reports, and what lies below its IRI."""
    found: list[ox.Quad] = []
    queue, seen = [node], {node}
    while queue:
        subject = queue.pop(0)
        for quad in snapshot.store.quads_for_pattern(subject, None, None):
            found.append(quad)
            inner = quad.object
            if isinstance(inner, ox.NamedNode) and inner not in seen and inner.value.startswith(node.value + "/"):
                seen.add(inner)
                queue.append(inner)
        for quad in snapshot.store.quads_for_pattern(None, ox.NamedNode(str(CK.reports)), subject):
            if isinstance(quad.subject, ox.NamedNode) and quad.subject not in seen:
                seen.add(quad.subject)
                queue.append(quad.subject)
    return found


@bp.get("/doc/<path:name>")
def document(name: str) -> Response:
    """The document: a suffix wins, then Accept; 404, 406 and 410 as they apply."""
    settings = current_app.config["KG"]
    suffix = name.rpartition(".")[2]
    media = next((m for m, (s, _) in GRAPHS.items() if s == suffix), HTML if suffix == "html" else None)
    if media:
        name = name[: -len(suffix) - 1]
    media = media or choose([HTML, *GRAPHS])
    if media is None:
        return not_acceptable([HTML, *GRAPHS])
    snapshot = _snapshot()
    node = ox.NamedNode(f"{settings.base_iri}/id/{name}")
    quads = _quads(snapshot, node)
    if not quads:
        stones = settings.data / "tombstones.json"
        gone = name.removeprefix("article/") in (json.loads(stones.read_text("utf-8")) if stones.exists() else {})
        status, title = (410, "Withdrawn") if gone else (404, "Not found")
        return problem(status, title, f"{node.value} is not in the graph")
    if media == HTML:
        page = whole("page", 1)
        if isinstance(page, Response):
            return page
        response = Response(_page(snapshot, node, quads, name, max(page, 1)), mimetype=HTML)
    else:
        data = ox.serialize([q.triple for q in quads], format=GRAPHS[media][1],
                            prefixes=PREFIXES if media == "text/turtle" else None)
        response = Response(data, content_type=media)
    response.vary.add("Accept")
    response.headers["Link"] = ", ".join(f'<{url_for("browse.document", name=name)}.{s}>; rel="alternate"; type="{m}"'
                                         for m, (s, _) in GRAPHS.items())
    return response


def _page(snapshot: Snapshot, node: ox.NamedNode, quads: list[ox.Quad], name: str, page: int) -> str:
    inverse = [q for q in snapshot.store.quads_for_pattern(None, None, node)
               if not (isinstance(q.subject, ox.NamedNode) and q.subject.value.startswith(node.value + "/"))]
    terms = {t for q in quads + inverse for t in (q.subject, q.object) if isinstance(t, ox.NamedNode)}
    terms |= {r for q in inverse for r in [_reported(snapshot, q.subject)] if r is not None}
    known = labels(snapshot, terms)

    def cell(term: object) -> tuple[str, str]:
        if isinstance(term, ox.NamedNode):
            return known.get(term.value, short(term.value)), local(term.value)
        return getattr(term, "value", str(term)), ""

    own = [(short(q.predicate.value), *cell(q.object)) for q in quads if q.subject == node]
    told = sorted({q.subject for q in quads if q.predicate.value == str(CK.reports) and isinstance(q.subject, ox.NamedNode)}, key=str)
    ledger = [_report(snapshot, [q for q in quads if q.subject == r or str(q.subject).startswith(str(r)[:-1] + "/")], r, cell) for r in told]
    groups: dict[str, list[tuple[str, str]]] = {}
    for q in sorted(inverse, key=lambda q: (q.predicate.value, str(q.subject))):
        reported = _reported(snapshot, q.subject)
        groups.setdefault(short(q.predicate.value), []).append(cell(reported if reported is not None else q.subject))
    shown = {k: (len(v), sorted(set(v))[(page - 1) * _ROWS: page * _ROWS]) for k, v in groups.items()}
    return render_template("thing.html", title=known.get(node.value, short(node.value)), own=own, ledger=ledger, inverse=shown,
                           name=name, page=page, formats=[(m, s) for m, (s, _) in GRAPHS.items()],
                           more=any(n > page * _ROWS for n, _ in shown.values()), iri=node.value)


def _reported(snapshot: Snapshot, subject: object) -> ox.NamedNode | None:
    """The event that a report reports."""
    if not isinstance(subject, ox.NamedNode):
        return None
    found = next(iter(snapshot.store.quads_for_pattern(subject, ox.NamedNode(str(CK.reports)), None)), None)
    return found.object if found is not None and isinstance(found.object, ox.NamedNode) else None


def _report(snapshot: Snapshot, quads: list[ox.Quad], report: ox.NamedNode, cell: Any) -> dict[str, Any]:
    """One row of the ledger: roles, figures, and the quote in its context."""
    parts = {"prefix": "", "exact": "", "suffix": ""}
    roles: list[tuple[str, str, str]] = []
    figures: list[str] = []
    for q in quads:
        name = short(q.predicate.value)
        if name in parts and isinstance(q.object, ox.Literal):
            parts[name] = q.object.value
        elif q.subject == report and name not in _HIDDEN and name not in {"casualties", "quantity"}:
            roles.append((name, *cell(q.object)))
        elif q.subject != report and name in {"minimum", "maximum", "victims", "hedge", "casualtyKind", "count", "unit"}:
            figures.append(f"{name}: {cell(q.object)[0]}")
    return {"roles": roles, "figures": figures, "why": explain(snapshot, report.value)[0], **parts}


@bp.get("/ontology")
def ontology() -> Response:
    """The ontology, for programs as RDF, for people as a page."""
    return _files("ontology")


@bp.get("/shapes")
def shapes() -> Response:
    """The shapes that data must conform to."""
    return _files("shapes")


def _files(folder: str) -> Response:
    media = choose([HTML, *GRAPHS])
    if media is None:
        return not_acceptable([HTML, *GRAPHS])
    triples = {q.triple for path in sorted((RESOURCES / folder).glob("*.ttl"))
               for q in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)}
    if media != HTML:
        ordered = sorted(triples, key=str)
        return Response(ox.serialize(ordered, format=GRAPHS[media][1]), content_type=media)
    rows: dict[str, dict[str, str]] = {}
    for t in sorted(triples, key=str):
        if isinstance(t.subject, ox.NamedNode) and isinstance(t.object, ox.Literal):
            rows.setdefault(t.subject.value, {}).setdefault(short(t.predicate.value), t.object.value)
    return Response(render_template("terms.html", title=folder, rows=rows, short=short), mimetype=HTML)
