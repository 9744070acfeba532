"""A server of its own for tests that need a real one."""

from __future__ import annotations

import contextlib
import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@dataclass
class Served:
    """A running server; ``log`` is its standard error."""

    port: int
    update_port: int
    token: str
    process: subprocess.Popen[bytes]
    log: Path

    def ask(self, method: str, path: str, body: bytes | str | None = None, headers: dict[str, str] | None = None, *, operator: bool = False,
            token: bool = True) -> tuple[int, http.client.HTTPMessage, bytes]:
        """(status, headers, body)."""
        connection = http.client.HTTPConnection("127.0.0.1", self.update_port if operator else self.port, timeout=60)
        more = {"Authorization": f"Bearer {self.token}"} if operator and token else {}
        connection.request(method, path, body.encode() if isinstance(body, str) else body, {**(headers or {}), **more})
        answer = connection.getresponse()
        try:
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def query(self, text: str, **parameters: str) -> tuple[int, http.client.HTTPMessage, bytes]:
        """Asks a query by GET."""
        return self.ask("GET", "/sparql?" + urlencode({"query": text, **parameters}))

    def update(self, text: str, **parameters: str) -> tuple[int, http.client.HTTPMessage, bytes]:
        """Sends an update to the operator's port."""
        path = "/update" + ("?" + urlencode(parameters) if parameters else "")
        return self.ask("POST", path, text, {"Content-Type": "application/sparql-update"}, operator=True)


@contextlib.contextmanager
def serving(data: Path, log: Path, **environment: str) -> Iterator[Served]:
    """Serves ``data`` until the block ends."""
    port, update_port, token = free_port(), free_port(), "a-token-for-tests-only"
    env = {**os.environ, "KG_DATA": str(data), "KG_PORT": str(port), "KG_UPDATE_PORT": str(update_port), "KG_UPDATE_TOKEN": token, **environment}
    with open(log, "wb") as errors:
        process = subprocess.Popen([sys.executable, "-m", "kg", "serve"], env=env, stdout=subprocess.DEVNULL, stderr=errors)
    served = Served(port, update_port, token, process, log)
    try:
        for _ in range(300):
            try:
                if served.ask("GET", "/ready")[0] == 200:
                    break
            except OSError:
                assert process.poll() is None, log.read_text()
            time.sleep(0.1)
        yield served
    finally:
        process.terminate()
        try:
            process.wait(timeout=40)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
