"""The operator's port: SPARQL Update and writing by the Graph Store Protocol, for who has the token; all reads as on the public port."""

from __future__ import annotations

import asyncio
import base64
import hmac
import io
import json
import secrets
import signal
import socket
import subprocess
import sys
from typing import Any

from werkzeug.formparser import parse_form_data

from kg.query import wire
from kg.query.formats import DATASETS, GRAPHS
from kg.query.text import MAX_DEPTH, with_dataset, words_of
from kg.web import reading
from kg.web.endpoint import Endpoint
from kg.web.message import Answer, Ask, Refused, problem

MAX_CHANGE = 64_000_000  # bytes of a body
_SECONDS = 120.0         # that one change may take
_GRAPH_METHODS = "GET, HEAD, PUT, POST, DELETE, OPTIONS"


class Changes:
    """The process that changes the store; it is started at the first change, and again after it was killed."""

    def __init__(self, data: str, base: str) -> None:
        self._arguments = [data, base]
        self._process: subprocess.Popen[bytes] | None = None
        self._end: socket.socket | None = None
        self._one = asyncio.Lock()

    async def make(self, order: dict[str, Any]) -> dict[str, Any]:
        """Has one change made. :raises Refused: where the process ends or takes too long; nothing is changed then"""
        async with self._one:
            if self._end is None:
                self._end, its = wire.pair()
                self._end.setblocking(False)
                self._process = subprocess.Popen([sys.executable, "-m", "kg.changes", str(its.fileno()), *self._arguments],
                                                 pass_fds=[its.fileno()], stdin=subprocess.DEVNULL)
                its.close()
            try:
                async with asyncio.timeout(_SECONDS):
                    return await self._exchange(self._end, order)
            except (TimeoutError, OSError) as error:
                self.stop()
                raise Refused(503, "change-failed", "Change failed", f"The writing process ended or took longer than {_SECONDS:g} s") from error
            except asyncio.CancelledError:
                self.stop()
                raise

    async def _exchange(self, end: socket.socket, order: dict[str, Any]) -> dict[str, Any]:
        loop = asyncio.get_running_loop()
        for message in wire.orders(json.dumps(order).encode(), wire.piece(end)):
            await loop.sock_sendall(end, message)
        parts: list[bytes] = []
        while True:
            message = await loop.sock_recv(end, wire.BUFFER)
            if not message:
                raise ConnectionResetError
            parts.append(message[1:])
            if message[:1] == wire.ORDER:
                told: dict[str, Any] = json.loads(b"".join(parts))
                return told

    def stop(self) -> None:
        """Ends the process; the store is as before a change that it had not finished."""
        if self._end is not None:
            self._end.close()
            self._end = None
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None


class Operator:
    """Answers on the operator's port."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint, self._settings = endpoint, endpoint.settings
        self.changes = Changes(str(self._settings.data.absolute()), self._settings.base_iri)

    def admit(self, ask: Ask) -> None:
        """Looks at the token before a body is read. :raises Refused: where a change comes without it"""
        changing = ask.path == "/update" or ask.path.startswith("/graph") and ask.method not in {"GET", "HEAD"}
        if not changing or ask.method == "OPTIONS":
            return
        kind, _, token = ask.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or not hmac.compare_digest(token.strip().encode(), self._settings.update_token.encode()):
            raise Refused(401, "no-token", "No valid token", "Send Authorization: Bearer with the operator's token", {"WWW-Authenticate": "Bearer"})

    async def answer(self, ask: Ask) -> Answer:
        """The answer to any request."""
        try:
            self.admit(ask)
            if ask.path == "/update":
                return await self._update(ask)
            if ask.path.startswith("/graph") and ask.method not in {"GET", "HEAD"}:
                return await self._graph(ask)
        except Refused as refused:
            return problem(ask, refused, self._endpoint.render, self._settings.base_iri)
        return await self._endpoint.answer(ask)

    async def _update(self, ask: Ask) -> Answer:
        if ask.method == "OPTIONS":
            return Answer(204, {"Allow": "POST, OPTIONS"})
        if ask.method != "POST":
            raise Refused(405, "method-not-allowed", "Method not allowed", "Send an update by POST", {"Allow": "POST, OPTIONS"})
        request = reading.read(ask, "update", reading.UPDATE)
        assert request is not None, "a POST without an update is refused"
        text, words = request.text, words_of(request.text)
        if words.depth > MAX_DEPTH:
            raise Refused(400, "nested-too-deeply", "Nested too deeply", f"At most {MAX_DEPTH} brackets may be open at once")
        if request.default is not None or request.named is not None:
            given = with_dataset(text, request.default or [], request.named or [])
            if given is None:
                raise Refused(400, "dataset-twice", "Dataset named twice", "using-graph-uri cannot go with USING, WITH or DELETE WHERE in the update")
            text = given
        return await self._made(ask, {"do": "update", "text": text, "base": f"{ask.root}/sparql"})

    async def _graph(self, ask: Ask) -> Answer:
        if ask.method == "OPTIONS":
            return Answer(204, {"Allow": _GRAPH_METHODS})
        if ask.method not in {"PUT", "POST", "DELETE"}:
            raise Refused(405, "method-not-allowed", "Method not allowed", f"Use one of {_GRAPH_METHODS}", {"Allow": _GRAPH_METHODS})
        location = ""
        if ask.method == "POST" and ask.path in {"/graph-store", "/graph/"} and not {n for n, _ in ask.parameters()} & {"graph", "default"}:
            location = f"/graph/{secrets.token_hex(12)}"
            name: str | None = self._settings.base_iri + location
        else:
            name = self._endpoint.graph_name(ask)
        if name is None and self._settings.union:
            raise Refused(403, "default-is-union", "The default graph is the union of all", "Name a graph, or serve with KG_DEFAULT_GRAPH=separate")
        parts = [] if ask.method == "DELETE" else [(m, base64.b64encode(c).decode()) for m, c in _parts(ask)]
        base = f"{ask.root}/sparql" if name is None else name
        answer = await self._made(ask, {"do": ask.method.lower(), "name": name, "parts": parts, "base": base})
        if location and answer.status == 201:
            answer.headers["Location"] = ask.root + location
        return answer

    async def _made(self, ask: Ask, order: dict[str, Any]) -> Answer:
        told = await self.changes.make(order)
        status, detail = told["status"], told.get("detail", "")
        if status == 422:
            if ask.accepts(["application/problem+json", "text/turtle"]) == "text/turtle":
                return Answer(422, {"Content-Type": "text/turtle; charset=utf-8"}, told["report"].encode(), outcome="not-conforming")
            raise Refused(422, "not-conforming", "The shapes refuse it", detail, report=told["report"])
        if status >= 400:
            titles = {400: ("malformed-update", "Malformed"), 403: ("network-refused", "LOAD and SERVICE are refused"), 404: ("no-such-graph", "Not found"), 415: ("unsupported-media-type", "Unsupported media type")}
            name, title = titles.get(status, ("store-busy", "The store is busy"))
            raise Refused(status, name, title, detail, {"Retry-After": "5"} if status == 503 else {})
        self._endpoint.published()
        return Answer(status, {"X-Snapshot": str(told["snapshot"])}, outcome="changed")


def _parts(ask: Ask) -> list[tuple[str, bytes]]:
    """(media type, content) of what is sent. :raises Refused: where its type is missing or no format of RDF"""
    kind, charset = ask.media_type()
    offered = ", ".join(GRAPHS)
    if kind == "multipart/form-data":
        environ = {"REQUEST_METHOD": "POST", "CONTENT_TYPE": ask.headers["content-type"], "CONTENT_LENGTH": str(len(ask.body)),
                   "wsgi.input": io.BytesIO(ask.body)}
        _, form, files = parse_form_data(environ)
        found = [(f.mimetype, f.read()) for f in files.values()] + [("text/turtle", v.encode()) for v in form.values()]
    else:
        found = [(kind, ask.body)]
    for media, _ in found:
        if media not in GRAPHS | DATASETS:
            raise Refused(415, "unsupported-media-type", "Unsupported media type", f"Send one of: {offered}", {"Accept-Post": offered})
    if charset.lower() not in {"utf-8", "utf8", "us-ascii"}:
        raise Refused(415, "unsupported-charset", "Unsupported charset", f"Send UTF-8, not {charset[:40]}")
    return found
