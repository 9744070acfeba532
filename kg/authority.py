"""Known actors and places: the project's tables (ontology/authority/) and, on top of them, a user's own.

A table is UTF-8, tab separated, one header line, no quoting; lists inside a cell use ``|``. An alias that begins with
``~`` depends on context (metonyms such as ``~Moscow``) and never names the actor on its own. ontology/authority/README.md has the columns.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from kg.errors import KGError
from kg.mappers.terms import ACTOR_KINDS
from kg.settings import RESOURCES

_ACTOR_COLUMNS = ("key", "prefLabel", "type", "aliases", "country", "affiliation", "office_held", "wikidata")
_PLACE_COLUMNS = ("key", "prefLabel", "aliases", "kind", "within", "lat", "long", "wikidata")


@dataclass(frozen=True)
class Tenure:
    """An office held from ``start`` to ``end`` (years; None where no year is known)."""

    office: str
    start: str | None
    end: str | None


@dataclass(frozen=True)
class AuthorityActor:
    """A row of an actor table; ``weak_aliases`` are the context-dependent ones, without the tilde."""

    key: str
    label: str
    kind: str
    aliases: tuple[str, ...]
    weak_aliases: tuple[str, ...]
    country: str
    affiliation: str | None
    tenures: tuple[Tenure, ...]
    wikidata: str | None


@dataclass(frozen=True)
class AuthorityPlace:
    """A row of a place table; coordinates are WGS 84 decimal degrees."""

    key: str
    label: str
    aliases: tuple[str, ...]
    weak_aliases: tuple[str, ...]
    kind: str
    within: str | None
    latitude: float | None
    longitude: float | None
    wikidata: str | None


@dataclass(frozen=True)
class Authority:
    """All known actors and places by key."""

    actors: dict[str, AuthorityActor] = field(default_factory=dict)
    places: dict[str, AuthorityPlace] = field(default_factory=dict)


class _BadRow(Exception):
    """What is wrong in a row and what to do; the reader adds file and line."""


def load(extra: Iterable[Path] = ()) -> Authority:
    """The bundled tables, then each table of ``extra`` (actors or places, told by its header); later tables win.

    :raises KGError: for a file that cannot be read, a header that is neither, or a bad row (file, line, column)
    """
    authority = Authority()
    folder = RESOURCES / "ontology" / "authority"
    for path in (folder / "actors.tsv", folder / "places.tsv", *extra):
        _read(path, authority)
    return authority


def _read(path: Path, authority: Authority) -> None:
    reader = csv.DictReader(_text(path), delimiter="\t", quoting=csv.QUOTE_NONE)
    lines: dict[str, int] = {}  # of each key
    try:
        actors = _holds_actors(set(reader.fieldnames or ()))
        for row in reader:
            entry = _actor(row) if actors else _place(row)
            if entry.key in lines:
                raise _BadRow(f"key {entry.key!r} stands in line {lines[entry.key]} as well; keep one row for each key")
            lines[entry.key] = reader.line_num
            if isinstance(entry, AuthorityActor):
                authority.actors[entry.key] = entry
            else:
                authority.places[entry.key] = entry
    except _BadRow as error:
        raise KGError(f"{path}: line {max(1, reader.line_num)}: {error}") from error
    except csv.Error as error:  # of the line after the last one that was read
        raise KGError(f"{path}: line {reader.line_num + 1}: {error}; shorten the cell, or see that the file is a table") from error
    if not lines:
        raise KGError(f"{path}: the table has a header and no row; add a row, or leave the file out")


def _text(path: Path) -> io.StringIO:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise KGError(f"{path}: the authority table cannot be read ({error}); give a UTF-8 file with tabs") from error
    try:
        return io.StringIO(content.decode("utf-8-sig"), newline="")
    except UnicodeDecodeError as error:
        line = error.object[:error.start].count(b"\n") + 1
        raise KGError(f"{path}: line {line}: the authority table cannot be read ({error}); give a UTF-8 file with tabs") from error


def _holds_actors(header: set[str]) -> bool:
    if header >= set(_ACTOR_COLUMNS):
        return True
    if header >= set(_PLACE_COLUMNS):
        return False
    raise _BadRow(f"the header is neither that of actors ({', '.join(_ACTOR_COLUMNS)}) nor that of places ({', '.join(_PLACE_COLUMNS)}); "
                  "columns are separated by tabs")


def _cell(row: dict[str, str], column: str) -> str:
    if None in row:
        raise _BadRow("there are more cells than columns in the header; take the tabs out that are too many")
    value = row.get(column)
    if value is None:
        raise _BadRow(f"column {column} is missing; every row needs all columns, separated by tabs")
    return value.strip()


def _required(row: dict[str, str], column: str) -> str:
    value = _cell(row, column)
    if not value:
        raise _BadRow(f"column {column} is empty; fill it in")
    return value


def _matching(row: dict[str, str], column: str, pattern: str, what: str) -> str:
    value = _cell(row, column)
    if value and not re.fullmatch(pattern, value):
        raise _BadRow(f"column {column}: {value!r} is not {what}; correct it" + (", or leave it empty" if column != "key" else ""))
    return value


def _key(row: dict[str, str]) -> str:
    return _matching(row, "key", "[a-z0-9]+(-[a-z0-9]+)*", "lower-case ASCII words joined by hyphens") or _required(row, "key")


def _wikidata(row: dict[str, str]) -> str | None:
    return _matching(row, "wikidata", "Q[1-9][0-9]*", "Q and a number") or None


def _names(cell: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    names = [n.strip() for n in cell.split("|") if n.strip("~ ")]
    return tuple(n for n in names if n[0] != "~"), tuple(n.lstrip("~ ") for n in names if n[0] == "~")


def _actor(row: dict[str, str]) -> AuthorityActor:
    strong, weak = _names(_cell(row, "aliases"))
    kind = _required(row, "type")
    if kind not in ACTOR_KINDS:
        raise _BadRow(f"column type: {kind!r} is no kind of actor; give one of {', '.join(sorted(ACTOR_KINDS))}")
    return AuthorityActor(
        _key(row), _required(row, "prefLabel"), kind, strong, weak, _matching(row, "country", "[A-Z]{2}", "a country code of two capitals"),
        _cell(row, "affiliation") or None, tuple(_tenure(o) for o in _cell(row, "office_held").split("|") if o.strip()), _wikidata(row))


def _tenure(cell: str) -> Tenure:
    office, _, years = (part.strip() for part in cell.partition(";"))
    found = re.fullmatch("(?:([0-9]{4})? *- *([0-9]{4})?)?", years)
    if not office or not found or found[1] and found[2] and found[1] > found[2]:
        raise _BadRow(f"column office_held: {cell.strip()!r} is neither office nor office;from-to with years of four digits, the earlier first; correct it")
    return Tenure(office, found[1], found[2])


def _place(row: dict[str, str]) -> AuthorityPlace:
    strong, weak = _names(_cell(row, "aliases"))
    latitude, longitude = _degrees(row, "lat", 90), _degrees(row, "long", 180)
    if (latitude is None) != (longitude is None):
        raise _BadRow(f"column {'lat' if latitude is None else 'long'} is empty and the other is not; give both lat and long, or none")
    return AuthorityPlace(
        _key(row), _required(row, "prefLabel"), strong, weak, _cell(row, "kind"), _cell(row, "within") or None, latitude, longitude, _wikidata(row))


def _degrees(row: dict[str, str], column: str, limit: int) -> float | None:
    value = _matching(row, column, r"[+-]?[0-9]+(\.[0-9]+)?", "a decimal number of degrees such as 50.45")
    if value and abs(float(value)) > limit:
        raise _BadRow(f"column {column}: {value} is not from -{limit} to {limit} degrees; correct it (are lat and long the right way round?)")
    return float(value) if value else None
