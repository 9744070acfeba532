"""The pool of query processes, on an asyncio loop: hands orders out, watches the clock, kills what goes too far.

A query starts in a process that waits for it. One that used ``slow_after`` seconds of processor time is reniced and no longer
counts as waiting process, so that quick queries always find one; of the slow ones ``max_slow`` run at once, the others
are stopped until one of those ends, and beyond ``max_paused`` the newest is refused.
"""

from __future__ import annotations

import asyncio
import collections
import json
import os
import signal
import socket
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

from kg.query import wire
from kg.query.failures import BY_NAME, Crashed, OutOfMemory, Overloaded, QueryFailure, TimedOut
from kg.query.spawning import Nursery

_TICK = os.sysconf("SC_CLK_TCK")
_AHEAD = 1 << 21  # bytes of an answer that wait in the server for a client that reads slowly


@dataclass(frozen=True)
class Limits:
    """``processes``: how many wait for queries; ``seconds``: the deadline; ``memory``: bytes for one query; ``slow_after``: seconds
    of processor time; ``max_waiting``: requests in the queue; ``patience``: seconds that one may wait there."""

    processes: int = 4
    seconds: float = 20.0
    memory: int = 1_000_000_000
    slow_after: float = 0.3
    max_slow: int = 8
    max_paused: int = 32
    max_waiting: int = 1000
    patience: float = 5.0
    network: bool = False


class SnapshotGone(Exception):
    """The snapshot that the order names is no longer there; ask with the current one."""


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


@dataclass
class Result:
    """An answer: ``data`` whole, or ``stream`` where it is larger than what is held back; media type and the like in ``meta``."""

    meta: dict[str, Any]
    data: bytes | None = None
    stream: AsyncIterator[bytes] | None = None


class Pool:
    """Query processes over the snapshots that orders name."""

    def __init__(self, limits: Limits, snapshot: Callable[[], str | None]) -> None:
        self.limits = limits
        self.idle: list[Worker] = []
        self.busy: set[Worker] = set()
        self.paused: collections.deque[Worker] = collections.deque()
        self.killed: collections.Counter[str] = collections.Counter()
        self.nursery = Nursery(limits.memory, limits.network, snapshot)
        self._waiting: collections.deque[asyncio.Future[Worker]] = collections.deque()
        self._starting = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False
        self._watched = asyncio.Event()
        self._buffer = bytearray(wire.LARGEST + 70_000)  # a message is read into it, then copied once
        self._view = memoryview(self._buffer)

    async def start(self) -> None:
        """Starts the processes; returns when they are ready."""
        self._loop = asyncio.get_running_loop()
        await self.nursery.start()
        self._refill()
        self._background(self._watch())
        while not self.idle:
            await asyncio.sleep(0.01)

    async def stop(self) -> None:
        """Ends all processes."""
        self._closed = True
        for task in self._tasks:
            task.cancel()
        for worker in [*self.idle, *self.busy]:
            worker.kill()
            self._close(worker)
        self.idle.clear()
        self.nursery.stop()

    def _background(self, work: Any) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def run(self, order: str, snapshot: str, seconds: float | None = None) -> Result:
        """Has an order (JSON, see :mod:`kg.query.worker`) evaluated on a snapshot within ``seconds``, or those of the limits.

        :raises QueryFailure: before anything was answered
        :raises SnapshotGone: where the snapshot has been removed
        """
        seconds = min(seconds or self.limits.seconds, self.limits.seconds)
        text = f"{snapshot}\n{order}".encode()
        for last in (False, True):
            worker = await self._take(seconds)
            try:
                await self._send(worker, text)
                return await self._first(worker)
            except BrokenPipeError:
                failure = self._why(worker)
                self._release(worker)
                if type(failure) is not Crashed or last:
                    raise failure from None
                await asyncio.sleep(0.02)  # where the zygote was killed, its children end with it: let their ends be seen
            except BaseException:
                self._release(worker)
                raise
        raise AssertionError("unreachable")

    async def refresh(self, snapshot: str) -> None:
        """Has the processes that wait open ``snapshot``, so that no query waits for that."""
        await asyncio.gather(*(self.run('{"do": "open"}', snapshot) for _ in self.idle), return_exceptions=True)

    async def _send(self, worker: Worker, text: bytes) -> None:
        for message in wire.orders(text, wire.piece(worker.end)):
            while True:
                try:
                    worker.end.send(message)
                    break
                except BlockingIOError:
                    await asyncio.sleep(0.001)
                except OSError as error:
                    raise BrokenPipeError from error

    async def _first(self, worker: Worker) -> Result:
        kind, message = await self._message(worker)
        if kind == wire.FAILED:
            told = json.loads(message)
            self._release(worker, clean=True)
            if told["name"] == "snapshot-gone":
                raise SnapshotGone(told["message"])
            raise BY_NAME[told["name"]](told["message"])
        meta, data = wire.split_meta(message)
        if kind == wire.ONLY:
            self._release(worker, clean=True)
            return Result(meta, data)
        if "length" in meta:
            parts = [data]
            while kind != wire.LAST:
                kind, data = await self._message(worker)
                parts.append(data)
            self._release(worker, clean=True)
            return Result(meta, b"".join(parts))
        return Result(meta, stream=self._stream(worker, data))

    async def _stream(self, worker: Worker, data: bytes) -> AsyncIterator[bytes]:
        clean = False
        try:
            yield data
            kind = wire.FIRST
            while kind != wire.LAST:
                kind, data = await self._message(worker)
                if kind == wire.FAILED:
                    raise QueryFailure(json.loads(data)["message"])
                yield data
            clean = True
        except BrokenPipeError:
            raise self._why(worker) from None
        finally:
            self._release(worker, clean=clean)

    async def _message(self, worker: Worker) -> tuple[bytes, bytes]:
        """(kind, content) of the next message. :raises BrokenPipeError: where the process ended instead"""
        while not worker.inbox:
            if worker.ended:
                raise BrokenPipeError
            self._listen(worker)
            worker.waiter = self._loop.create_future()
            await worker.waiter
        message = worker.inbox.popleft()
        worker.held -= len(message[1])
        return message

    def _listen(self, worker: Worker) -> None:
        if not worker.reading and not worker.ended:
            worker.reading = True
            self._loop.add_reader(worker.end.fileno(), self._readable, worker)

    def _readable(self, worker: Worker) -> None:
        try:
            size = worker.end.recv_into(self._buffer)
        except BlockingIOError:
            return
        except OSError:
            size = 0
        if not size:
            worker.ended, worker.reading = True, False
            self._loop.remove_reader(worker.end.fileno())
            if worker in self.idle:
                self.idle.remove(worker)
                self._close(worker)
                self._refill()
        elif self._view[0] > wire.FAILED[0]:
            worker.words = (worker.words + bytes(self._view[:size]))[:1000]  # its standard error
            return
        else:
            worker.inbox.append((bytes(self._view[:1]), bytes(self._view[1:size])))
            worker.held += size - 1
            if worker.held > _AHEAD:
                self._loop.remove_reader(worker.end.fileno())
                worker.reading = False
        worker.wake()

    def _why(self, worker: Worker) -> QueryFailure:
        if worker.failure is not None:
            return worker.failure
        if b"memory allocation" in worker.words or b"MemoryError" in worker.words:
            return OutOfMemory(f"It needed more than {self.limits.memory / 1e6:g} MB")
        return Crashed("Its process ended unexpectedly")

    async def _take(self, seconds: float) -> Worker:
        if self.idle:
            worker = self.idle.pop()
        else:
            if len(self._waiting) >= self.limits.max_waiting:
                raise Overloaded("The queue is full")
            self._refill()
            place: asyncio.Future[Worker] = self._loop.create_future()
            self._waiting.append(place)
            timer = self._loop.call_later(min(seconds, self.limits.patience), _refuse, place)
            try:
                worker = await place
            except asyncio.CancelledError:
                if place.done() and not place.cancelled() and place.exception() is None:
                    self._ready(place.result())
                raise
            finally:
                timer.cancel()
        worker.since, worker.cpu = time.monotonic(), -1.0
        worker.deadline = self._loop.call_later(seconds, worker.kill, TimedOut(f"It took longer than {seconds:g} s"))
        self.busy.add(worker)
        self._watched.set()
        return worker

    def _ready(self, worker: Worker) -> None:
        """A process that can take an order: to who waits longest, else to the idle ones."""
        while self._waiting:
            place = self._waiting.popleft()
            if not place.done():
                place.set_result(worker)
                return
        self.idle.append(worker)

    def _release(self, worker: Worker, *, clean: bool = False) -> None:
        if worker not in self.busy:
            return
        self.busy.discard(worker)
        if worker.deadline is not None:
            worker.deadline.cancel()
        if worker in self.paused:
            self.paused.remove(worker)
        if clean and not worker.slow and not worker.ended and worker.failure is None:
            self._listen(worker)
            self._ready(worker)
            return
        if not worker.slow or not clean:
            self.killed[worker.failure.name if worker.failure else "crashed" if worker.ended else "abandoned"] += 1
        worker.kill()
        self._close(worker)
        while self.paused and sum(w.slow and not w.paused for w in self.busy) < self.limits.max_slow:
            resumed = self.paused.popleft()
            resumed.paused = False
            resumed.signal(signal.SIGCONT)
        self._refill()

    def _close(self, worker: Worker) -> None:
        if worker.reading:
            self._loop.remove_reader(worker.end.fileno())
            worker.reading = False
        worker.ended = True
        worker.end.close()
        if worker.pidfd >= 0:
            os.close(worker.pidfd)
            worker.pidfd = -1
        worker.wake()

    def _refill(self) -> None:
        """Starts as many processes as are missing from the quick ones."""
        quick = len(self.idle) + self._starting + sum(not w.slow for w in self.busy)
        for _ in range(0 if self._closed else self.limits.processes - quick):
            self._starting += 1
            self._background(self._start_one())

    async def _start_one(self) -> None:
        try:
            worker = Worker(await self.nursery.spawn())
            try:
                while (await self._message(worker))[0] != wire.READY:
                    pass
                worker.pid = self.nursery.pid_of(worker.end)
                worker.pidfd = os.pidfd_open(worker.pid)
            except OSError:
                self._close(worker)
                raise
            self._starting -= 1
            self._listen(worker)
            self._ready(worker)
        except OSError:
            await asyncio.sleep(0.2)  # the next try is not sooner where processes cannot start at all
            self._starting -= 1
            self._refill()

    async def _watch(self) -> None:
        """Looks for queries that have become slow."""
        limits = self.limits
        while True:
            if not self.busy:
                self._watched.clear()
                await self._watched.wait()
            await asyncio.sleep(0.02)
            now = time.monotonic()
            for worker in list(self.busy):
                if worker.slow or now - worker.since < limits.slow_after / 2:
                    continue
                if worker.cpu < 0:
                    worker.cpu = worker.seconds()
                elif worker.seconds() - worker.cpu >= limits.slow_after / 2:
                    self._slow(worker)

    def _slow(self, worker: Worker) -> None:
        worker.slow = True
        try:
            os.setpriority(os.PRIO_PROCESS, worker.pid, 15)
        except OSError:
            pass  # it has just ended
        if sum(w.slow and not w.paused for w in self.busy) > self.limits.max_slow:
            if len(self.paused) >= self.limits.max_paused:
                worker.kill(Overloaded("Too many long queries are running"))
            else:
                worker.paused = True
                self.paused.append(worker)
                worker.signal(signal.SIGSTOP)
        self._refill()


def _refuse(place: asyncio.Future[Worker]) -> None:
    if not place.done():
        place.set_exception(Overloaded("No process was free in time"))
