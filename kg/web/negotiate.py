"""Media types: suffix or format= wins, then Accept with its q-values."""

from __future__ import annotations

from flask import Response, jsonify, render_template, request

from kg.query.formats import GRAPHS, HTML, RESULTS
from kg.web.message import best

__all__ = ["GRAPHS", "HTML", "RESULTS", "choose", "not_acceptable", "problem"]


def problem(status: int, title: str, detail: str) -> Response:
    """An error: application/problem+json (RFC 9457) for programs, a page for who asks for HTML first."""
    if request.accept_mimetypes and request.accept_mimetypes.best_match(["application/problem+json", HTML]) == HTML \
            and request.accept_mimetypes[HTML] > request.accept_mimetypes["application/problem+json"]:
        return Response(render_template("error.html", title=title, detail=detail), status=status, mimetype=HTML)
    response = jsonify(title=title, detail=detail, status=status)
    response.status_code = status
    response.content_type = "application/problem+json"
    return response


def choose(types: list[str]) -> str | None:
    """The type of ``types`` that the request likes best; the first where it names none; None where it accepts none."""
    return best(request.headers.get("Accept", ""), tuple(types))


def not_acceptable(types: list[str]) -> Response:
    """406 with the list."""
    return problem(406, "Not acceptable", f"Ask for one of: {', '.join(types)}")
