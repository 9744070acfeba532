"""/dumps/: the graph as files, made once a snapshot; /.well-known/void describes them."""

from __future__ import annotations

import hashlib
import threading
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, current_app, render_template, request, send_file
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCAT, DCTERMS, RDF, VOID, XSD

from kg.dump import dump
from kg.namespaces import PREFIXES
from kg.web.document import LICENCE
from kg.web.negotiate import HTML
from kg.web.published import Current

bp = Blueprint("dumps", __name__)
#: File -> (what it holds, media type).
NAMES = {"conflict-kg.ttl": ("Turtle, all graphs merged", "text/turtle"), "conflict-kg.nt": ("N-Triples, all graphs merged", "application/n-triples"),
         "conflict-kg.trig": ("TriG, with named graphs", "application/trig"), "conflict-kg.nq": ("N-Quads, with named graphs", "application/n-quads")}
_making = threading.Lock()


def _file(name: str) -> Path:
    snapshot = current_app.config["READER"].current()
    path: Path = current_app.config["KG"].data.resolve() / "dumps" / str(snapshot.number) / name
    with _making:
        if not path.exists() or path.stat().st_mtime < _since():
            dump(snapshot, path)
    return path


def _since() -> float:
    return Current(current_app.config["KG"].data)().since


@lru_cache(maxsize=32)
def _sum(path: str, _changed: float) -> str:
    with open(path, "rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _files() -> list[tuple[str, int, str, str]]:
    """(name, bytes, SHA-256, what it holds) of all dumps."""
    found = []
    for name, (holds, _) in NAMES.items():
        path = _file(name)
        stat = path.stat()
        found.append((name, stat.st_size, _sum(str(path), stat.st_mtime), holds))
    return found


@bp.get("/dumps/")
def listing() -> Response:
    """All dumps of the published snapshot with date, size and checksum."""
    snapshot = current_app.config["READER"].current()
    when = datetime.fromtimestamp(_since(), UTC).strftime("%Y-%m-%d %H:%M UTC")
    return Response(render_template("dumps.html", rows=_files(), number=snapshot.number, triples=snapshot.count(), when=when, root=request.host_url),
                    mimetype=HTML)


@bp.get("/dumps/<name>")
def one(name: str) -> Response:
    """One dump."""
    if name not in NAMES:
        abort(404)
    response: Response = send_file(_file(name), as_attachment=True, download_name=name, mimetype=NAMES[name][1])
    return response


@bp.get("/.well-known/void")
def void() -> Response:
    """VoID and DCAT description: the same figures as the page."""
    snapshot = current_app.config["READER"].current()
    here = request.host_url
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in {**PREFIXES, "spdx": "http://spdx.org/rdf/terms#"}.items():
        graph.bind(prefix, namespace)
    dataset = URIRef(here)

    def say(subject: URIRef, predicate: URIRef, *values: Any) -> None:
        for value in values:
            graph.add((subject, predicate, value))

    modified = Literal(datetime.fromtimestamp(_since(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), datatype=XSD.dateTime)
    say(dataset, RDF.type, VOID.Dataset, DCAT.Dataset)
    say(dataset, DCTERMS.title, Literal("conflict-kg", lang="en"))
    say(dataset, DCTERMS.description, Literal("Who said what about a conflict, in which article, in which words", lang="en"))
    say(dataset, DCTERMS.license, URIRef(LICENCE))
    say(dataset, DCTERMS.modified, modified)
    say(dataset, VOID.triples, Literal(snapshot.count(), datatype=XSD.integer))
    say(dataset, VOID.sparqlEndpoint, URIRef(f"{here}sparql"))
    say(dataset, VOID.uriSpace, Literal(f"{current_app.config['KG'].base_iri}/id/"))
    say(dataset, VOID.vocabulary, URIRef(PREFIXES["ck"]), URIRef(PREFIXES["prov"]), URIRef(PREFIXES["oa"]), URIRef(PREFIXES["skos"]))
    for name, size, digest, holds in _files():
        file, checksum = URIRef(f"{here}dumps/{name}"), URIRef(f"{here}dumps/{name}#checksum")
        say(dataset, VOID.dataDump, file)
        say(dataset, DCAT.distribution, file)
        say(file, RDF.type, DCAT.Distribution)
        say(file, DCTERMS.title, Literal(holds, lang="en"))
        say(file, DCTERMS.license, URIRef(LICENCE))
        say(file, DCAT.downloadURL, file)
        say(file, DCAT.byteSize, Literal(size, datatype=XSD.nonNegativeInteger))
        say(file, DCAT.mediaType, URIRef(f"https://www.iana.org/assignments/media-types/{NAMES[name][1]}"))
        say(file, URIRef("http://spdx.org/rdf/terms#checksum"), checksum)
        say(checksum, RDF.type, URIRef("http://spdx.org/rdf/terms#Checksum"))
        say(checksum, URIRef("http://spdx.org/rdf/terms#algorithm"), URIRef("http://spdx.org/rdf/terms#checksumAlgorithm_sha256"))
        say(checksum, URIRef("http://spdx.org/rdf/terms#checksumValue"), Literal(digest, datatype=XSD.hexBinary))
    return Response(graph.serialize(format="turtle"), mimetype="text/turtle")
