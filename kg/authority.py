"""Known actors and places: the project's tables (ontology/authority/) and, on top of them, a user's own.

A table is UTF-8, tab separated, one header line, no quoting; lists inside a cell use ``|``. An alias that begins with
``~`` depends on context (metonyms such as ``~Moscow``) and never names the actor on its own.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from kg.errors import KGError
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


def load(extra: Iterable[Path] = ()) -> Authority:
    """The bundled tables, then each table of ``extra`` (actors or places, told by its header); later rows win.

    :raises KGError: for a file that cannot be read, a header that is neither, or a bad row (file, line, column)
    """
    authority = Authority()
    folder = RESOURCES / "ontology" / "authority"
    for path in (folder / "actors.tsv", folder / "places.tsv", *extra):
        _read(path, authority)
    return authority


def _read(path: Path, authority: Authority) -> None:
    try:
        with open(path, encoding="utf-8-sig", newline="") as handle:
            rows = list(csv.DictReader(handle, delimiter="\t", quoting=csv.QUOTE_NONE))
    except (OSError, UnicodeDecodeError) as error:
        raise KGError(f"{path}: the authority table cannot be read ({error}); give a UTF-8 file with tabs") from error
    header = set(rows[0]) if rows else set()
    if header >= set(_ACTOR_COLUMNS):
        for line, row in enumerate(rows, 2):
            actor = _actor(path, line, row)
            authority.actors[actor.key] = actor
    elif header >= set(_PLACE_COLUMNS):
        for line, row in enumerate(rows, 2):
            place = _place(path, line, row)
            authority.places[place.key] = place
    else:
        raise KGError(f"{path}: line 1: the header is neither that of actors ({', '.join(_ACTOR_COLUMNS)}) nor that of "
                      f"places ({', '.join(_PLACE_COLUMNS)}); columns are separated by tabs")


def _cell(path: Path, line: int, row: dict[str, str], column: str) -> str:
    value = row.get(column)
    if value is None:
        raise KGError(f"{path}: line {line}: column {column} is missing; every row needs all columns, separated by tabs")
    return value.strip()


def _required(path: Path, line: int, row: dict[str, str], column: str) -> str:
    value = _cell(path, line, row, column)
    if not value:
        raise KGError(f"{path}: line {line}: column {column} is empty; fill it in")
    return value


def _names(cell: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    names = [n.strip() for n in cell.split("|") if n.strip("~ ")]
    return tuple(n for n in names if n[0] != "~"), tuple(n[1:] for n in names if n[0] == "~")


def _actor(path: Path, line: int, row: dict[str, str]) -> AuthorityActor:
    strong, weak = _names(_cell(path, line, row, "aliases"))
    return AuthorityActor(
        _required(path, line, row, "key"), _required(path, line, row, "prefLabel"), _required(path, line, row, "type"),
        strong, weak, _cell(path, line, row, "country"), _cell(path, line, row, "affiliation") or None,
        tuple(_tenure(o) for o in _cell(path, line, row, "office_held").split("|") if o.strip()),
        _cell(path, line, row, "wikidata") or None)


def _tenure(cell: str) -> Tenure:
    office, _, years = cell.partition(";")
    start, _, end = years.partition("-")
    return Tenure(office.strip(), start.strip() or None, end.strip() or None)


def _place(path: Path, line: int, row: dict[str, str]) -> AuthorityPlace:
    strong, weak = _names(_cell(path, line, row, "aliases"))

    def degrees(column: str) -> float | None:
        value = _cell(path, line, row, column)
        try:
            return float(value) if value else None
        except ValueError as error:
            raise KGError(f"{path}: line {line}: column {column}: {value!r} is no number of degrees") from error

    return AuthorityPlace(
        _required(path, line, row, "key"), _required(path, line, row, "prefLabel"), strong, weak,
        _cell(path, line, row, "kind"), _cell(path, line, row, "within") or None, degrees("lat"), degrees("long"),
        _cell(path, line, row, "wikidata") or None)
