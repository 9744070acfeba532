"""A SPARQL endpoint over HTTP, sent exactly the bytes that a test describes; and an instance of the project's own server."""

from __future__ import annotations

import http.client
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pyoxigraph as ox

from kg.store import Writer


class EndpointError(Exception):
    """The endpoint does not do what every test needs it to do."""


@dataclass(frozen=True)
class Reply:
    """An answer; the names of its headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        """The media type without its parameters; empty where the answer names none."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def brief(self) -> str:
        """Status and the beginning of the body, for a message."""
        return f"{self.status} {' '.join(self.body[:160].decode('utf-8', 'replace').split())}"


@dataclass
class Endpoint:
    """The addresses of an endpoint. ``direct_url``: the address below which graphs are named by their path.

    ``token``: sent to the addresses that write.
    """

    query_url: str
    update_url: str
    graph_store_url: str
    direct_url: str
    token: str = ""
    seconds: float = 60
    _connections: dict[str, http.client.HTTPConnection] = field(default_factory=dict)
    _held: frozenset[str] | None = None

    def send(self, method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes | None = None) -> Reply:
        """One request. Nothing is added to it but Host, Content-Length and, where the address writes, the token."""
        parts = urlsplit(url)
        given = dict(headers or {})
        if self.token and url.startswith((self.update_url, self.graph_store_url, self.direct_url)):
            given["Authorization"] = f"Bearer {self.token}"
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        for attempt in (1, 2):  # a kept connection may have been closed by the server meanwhile
            connection = self._connections.setdefault(parts.netloc, http.client.HTTPConnection(parts.netloc, timeout=self.seconds))
            try:
                connection.putrequest(method, target, skip_accept_encoding=True)
                for name, value in given.items():
                    connection.putheader(name, value)
                if body is not None or method in {"POST", "PUT"}:
                    connection.putheader("Content-Length", str(len(body or b"")))
                connection.endheaders(body)
                answer = connection.getresponse()
                return Reply(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
            except (http.client.HTTPException, OSError) as error:
                connection.close()
                del self._connections[parts.netloc]
                if attempt == 2:
                    raise EndpointError(f"{method} {url}: no answer ({error or type(error).__name__})") from error
        raise AssertionError("unreachable")

    def query(self, text: str, accept: str) -> Reply:
        """A query, sent as it is (POST direct)."""
        return self.send("POST", self.query_url, {"Content-Type": "application/sparql-query", "Accept": accept}, text.encode())

    def update(self, text: str) -> Reply:
        """An update, sent as it is (POST direct). What the store holds is not known afterwards."""
        self._held = None
        return self.send("POST", self.update_url, {"Content-Type": "application/sparql-update"}, text.encode())

    def hold(self, quads: list[ox.Quad]) -> None:
        """Makes the store hold these statements and no others. Nothing is sent where it holds them already.

        :raises EndpointError: where the endpoint refuses
        """
        wanted = frozenset(str(q) for q in quads)
        if wanted == self._held:
            return
        graphs: dict[str, list[str]] = {}
        for quad in quads:
            graphs.setdefault(str(quad.graph_name), []).append(f"{quad.triple} .")
        blocks = ["\n".join(lines) if name == "DEFAULT" else f"GRAPH {name} {{\n" + "\n".join(lines) + "\n}" for name, lines in graphs.items()]
        text = "DROP ALL" + (" ;\nINSERT DATA {\n" + "\n".join(blocks) + "\n}" if blocks else "")
        reply = self.update(text)
        if reply.status not in range(200, 300):
            raise EndpointError(f"{self.update_url} refuses the data of a test: {reply.brief()}")
        self._held = wanted

    def touched(self) -> None:
        """Says that a test has written by other ways than ``update``."""
        self._held = None


def free_port() -> int:
    """A port of this machine that nothing listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def own_server() -> Iterator[Endpoint]:
    """The project's server on an empty graph of its own, with a separate default graph and with updates.

    :raises EndpointError: where it does not start
    """
    public, private, token = free_port(), free_port(), secrets.token_hex(16)
    with tempfile.TemporaryDirectory() as folder, open(Path(folder) / "log", "w+", encoding="utf-8") as log:
        data = Path(folder) / "data"
        with Writer(data) as writer:
            writer.publish()
        env = {**os.environ, "KG_DATA": str(data), "KG_HOST": "127.0.0.1", "KG_PORT": str(public), "KG_DEFAULT_GRAPH": "separate",
               "KG_UPDATE_PORT": str(private), "KG_UPDATE_TOKEN": token}
        process = subprocess.Popen([sys.executable, "-m", "kg", "serve"], env=env, stdout=log, stderr=log)
        try:
            for port in (public, private):
                _wait(process, port, Path(folder) / "log")
            root, operator = f"http://127.0.0.1:{public}", f"http://127.0.0.1:{private}"
            yield Endpoint(f"{root}/sparql", f"{operator}/update", f"{operator}/graph-store", f"{operator}/graph", token)
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Until something listens on the port."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise EndpointError(f"kg serve ended with {process.returncode}: {log.read_text('utf-8')[-600:]}")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise EndpointError(f"kg serve does not listen on port {port} after a minute: {log.read_text('utf-8')[-600:]}")
