"""Which events are told in ways that cannot all be so, and which events of other passages deny what these tell.

The pages set them side by side. Nothing of it stands in the graph: whether two passages mean the same is the reader's to judge.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import combinations, product

from kg.index.gather import Entry, Figure

HAPPENED = {"Asserted", "Alleged"}
_ATTACKS = {"AirStrike", "Shelling", "Bombing", "Raid", "GroundAssault", "Killing", "Sortie", ""}
_ANYBODY = {"", "people", "persons"}
_MOST = 6  # events that are set against one denial
_DAYS = 31  # at most so far apart
Key = tuple[str, str, str]


def disputed(things: Mapping[str, Entry]) -> dict[str, str]:
    """Event -> why: ``denied`` by one report and told by another, or told with ``figures`` that cannot all be right."""
    found: dict[str, str] = {}
    for iri, entry in things.items():
        if "Denied" in entry.modalities and entry.modalities & HAPPENED:
            found[iri] = "denied"
        elif any(_differ(*pair) for pair in combinations(sorted(entry.figures), 2)):
            found[iri] = "figures"
    return found


def _differ(one: Figure, other: Figure) -> bool:
    """Whether figures of two reports are of the same people and have no number in common."""
    same = one.victims == other.victims or {one.victims, other.victims} <= _ANYBODY
    return one.report != other.report and one.kind == other.kind and same and (one.lowest > other.highest or other.lowest > one.highest)


def opposed(things: Mapping[str, Entry]) -> Iterator[tuple[str, str]]:
    """(an event that is only denied, one that is told of the same actors or place within a month), for the nearest by date."""
    denied = {iri: set(_keys(things, e)) for iri, e in things.items() if "Denied" in e.modalities and not e.modalities & HAPPENED}
    wanted = set().union(*denied.values()) if denied else set()
    told: dict[Key, list[str]] = defaultdict(list)
    for iri, entry in things.items():
        if wanted and entry.modalities & HAPPENED and "Denied" not in entry.modalities:
            for key in wanted.intersection(_keys(things, entry)):
                told[key].append(iri)
    for iri, keys in denied.items():
        entry = things[iri]
        near = sorted((_apart(entry, things[other]), other) for other in {o for k in keys for o in told.get(k, ())} if _alike(entry, things[other]))
        for _, other in [n for n in near if n[0] <= _DAYS][:_MOST]:
            yield iri, other


def _keys(things: Mapping[str, Entry], entry: Entry) -> Iterator[Key]:
    """What two events must have in common: the doer, or the state that it belongs to, with the target or the place; two parties."""
    if entry.family == "MilitaryAction":
        doers = {_top(things, o) for role, o in entry.roles if role in {"perpetrator", "accused", "intending"}}
        objects = {o for role, o in entry.roles if role in {"target", "location"}}
        yield from ((entry.family, a, b) for a, b in product(doers, objects))
    elif entry.family == "Negotiation":
        parties = sorted({_top(things, o) for role, o in entry.roles if role == "party"})
        yield from ((entry.family, a, b) for a, b in combinations(parties, 2))


def _top(things: Mapping[str, Entry], actor: str) -> str:
    """The state or body at the top of what an actor belongs to."""
    seen = {actor}
    while actor in things and (above := things[actor].above) and above not in seen:
        actor = above
        seen.add(actor)
    return actor


def _alike(one: Entry, other: Entry) -> bool:
    return one.kind == other.kind or {one.kind, other.kind} <= _ATTACKS


def _apart(one: Entry, other: Entry) -> int:
    """Days between two events, or between their articles where no text dates them; 0 where nothing dates one."""
    if not one.order or not other.order:
        return 0
    return abs((_day(one.order) - _day(other.order)).days)


def _day(number: int) -> date:
    try:
        return date(number // 10000, number // 100 % 100, number % 100)
    except ValueError:
        return date.min
