"""The web application: SPARQL, linked-data pages, dumps; and the server that runs it."""

from __future__ import annotations

import re
import time
from typing import Any

from flask import Flask, Response, g, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from kg.errors import StoreError
from kg.settings import Settings
from kg.store import Reader
from kg.web import browse, dumps, extras, look, overview, search, sparql, terms
from kg.web.asgi import MAX_BODY
from kg.web.metrics import Metrics
from kg.web.negotiate import problem
from kg.web.published import Current
from kg.web.searching import SearchingEndpoint
from kg.web.server import serve

#: Stand in no IRI, not even percent-encoded as text; browse.py encodes again what does.
_NO_IRI = re.compile(r"[\x00-\x1f\x7f\ufffd\ufffe\uffff]")


def create_app(settings: Settings) -> Flask:
    """The application over the snapshot that is published in ``settings.data`` at each request."""
    app = Flask(__name__)
    app.config["KG"] = settings
    app.config["READER"] = Reader(settings.data)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        name=lambda iri: look.look().name(iri), local=lambda iri: look.local(iri, settings.base_iri), words=look.words, day=look.day, when=look.when, date=look.date,
        cut=look.cut, short=look.short, position=look.position, has=extras.has)
    metrics = Metrics()

    def render(template: str, **values: Any) -> str:
        return app.jinja_env.get_template(template).render(values)

    endpoint = SearchingEndpoint(settings, render, metrics)
    app.extensions["kg-endpoint"], app.extensions["kg-bridge"] = endpoint, sparql.Bridge(endpoint)
    for part in (sparql.bp, browse.bp, overview.bp, search.bp, terms.bp, dumps.bp, extras.bp):
        app.register_blueprint(part)

    @app.errorhandler(StoreError)
    def no_snapshot(error: StoreError) -> Response:
        return problem(503, "No graph", str(error))

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Response:
        response = problem(error.code or 500, error.name, error.description or error.name)
        if isinstance(error, MethodNotAllowed) and error.valid_methods:
            response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
        return response

    @app.get("/health")
    def health() -> Response:
        snapshot = app.config["READER"].current()
        return jsonify(status="ok", snapshot=snapshot.number, triples=snapshot.count(), isolation=endpoint.pool.nursery.isolation)

    @app.get("/ready")
    def ready() -> Response:
        """Whether queries can be answered at this moment."""
        current = Current(settings.data)()
        if not endpoint.pool.nursery.isolation and not endpoint.pool.idle and not endpoint.pool.busy:
            return problem(503, "Not ready", "No query process is running yet")
        return jsonify(status="ready", snapshot=current.number)

    @app.get("/metrics")
    def figures() -> Response:
        current = Current(settings.data)()
        return Response(metrics.text(current.number, current.since), content_type=CONTENT_TYPE_LATEST)

    @app.before_request
    def started() -> Response | None:
        g.started = time.perf_counter()
        # Paths become IRIs; what no IRI may hold names nothing here.
        return problem(404, "Not found", "nothing has such a name here") if _NO_IRI.search(request.path) else None

    @app.after_request
    def counted(response: Response) -> Response:
        name = request.endpoint or "none"
        metrics.request(name, response.status_code, time.perf_counter() - g.started)
        return response

    @app.after_request
    def headers(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", "default-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'")
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        if "look" in g:
            response.headers.setdefault("Server-Timing", f'store;desc="{g.look.queries} queries"')
            if response.status_code == 200 and request.method in {"GET", "HEAD"}:
                response.headers.setdefault("Cache-Control", "no-cache")  # may be kept, and is asked for again
                response.add_etag()
                response.make_conditional(request)
        response.headers.setdefault("Access-Control-Allow-Origin", "*")
        if request.method == "OPTIONS":
            response.headers.setdefault("Access-Control-Allow-Methods", response.headers.get("Allow", "GET"))
            response.headers.setdefault("Access-Control-Allow-Headers", "Accept, Content-Type, If-None-Match")
        return response

    return app


__all__ = ["create_app", "serve"]
