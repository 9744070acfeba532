"""/dumps/: the graph as files, made once a snapshot; /.well-known/void describes them."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Blueprint, Response, abort, current_app, render_template, request, send_file

from kg.dump import dump
from kg.web.negotiate import HTML

bp = Blueprint("dumps", __name__)
NAMES = ("conflict-kg.ttl", "conflict-kg.nt", "conflict-kg.trig", "conflict-kg.nq")


def _file(name: str) -> Path:
    snapshot = current_app.config["READER"].current()
    path: Path = current_app.config["KG"].data.resolve() / "dumps" / str(snapshot.number) / name
    if not path.exists():
        dump(snapshot, path)
    return path


@bp.get("/dumps/")
def listing() -> Response:
    """All dumps of the published snapshot with size and checksum."""
    files = [(n, _file(n)) for n in NAMES]
    rows = [(n, p.stat().st_size, hashlib.sha256(p.read_bytes()).hexdigest()) for n, p in files]
    return Response(render_template("dumps.html", rows=rows), mimetype=HTML)


@bp.get("/dumps/<name>")
def one(name: str) -> Response:
    """One dump."""
    if name not in NAMES:
        abort(404)
    return send_file(_file(name), as_attachment=True, download_name=name, mimetype="application/octet-stream")


@bp.get("/.well-known/void")
def void() -> Response:
    """VoID and DCAT description."""
    snapshot = current_app.config["READER"].current()
    here = request.host_url
    files = ", ".join(f"<{here}dumps/{n}>" for n in NAMES)
    text = (f"@prefix void: <http://rdfs.org/ns/void#> .\n@prefix dcat: <http://www.w3.org/ns/dcat#> .\n"
            f"@prefix dcterms: <http://purl.org/dc/terms/> .\n"
            f"<{here}> a void:Dataset, dcat:Dataset ; dcterms:title \"conflict-kg\"@en ; void:triples {snapshot.count()} ;\n"
            f"  void:sparqlEndpoint <{here}sparql> ; void:dataDump {files} ; void:uriSpace \"{current_app.config['KG'].base_iri}/id/\" .\n")
    return Response(text, mimetype="text/turtle")
