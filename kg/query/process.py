"""One query process as the server sees it."""

from __future__ import annotations

import asyncio
import collections
import os
import signal
import socket

from kg.query.failures import QueryFailure

_TICK = os.sysconf("SC_CLK_TCK")


class Worker:
    """One query process as the server sees it."""

    def __init__(self, end: socket.socket) -> None:
        self.end = end
        self.pid = self.pidfd = -1
        self.inbox: collections.deque[tuple[bytes, bytes]] = collections.deque()
        self.held = 0
        self.waiter: asyncio.Future[None] | None = None
        self.since = self.cpu = 0.0
        self.slow = self.paused = self.ended = self.reading = False
        self.failure: QueryFailure | None = None  # why we killed it
        self.deadline: asyncio.TimerHandle | None = None
        self.words = b""

    def signal(self, number: signal.Signals) -> None:
        """Sends a signal; nothing happens where the process has ended."""
        if self.pidfd >= 0:
            try:
                signal.pidfd_send_signal(self.pidfd, number)
            except OSError:
                pass

    def kill(self, failure: QueryFailure | None = None) -> None:
        """Ends the process; ``failure`` tells the query's client why."""
        self.failure = self.failure or failure
        self.signal(signal.SIGKILL)

    def seconds(self) -> float:
        """Processor time used so far."""
        try:
            with open(f"/proc/{self.pid}/stat", "rb") as file:
                fields = file.read().rpartition(b")")[2].split()
            return (int(fields[11]) + int(fields[12])) / _TICK
        except (OSError, IndexError):
            return 0.0

    def wake(self) -> None:
        """Tells who waits for a message that there is one, or that none will come."""
        if self.waiter is not None and not self.waiter.done():
            self.waiter.set_result(None)
