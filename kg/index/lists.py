"""Reading the index: lists page by page, counts, the months, the pairs and the places."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from kg.errors import StoreError
from kg.index.make import VERSION, make
from kg.store import Snapshot

PAGE = 25  # rows of one list on a page
_THING = "t.id, t.iri, t.family, t.kind, t.label, t.day, t.stated, t.sort"


@dataclass(frozen=True)
class Thing:
    """A thing as lists show it. ``day``: yyyymmdd, 0 where no text dates it; ``stated``: the date in the precision of the text; ``sort``: the day that orders it."""

    id: int
    iri: str
    family: str
    kind: str
    label: str
    day: int
    stated: str
    sort: int

    @property
    def key(self) -> str:
        """Where the next page of a list that ends here begins."""
        return f"{self.sort}-{self.id}"


@dataclass(frozen=True)
class Listed:
    """One page of a list; ``after`` is the key of the next page, empty on the last."""

    rows: list[Thing]
    total: int
    after: str


class Index:
    """The index of one snapshot; safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"

    def rows(self, text: str, *values: Any) -> list[tuple[Any, ...]]:
        """The rows of an SQL query."""
        database = getattr(self._local, "database", None)
        if database is None:
            database = self._local.database = sqlite3.connect(self._address, uri=True, check_same_thread=False)
            database.execute("PRAGMA mmap_size = 268435456")
        found: list[tuple[Any, ...]] = database.execute(text, values).fetchall()
        return found

    @cached_property
    def facts(self) -> dict[str, int]:
        """Counts by family, triples, first and last day."""
        return {name: n or 0 for name, n in self.rows("SELECT name, n FROM fact")}

    @cached_property
    def names(self) -> dict[str, str]:
        """Folded name -> name, of actors and places."""
        return dict(self.rows("SELECT folded, name FROM name"))

    def labels(self, iris: Iterable[str]) -> dict[str, str]:
        """Labels of things and terms, all at once."""
        given = json.dumps(sorted(set(iris)))
        found = dict(self.rows("SELECT iri, label FROM thing WHERE iri IN (SELECT value FROM json_each(?))", given))
        return found | dict(self.rows("SELECT iri, label FROM term WHERE iri IN (SELECT value FROM json_each(?))", given))

    def thing(self, iri: str) -> Thing | None:
        """The thing of an IRI."""
        return next((Thing(*row) for row in self.rows(f"SELECT {_THING} FROM thing t WHERE iri = ?", iri)), None)

    def tallies(self, node: int) -> dict[str, int]:
        """Role -> number of events or articles in which a thing has it."""
        return dict(self.rows("SELECT role, n FROM tally WHERE node = ?", node))

    def linked(self, node: int, role: str, after: str = "", size: int = PAGE) -> Listed:
        """The events in which a thing has a role, newest first."""
        sort, number = _key(after)
        rows = [Thing(*r) for r in self.rows(
            f"SELECT {_THING} FROM link l JOIN thing t ON t.id = l.event WHERE l.node = ? AND l.role = ? AND (l.sort, l.event) > (?, ?) "
            "ORDER BY l.sort, l.event LIMIT ?", node, role, -sort, number, size + 1)]
        total = next((n for n, in self.rows("SELECT n FROM tally WHERE node = ? AND role = ?", node, role)), 0)
        return Listed(rows[:size], total, rows[size - 1].key if len(rows) > size else "")

    def events(self, family: str = "", actor: int = 0, modality: str = "", first: int = 0, last: int = 0, after: str = "",
               size: int = PAGE, dated: bool = True, kind: str = "") -> tuple[list[Thing], str]:
        """Events, newest first, and the key of the next page; those that no text dates are left out where ``dated``."""
        sort, number = _key(after)
        values: list[int | str] = [-sort, number]
        where = ["t.day > 0" if dated else "t.day >= 0", "t.family NOT IN ('Article', 'Actor', 'Place')", "(-t.sort, t.id) > (?, ?)"]
        # The bound on the indexed column by itself, so that a later page does not walk through the earlier ones.
        where.append("t.sort <= ?")
        values.append(min(sort, last or 99_999_999))
        for condition, value in (("t.family = ?", family), ("t.kind = ?", kind), ("t.sort >= ?", first)):
            if value:
                where.append(condition)
                values.append(value)
        if actor:
            where.append("EXISTS (SELECT 1 FROM link l WHERE l.event = t.id AND l.node = ?)")
            values.append(actor)
        if modality:
            where.append("EXISTS (SELECT 1 FROM modality m WHERE m.event = t.id AND m.modality = ?)")
            values.append(modality)
        rows = [Thing(*r) for r in self.rows(f"SELECT {_THING} FROM thing t WHERE {' AND '.join(where)} ORDER BY t.sort DESC, t.id LIMIT ?",
                                             *values, size + 1)]
        return rows[:size], rows[size - 1].key if len(rows) > size else ""

    def modalities(self, events: Sequence[int]) -> dict[int, set[str]]:
        """Event -> the modalities of its reports."""
        found: dict[int, set[str]] = {}
        for event, modality in self.rows("SELECT event, modality FROM modality WHERE event IN (SELECT value FROM json_each(?))", json.dumps(list(events))):
            found.setdefault(event, set()).add(modality)
        return found

    def months(self) -> list[tuple[int, str, int]]:
        """(yyyymm, family, number of events) of all months with events."""
        return self.rows("SELECT month, family, n FROM month ORDER BY month, family")

    def prominent(self, family: str, size: int) -> list[tuple[Thing, int]]:
        """The actors or places in most events."""
        return [(Thing(*r[:-1]), r[-1]) for r in self.rows(
            f"SELECT {_THING}, k.n FROM talk k JOIN thing t ON t.id = k.node WHERE k.family = ? ORDER BY k.n DESC, t.id LIMIT ?", family, size)]

    def pairs(self, node: int = 0, size: int = 60, kind: str = "", modality: str = "") -> list[tuple[Thing, Thing, str, int]]:
        """(one, other, what links them, how often), the most frequent first; of one actor or kind, or in events of one modality, where these are given."""
        wanted = "modality = ?4 AND (?3 = '' OR kind = ?3)"
        found = self.rows(f"SELECT a, b, kind, n FROM pair WHERE a = ?1 AND {wanted} UNION SELECT a, b, kind, n FROM pair WHERE b = ?1 AND {wanted} "
                          "ORDER BY 4 DESC, 1, 2, 3 LIMIT ?2", node, size, kind, modality) if node else \
            self.rows(f"SELECT a, b, kind, n FROM pair WHERE {wanted} AND ?1 = 0 ORDER BY n DESC, a, b, kind LIMIT ?2", 0, size, kind, modality)
        known = self.by_number({x for a, b, _, _ in found for x in (a, b)})
        return [(known[a], known[b], kind, n) for a, b, kind, n in found]

    def by_number(self, numbers: Iterable[int]) -> dict[int, Thing]:
        """Number in the index -> thing."""
        return {r[0]: Thing(*r) for r in self.rows(f"SELECT {_THING} FROM thing t WHERE t.id IN (SELECT value FROM json_each(?))", json.dumps(sorted(numbers)))}

    def by_iri(self, iris: Iterable[str]) -> dict[str, Thing]:
        """IRI -> thing."""
        return {r[1]: Thing(*r) for r in self.rows(f"SELECT {_THING} FROM thing t WHERE t.iri IN (SELECT value FROM json_each(?))",
                                                   json.dumps(sorted(set(iris))))}

    def spots(self, size: int, family: str = "", modality: str = "", year: int = 0) -> list[tuple[Thing, float, float, dict[str, int]]]:
        """(place, latitude, longitude, family -> how many events are said to be there), those with most events first; of one family, modality or year
        where these are given."""
        return [(Thing(*r[:8]), r[8], r[9], json.loads(r[10])) for r in self.rows(
            f"SELECT {_THING}, s.latitude, s.longitude, k.counted FROM (SELECT place, SUM(n) AS n, json_group_object(family, n) AS counted FROM there "
            "WHERE modality = ?1 AND year = ?2 AND (?3 = '' OR family = ?3) GROUP BY place ORDER BY 2 DESC, 1 LIMIT ?4) k "
            "JOIN spot s ON s.place = k.place JOIN thing t ON t.id = k.place ORDER BY k.n DESC, t.id", modality, year, family, size)]

    def spot_years(self) -> list[int]:
        """The years of events at places with coordinates, the newest first."""
        return [year for year, in self.rows("SELECT DISTINCT year FROM there WHERE modality = '' AND year > 0 ORDER BY year DESC")]

    def offices(self, node: int, size: int = PAGE) -> list[tuple[str, int, int, int, Thing]]:
        """(office as texts give it, how often, day of the first and last article, an event that gives it)."""
        found = self.rows("SELECT text, n, first, last, event FROM office WHERE node = ? ORDER BY n DESC, text LIMIT ?", node, size)
        known = self.by_number({row[4] for row in found})
        return [(text, n, first, last, known[event]) for text, n, first, last, event in found]

    def contested(self, size: int) -> list[tuple[Thing, str]]:
        """Events of which not all that is told can be so, the newest first, and why: ``denied``, ``figures``, or denied ``elsewhere``."""
        return [(Thing(*r[:-1]), r[-1]) for r in self.rows(
            f"SELECT {_THING}, c.why FROM contested c JOIN thing t ON t.id = c.event ORDER BY c.sort, c.event LIMIT ?", size)]

    def opposed(self, event: int, size: int) -> list[Thing]:
        """Events that are told where this one is denied, or denied where it is told, with a doer and a target or place in common."""
        return [Thing(*r) for r in self.rows(f"SELECT {_THING} FROM opposed o JOIN thing t ON t.id = o.other WHERE o.event = ? ORDER BY t.sort, t.id LIMIT ?",
                                             event, size)]

    def statements(self, article: int, size: int) -> list[Thing]:
        """The first statements of an article."""
        return [Thing(*r) for r in self.rows(f"SELECT {_THING} FROM thing t WHERE t.article = ? AND t.family = 'Statement' ORDER BY t.id LIMIT ?", article, size)]

    def denials(self, size: int) -> list[Thing]:
        """Statements that deny something, the newest first."""
        return [Thing(*r) for r in self.rows(f"SELECT {_THING} FROM thing t WHERE t.family = 'Statement' AND t.kind = 'Denial' ORDER BY t.sort DESC, t.id LIMIT ?", size)]

    def alike(self, thing: Thing, size: int) -> list[Thing]:
        """Events of other articles that may be the same: of one family, on days at most one apart, with an actor or place in common."""
        if not thing.day:
            return []
        before, behind = around(thing.day)
        return [Thing(*r) for r in self.rows(
            f"SELECT {_THING} FROM thing t WHERE t.family = ? AND t.sort BETWEEN ? AND ? AND t.day BETWEEN ? AND ? AND t.id <> ? "
            "AND t.article <> (SELECT article FROM thing WHERE id = ?) "
            "AND EXISTS (SELECT 1 FROM link a JOIN link b ON a.node = b.node WHERE a.event = t.id AND b.event = ? AND a.role <> 'inside' AND b.role <> 'inside') "
            "AND NOT EXISTS (SELECT 1 FROM opposed o WHERE o.event = t.id AND o.other = ?) ORDER BY t.sort, t.id LIMIT ?",
            thing.family, before, behind, before, behind, thing.id, thing.id, thing.id, thing.id, size)]

    def page_of(self, family: str, after: int, size: int) -> list[Thing]:
        """Things of a family by number, for the site map."""
        return [Thing(*r) for r in self.rows(f"SELECT {_THING} FROM thing t WHERE t.family = ? AND t.id > ? ORDER BY t.id LIMIT ?", family, after, size)]


def _key(after: str) -> tuple[int, int]:
    """The key of a page; before everything where it is empty or none of ours."""
    sort, _, number = after.partition("-")
    return (int(sort), int(number)) if sort.isdecimal() and number.isdecimal() and len(after) < 30 else (99_999_999, 0)


def around(day: int) -> tuple[int, int]:
    """The day before and the day after, as yyyymmdd."""
    try:
        middle = date(day // 10000, day // 100 % 100, day % 100)
        before, behind = middle - timedelta(1), middle + timedelta(1)
    except (ValueError, OverflowError):
        return day, day
    return int(f"{before:%Y%m%d}"), int(f"{behind:%Y%m%d}")


_making = threading.Lock()


def open_index(snapshot: Snapshot, data: Path) -> Index:
    """The index of a snapshot; made now where there is none yet, and those of older snapshots removed.

    :raises StoreError: where it cannot be written
    """
    folder = data.resolve() / "index"
    stamp = (snapshot.path / "CURRENT").stat().st_mtime_ns
    path = folder / f"{snapshot.number}-{stamp:x}-v{VERSION}.sqlite"
    with _making:
        if not path.exists():
            try:
                make(snapshot, path)
            except (OSError, sqlite3.Error) as error:
                raise StoreError(f"{folder}: the index cannot be written ({error}); set KG_DATA to a folder that can") from error
            for old in sorted(folder.glob("*.sqlite"), key=lambda p: p.stat().st_mtime)[:-3]:
                old.unlink(missing_ok=True)
    return Index(path)
