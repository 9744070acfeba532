"""Small addresses: scripts from npm, robots.txt, the site map, the icon."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from flask import Blueprint, Response, abort, request, send_file

from kg.web.look import local, look

bp = Blueprint("extras", __name__)
#: Where `make serve` puts the packages of package.json.
MODULES = Path(__file__).parent / "node_modules"
#: Name under /lib/ -> file of a package. Nothing else of them is served.
LIBRARIES = {
    "d3.js": "d3/dist/d3.min.js", "topojson.js": "topojson-client/dist/topojson-client.min.js", "countries.json": "world-atlas/countries-50m.json",
    "yasgui.js": "@zazuko/yasgui/build/yasgui.min.js", "yasgui.css": "@zazuko/yasgui/build/yasgui.min.css"}
_SITEMAP = 20_000  # addresses of one site map
_FAMILIES = ("Article", "Actor", "Place", "Statement", "MilitaryAction", "Negotiation", "Relation")


def has(*names: str) -> bool:
    """Whether these libraries are installed."""
    return all((MODULES / LIBRARIES[name]).is_file() for name in names)


@bp.get("/lib/<name>")
def library(name: str) -> Response:
    """A script, style sheet or outline of countries from npm."""
    if name not in LIBRARIES or not has(name):
        abort(404)
    response: Response = send_file(MODULES / LIBRARIES[name], max_age=86400)
    return response


@bp.get("/favicon.ico")
def icon() -> Response:
    """The icon."""
    response: Response = send_file(Path(__file__).parent / "static" / "icon.svg", mimetype="image/svg+xml", max_age=86400)
    return response


@bp.get("/robots.txt")
def robots() -> Response:
    """What robots may read: all but queries and searches, which cost much and say nothing new."""
    lines = ["User-agent: *", "Disallow: /sparql?", "Disallow: /search?", "Disallow: /timeline?", "Disallow: /reports?", "Disallow: /network?", "Disallow: /map?",
             f"Sitemap: {request.host_url}sitemap.xml", ""]
    return Response("\n".join(lines), mimetype="text/plain")


@bp.get("/sitemap.xml")
def sitemap() -> Response:
    """The site maps, one for each family and twenty thousand things."""
    facts = look().index.facts
    names = [f"{request.host_url}sitemap-{family}-{part}.xml" for family in _FAMILIES for part in range((facts.get(family, 0) + _SITEMAP - 1) // _SITEMAP)]
    return _xml("sitemapindex", "sitemap", names)


@bp.get("/sitemap-<family>-<int:part>.xml")
def part_of_sitemap(family: str, part: int) -> Response:
    """Addresses of things of one family."""
    if family not in _FAMILIES:
        abort(404)
    seen = look()
    rows: list[tuple[Any, ...]] = seen.index.rows("SELECT iri FROM thing WHERE family = ? ORDER BY id LIMIT ? OFFSET ?", family, _SITEMAP, part * _SITEMAP)
    if not rows:
        abort(404)
    return _xml("urlset", "url", [request.host_url.rstrip("/") + local(iri, seen.settings.base_iri) for iri, in rows])


def _xml(outer: str, inner: str, addresses: list[str]) -> Response:
    body = "".join(f"<{inner}><loc>{escape(a)}</loc></{inner}>\n" for a in addresses)
    return Response(f'<?xml version="1.0" encoding="UTF-8"?>\n<{outer} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{body}</{outer}>\n',
                    mimetype="application/xml")
