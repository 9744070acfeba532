"""The web application: SPARQL, linked-data pages, dumps; and the server that runs it."""

from __future__ import annotations

import time

import click
from flask import Flask, Response, g, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from waitress import serve as waitress_serve
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from kg.errors import StoreError
from kg.settings import Settings
from kg.store import Reader
from kg.web import browse, dumps, search, sparql
from kg.web.negotiate import problem


def create_app(settings: Settings) -> Flask:
    """The application over the snapshot that is published in ``settings.data`` at each request."""
    app = Flask(__name__)
    app.config["KG"] = settings
    app.config["READER"] = Reader(settings.data)
    app.config["MAX_CONTENT_LENGTH"] = 1_000_000
    for part in (sparql.bp, browse.bp, search.bp, dumps.bp):
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
        return jsonify(status="ok", snapshot=snapshot.number, triples=snapshot.count())

    registry = CollectorRegistry()  # one for each application, so that several can live in one process
    requests = Counter("kg_requests", "Answered requests by endpoint and status.", ["endpoint", "status"], registry=registry)
    seconds = Histogram("kg_request_seconds", "Seconds from request to answer.", ["endpoint"], registry=registry)
    number = Gauge("kg_snapshot", "Number of the published snapshot.", registry=registry)

    @app.get("/metrics")
    def metrics() -> Response:
        number.set(app.config["READER"].current().number)
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    @app.before_request
    def started() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def counted(response: Response) -> Response:
        endpoint = request.endpoint or "none"
        requests.labels(endpoint, str(response.status_code)).inc()
        seconds.labels(endpoint).observe(time.perf_counter() - g.started)
        return response

    @app.after_request
    def headers(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", "default-src 'self'; form-action 'self'; base-uri 'none'")
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Access-Control-Allow-Origin", "*")
        if request.method == "OPTIONS":
            response.headers.setdefault("Access-Control-Allow-Methods", response.headers.get("Allow", "GET"))
            response.headers.setdefault("Access-Control-Allow-Headers", "Accept, Content-Type, If-None-Match")
        return response

    return app


def serve(settings: Settings) -> None:
    """Serves until it is stopped.

    :raises StoreError: where nothing has been published
    """
    Reader(settings.data).current()
    click.echo(f"conflict-kg on http://{settings.host}:{settings.port}/")
    waitress_serve(create_app(settings), host=settings.host, port=settings.port, threads=8)
