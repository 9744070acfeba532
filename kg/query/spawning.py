"""Starts query processes through the zygote, and the zygote again where it was killed."""

from __future__ import annotations

import array
import asyncio
import collections
import json
import socket
import subprocess
import sys
from collections.abc import Callable

from kg.query import wire


class Nursery:
    """One zygote; ``isolation`` names what holds its children."""

    def __init__(self, memory: int, network: bool, snapshot: Callable[[], str | None]) -> None:
        self._arguments = [str(memory), "network" if network else "isolated"]
        self._snapshot = snapshot
        self._control: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._asked: collections.deque[asyncio.Future[str]] = collections.deque()
        self._starting = asyncio.Lock()
        self._pids: dict[int, int] = {}
        self.isolation: list[str] = []

    async def start(self) -> None:
        """Starts the zygote, where none is; returns when it can fork."""
        async with self._starting:
            if self._control is not None:
                return
            mine, its = wire.pair()
            self._process = subprocess.Popen([sys.executable, "-m", "kg.query.zygote", str(its.fileno()), *self._arguments],
                                             pass_fds=[its.fileno()], stdin=subprocess.DEVNULL)
            its.close()
            mine.setblocking(False)
            self._control = mine
            asyncio.get_running_loop().add_reader(mine.fileno(), self._told)
            self.isolation = json.loads(await self._answer())

    def stop(self) -> None:
        """Ends the zygote and, with it, all that it started."""
        if self._control is not None:
            asyncio.get_running_loop().remove_reader(self._control.fileno())
            self._control.close()
            self._control = None
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
        while self._asked:
            place = self._asked.popleft()
            if not place.done():
                place.set_exception(ConnectionResetError("the zygote ended"))

    def _answer(self) -> asyncio.Future[str]:
        place: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._asked.append(place)
        return place

    def _told(self) -> None:
        assert self._control is not None
        try:
            message = self._control.recv(4096)
        except BlockingIOError:
            return
        except OSError:
            message = b""
        if not message:
            self.stop()
        else:
            place = self._asked.popleft()
            if not place.done():
                place.set_result(message.decode())

    async def spawn(self) -> socket.socket:
        """A new process's end of its socket; it says READY there when it is. :raises OSError: where none could be started"""
        await self.start()
        assert self._control is not None
        mine, its = wire.pair()
        mine.setblocking(False)
        try:
            self._control.sendmsg([(self._snapshot() or " ").encode()],
                                  [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [its.fileno()]))])
            self._pids[mine.fileno()] = int(await self._answer())
        except OSError:
            mine.close()
            raise
        finally:
            its.close()
        return mine

    def pid_of(self, end: socket.socket) -> int:
        """Process id at the other end."""
        return self._pids.pop(end.fileno())
