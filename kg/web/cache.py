"""Serialised answers of the published snapshot, the most recently asked ones, up to a number of bytes."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any


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
