"""The servers that are compared, each with the same graph. The peers live in environments of their own under build/bench."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.w3c.endpoint import free_port

BUILD = Path(__file__).resolve().parents[1] / "build" / "bench"
_PEERS = {"oxigraph": ["oxigraph>=0.5.9,<0.6"], "rdflib-endpoint": ["rdflib-endpoint>=0.6,<0.7", "oxrdflib>=0.5,<0.6", "uvicorn>=0.30,<1"]}


class ServerError(Exception):
    """A server does not start or does not answer."""


@dataclass
class Server:
    """A running server: its name in the tables, its port and the path of its endpoint."""

    name: str
    port: int
    path: str
    process: subprocess.Popen[bytes]
    restartable: bool = False

    def target(self, query: str) -> str:
        """The path and query string of a GET request."""
        return f"{self.path}?{urllib.parse.urlencode({'query': query})}"

    def wait(self, seconds: float) -> None:
        """Until it answers.

        :raises ServerError: when it has ended or does not answer in time
        """
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise ServerError(f"{self.name} ended with status {self.process.returncode}; its output is in {BUILD}")
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}{self.target('ASK {}')}", timeout=5).close()
                return
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        raise ServerError(f"{self.name} does not answer after {seconds:g} s; its output is in {BUILD}")

    def restart(self) -> None:
        """Ends what it is doing, where the server has no way to end a query by itself."""
        if self.restartable and self.process.stdin:
            self.process.stdin.write(b"again\n")
            self.process.stdin.flush()
            time.sleep(0.5)
            self.wait(300)


def environment(name: str) -> Path:
    """The folder of programs of a peer's environment, made where it is missing."""
    folder = BUILD / name
    if not (folder / "installed").exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([str(folder / "bin" / "python"), "-m", "pip", "install", "-q", *_PEERS[name]], check=True)
        (folder / "installed").touch()
    return folder / "bin"


@contextmanager
def running(name: str, command: list[str], port: int, path: str, env: dict[str, str] | None = None, *, restartable: bool = False) -> Iterator[Server]:
    """A process while it is needed."""
    BUILD.mkdir(parents=True, exist_ok=True)
    with (BUILD / f"{name.replace(' ', '-')}.log").open("wb") as log:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=log, env={**os.environ, **(env or {})})
        try:
            server = Server(name, port, path, process, restartable)
            if restartable and process.stdin:
                process.stdin.write(b"start\n")
                process.stdin.flush()
            yield server
        finally:
            if process.stdin:
                process.stdin.close()
            if not restartable:
                process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


@contextmanager
def ours(data: Path, cache_mb: int) -> Iterator[Server]:
    """The project's server on a data folder, with so much memory for answers that may be asked again."""
    port = free_port()
    env = {"KG_DATA": str(data), "KG_HOST": "127.0.0.1", "KG_PORT": str(port), "KG_CACHE_MB": str(cache_mb)}
    name = "conflict-kg" if cache_mb else "conflict-kg without cache"
    with running(name, [sys.executable, "-m", "kg", "serve"], port, "/sparql", env) as server:
        yield server


@contextmanager
def oxigraph(data: Path) -> Iterator[Server]:
    """Oxigraph's own server, read-only, on the same snapshot."""
    port = free_port()
    command = [str(environment("oxigraph") / "oxigraph"), "serve-read-only", "--location", str((data / "current").resolve()),
               "--union-default-graph", "--bind", f"127.0.0.1:{port}"]
    with running("Oxigraph server", command, port, "/query") as server:
        yield server


@contextmanager
def rdflib_endpoint(kind: str, source: Path) -> Iterator[Server]:
    """rdflib-endpoint: ``memory`` reads a file of quads, ``oxigraph`` opens a copy of a snapshot through oxrdflib."""
    port = free_port()
    python = str(environment("rdflib-endpoint") / "python")
    if kind == "oxigraph":
        copy = BUILD / "oxrdflib-store"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(source, copy)
        source = copy
    script = str(Path(__file__).parent / "peers" / "rdflib_server.py")
    name = "rdflib-endpoint, rdflib" if kind == "memory" else "rdflib-endpoint, oxrdflib"
    with running(name, [python, script, kind, str(source), str(port)], port, "/", restartable=True) as server:
        yield server
