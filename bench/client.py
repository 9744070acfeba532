"""A load client that costs little: one process drives several kept connections over plain sockets.

Each process costs about 25 microseconds of CPU an answer, and the share of a core that it used is part of what it reports,
so that a client that was the bottleneck is seen.
"""

from __future__ import annotations

import resource
import selectors
import socket
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field

#: Eight digits in a request that are replaced by a number that no other request has, so that no cache can answer.
MARK = b"00000000"
_LAST_CHUNK = b"\r\n0\r\n\r\n"


@dataclass
class Sample:
    """What one run measured. ``seconds``: of each right answer; ``faults``: what else came, and how often.

    ``wall``: from the first request to the last answer; ``busy``: the share of a core that each client process used, at most 1.
    """

    seconds: list[float] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    wall: float = 0.0
    busy: float = 0.0

    @property
    def rate(self) -> float:
        """Right answers a second."""
        return len(self.seconds) / self.wall if self.wall else 0.0


class _Connection:
    """One connection with at most one request under way."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.open()

    def open(self) -> None:
        self.socket = socket.create_connection(("127.0.0.1", self.port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, request: bytes) -> None:
        self.head, self.status, self.left, self.tail, self.closing = b"", 0, -1, b"", False
        self.began = time.perf_counter()
        self.socket.sendall(request)

    def receive(self, buffer: bytearray) -> bool:
        """Takes what has arrived; True when the answer is whole.

        :raises ConnectionError: where the server closes before that
        """
        size = self.socket.recv_into(buffer)
        if not size:
            if self.status and self.left == -1 and self.closing:
                return True  # the end of the connection is the end of the answer
            raise ConnectionError("closed before the end of an answer")
        if self.status:
            return self._body(memoryview(buffer)[:size])
        self.head += bytes(buffer[:size])
        head, found, rest = self.head.partition(b"\r\n\r\n")
        if not found:
            return False
        self.status = int(head[9:12])
        lower = head.lower()
        self.closing = b"connection: close" in lower
        at = lower.find(b"\r\ncontent-length:")
        if self.status in {204, 304}:
            self.left = 0
        elif at >= 0:
            self.left = int(lower[at + 17 :].split(b"\r\n", 1)[0])
        elif b"chunked" in lower:
            self.left, self.tail = -2, b"\r\n"
        return self._body(memoryview(rest))

    def _body(self, data: memoryview) -> bool:
        if self.left >= 0:
            self.left -= len(data)
            return self.left <= 0
        if self.left == -2:
            self.tail = (self.tail + bytes(data[-7:]))[-7:]
            return self.tail == _LAST_CHUNK
        return False


def drive(port: int, request: bytes, connections: int, seconds: float, limit: float, status: int, first: int) -> Sample:
    """Sends the request over and over on each connection for a time; waits at most ``limit`` seconds more for what is under way.

    ``status``: that of a right answer; ``first``: the number that the first request carries in place of ``MARK``.
    """
    before, after = request.split(MARK) if MARK in request else (request, None)
    sample, buffer, number = Sample(), bytearray(1 << 18), first
    used = resource.getrusage(resource.RUSAGE_SELF)
    with selectors.DefaultSelector() as selector:
        def send(connection: _Connection) -> None:
            nonlocal number
            number += 1
            connection.send(before if after is None else b"%s%08d%s" % (before, number, after))

        started = time.perf_counter()
        active = [_Connection(port) for _ in range(connections)]
        for connection in active:
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            send(connection)
        under_way, last = connections, started
        while under_way and time.perf_counter() < started + seconds + limit:
            for key, _ in selector.select(0.5):
                connection = key.data
                try:
                    if not connection.receive(buffer):
                        continue
                    last = time.perf_counter()
                    if connection.status == status:
                        sample.seconds.append(last - connection.began)
                    else:
                        sample.faults[f"status {connection.status}"] += 1
                except OSError as error:
                    last, connection.closing = time.perf_counter(), True
                    sample.faults[str(error)] += 1
                if last >= started + seconds:
                    under_way -= 1
                    selector.unregister(connection.socket)
                    continue
                if connection.closing:
                    selector.unregister(connection.socket)
                    connection.socket.close()
                    connection.open()
                    selector.register(connection.socket, selectors.EVENT_READ, connection)
                send(connection)
    sample.wall = last - started
    if under_way:
        sample.faults[f"no answer in {limit:g} s"] += under_way
        sample.wall = time.perf_counter() - started
    for connection in active:
        connection.socket.close()
    now = resource.getrusage(resource.RUSAGE_SELF)
    sample.busy = (now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime) / max(sample.wall, 1e-9)
    return sample


def load(port: int, request: bytes, clients: int, seconds: float, limit: float, status: int = 200, first: int = 0) -> Sample:
    """The same from several processes at once, each with at most eight of the clients."""
    shares = [clients // n + (i < clients % n) for n in [-(-clients // 8)] for i in range(n)]
    with ProcessPoolExecutor(len(shares)) as pool:
        futures = [pool.submit(drive, port, request, share, seconds, limit, status, first + i * 10_000_000) for i, share in enumerate(shares)]
        parts = [f.result() for f in futures]
    whole = Sample(wall=max(p.wall for p in parts), busy=max(p.busy for p in parts))
    for part in parts:
        whole.seconds += part.seconds
        whole.faults += part.faults
    return whole


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which that share of the values lies (nearest rank); nan where there are none."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))] if values else float("nan")
