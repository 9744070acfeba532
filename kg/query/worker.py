"""The query process: one order at a time, evaluated on a snapshot that stays open."""

from __future__ import annotations

import io
import json
import os
import re
import socket
import zlib
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import zstandard

from kg.errors import StoreError
from kg.query import wire
from kg.query.failures import Malformed, NotAcceptable, NotAnswerable, NotFound, OutOfMemory, QueryFailure
from kg.query.formats import DATASETS, GRAPHS, HTML, RESULTS
from kg.query.rows import write_rows
from kg.query.statistics import write_statistics
from kg.store import Snapshot

SPOOL = 1 << 20  # bytes held back before the answer's status is decided
_PARTS = 1000  # that one system call sends at most
_SMALL = 1000  # bytes that are not worth packing
_UNKNOWN_FUNCTION = re.compile(r"The custom function <([^>]*)> is not supported")


class _Out(io.BytesIO):
    """Collects what a serialiser writes; sends it in large pieces once there is too much to hold back."""

    def __init__(self, end: socket.socket, meta: dict[str, Any], encoding: str | None) -> None:
        super().__init__()
        self._end, self._meta, self._encoding, self._piece = end, meta, encoding, wire.piece(end)
        self._held: list[bytes] = []
        self._size, self._started = 0, False
        self._packer: Any = None

    def write(self, data: Any) -> int:
        """Takes a piece."""
        self._keep(self._packer.compress(data) if self._packer else bytes(data))
        if self._encoding and self._packer is None and self._size > _SMALL:
            self._meta["encoding"] = self._encoding
            self._packer = zstandard.ZstdCompressor(level=3).compressobj() if self._encoding == "zstd" else zlib.compressobj(5, wbits=31)
            raw, self._held, self._size = b"".join(self._held), [], 0
            self._keep(self._packer.compress(raw))
        if self._size >= SPOOL:
            self._send()
        return len(data)

    def _keep(self, data: bytes) -> None:
        if data:
            self._held.append(data)
            self._size += len(data)

    def _send(self, last: bool = False) -> None:
        """Sends all that is held, in messages as large as may be; the parts are not joined before."""
        groups: list[list[bytes]] = [[]]
        size = 0
        for part in self._held:
            for n in range(0, len(part), self._piece):
                cut = part[n:n + self._piece] if len(part) > self._piece else part
                if size + len(cut) > self._piece or len(groups[-1]) >= _PARTS:
                    groups.append([])
                    size = 0
                groups[-1].append(cut)
                size += len(cut)
        for number, group in enumerate(groups, 1):
            ends = last and number == len(groups)
            if not self._started:
                self._started = True
                head = wire.with_meta(wire.ONLY if ends else wire.FIRST, self._meta | ({"length": self._size} if last else {}))
            else:
                head = wire.LAST if ends else wire.MORE
            self._end.sendmsg([head, *group])
        self._held, self._size = [], 0

    def finish(self) -> None:
        """Sends the rest; an answer of which nothing was sent yet goes with its length."""
        if self._packer:
            self._keep(self._packer.flush())
        self._send(last=True)


class Evaluator:
    """Evaluates orders on the snapshot that each names."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        self._snapshot: Snapshot | None = None
        self._opened_path = ""
        self._ways = {"query": self._query, "graph": self._graph, "statistics": self._statistics, "open": self._opened}

    def open(self, path: str) -> Snapshot:
        """The snapshot at ``path``; the one before it is let go."""
        if self._snapshot is None or self._opened_path != path:
            self._snapshot, self._opened_path = Snapshot(Path(path)), path
        return self._snapshot

    def answer(self, path: str, order: dict[str, Any]) -> None:
        """Sends the whole answer to an order on the snapshot at ``path``, or why there is none.

        ``do`` is query (``text``, ``base``, the dataset ``default`` and ``named`` or neither, ``union``, ``table``, ``graph`` and ``boolean`` for
        the media type of each kind of result, ``page`` around a result in HTML), graph (``name``, ``graph``), statistics, or open;
        ``encoding`` is gzip, zstd or null.
        """
        try:
            self._ways[order["do"]](self.open(path), order)
        except QueryFailure as failure:
            self._fail(failure.name, str(failure))
        except SyntaxError as error:
            self._fail(Malformed.name, str(error))
        except MemoryError:
            self._fail(OutOfMemory.name, "")
        except (OSError, RuntimeError, ValueError) as error:
            self._fail(NotAnswerable.name, str(error))
        except StoreError as error:
            self._fail("snapshot-gone", str(error))

    def _fail(self, name: str, message: str) -> None:
        self._end.send(wire.FAILED + json.dumps({"name": name, "message": message[:4000]}).encode())

    def _opened(self, _snapshot: Snapshot, _order: dict[str, Any]) -> None:
        self._end.send(wire.with_meta(wire.ONLY, {}))

    def _query(self, snapshot: Snapshot, order: dict[str, Any]) -> None:
        found = self._evaluate(snapshot, order, {})
        kind = "graph" if isinstance(found, ox.QueryTriples) else "boolean" if isinstance(found, ox.QueryBoolean) else "table"
        media = order[kind]
        if media is None:
            raise NotAcceptable(kind)
        out = _Out(self._end, {"media": media}, order["encoding"])
        if media == HTML:
            write_rows(found, out, order["page"])
        elif isinstance(found, ox.QueryTriples):
            found.serialize(out, (GRAPHS | DATASETS)[media][1])
        else:
            found.serialize(out, RESULTS[media][1])
        out.finish()

    def _evaluate(self, snapshot: Snapshot, order: dict[str, Any], unknown: dict[ox.NamedNode, Any]
                  ) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        try:
            return snapshot.query(order["text"], default_graphs=order["default"], named_graphs=order["named"],
                                  union=order["union"], base=order["base"], functions=unknown)
        except RuntimeError as error:
            function = _UNKNOWN_FUNCTION.fullmatch(str(error))
            if function is None or len(unknown) >= 20:
                raise
            # An unknown function is an error of the one expression (SPARQL 1.1, 17.6), not of the query.
            return self._evaluate(snapshot, order, unknown | {ox.NamedNode(function.group(1)): lambda *_: None})

    def _graph(self, snapshot: Snapshot, order: dict[str, Any]) -> None:
        if order["name"] is not None:
            if not snapshot.has_graph(order["name"]):
                raise NotFound(f"no graph <{order['name']}> here")
        quads = snapshot.graph(order["name"], union=order["union"])
        out = _Out(self._end, {"media": order["graph"]}, order["encoding"])
        ox.serialize((q.triple for q in quads), out, (GRAPHS | DATASETS)[order["graph"]][1])
        out.finish()

    def _statistics(self, snapshot: Snapshot, order: dict[str, Any]) -> None:
        out = _Out(self._end, {"media": "application/json"}, None)
        write_statistics(snapshot, out)
        out.finish()


def serve(end: socket.socket, snapshot: str | None) -> None:
    """Answers orders until the server closes its end."""
    os.dup2(end.fileno(), 2)  # last words of native code ("memory allocation of … failed") reach the server as a message
    evaluator = Evaluator(end)
    try:
        if snapshot is not None:
            evaluator.open(snapshot)
    except StoreError:
        pass  # gone since the request for this process; the next order names another
    end.send(wire.READY)
    parts: list[bytes] = []
    while message := end.recv(wire.BUFFER):
        parts.append(message[1:])
        if message[:1] == wire.ORDER:
            path, _, order = b"".join(parts).partition(b"\n")
            parts.clear()
            evaluator.answer(path.decode(), json.loads(order))
