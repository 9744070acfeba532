"""Linked-data addresses: /id/x leads to /doc/x, which gives HTML to people and RDF to programs."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote, unquote, unquote_to_bytes

import pyoxigraph as ox
from flask import Blueprint, Response, redirect, request

from kg.web import document, things
from kg.web.look import Look, local, look, quoted
from kg.web.negotiate import GRAPHS, HTML, choose, not_acceptable, problem

bp = Blueprint("browse", __name__)
_FORMS = {suffix: media for media, suffix in document.forms()}
_NOT_IN_IRIS = re.compile(r'[\x00-\x20<>"{}|\\^`]')
_BEYOND_ASCII = re.compile(r"(?:%[89A-Fa-f][0-9A-Fa-f])+")
_NOT_IN_PATHS = re.compile(r"%(?:23|3F|5B|5D)", re.IGNORECASE)  # # ? [ ]


@bp.get("/id/<path:name>")
def thing(name: str) -> Response:
    """303 to the document about the thing; 301 to the thing that took its place."""
    seen = look()
    written = _written(name)
    found = _described(seen, written)
    to, status = local(found[0].value, seen.settings.base_iri) if found else f"/doc/{written}", 303
    after = document.successor(seen, found[0]) if found else ""
    if after:
        to, status = quoted(after.removeprefix(seen.settings.base_iri)) if after.startswith(f"{seen.settings.base_iri}/id/") else after, 301
    response: Any = redirect(to, status)
    response.headers["Cache-Control"] = "max-age=3600"
    response.vary.add("Accept")
    return response  # type: ignore[no-any-return]


def _written(name: str) -> str:
    """What became ``name`` when the address was decoded, as the client wrote it; encoded anew where the server does not tell."""
    raw = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI", "")  # as gunicorn and our own server, or mod_wsgi and uWSGI call it
    first = request.path.split("/")[1]
    rest: str = raw.partition("?")[0].partition(f"/{first}/")[2]
    return rest if rest.isascii() and unquote(rest) == name else quote(name, safe="/!$&'()*+,;=:@~")


def _names(written: str) -> list[str]:
    """The names below /id/ that an address may stand for, the likeliest first.

    IRIs that differ in an escape are different, so the address as it is written comes first. Then what the web makes of an IRI is taken back:
    characters beyond ASCII, and those that end a path. Then whatever else was encoded without need, but not what no IRI may hold.
    """
    characters = _BEYOND_ASCII.sub(_characters, written)
    decoded = _NOT_IN_IRIS.sub(lambda c: quote(c[0]), unquote(written))
    return list(dict.fromkeys((written, characters, _NOT_IN_PATHS.sub(lambda e: unquote(e[0]), characters), decoded)))


def _characters(escaped: re.Match[str]) -> str:
    try:
        return unquote_to_bytes(escaped[0]).decode("utf-8")
    except UnicodeDecodeError:
        return escaped[0]


def _described(seen: Look, written: str) -> tuple[ox.NamedNode, list[ox.Triple]] | None:
    """The thing of an address, and its own triples; None where the graph describes none."""
    for name in _names(written):
        try:
            node = ox.NamedNode(f"{seen.settings.base_iri}/id/{name}")
        except ValueError:
            continue
        if own := document.own(seen, node):
            return node, own
    return None


@bp.get("/doc/<path:name>")
def page(name: str) -> Response:
    """The document: a suffix wins, then Accept; 404, 406 and 410 as they apply."""
    seen = look()
    written = _written(name)
    bare, _, suffix = written.rpartition(".")
    media = _FORMS.get(suffix)
    found = _described(seen, bare) if media else None
    if found is None and (whole := _described(seen, written)):  # no suffix, or one that ends the thing's own name
        found, media = whole, None
    media = media or choose([HTML, *GRAPHS])
    if media is None:
        return not_acceptable([HTML, *GRAPHS])
    if found is None:
        gone = document.withdrawn(unquote(bare if suffix in _FORMS else written))
        status, title = (410, "Withdrawn") if gone else (404, "Not found")
        why = "The article was taken out of the graph" if gone else "The graph knows nothing of that address"
        return problem(status, title, f"{why}: {request.path}")
    node, own = found
    path = local(node.value, seen.settings.base_iri)
    if media == HTML:
        response = Response(things.page(seen, node, own, path), mimetype=HTML)
    else:
        response = document.serialized(document.triples(seen, node, own), media)
    response.headers["Content-Location"] = f"{path}.{dict(document.forms())[media]}"
    return document.alternates(response, path, node.value)
