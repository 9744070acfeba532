"""The server's application: the endpoint on the loop, the pages of the Flask application in threads."""

from __future__ import annotations

import asyncio
import io
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TextIO
from urllib.parse import quote

from flask import Flask

from kg.query.failures import QueryFailure
from kg.web.endpoint import Endpoint
from kg.web.message import Answer, Ask, Refused, problem

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Ours = Callable[[Ask], Awaitable[Answer]]

MAX_BODY = 1_000_000  # bytes of a query by POST
BODY_SECONDS = 15.0   # a body has to be there by then
PATIENCE = 0.05       # seconds after which we look whether the client is still there
_THREADS = 16
_PART = 1 << 18
_ALWAYS = [(b"access-control-allow-origin", b"*"), (b"x-content-type-options", b"nosniff"),
           (b"access-control-expose-headers", b"ETag, Link, Location, Retry-After, Server-Timing, Content-Disposition"),
           (b"content-security-policy", b"default-src 'self'; form-action 'self'; base-uri 'none'")]


class AccessLog:
    """A line for each answer: client, method, path, status, outcome, hash of the query, milliseconds; no parameters, no headers.

    Lines are written together, twice a second.
    """

    def __init__(self, file: TextIO) -> None:
        self._file, self._lines = file, list[str]()

    def line(self, text: str) -> None:
        """Takes a line."""
        if not self._lines:
            asyncio.get_running_loop().call_later(0.5, self.flush)
        self._lines.append(f"{time.strftime('%Y-%m-%dT%H:%M:%S%z')} {text}\n")

    def flush(self) -> None:
        """Writes what has come together."""
        text, self._lines = "".join(self._lines), []
        try:
            self._file.write(text)
            self._file.flush()
        except OSError:
            pass  # nobody reads it any more; answers go on


class ClientGone(Exception):
    """Nobody waits for the answer any more."""


class Application:
    """Routes requests to ``ours`` (the endpoint, or what stands before it) or to the pages."""

    def __init__(self, flask: Flask, endpoint: Endpoint, ours: Ours, prefixes: tuple[str, ...], log: AccessLog, max_body: int = MAX_BODY,
                 admit: Callable[[Ask], None] | None = None) -> None:
        self._admit, self._log = admit, log
        self._flask, self._endpoint, self._ours, self._prefixes, self._max_body = flask, endpoint, ours, prefixes, max_body
        self._threads = ThreadPoolExecutor(_THREADS, "page")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        assert scope["type"] == "http", "served with lifespan=off, ws=none"
        began = time.perf_counter()
        ask = self._ask(scope)
        path = ask.path
        mine = path.startswith(self._prefixes)
        try:
            if mine:
                answer = await self._answered(ask, receive)
            else:
                answer = await asyncio.get_running_loop().run_in_executor(self._threads, self._page, scope, ask)
            await self._send(answer, ask.method == "HEAD", send, mine)
        except ClientGone:
            answer = Answer(499, outcome="client-gone")
            self._endpoint.metrics.query("client-gone", time.perf_counter() - began)
        except QueryFailure:
            self._endpoint.metrics.query("aborted", time.perf_counter() - began)
            raise  # after the status was sent: the server drops the connection
        if mine:
            name = "graph-store" if path.startswith("/graph") else "update" if path == "/update" else "sparql"
            self._endpoint.metrics.request(name, answer.status, time.perf_counter() - began)
        self._log.line(f"{ask.client} {ask.method} {quote(path)} {answer.status} {answer.outcome or '-'} {answer.query_hash or '-'} "
                       f"{(time.perf_counter() - began) * 1000:.1f} ms")

    def _ask(self, scope: Scope) -> Ask:
        headers: dict[str, str] = {}
        for name, value in scope["headers"]:
            key = name.decode("latin-1")
            text = value.decode("latin-1")
            headers[key] = f"{headers[key]}, {text}" if key in headers else text
        settings = self._endpoint.settings
        client = (scope.get("client") or ("",))[0]
        forwarded = [part.strip() for part in headers.get("x-forwarded-for", "").split(",")]
        if settings.proxies and len(forwarded) >= settings.proxies and forwarded[-settings.proxies]:
            client = forwarded[-settings.proxies]
        scheme = headers.get("x-forwarded-proto", scope["scheme"]) if settings.proxies else scope["scheme"]
        return Ask(scope["method"], scope["path"], scope["query_string"], headers, b"", client,
                   scheme if scheme in {"http", "https"} else "http", settings.public_url)

    async def _answered(self, ask: Ask, receive: Receive) -> Answer:
        """The endpoint's answer; the query ends when the client goes away."""
        try:
            if self._admit is not None:
                self._admit(ask)
            if ask.method in {"POST", "PUT", "PATCH"}:
                ask.body = await _body(receive, self._max_body)
        except Refused as refused:
            return problem(ask, refused, self._endpoint.render, self._endpoint.settings.base_iri)
        loop = asyncio.get_running_loop()
        task = asyncio.current_task()
        assert task is not None
        watching: list[asyncio.Task[None]] = []
        timer = loop.call_later(PATIENCE, lambda: watching.append(loop.create_task(_gone(receive, task))))
        try:
            return await self._ours(ask)
        except asyncio.CancelledError:
            if watching and watching[0].done():
                task.uncancel()
                raise ClientGone from None
            raise
        finally:
            timer.cancel()
            for watcher in watching:
                watcher.cancel()

    async def _send(self, answer: Answer, bare: bool, send: Send, mine: bool) -> None:
        headers = [(k.lower().encode("latin-1"), v.encode("latin-1", "replace")) for k, v in answer.headers.items()]
        if mine:
            headers += _ALWAYS
            if answer.stream is None and answer.status not in {204, 304}:
                headers.append((b"content-length", str(len(answer.body)).encode()))
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        if answer.stream is not None:
            try:
                if not bare:
                    async for part in answer.stream:  # a failure here leaves the answer unfinished: the server drops the connection
                        await send({"type": "http.response.body", "body": part, "more_body": True})
            finally:
                await answer.stream.aclose()
        await send({"type": "http.response.body", "body": b"" if bare else answer.body})

    def _page(self, scope: Scope, ask: Ask) -> Answer:
        """A page, whole: a client that reads slowly holds no thread."""
        host, _, port = ask.headers.get("host", "").rpartition(":")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": ask.method, "SCRIPT_NAME": "", "PATH_INFO": ask.path.encode("utf-8", "surrogateescape").decode("latin-1"),
            "RAW_URI": scope["raw_path"].decode("latin-1"),
            "QUERY_STRING": ask.query_string.decode("latin-1"), "SERVER_NAME": host or "localhost", "SERVER_PORT": port or "80",
            "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}", "REMOTE_ADDR": ask.client, "wsgi.version": (1, 0), "wsgi.url_scheme": ask.scheme,
            "wsgi.input": io.BytesIO(), "wsgi.errors": io.StringIO(), "wsgi.multithread": True, "wsgi.multiprocess": False,
            "wsgi.run_once": False, **{f"HTTP_{k.upper().replace('-', '_')}": v for k, v in ask.headers.items()
                                       if k not in {"content-length", "content-type", "transfer-encoding"}}}
        answer = Answer(500)

        def start(status: str, headers: list[tuple[str, str]], _error: Any = None, /) -> Callable[[bytes], object]:
            answer.status = int(status.partition(" ")[0])
            answer.headers = {}
            for name, value in headers:
                answer.headers[name] = f"{answer.headers[name]}, {value}" if name in answer.headers else value
            return spool.write

        spool = tempfile.SpooledTemporaryFile(max_size=4 << 20)  # noqa: SIM115 - the stream closes it
        parts: Iterable[bytes] = self._flask(environ, start)
        try:
            for part in parts:
                spool.write(part)
        finally:
            close = getattr(parts, "close", None)
            if close is not None:
                close()
        size = spool.tell()
        spool.seek(0)
        if size <= _PART:
            answer.body = spool.read()
            spool.close()
        else:
            answer.stream = _spooled(spool)
        return answer


async def _spooled(spool: Any) -> Any:
    try:
        while part := spool.read(_PART):
            yield part
    finally:
        spool.close()


async def _body(receive: Receive, most: int) -> bytes:
    """The body of the request. :raises Refused: where it is too long or too slow"""
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise ClientGone
                parts.append(message.get("body", b""))
                size += len(parts[-1])
                if size > most:
                    raise Refused(413, "body-too-large", "Body too large", f"At most {most} bytes", {"Connection": "close"})
                if not message.get("more_body"):
                    return b"".join(parts)
    except TimeoutError as error:
        raise Refused(408, "body-too-slow", "Body too slow", f"The body has to be here within {BODY_SECONDS:g} s", {"Connection": "close"}) from error


async def _gone(receive: Receive, task: asyncio.Task[Any]) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    task.cancel()
