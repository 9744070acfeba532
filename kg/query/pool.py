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
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kg.query import wire
from kg.query.failures import BY_NAME, Crashed, OutOfMemory, Overloaded, QueryFailure, TimedOut
from kg.query.process import Worker
from kg.query.spawning import Nursery

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


class Stream:
    """A long answer. Who has it reads it to the end, or closes it: a process works for it until then."""

    def __init__(self, pool: Pool, worker: Worker, first: bytes) -> None:
        self._pool, self._worker, self._ready, self._done = pool, worker, first, False

    def __aiter__(self) -> Stream:
        return self

    async def __anext__(self) -> bytes:
        """The next part. :raises QueryFailure: where the rest will not come"""
        if self._ready:
            data, self._ready = self._ready, b""
            return data
        if self._done:
            raise StopAsyncIteration
        try:
            kind, data = await self._pool.message(self._worker)
        except BrokenPipeError:
            await self.aclose()
            raise self._pool.why(self._worker) from None
        except BaseException:
            await self.aclose()
            raise
        if kind != wire.MORE:
            self._done = True
            self._pool.release(self._worker, clean=True)
        if kind == wire.FAILED:
            raise QueryFailure(json.loads(data)["message"])
        return data

    async def aclose(self) -> None:
        """Ends the query, where it still runs."""
        if not self._done:
            self._done, self._ready = True, b""
            self._pool.release(self._worker)


@dataclass
class Result:
    """An answer: ``data`` whole, or ``stream`` where it is larger than what is held back; media type and the like in ``meta``."""

    meta: dict[str, Any]
    data: bytes | None = None
    stream: Stream | None = None


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
        end = time.monotonic() + seconds  # waiting counts, too
        for last in (False, True):
            worker = await self._take(end, seconds)
            try:
                await self._send(worker, text)
                return await self._first(worker)
            except BrokenPipeError:
                failure = self.why(worker)
                self.release(worker)
                if type(failure) is not Crashed or last:
                    raise failure from None
                await asyncio.sleep(0.02)  # where the zygote was killed, its children end with it: let their ends be seen
            except BaseException:
                self.release(worker)
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
        kind, message = await self.message(worker)
        if kind == wire.FAILED:
            told = json.loads(message)
            self.release(worker, clean=True)
            if told["name"] == "snapshot-gone":
                raise SnapshotGone(told["message"])
            raise BY_NAME[told["name"]](told["message"])
        meta, data = wire.split_meta(message)
        if kind == wire.ONLY:
            self.release(worker, clean=True)
            return Result(meta, data)
        if "length" in meta:
            parts = [data]
            while kind != wire.LAST:
                kind, data = await self.message(worker)
                parts.append(data)
            self.release(worker, clean=True)
            return Result(meta, b"".join(parts))
        return Result(meta, stream=Stream(self, worker, data))

    async def message(self, worker: Worker) -> tuple[bytes, bytes]:
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

    def why(self, worker: Worker) -> QueryFailure:
        """Why a process has ended."""
        if worker.failure is not None:
            return worker.failure
        if b"memory allocation" in worker.words or b"MemoryError" in worker.words:
            return OutOfMemory(f"It needed more than {self.limits.memory / 1e6:g} MB")
        return Crashed("Its process ended unexpectedly")

    async def _take(self, end: float, seconds: float) -> Worker:
        if self.idle:
            worker = self.idle.pop()
        else:
            if len(self._waiting) >= self.limits.max_waiting:
                raise Overloaded("The queue is full")
            self._refill()
            place: asyncio.Future[Worker] = self._loop.create_future()
            self._waiting.append(place)
            timer = self._loop.call_later(min(end - time.monotonic(), self.limits.patience), _refuse, place)
            try:
                worker = await place
            except asyncio.CancelledError:
                if place.done() and not place.cancelled() and place.exception() is None:
                    self._ready(place.result())
                raise
            finally:
                timer.cancel()
        worker.since, worker.cpu = time.monotonic(), -1.0
        worker.deadline = self._loop.call_later(end - worker.since, worker.kill, TimedOut(f"It took longer than {seconds:g} s"))
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

    def release(self, worker: Worker, *, clean: bool = False) -> None:
        """Takes a process back; unless its query came to a ``clean`` end it is killed."""
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
                while (await self.message(worker))[0] != wire.READY:
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
                if worker.held > _AHEAD:  # its client does not read: it must not hold a place among the quick ones
                    self._slow(worker)
                elif worker.cpu < 0:
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
