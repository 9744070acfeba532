"""/search: names, quotations and titles, as a page or as JSON."""

from __future__ import annotations

import threading

from flask import Blueprint, Response, current_app, jsonify, render_template, request
from markupsafe import Markup, escape

from kg.search import PAGE, Index
from kg.web.browse import local
from kg.web.negotiate import HTML, choose, not_acceptable, problem, whole

bp = Blueprint("search", __name__)
_lock = threading.Lock()


def _index() -> Index:
    """The index of the published snapshot, made once for each."""
    snapshot = current_app.config["READER"].current()
    with _lock:
        known: tuple[str, Index] | None = current_app.extensions.get("kg-search")
        if known is None or known[0] != str(snapshot.path):
            known = (str(snapshot.path), Index(snapshot))
            current_app.extensions["kg-search"] = known
    return known[1]


@bp.get("/search")
def search() -> Response:
    """Hits for ``q``; ``family`` narrows, ``after`` continues behind the hit of that number."""
    words, family = request.args.get("q", "").strip()[:200], request.args.get("family") or None
    after = whole("after", 0)
    if isinstance(after, Response):
        return after
    media = "application/json" if request.args.get("format") == "json" else choose([HTML, "application/json"])
    if media is None:
        return not_acceptable([HTML, "application/json"])
    if not words and media != HTML:
        return problem(400, "Nothing to search", "Give the words as q=")
    index = _index()
    hits = index.search(words, family, after)
    following = hits[-1].number if len(hits) == PAGE else None
    if media != HTML:
        return jsonify(query=words, next=following, hits=[
            {"iri": h.iri, "family": h.family, "label": h.label, "snippet": h.snippet.replace("\x01", "").replace("\x02", "")} for h in hits])
    shown = [(local(h.iri), h.family, h.label, _marked(h.snippet)) for h in hits]
    return Response(render_template("search.html", words=words, family=family, hits=shown, next=following,
                                    near=index.near(words) if words and not hits else None), mimetype=HTML)


def _marked(snippet: str) -> Markup:
    return Markup(str(escape(snippet)).replace("\x01", "<mark>").replace("\x02", "</mark>"))
