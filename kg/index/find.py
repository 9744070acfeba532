"""Search: words in names, quotations and titles, with facets; misspelt names find what they mean."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

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


class Ranked(NamedTuple):
    """What a search knows of each match: enough to rank it and to count most facets. ``article`` is its number in the index, 0 where it has none."""

    id: int
    rank: float
    family: str
    kind: str
    year: int
    article: int


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
    ranked = [Ranked(*row) for row in index.rows(
        "SELECT t.id, bm25(words, 10, 8, 1) * t.boost * IIF(t.label = ? COLLATE NOCASE, 10, 1), t.family, t.kind, t.day / 10000, t.article FROM words JOIN thing t ON t.id = words.rowid "
        f"WHERE words MATCH ?{where} LIMIT ?", words, match, *values, MOST + 1)]
    more, ranked = len(ranked) > MOST, ranked[:MOST]
    order = [(round(hit.rank, 6), hit.id) for hit in ranked]
    order.sort()
    rank, _, number = after.rpartition("_")
    try:
        start = (float(rank), int(number)) if after else (float("-inf"), 0)
    except ValueError:
        start = (float("-inf"), 0)
    page = [key for key in order if key > start][:size + 1]
    numbers = [n for _, n in page[:size]]
    things = index.by_number(numbers)
    # One walk through the matches up to the last that is shown; without the plus SQLite would start anew for each.
    snippets = {n: (label, text) for n, label, text in index.rows(
        "SELECT rowid, highlight(words, 0, char(1), char(2)), snippet(words, -1, char(1), char(2), '…', 30) FROM words "
        f"WHERE words MATCH ? AND rowid <= ? AND +rowid IN ({','.join(map(str, numbers))})", match, max(numbers, default=0))}
    hits = [Hit(things[n], *snippets[n]) for n in numbers]
    following = f"{page[size - 1][0]}_{page[size - 1][1]}" if len(page) > size else ""
    return Found(hits, len(order), more, _facets(index, ranked), following)


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


def _facets(index: Index, hits: list[Ranked]) -> dict[str, list[Facet]]:
    """How the hits spread, for each facet the most frequent values."""
    given = json.dumps([hit.id for hit in hits])
    among = "IN (SELECT value FROM json_each(?))"
    modalities = index.rows(f"SELECT modality, COUNT(*) FROM modality WHERE event {among} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {_SHOWN}", given)
    counted = {"family": _most(hit.family for hit in hits), "kind": _most(hit.kind for hit in hits), "modality": modalities, "year": _most(hit.year for hit in hits)}
    found = {name: [Facet(str(value), str(value), n) for value, n in values] for name, values in counted.items()}
    named = dict(index.rows(f"SELECT node, COUNT(DISTINCT event) FROM link WHERE event {among} AND role IN ({_ROLES}) GROUP BY node", given))
    articles = dict(_most(hit.article for hit in hits))
    found["article"] = [Facet(thing.iri, thing.label, articles[number]) for number, thing in index.by_number(articles).items()]
    found["article"].sort(key=lambda facet: (-facet.count, facet.value))
    found["source"] = _sources(index, hits)
    found |= _frequent(index, named)
    return {facet: found[facet] for facet in FACETS}


def _sources(index: Index, hits: list[Ranked]) -> list[Facet]:
    """Who published the articles of the hits, or is repeated by them."""
    hits_of = Counter(hit.article or hit.id for hit in hits)
    counted: Counter[int] = Counter()
    for article, node in index.rows("SELECT DISTINCT event, node FROM link WHERE event IN (SELECT value FROM json_each(?)) AND role IN ('publisher', 'source')",
                                    json.dumps(list(hits_of))):
        counted[node] += hits_of[article]
    things = index.by_number(node for node, _ in _most(counted))
    return sorted((Facet(t.iri, t.label, counted[n]) for n, t in things.items()), key=lambda facet: (-facet.count, facet.value))


def _frequent(index: Index, named: dict[int, int]) -> dict[str, list[Facet]]:
    """The actors and places named most often; looked up by the hundred until there are enough of both."""
    order = sorted(named, key=lambda node: (-named[node], node))
    found: dict[str, list[Facet]] = {"actor": [], "place": []}
    for begin in range(0, len(order), 100):
        things = index.by_number(order[begin:begin + 100])
        for node in order[begin:begin + 100]:
            shown = found.get(things[node].family.lower())
            if shown is not None and len(shown) < _SHOWN:
                shown.append(Facet(things[node].iri, things[node].label, named[node]))
        if all(len(shown) == _SHOWN for shown in found.values()):
            break
    return found


def _most(values: Iterable[Any]) -> list[tuple[Any, int]]:
    """The most frequent values with their counts; without nothing and 0."""
    return sorted(((value, n) for value, n in Counter(values).items() if value), key=lambda item: (-item[1], item[0]))[:_SHOWN]
