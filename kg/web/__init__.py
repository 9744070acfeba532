"""The web application: SPARQL, linked-data pages, dumps; and the server that runs it."""

from __future__ import annotations

import click
from flask import Flask, Response, jsonify
from waitress import serve as waitress_serve

from kg.errors import StoreError
from kg.settings import Settings
from kg.store import Reader
from kg.web import browse, dumps, sparql


def create_app(settings: Settings) -> Flask:
    """The application over the snapshot that is published in ``settings.data`` at each request."""
    app = Flask(__name__)
    app.config["KG"] = settings
    app.config["READER"] = Reader(settings.data)
    app.config["MAX_CONTENT_LENGTH"] = 1_000_000
    for part in (sparql.bp, browse.bp, dumps.bp):
        app.register_blueprint(part)

    @app.errorhandler(StoreError)
    def no_snapshot(error: StoreError) -> tuple[Response, int]:
        return jsonify(title="No graph", detail=str(error), status=503), 503

    @app.get("/health")
    def health() -> Response:
        snapshot = app.config["READER"].current()
        return jsonify(status="ok", snapshot=snapshot.number, triples=snapshot.count())

    @app.after_request
    def headers(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", "default-src 'self'; form-action 'self'; base-uri 'none'")
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Access-Control-Allow-Origin", "*")
        return response

    return app


def serve(settings: Settings) -> None:
    """Serves until it is stopped.

    :raises StoreError: where nothing has been published
    """
    Reader(settings.data).current()
    click.echo(f"conflict-kg on http://{settings.host}:{settings.port}/")
    waitress_serve(create_app(settings), host=settings.host, port=settings.port, threads=8)
