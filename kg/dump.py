"""Dumps of a snapshot: the same snapshot gives the same bytes."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from kg.errors import KGError
from kg.namespaces import CK, OA, PREFIXES
from kg.store import Snapshot

FORMATS = {".ttl": ox.RdfFormat.TURTLE, ".nt": ox.RdfFormat.N_TRIPLES, ".rdf": ox.RdfFormat.RDF_XML, ".trig": ox.RdfFormat.TRIG,
           ".nq": ox.RdfFormat.N_QUADS, ".jsonld": ox.RdfFormat.JSON_LD}
_SHORT = 80  # characters of a quotation under quotes="short"
_QUOTES = {str(OA.exact), str(CK.content), str(CK.quotation), str(CK.wordsInText), str(CK.antecedentInText)}
_AROUND = {str(OA.prefix), str(OA.suffix)}


def dump(snapshot: Snapshot, path: Path, quotes: str = "full") -> int:
    """Writes the snapshot to ``path`` in the format of its suffix (also with .gz); gives the number of statements written.

    ``quotes``: full, short (the first 80 characters) or none. Formats without named graphs get all graphs merged.

    :raises KGError: for a suffix that names no format
    """
    zipped = path.suffix == ".gz"
    suffix = Path(path.stem).suffix if zipped else path.suffix
    if suffix not in FORMATS:
        raise KGError(f"{path}: no format has the suffix {suffix!r}; use one of {', '.join(FORMATS)}, each also with .gz")
    rdf = FORMATS[suffix]
    quads = sorted(_quads(snapshot, quotes), key=lambda q: (str(q.graph_name), str(q.subject), str(q.predicate), str(q.object)))
    if rdf.supports_datasets:
        data = ox.serialize(quads, format=rdf, prefixes=_prefixes(rdf))
        written = len(quads)
    else:
        triples = list(dict.fromkeys(q.triple for q in sorted(quads, key=lambda q: (str(q.subject), str(q.predicate), str(q.object)))))
        data = ox.serialize(triples, format=rdf, prefixes=_prefixes(rdf))
        written = len(triples)
    assert data is not None
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".tmp")
    part.write_bytes(gzip.compress(data, mtime=0) if zipped else data)
    part.replace(path)
    return written


def _prefixes(rdf: ox.RdfFormat) -> dict[str, str] | None:
    return PREFIXES if rdf in {ox.RdfFormat.TURTLE, ox.RdfFormat.TRIG, ox.RdfFormat.RDF_XML} else None


def _quads(snapshot: Snapshot, quotes: str) -> Iterator[ox.Quad]:
    for quad in snapshot.store:
        name = quad.predicate.value
        if quotes == "none" and name in _QUOTES | _AROUND:
            continue
        if quotes == "short" and name in _QUOTES and isinstance(quad.object, ox.Literal) and len(quad.object.value) > _SHORT:
            cut = ox.Literal(quad.object.value[:_SHORT].rstrip() + "…")
            quad = ox.Quad(quad.subject, quad.predicate, cut, quad.graph_name)
        yield quad
