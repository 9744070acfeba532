"""Linked-data addresses: /id/x leads to /doc/x, which gives HTML to people and RDF to programs."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

import pyoxigraph as ox
from flask import Blueprint, Response, current_app, redirect, request

from kg.web import document, things
from kg.web.look import look
from kg.web.negotiate import GRAPHS, HTML, choose, not_acceptable, problem

bp = Blueprint("browse", __name__)


@bp.get("/id/<path:name>")
def thing(name: str) -> Response:
    """303 to the document about the thing; 301 to the thing that took its place."""
    seen = look()
    node = _node(name)
    after = document.successor(seen, node) if node else ""
    to, status = (after.replace(seen.settings.base_iri, "", 1), 301) if after else (f"/doc/{quote(name, safe=_SAFE)}", 303)
    response: Any = redirect(to, status)
    response.headers["Cache-Control"] = "max-age=3600"
    response.vary.add("Accept")
    return response  # type: ignore[no-any-return]


_NOT_IN_IRIS = re.compile(r'[\x00-\x20<>"{}|\\^`]')
_SAFE = "/!$&'()*+,;=:@~"


def _node(name: str) -> ox.NamedNode | None:
    """The IRI of that name; characters that stand in no IRI were percent-encoded in it."""
    try:
        return ox.NamedNode(f"{current_app.config['KG'].base_iri}/id/{_NOT_IN_IRIS.sub(lambda c: quote(c[0]), name)}")
    except ValueError:
        return None


@bp.get("/doc/<path:name>")
def page(name: str) -> Response:
    """The document: a suffix wins, then Accept; 404, 406 and 410 as they apply."""
    seen = look()
    suffix = name.rpartition(".")[2]
    media = next((m for m, (s, _) in GRAPHS.items() if s == suffix), HTML if suffix == "html" else None)
    if media:
        name = name[: -len(suffix) - 1]
    media = media or choose([HTML, *GRAPHS])
    if media is None:
        return not_acceptable([HTML, *GRAPHS])
    node = _node(name)
    path = f"/doc/{quote(name, safe=_SAFE)}"
    if node is not None and media == HTML:
        html = things.page(seen, node, path)
        response = Response(html, mimetype=HTML) if html else None
    else:
        found = document.triples(seen, node) if node is not None else []
        response = document.serialized(found, media) if found else None
    if response is None or node is None:
        gone = document.withdrawn(name)
        status, title = (410, "Withdrawn") if gone else (404, "Not found")
        why = "The article was taken out of the graph" if gone else "The graph knows nothing of that address"
        return problem(status, title, f"{why}: {request.path}")
    response.headers["Content-Location"] = f"{path}.{dict(document.forms())[media]}"
    return document.alternates(response, path, node.value)

