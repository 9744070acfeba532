"""Changes of an operator: one at a time, checked against the shapes, whole or not at all, then published.

``python -m kg.changes FD DATA BASE`` is the process that makes them: it has no network, and holds the store only while it changes it.
"""

from __future__ import annotations

import base64
import json
import os
import socket
import sys
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from rdflib import RDF, SKOS, Graph

from kg.errors import StoreError
from kg.query import wire
from kg.query.isolation import die_with_parent, isolate
from kg.query.text import words_of
from kg.store import Trial, Writer
from kg.validate import Finding, load_shapes, report_graph, report_text, validate

_ALL = {"ALL", "NAMED"}
_NO_NETWORK = "Changes here never open a connection; send the triples"


class _Refused(Exception):
    def __init__(self, **told: Any) -> None:
        super().__init__()
        self.told = told


def apply(data: Path, base: str, order: dict[str, Any], alone: bool) -> dict[str, Any]:
    """Makes one change and publishes it; gives its status and what the client should know.

    ``do``: update (``text``), or put, post, delete of the graph ``name`` (None: the default graph) with ``parts``, (media type, content) each.
    ``alone``: whether this process has no network. Then LOAD and SERVICE cannot but fail, in silence where they are SILENT; else they are not tried.
    """
    abroad = order["do"] == "update" and bool(words_of(order["text"]).words & {"LOAD", "SERVICE"})
    if abroad and not alone:
        return {"status": 403, "detail": _NO_NETWORK}
    try:
        with Writer(data) as writer:
            with writer.trial() as trial:
                existed = order["do"] == "update" or order["name"] is None or trial.before.contains_named_graph(ox.NamedNode(order["name"]))
                names = _change(trial.after, order, existed)
                findings = [f for name in _articles(trial, names, base) for f in _findings(trial.after, name, base)]
                if any(f.severity == "Violation" for f in findings):
                    raise _Refused(status=422, detail=report_text(findings), report=_report(findings, base))
            number = writer.publish()
    except _Refused as refused:
        return refused.told
    except SyntaxError as error:
        return {"status": 400, "detail": str(error)}
    except (RuntimeError, ValueError, OSError) as error:
        return {"status": 403, "detail": f"{_NO_NETWORK} ({error})"} if abroad else {"status": 400, "detail": str(error)}
    except StoreError as error:
        return {"status": 503, "detail": str(error)}
    return {"status": 204 if existed else 201, "snapshot": number}


def _change(store: ox.Store, order: dict[str, Any], existed: bool) -> set[str] | None:
    """Changes ``store``; gives the graphs that may be other than before, None where that could be any."""
    if order["do"] == "update":
        store.update(order["text"], base_iri=order["base"])
        return _named(order["text"])
    graph = ox.DefaultGraph() if order["name"] is None else ox.NamedNode(order["name"])
    if order["do"] == "delete" and not existed:
        raise _Refused(status=404, detail=f"no graph <{order['name']}> here")
    if order["do"] in {"put", "delete"}:
        store.remove_graph(graph)
    if order["do"] != "delete":
        if isinstance(graph, ox.NamedNode):
            store.add_graph(graph)
        for media, content in order["parts"]:
            form = ox.RdfFormat.from_media_type(media)
            if form is None:
                raise _Refused(status=415, detail=f"{media} is no format of RDF")
            # Parsed before anything is written: a fault in the middle leaves nothing behind.
            quads = list(ox.parse(base64.b64decode(content), format=form, base_iri=order["base"], without_named_graphs=True, rename_blank_nodes=True))
            store.extend(ox.Quad(q.subject, q.predicate, q.object, graph) for q in quads)
    return set() if order["name"] is None else {order["name"]}


def _named(text: str) -> set[str] | None:
    """The IRIs in full in an update, which include all graphs that it can change; None where names are put together elsewhere."""
    words = words_of(text)
    free = "GRAPH" in words.words and ("?" in text or "$" in text) or bool(words.words & _ALL) or "BASE" in words.words or bool(words.names)
    return None if free else set(words.iris)


def _articles(trial: Trial, names: set[str] | None, base: str) -> list[str]:
    """The article graphs that differ and are still there."""
    found = {g.value for g in trial.after.named_graphs() if isinstance(g, ox.NamedNode) and g.value.startswith(f"{base}/graph/article/")}
    looked = found if names is None else found & names
    return sorted(n for n in looked if _quads(trial.before, n) != _quads(trial.after, n))


def _quads(store: ox.Store, name: str) -> set[ox.Quad]:
    return set(store.quads_for_pattern(None, None, None, ox.NamedNode(name)))


def _graph(quads: set[ox.Quad]) -> Graph:
    return Graph().parse(data=ox.serialize((q.triple for q in quads), format=ox.RdfFormat.N_TRIPLES) or b"", format="nt")


def _findings(store: ox.Store, name: str, base: str) -> list[Finding]:
    """What the shapes say of an article's graph, seen with what is known of the things that it mentions."""
    quads, context = _quads(store, name), set[ox.Quad]()
    derived, authority = (ox.NamedNode(f"{base}/graph/{graph}") for graph in ("derived", "authority"))
    for node in _objects(quads):
        context |= set(store.quads_for_pattern(node, None, None, derived))
    for node in _objects(quads | context):
        for predicate in (ox.NamedNode(str(RDF.type)), ox.NamedNode(str(SKOS.prefLabel))):
            context |= {q for graph in (derived, authority) for q in store.quads_for_pattern(node, predicate, None, graph)}
    return validate(_graph(quads), load_shapes(), _graph(context))


def _objects(quads: set[ox.Quad]) -> set[ox.NamedNode]:
    return {q.object for q in quads if isinstance(q.object, ox.NamedNode)}


def _report(findings: list[Finding], base: str) -> str:
    return report_graph(findings, base).serialize(format="turtle")


def serve(end: socket.socket, data: Path, base: str, alone: bool) -> None:
    """Makes changes until the server closes its end."""
    parts: list[bytes] = []
    while message := end.recv(wire.BUFFER):
        parts.append(message[1:])
        if message[:1] == wire.ORDER:
            order = json.loads(b"".join(parts))
            parts.clear()
            told = json.dumps(apply(data, base, order, alone)).encode()
            for piece in wire.orders(told, wire.piece(end)):
                end.send(piece)


if __name__ == "__main__":
    die_with_parent()
    serve(socket.socket(fileno=int(sys.argv[1])), Path(sys.argv[2]), sys.argv[3], bool(isolate()))
    os._exit(0)
