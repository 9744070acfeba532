"""Which snapshot is published: a cheap look at every request."""

from __future__ import annotations

import os
from dataclasses import dataclass
from email.utils import formatdate
from pathlib import Path

from kg.errors import StoreError


@dataclass(frozen=True)
class Published:
    """``tag`` differs for every snapshot, also of a data folder that was made anew; ``since`` is its time of publication."""

    path: str
    number: int
    since: float
    tag: str

    @property
    def last_modified(self) -> str:
        """For the HTTP header."""
        return formatdate(self.since, usegmt=True)


class Current:
    """Follows the link to the published snapshot."""

    def __init__(self, data: Path) -> None:
        self._data, self._link = data, str(data / "current")
        self._known: tuple[str, Published] | None = None

    def __call__(self) -> Published:
        """The published snapshot. :raises StoreError: where nothing has been published"""
        try:
            target = os.readlink(self._link)
            if self._known is None or self._known[0] != target:
                path = self._data.resolve() / target
                stamp = (path / "CURRENT").stat()
                tag = f"{path.name}.{stamp.st_mtime_ns:x}"
                self._known = (target, Published(str(path), int(path.name), stamp.st_mtime, tag))
        except (OSError, ValueError) as error:
            raise StoreError(f"{self._data}: no graph has been published here; run: kg build") from error
        return self._known[1]
