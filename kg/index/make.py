"""Writes the index of a snapshot into an SQLite file."""

from __future__ import annotations

import math
import os
import re
import sqlite3
from collections import Counter
from dataclasses import astuple
from itertools import combinations
from pathlib import Path

from kg.index import passages
from kg.index.disputes import disputed, opposed
from kg.index.gather import EVENTS, Entry, gather
from kg.store import Snapshot

#: What links two actors.
TIES = ("speaks to", "speaks of", "meets", "acts against", "is related to")
#: Raised whenever the tables change, so that an index of older code is made anew.
VERSION = 5
_LONGEST = 20_000  # characters of one text that are searched
#: How much more a thing weighs than an event when words are searched; the more events name it, the more.
_BOOST = {"Actor": 4.0, "Place": 3.0, "Article": 1.5}
_SCHEMA = """
CREATE TABLE thing (id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE, family TEXT, kind TEXT, label TEXT, day INTEGER, stated TEXT, sort INTEGER,
                    article INTEGER, boost REAL);
CREATE VIRTUAL TABLE words USING fts5(label, names, text, tokenize='unicode61 remove_diacritics 2', prefix='2 3');
CREATE TABLE name (folded TEXT, name TEXT);
CREATE TABLE link (node INTEGER, role TEXT, sort INTEGER, event INTEGER, PRIMARY KEY (node, role, sort, event)) WITHOUT ROWID;
CREATE TABLE modality (event INTEGER, modality TEXT, PRIMARY KEY (event, modality)) WITHOUT ROWID;
CREATE TABLE tally (node INTEGER, role TEXT, n INTEGER, PRIMARY KEY (node, role)) WITHOUT ROWID;
CREATE TABLE pair (modality TEXT, a INTEGER, b INTEGER, kind TEXT, n INTEGER, PRIMARY KEY (modality, a, b, kind)) WITHOUT ROWID;
CREATE TABLE month (month INTEGER, family TEXT, n INTEGER, PRIMARY KEY (month, family)) WITHOUT ROWID;
CREATE TABLE talk (node INTEGER PRIMARY KEY, family TEXT, n INTEGER);
CREATE TABLE spot (place INTEGER PRIMARY KEY, latitude REAL, longitude REAL);
CREATE TABLE there (modality TEXT, year INTEGER, place INTEGER, family TEXT, n INTEGER, PRIMARY KEY (modality, year, place, family)) WITHOUT ROWID;
CREATE TABLE office (node INTEGER, text TEXT, n INTEGER, first INTEGER, last INTEGER, event INTEGER, PRIMARY KEY (node, text)) WITHOUT ROWID;
CREATE TABLE contested (sort INTEGER, event INTEGER, why TEXT, PRIMARY KEY (sort, event)) WITHOUT ROWID;
CREATE TABLE opposed (event INTEGER, other INTEGER, PRIMARY KEY (event, other)) WITHOUT ROWID;
CREATE TABLE term (iri TEXT PRIMARY KEY, label TEXT) WITHOUT ROWID;
CREATE TABLE fact (name TEXT PRIMARY KEY, n INTEGER) WITHOUT ROWID;
"""
_AFTER = """
CREATE INDEX thing_family ON thing (family, sort DESC, id);
CREATE INDEX thing_kind ON thing (kind, sort DESC, id);
CREATE INDEX thing_sort ON thing (sort DESC, id);
CREATE INDEX thing_article ON thing (article, id);
CREATE INDEX link_event ON link (event, role);
CREATE INDEX pair_b ON pair (modality, b);
CREATE INDEX pair_n ON pair (modality, n DESC);
CREATE INDEX talk_n ON talk (family, n DESC);
"""


def fold(name: str) -> str:
    """A name as it sounds in the usual transliterations, so that Lawrow and Lavrov are one."""
    text = name.lower().replace("w", "v").replace("ph", "f").replace("kh", "h").replace("ch", "h").replace("yy", "y")
    text = re.sub(r"[jiy]+", "i", text).replace("ck", "k").replace("c", "k").replace("q", "k")
    return re.sub(r"(.)\1+", r"\1", re.sub(r"[^\w ]", "", text))


def make(snapshot: Snapshot, path: Path) -> None:
    """Writes the index to ``path``, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    part.unlink(missing_ok=True)
    database = sqlite3.connect(part)
    database.execute("PRAGMA journal_mode = OFF")
    database.execute("PRAGMA synchronous = OFF")
    database.executescript(_SCHEMA + passages.SCHEMA)
    things, terms = gather(snapshot)
    said = passages.gather_passages(snapshot)
    for passage in said:
        if passage.event in things:
            things[passage.event].texts.update({passage.exact} - {""})
    # Actors, places and articles first, then the newest events: where more match than are looked at, these are kept.
    ranked = sorted(things, key=lambda i: (things[i].family not in _BOOST, -things[i].order, i))
    numbers = {iri: number for number, iri in enumerate(ranked, 1)}
    named = Counter(other for e in things.values() if e.family in EVENTS for other in {o for _, o in e.roles})
    database.executemany("INSERT INTO thing VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (
        (n, iri, e.family, e.kind, e.label or iri.rsplit("/", 1)[-1], e.day, e.stated[:40], e.order, numbers.get(e.article, 0),
         _BOOST.get(e.family, 1.0) * (1 + math.log1p(named[iri])))
        for iri, n in numbers.items() for e in (things[iri],)))
    database.executemany("INSERT INTO words (rowid, label, names, text) VALUES (?, ?, ?, ?)", (
        (n, things[i].label[:_LONGEST], " | ".join(sorted(things[i].names))[:_LONGEST], " … ".join(sorted(things[i].texts))[:_LONGEST])
        for i, n in numbers.items()))
    database.executemany("INSERT INTO name VALUES (?, ?)", sorted(_names(things).items()))
    database.executemany("INSERT OR IGNORE INTO link VALUES (?, ?, ?, ?)", (
        (numbers[other], role, -e.order, n) for iri, n in numbers.items() for e in (things[iri],) for role, other in e.roles))
    database.executemany("INSERT INTO modality VALUES (?, ?)", ((numbers[i], m) for i, e in things.items() for m in e.modalities if m))
    database.executemany("INSERT OR IGNORE INTO link VALUES (?, 'inside', ?, ?)", (
        (numbers[place], -e.order, numbers[iri]) for iri, e in things.items() for place in _around(things, e)))
    database.execute("INSERT INTO tally SELECT node, role, COUNT(*) FROM link GROUP BY node, role")
    _pairs(database, things, numbers)
    marks = ", ".join(f"'{family}'" for family in EVENTS)
    database.execute(f"INSERT INTO month SELECT day / 100, family, COUNT(*) FROM thing WHERE day > 0 AND family IN ({marks}) GROUP BY 1, 2")
    database.execute("INSERT INTO talk SELECT l.node, t.family, COUNT(DISTINCT l.event) FROM link l JOIN thing t ON t.id = l.node "
                     f"JOIN thing e ON e.id = l.event WHERE t.family IN ('Actor', 'Place') AND e.family IN ({marks}) AND l.role <> 'inside' GROUP BY l.node")
    _spots(database, things, numbers)
    _offices(database, things, numbers)
    pairs = [(numbers[a], numbers[b]) for a, b in opposed(things)]
    database.executemany("INSERT OR IGNORE INTO opposed VALUES (?, ?)", (p for a, b in pairs for p in ((a, b), (b, a))))
    database.executemany("INSERT INTO contested VALUES (?, ?, ?)", ((-things[i].order, numbers[i], why) for i, why in disputed(things).items()))
    database.execute("INSERT OR IGNORE INTO contested SELECT -t.sort, t.id, 'elsewhere' FROM opposed o JOIN thing t ON t.id = o.event "
                     "JOIN modality m ON m.event = t.id AND m.modality = 'Denied' GROUP BY t.id")
    database.executemany("INSERT INTO passage VALUES (?, ?, ?, ?, ?, ?, ?, ?)", map(astuple, said))
    database.executemany("INSERT INTO term VALUES (?, ?)", terms.items())
    database.execute("INSERT INTO fact SELECT family, COUNT(*) FROM thing GROUP BY family")
    database.execute("INSERT INTO fact SELECT 'named ' || family, COUNT(*) FROM talk GROUP BY family")
    database.execute("INSERT INTO fact SELECT 'contested', COUNT(*) FROM contested")
    database.execute(f"INSERT INTO fact SELECT 'first', MIN(day) FROM thing WHERE day > 0 AND family IN ({marks})")
    database.execute(f"INSERT INTO fact SELECT 'last', MAX(day) FROM thing WHERE day > 0 AND family IN ({marks})")
    database.executemany("INSERT INTO fact VALUES (?, ?)", [("triples", snapshot.count()), ("version", VERSION)])
    database.executescript(_AFTER + passages.AFTER)
    database.execute("ANALYZE")
    database.commit()
    database.close()
    os.replace(part, path)


def _names(things: dict[str, Entry]) -> dict[str, str]:
    """Folded name -> the name as it is spelled, of actors and places: whole, and its last word."""
    found: dict[str, str] = {}
    for entry in things.values():
        if entry.family in {"Actor", "Place"}:
            for name in (entry.label, *sorted(entry.names)):
                if 0 < len(name) < 100:
                    found.setdefault(fold(name), name)
                    found.setdefault(fold(name.split()[-1]), name)
    return found


def _around(things: dict[str, Entry], entry: Entry) -> set[str]:
    """The places around those where an event is said to have happened, without these."""
    here = {o for role, o in entry.roles if role in {"location", "target"} and things[o].family == "Place"}
    found: set[str] = set()
    level = here
    while level := {o for place in level for role, o in things[place].roles if role == "within"} - found:
        found |= level
    return found - here


def _pairs(database: sqlite3.Connection, things: dict[str, Entry], numbers: dict[str, int]) -> None:
    """Who speaks to or of whom, acts against whom, meets whom: how often, by modality; '' counts each event once whatever its modalities."""
    counted: Counter[tuple[str, int, int, str]] = Counter()
    for entry in things.values():
        roles: dict[str, list[int]] = {}
        for role, other in entry.roles:
            if things[other].family == "Actor":
                roles.setdefault(role, []).append(numbers[other])
        found = [(a, b, kind) for first, second, kind in (
            ("speaker", "addressee", "speaks to"), ("speaker", "about", "speaks of"), ("perpetrator", "target", "acts against"),
            ("accused", "target", "acts against"), ("subject", "object", "is related to"))
            for a in roles.get(first, ()) for b in roles.get(second, ()) if a != b]
        found += [(a, b, "meets") for a, b in combinations(sorted(set(roles.get("party", []) + roles.get("mediator", []))), 2)]
        counted.update((modality, *tie) for modality in {"", *entry.modalities} for tie in found)
    database.executemany("INSERT INTO pair VALUES (?, ?, ?, ?, ?)", ((*key, n) for key, n in counted.items()))


def _spots(database: sqlite3.Connection, things: dict[str, Entry], numbers: dict[str, int]) -> None:
    """Places with coordinates, and how many events of which family are said to be there, by modality and year; '' and 0 count all of them."""
    counted: Counter[tuple[str, int, str, str]] = Counter()
    for entry in things.values():
        if entry.family in EVENTS:
            for place in {o for _, o in entry.roles if things[o].family == "Place"}:
                counted.update((modality, year, place, entry.family) for modality in {"", *entry.modalities} for year in {0, entry.day // 10000})
    told = {place for _, _, place, _ in counted}
    database.executemany("INSERT INTO spot VALUES (?, ?, ?)", ((numbers[i], *e.point) for i, e in things.items() if e.point and i in told))
    database.executemany("INSERT INTO there VALUES (?, ?, ?, ?, ?)", (
        (modality, year, numbers[place], family, n) for (modality, year, place, family), n in counted.items() if things[place].point))


def _offices(database: sqlite3.Connection, things: dict[str, Entry], numbers: dict[str, int]) -> None:
    """The offices that texts give a person, with the days of the articles that do."""
    found: dict[tuple[int, str], list[tuple[int, int]]] = {}
    for iri, entry in things.items():
        for role, other in entry.roles:
            if role in {"speaker", "subject"}:
                for title in entry.titles:
                    day = things[entry.article].day if entry.article in things else 0
                    found.setdefault((numbers[other], title), []).append((day, numbers[iri]))
    for (node, title), uses in found.items():
        days = [day for day, _ in uses if day]
        database.execute("INSERT INTO office VALUES (?, ?, ?, ?, ?, ?)",
                         (node, title, len(uses), min(days, default=0), max(days, default=0), min(n for _, n in uses)))
