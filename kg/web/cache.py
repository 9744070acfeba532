"""Serialised answers of the published snapshot, the most recently asked ones, up to a number of bytes."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any, Protocol


class Cache:
    """Answers by tag; a tag holds the snapshot, so that a new one never gets an old answer."""

    def __init__(self, size: int) -> None:
        self.size, self.bytes, self.hits, self.misses = size, 0, 0, 0
        self.largest = size // 8
        self._kept: OrderedDict[str, tuple[dict[str, Any], bytes]] = OrderedDict()

    def get(self, tag: str) -> tuple[dict[str, Any], bytes] | None:
        """The answer kept under ``tag``."""
        found = self._kept.get(tag)
        if found is None:
            self.misses += 1
            return None
        self.hits += 1
        self._kept.move_to_end(tag)
        return found

    def put(self, tag: str, meta: dict[str, Any], data: bytes) -> None:
        """Keeps an answer, unless it is too large; lets the ones go that were asked for longest ago."""
        cost = len(data) + 500
        if cost > self.largest or tag in self._kept:
            return
        self._kept[tag] = (meta, data)
        self.bytes += cost
        while self.bytes > self.size:
            _, (_, old) = self._kept.popitem(last=False)
            self.bytes -= len(old) + 500

    def clear(self) -> None:
        """Forgets all: a new snapshot is published."""
        self._kept.clear()
        self.bytes = 0


class Parts(Protocol):
    """A body in parts that can be given up."""

    def __aiter__(self) -> Parts: ...

    async def __anext__(self) -> bytes: ...

    async def aclose(self) -> None: ...


class Keeping:
    """Passes a long answer on and keeps it at its end, if it is not too long."""

    def __init__(self, cache: Cache, tag: str, meta: dict[str, Any], parts: Parts) -> None:
        self._cache, self._tag, self._meta, self._parts = cache, tag, meta, parts
        self._kept: list[bytes] | None = []
        self._size = 0

    def __aiter__(self) -> Keeping:
        return self

    async def __anext__(self) -> bytes:
        """The next part."""
        try:
            part = await self._parts.__anext__()
        except StopAsyncIteration:
            if self._kept is not None:
                self._cache.put(self._tag, self._meta, b"".join(self._kept))
            raise
        if self._kept is not None:
            self._size += len(part)
            self._kept.append(part)
            if self._size > self._cache.largest:
                self._kept = None
        return part

    async def aclose(self) -> None:
        """Gives the answer up."""
        await self._parts.aclose()
