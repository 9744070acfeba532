"""/sparql: SPARQL 1.1 Protocol, queries only. Each runs in a process that is stopped at the deadline."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

from flask import Blueprint, Response, current_app, render_template, request

from kg.settings import RESOURCES
from kg.store import keywords
from kg.web.negotiate import GRAPHS, HTML, RESULTS, choose, not_acceptable, problem

bp = Blueprint("sparql", __name__)
_DESCRIPTION = """@prefix sd: <http://www.w3.org/ns/sparql-service-description#> .
<{here}> a sd:Service ; sd:endpoint <{here}> ; sd:supportedLanguage sd:SPARQL11Query ;
  sd:feature sd:UnionDefaultGraph ; sd:resultFormat {formats} .
"""
_FORMATS = ["SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV", "Turtle", "N-Triples",
            "JSON-LD", "RDF_XML"]


#: Names that SPARQLWrapper and others send in format=.
_ALIASES = {"turtle": "ttl", "n3": "ttl", "ntriples": "nt", "n-triples": "nt", "rdf+xml": "rdf", "rdfxml": "rdf", "json-ld": "jsonld"}


def questions() -> list[tuple[str, str]]:
    """(question, query) of the bundled examples."""
    files = sorted((RESOURCES / "queries" / "questions").glob("*.rq"))
    return [(text.splitlines()[0].lstrip("# "), text) for text in (f.read_text("utf-8") for f in files)]


@bp.route("/sparql", methods=["GET", "POST"])
def endpoint() -> Response:
    """GET, POST form and POST direct (SPARQL 1.1 Protocol, section 2.1)."""
    kind = request.mimetype
    if request.method == "POST" and kind not in {"application/x-www-form-urlencoded", "application/sparql-query"}:
        if kind == "application/sparql-update":
            return problem(403, "Updates are not accepted", "This address answers queries; the graph is changed by kg build")
        return problem(415, "Unsupported media type", "Send application/x-www-form-urlencoded or application/sparql-query")
    if "update" in request.values:
        return problem(403, "Updates are not accepted", "This address answers queries; the graph is changed by kg build")
    given = [request.get_data(as_text=True)] if kind == "application/sparql-query" else request.values.getlist("query")
    if not given:
        return _welcome()
    if len(given) > 1:
        return problem(400, "Several queries", "Send exactly one query")
    return _answer(given[0])


def _welcome() -> Response:
    if choose(["text/turtle", HTML]) == HTML:
        return Response(render_template("sparql.html", questions=questions(), query=request.args.get("text", "")), mimetype=HTML)
    formats = ", ".join(f"<http://www.w3.org/ns/formats/{f}>" for f in _FORMATS)
    return Response(_DESCRIPTION.format(here=request.base_url, formats=formats), mimetype="text/turtle")


def _media() -> tuple[str | None, str | None]:
    """(media type of tables, media type of graphs) that the request wants."""
    wanted = request.values.get("format")
    if wanted:
        wanted = _ALIASES.get(wanted.lower(), wanted)
        tables = next((m for m, (short, _) in RESULTS.items() if wanted in {short, m}), None)
        graphs = next((m for m, (short, _) in GRAPHS.items() if wanted in {short, m}), None)
        return (tables, graphs or next(iter(GRAPHS))) if tables else (next(iter(RESULTS)) if graphs else None, graphs)
    return choose([*RESULTS, "application/json"]), choose(list(GRAPHS))


def _answer(query: str) -> Response:
    tables, graphs = _media()
    if tables is None and graphs is None:
        if not request.values.get("format") and HTML in request.headers.get("Accept", ""):
            tables, graphs = next(iter(RESULTS)), next(iter(GRAPHS))
        else:
            return not_acceptable([*RESULTS, *GRAPHS])
    if "SERVICE" in keywords(query):
        return problem(403, "SERVICE is refused", "Queries here never open a connection; ask the other endpoint yourself")
    settings = current_app.config["KG"]
    snapshot = current_app.config["READER"].current()
    default, named = request.values.getlist("default-graph-uri"), request.values.getlist("named-graph-uri")
    order: dict[str, object] = {"snapshot": str(snapshot.path), "query": query, "default": default if default or named else None,
             "named": named if default or named else None, "graph": graphs or "text/turtle",
             "result": "application/sparql-results+json" if tables in {None, "application/json"} else tables}
    tag = hashlib.sha256(json.dumps({**order, "number": snapshot.number}, sort_keys=True).encode()).hexdigest()[:24]
    if request.if_none_match.contains(tag):
        return Response(status=304)
    response = _run(order, settings.query_seconds, tables, graphs)
    if response.status_code == 200:
        response.set_etag(tag)
        response.vary.add("Accept")
    return response


def _run(order: dict[str, object], seconds: float, tables: str | None, graphs: str | None) -> Response:
    try:
        done = subprocess.run([sys.executable, "-m", "kg.web.worker"], input=json.dumps(order).encode(), capture_output=True,
                              timeout=seconds, cwd=Path.cwd(), check=False)
    except subprocess.TimeoutExpired:
        return problem(503, "Query timed out", f"The query took longer than {seconds:g} s; ask for less, or set KG_QUERY_SECONDS")
    if done.returncode == 3:
        return problem(400, "Malformed query", done.stderr.decode("utf-8", "replace").strip())
    if done.returncode != 0:
        reason = done.stderr.decode("utf-8", "replace").strip()[-300:]
        return problem(503, "Query failed", f"It needed more than it may have, or could not be evaluated: {reason}")
    media, _, data = done.stdout.partition(b"\n")
    kind = media.decode()
    if kind in GRAPHS and graphs is None or kind in RESULTS and tables is None:
        return not_acceptable(list(GRAPHS if kind in GRAPHS else RESULTS))
    return Response(data, content_type=f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)
