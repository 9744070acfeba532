"""Search: words in names, quotations and titles, with facets; misspelt names find what they mean."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process

from kg.index.lists import PAGE, Index, Thing
from kg.index.make import fold

#: Similarity above which a name is taken for a misspelt word (rapidfuzz ratio, 0 to 100).
NEAR = 76
#: Hits that are ranked and counted; the search says so where there are more.
MOST = 1000
FACETS = ("family", "kind", "actor", "place", "source", "modality", "year", "article")
#: The article of a hit, which is the hit itself where it is one.
_ARTICLE = "IIF(t.family = 'Article', t.id, t.article)"
_SHOWN = 12  # values of one facet
_ROLES = "'about', 'accused', 'addressee', 'intending', 'location', 'mediator', 'medium', 'object', 'party', 'perpetrator', 'speaker', 'subject', 'target'"


@dataclass(frozen=True)
class Hit:
    """One thing that was found; ``snippet`` and ``label`` have the words that match between \\x01 and \\x02."""

    thing: Thing
    label: str
    snippet: str


@dataclass(frozen=True)
class Facet:
    """One value that narrows a search, and how many hits are left then."""

    value: str
    label: str
    count: int


@dataclass
class Found:
    """One page of hits. ``instead``: the name that was searched for because the words as given are nowhere."""

    hits: list[Hit] = field(default_factory=list)
    total: int = 0
    more_than_total: bool = False
    facets: dict[str, list[Facet]] = field(default_factory=dict)
    after: str = ""
    instead: str = ""


def near(index: Index, words: str) -> str:
    """The known name that ``words`` most likely misspell, or nothing."""
    found = process.extractOne(fold(words), index.names.keys(), scorer=fuzz.ratio, score_cutoff=NEAR)
    return index.names[found[0]] if found else ""


def search(index: Index, words: str, chosen: dict[str, str] | None = None, after: str = "", size: int = PAGE) -> Found:
    """One page of the things that have all of ``words`` and what ``chosen`` demands (facet -> value).

    Where nothing has the words, the name that is spelled most like them is searched instead.
    """
    terms = re.findall(r"\w+", words)[:20]
    if not terms:
        return Found()
    found = _search(index, words.strip(), " ".join(f'"{t}"*' for t in terms), chosen or {}, after, size)
    if not found.total and not chosen and (name := near(index, words)):
        found = _search(index, name, " ".join(f'"{t}"' for t in re.findall(r"\w+", name)), {}, after, size)
        found.instead = name
    return found


def _search(index: Index, words: str, match: str, chosen: dict[str, str], after: str, size: int) -> Found:
    where, values = _conditions(index, chosen)
    ranked = index.rows("SELECT t.id, bm25(words, 10, 8, 1) * t.boost * IIF(t.label = ? COLLATE NOCASE, 10, 1) FROM words JOIN thing t ON t.id = words.rowid "
                        f"WHERE words MATCH ?{where} LIMIT ?", words, match, *values, MOST + 1)
    more = len(ranked) > MOST
    order = [(round(rank, 6), number) for number, rank in ranked[:MOST]]
    order.sort()
    rank, _, number = after.rpartition("_")
    try:
        start = (float(rank), int(number)) if after else (float("-inf"), 0)
    except ValueError:
        start = (float("-inf"), 0)
    page = [key for key in order if key > start][:size + 1]
    numbers = [n for _, n in page[:size]]
    things = index.by_number(numbers)
    snippets = {n: (label, text) for n, label, text in index.rows(
        "SELECT rowid, highlight(words, 0, char(1), char(2)), snippet(words, -1, char(1), char(2), '…', 30) FROM words "
        f"WHERE words MATCH ? AND rowid IN ({','.join(map(str, numbers)) or '0'})", match)}
    hits = [Hit(things[n], *snippets[n]) for n in numbers]
    following = f"{page[size - 1][0]}_{page[size - 1][1]}" if len(page) > size else ""
    return Found(hits, len(order), more, _facets(index, [n for _, n in order]), following)


def _conditions(index: Index, chosen: dict[str, str]) -> tuple[str, list[str | int]]:
    """SQL that narrows to what was chosen."""
    where, values = "", []
    for facet in FACETS:
        value: str | int = chosen.get(facet, "")
        if not value:
            continue
        if facet in {"actor", "place", "source", "article"}:
            thing = index.thing(str(value))
            value = thing.id if thing else -1
        if facet in {"family", "kind", "article"}:
            where += f" AND t.{facet} = ?"
        elif facet in {"actor", "place"}:
            where += f" AND EXISTS (SELECT 1 FROM link l WHERE l.event = t.id AND l.node = ? AND l.role IN ({_ROLES}))"
        elif facet == "source":
            where += f" AND EXISTS (SELECT 1 FROM link l WHERE l.event = {_ARTICLE} AND l.node = ? AND l.role IN ('publisher', 'source'))"
        elif facet == "modality":
            where += " AND EXISTS (SELECT 1 FROM modality m WHERE m.event = t.id AND m.modality = ?)"
        else:
            where += " AND t.day / 10000 = ?"
            value = int(value) if str(value).isdecimal() and len(str(value)) < 6 else -1
        values.append(value)
    return where, values


def _facets(index: Index, numbers: list[int]) -> dict[str, list[Facet]]:
    """How the hits spread, for each facet the most frequent values."""
    given = json.dumps(numbers)
    among = "IN (SELECT value FROM json_each(?))"
    found: dict[str, list[Facet]] = {}
    for facet, text in (("family", f"SELECT family, family, COUNT(*) FROM thing WHERE id {among} GROUP BY 1"),
                        ("kind", f"SELECT kind, kind, COUNT(*) FROM thing WHERE id {among} AND kind <> '' GROUP BY 1"),
                        ("modality", f"SELECT modality, modality, COUNT(*) FROM modality WHERE event {among} GROUP BY 1"),
                        ("year", f"SELECT day / 10000, day / 10000, COUNT(*) FROM thing WHERE id {among} AND day > 0 GROUP BY 1"),
                        ("source", f"SELECT p.iri, p.label, COUNT(DISTINCT t.id) FROM thing t JOIN link l ON l.event = {_ARTICLE} "
                                   f"AND l.role IN ('publisher', 'source') JOIN thing p ON p.id = l.node WHERE t.id {among} GROUP BY p.id"),
                        ("article", f"SELECT a.iri, a.label, COUNT(*) FROM thing t JOIN thing a ON a.id = t.article WHERE t.id {among} GROUP BY a.id")):
        rows = index.rows(f"{text} ORDER BY 3 DESC, 1 LIMIT {_SHOWN}", given)
        found[facet] = [Facet(str(value), str(label), n) for value, label, n in rows]
    for facet, family in (("actor", "Actor"), ("place", "Place")):
        rows = index.rows("SELECT t.iri, t.label, k.n FROM (SELECT node, COUNT(DISTINCT event) AS n FROM link "
                          f"WHERE event {among} AND role IN ({_ROLES}) GROUP BY node) k JOIN thing t ON t.id = k.node WHERE t.family = ? "
                          f"ORDER BY 3 DESC, 1 LIMIT {_SHOWN}", given, family)
        found[facet] = [Facet(value, label, n) for value, label, n in rows]
    return {facet: found[facet] for facet in FACETS}
