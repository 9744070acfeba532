"""The endpoint inside the Flask application: the same answers as on the server, for other servers and for tests."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from typing import Any, TypeVar

from flask import Blueprint, Response, current_app, request

from kg.web.description import questions
from kg.web.endpoint import Endpoint
from kg.web.message import Answer, Ask

bp = Blueprint("sparql", __name__)
_T = TypeVar("_T")
_METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]


class Bridge:
    """An endpoint on a loop in a thread of its own, asked from threads; both start with the first question."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lock = threading.Lock()

    def _run(self, work: Coroutine[Any, Any, _T]) -> _T:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._loop.run_forever, daemon=True).start()
                asyncio.run_coroutine_threadsafe(self._endpoint.start(), self._loop).result()
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def ask(self, ask: Ask) -> tuple[Answer, Iterator[bytes]]:
        """The answer, and its body in parts."""
        answer = self._run(self._endpoint.answer(ask))
        return answer, self._parts(answer)

    def _parts(self, answer: Answer) -> Iterator[bytes]:
        if answer.stream is None:
            yield answer.body
            return
        try:
            while (part := self._run(_next(answer.stream))) is not None:
                yield part
        finally:
            self._run(_close(answer.stream))


async def _next(stream: Any) -> bytes | None:
    part: bytes | None = await anext(stream, None)
    return part


async def _close(stream: Any) -> None:
    await stream.aclose()


@bp.route("/sparql", methods=_METHODS, provide_automatic_options=False)
@bp.route("/sparql.<suffix>", methods=_METHODS, provide_automatic_options=False)
@bp.route("/graph-store", methods=_METHODS, provide_automatic_options=False)
@bp.route("/graph/<path:name>", methods=_METHODS, provide_automatic_options=False)
def endpoint(suffix: str = "", name: str = "") -> Response:
    """SPARQL 1.1 Protocol and Graph Store Protocol."""
    ask = Ask(request.method, request.path, request.query_string, {k.lower(): v for k, v in request.headers}, request.get_data(),
              request.remote_addr or "", request.scheme, current_app.config["KG"].public_url)
    answer, parts = current_app.extensions["kg-bridge"].ask(ask)
    response = Response(b"" if request.method == "HEAD" else parts, status=answer.status, headers=list(answer.headers.items()))
    if answer.stream is None:
        response.content_length = len(answer.body)
    return response


__all__ = ["Bridge", "bp", "questions"]
