"""/search: names, quotations and titles with facets, as a page or as JSON."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, render_template, request
from markupsafe import Markup, escape

from kg.index import search as search_index
from kg.index.find import FACETS, MOST, Found
from kg.web.look import look
from kg.web.negotiate import HTML, choose, not_acceptable, problem

bp = Blueprint("search", __name__)
_LONGEST = 200  # characters of the words that are searched


@bp.get("/search")
def search() -> Response:
    """Hits for ``q``; each facet narrows; ``after`` continues where a page ended."""
    words = request.args.get("q", "").strip()[:_LONGEST]
    chosen = {f: request.args[f] for f in FACETS if request.args.get(f)}
    media = "application/json" if request.args.get("format") == "json" else choose([HTML, "application/json"])
    if media is None:
        return not_acceptable([HTML, "application/json"])
    if not words and media != HTML:
        return problem(400, "Nothing to search", "Give the words as q=")
    after = request.args.get("after", "")
    if after and not _is_key(after):
        return problem(400, "No such place", "after must be the key that the page before gave as the next one")
    seen = look()
    found = search_index(seen.index, words, chosen, after)
    if media != HTML:
        return _json(words, chosen, found)
    seen.learn(v for v in chosen.values() if v.startswith("http"))
    response = Response(render_template("search.html", given=words, chosen=chosen, found=found, most=MOST, link=_link, mark=marked, begun=after), mimetype=HTML)
    response.vary.add("Accept")
    return response


def _is_key(after: str) -> bool:
    rank, _, number = after.rpartition("_")
    try:
        return number.isdecimal() and float(rank) == float(rank)
    except ValueError:
        return False


def _json(words: str, chosen: dict[str, str], found: Found) -> Response:
    plain = {"\x01": "", "\x02": ""}
    hits = [{"iri": h.thing.iri, "family": h.thing.family, "kind": h.thing.kind, "label": h.thing.label,
             "snippet": "".join(plain.get(c, c) for c in h.snippet)} for h in found.hits]
    return jsonify(query=words, chosen=chosen, instead=found.instead or None, total=found.total, more_than_total=found.more_than_total, hits=hits,
                   facets={name: [vars(f) for f in values] for name, values in found.facets.items()}, next=found.after or None)


def _link(**changed: str) -> str:
    """The address of this search with some parameters changed; empty ones are left out, and paging begins anew."""
    parameters: dict[str, Any] = {k: v for k, v in request.args.items() if k in {"q", *FACETS}} | changed
    return "/search?" + urlencode({k: v for k, v in parameters.items() if v})


def marked(text: str) -> Markup:
    """Text with the words that match marked; all else in it is escaped."""
    return Markup(str(escape(text)).replace("\x01", "<mark>").replace("\x02", "</mark>"))
