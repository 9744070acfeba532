"""What VoID tells of a snapshot: counted once for each."""

from __future__ import annotations

import json
from typing import IO, Any

from kg.store import Snapshot

_QUERIES = {
    "graphs": "SELECT ?x (COUNT(*) AS ?n) { GRAPH ?x { ?s ?p ?o } } GROUP BY ?x",
    "classes": "SELECT ?x (COUNT(*) AS ?n) { ?s a ?x } GROUP BY ?x",
    "properties": "SELECT ?x (COUNT(*) AS ?n) { ?s ?x ?o } GROUP BY ?x",
    "subjects": "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }",
    "objects": "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }",
}


def write_statistics(snapshot: Snapshot, out: IO[bytes] | Any) -> None:
    """Writes a JSON object: triples of each graph, members of each class, uses of each property; distinct subjects and objects."""
    told: dict[str, Any] = {}
    for name, query in _QUERIES.items():
        rows = snapshot.rows(query)
        if len(rows.variables) == 1:
            told[name] = int(next(rows)[0].value)
        else:
            told[name] = dict(sorted((row[0].value, int(row[1].value)) for row in rows if row[0] is not None))
    told["triples"] = sum(told["properties"].values())
    out.write(json.dumps(told).encode())
