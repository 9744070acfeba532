"""Runs the application: one process with an event loop; the query processes are its children."""

from __future__ import annotations

import asyncio
import gc
import logging
import resource
import signal
import sys
from typing import Any

import click
import uvicorn
import uvloop
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from kg.query.failures import QueryFailure
from kg.settings import Settings
from kg.web.asgi import AccessLog, Application
from kg.web.operator import MAX_CHANGE, Operator
from kg.web.published import Current

HEAD_SECONDS = 15.0    # a request's headers have to be there by then
HEAD_BYTES = 64_000
DRAIN_SECONDS = 30     # what runs at SIGTERM may take so long to finish
MOST_FILES = 65_536
_PUBLIC = ("/sparql", "/graph-store", "/graph/")


class Protocol(HttpToolsProtocol):
    """uvicorn's parser with an end to the patience with headers that come slowly or never end."""

    _timer: asyncio.TimerHandle | None = None
    _head = 0

    def connection_made(self, transport: Any) -> None:
        """A client has connected; it has to send a request."""
        super().connection_made(transport)
        self._timer = self.loop.call_later(HEAD_SECONDS, transport.close)

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._head = 0
        if self._timer is None:
            self._timer = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def on_headers_complete(self) -> None:
        """The headers are whole."""
        self._quiet()
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        """Bytes from the client."""
        if self._timer is not None:
            self._head += len(data)
            if self._head > HEAD_BYTES and b"\r\n\r\n" not in data:
                self.transport.write(b"HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
                self.transport.close()
                return
        super().data_received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection has ended."""
        self._quiet()
        super().connection_lost(exc)

    def _quiet(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class _Brief(logging.Filter):
    """An answer that ends early is no fault of ours: one line is enough."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Shortens the record."""
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, QueryFailure):
            record.msg, record.args, record.exc_info = f"an answer was cut off, and its connection with it: {error.name}", (), None
        return True


class _Server(uvicorn.Server):
    def install_signal_handlers(self) -> None:
        """Signals are handled once for all ports."""


def _server(application: Any, host: str, port: int) -> _Server:
    return _Server(uvicorn.Config(application, host=host, port=port, http=Protocol, ws="none", lifespan="off", log_config=None, access_log=False,
                                  server_header=False, proxy_headers=False, backlog=2048, timeout_keep_alive=30,
                                  timeout_graceful_shutdown=DRAIN_SECONDS))


def settle() -> None:
    """Has Python look through everything for garbage less often, and never through what lives as long as the server.

    Each such look is a pause of up to 20 ms in the middle of a page; the short ones, which find most of the garbage, stay as they are.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*gc.get_threshold()[:2], 100)


async def _serve(settings: Settings) -> None:
    from kg.web import create_app  # the application imports what this module is part of

    app = create_app(settings)
    endpoint = app.extensions["kg-endpoint"]
    await endpoint.start()
    held = ", ".join(endpoint.pool.nursery.isolation)
    click.echo(f"query processes: {held}" if held else
               "query processes are NOT cut off from the network: the kernel allows neither a network namespace nor a seccomp filter here", err=not held)
    log = AccessLog(sys.stderr)
    servers = [_server(Application(app, endpoint, endpoint.answer, _PUBLIC, log), settings.host, settings.port)]
    operator = Operator(endpoint)
    if settings.update_port and settings.update_token:
        servers.append(_server(Application(app, endpoint, operator.answer, (*_PUBLIC, "/update"), log, MAX_CHANGE, operator.admit),
                               settings.host, settings.update_port))
        click.echo(f"changes, for who has the token, on http://{settings.host}:{settings.update_port}/")
    click.echo(f"conflict-kg on http://{settings.host}:{settings.port}/")
    settle()
    loop = asyncio.get_running_loop()

    def end() -> None:
        for server in servers:
            server.should_exit = True

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end)
    try:
        await asyncio.gather(*(s._serve() for s in servers))
    finally:
        log.flush()
        operator.changes.stop()
        await endpoint.stop()


def serve(settings: Settings) -> None:
    """Serves until it is stopped.

    :raises StoreError: where nothing has been published
    """
    Current(settings.data)()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard if 0 <= hard < MOST_FILES else MOST_FILES, hard))  # a connection is a file
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s")
    logging.getLogger("uvicorn.error").addFilter(_Brief())
    uvloop.run(_serve(settings))
