"""Which mentions in one article tell the same event."""

from __future__ import annotations

from dataclasses import dataclass

from kg.extract.context import Context
from kg.records import Date, Report

_REAL = {"Asserted", "Alleged", "Denied"}
_FIRE = {"AirStrike", "Bombing", "Shelling", "Killing"}
#: Words for what kills nobody by itself.
NO_ATTACKS = {"withdraw", "withdrawal", "retreat", "siege", "besiege", "blockade", "displacement", "intercept", "deployment", "ram", "pullback", "give", "cut"}
_NEAR = 300  # characters: "the strike destroyed two houses" right after the strike on a depot
_ATTACKS: set[str | None] = {*_FIRE, "GroundAssault", "Raid", None}


@dataclass
class Mention:
    """One passage that tells an event, before it is known which."""

    offset: int
    kind: str | None
    report: Report
    word: str
    definite: bool = False
    generic: bool = False
    noun: bool = False


#: What a bare event noun can take up; "attack" and "assault" take up any of them.
_TAKES_UP: dict[str, set[str | None]] = {"strike": {"AirStrike", "Shelling", "Raid"}, "raid": {"AirStrike", "Raid", "GroundAssault"},
             "blast": {"Bombing", "AirStrike", "Shelling"}, "explosion": {"Bombing", "AirStrike", "Shelling"},
             "bombing": {"Bombing", "AirStrike", "Shelling"}, "fighting": {None}, "operation": {"GroundAssault", "Raid", "Intervention", None}}


def same_kind(first: Mention, new: Mention) -> bool:
    """True where the words allow one kind: equal, both by fire, or the new one is a bare "attack"."""
    if {first.word, new.word} & NO_ATTACKS and first.word != new.word:
        return False
    if first.kind == new.kind:
        return first.kind is not None or first.word == new.word or new.generic
    if new.generic or new.word in _TAKES_UP:
        return first.kind in _TAKES_UP.get(new.word, _ATTACKS)
    return first.generic and new.kind in _ATTACKS or {first.kind, new.kind} <= _FIRE


def likeness(event: list[Mention], new: Mention) -> int:
    """How well the words of ``new`` fit an event that it may tell once more."""
    shared = any(set(m.report.targets) & set(new.report.targets) for m in event)
    return 4 * shared + 2 * any(m.word == new.word for m in event) + any(m.kind == new.kind for m in event)


def dates_agree(a: Date | None, b: Date | None) -> bool:
    """True where both dates can be of one event, or one is absent."""
    if a is None or b is None:
        return True
    return a.earliest <= (b.latest or "9999") and b.earliest <= (a.latest or "9999")


def _stem(context: Context, ref: str) -> str:
    """A state, its government and its forces share a stem."""
    known = context.authority.actors.get(ref[6:])
    if known and known.country and known.kind in {"State", "GovernmentBody", "ArmedForce"}:
        return known.country
    return ref


def actors_agree(context: Context, a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """True where one is empty or both have an actor, or its state, in common."""
    return not a or not b or bool({_stem(context, x) for x in a} & {_stem(context, x) for x in b})


def _around(context: Context, ref: str) -> set[str]:
    found = {ref}
    key = ref[6:]
    while (place := context.authority.places.get(key)) and place.within and f"place/{place.within}" not in found:
        key = place.within
        found.add(f"place/{key}")
    return found


def places_agree(context: Context, a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """True where one is empty, or a place of one is, or lies within, a place of the other."""
    return not a or not b or any(y in _around(context, x) or x in _around(context, y) for x in a for y in b)


def same_event(context: Context, old: list[Mention], new: Mention) -> bool:
    """True where ``new`` tells the event of ``old`` once more. In doubt it does not."""
    first = old[0]
    if not same_kind(old[0], new) and not any(m.word == new.word for m in old):
        return False
    if (first.report.modality in _REAL) != (new.report.modality in _REAL):
        return False
    agents = tuple(dict.fromkeys(r for m in old for r in m.report.perpetrators))
    targets = tuple(dict.fromkeys(r for m in old for r in m.report.targets))
    places = tuple(dict.fromkeys(r for m in old for r in m.report.locations))
    mine = new.report
    if not actors_agree(context, agents, mine.perpetrators) or not places_agree(context, places, mine.locations):
        return False
    if not all(dates_agree(m.report.date, mine.date) for m in old):
        return False
    shared = bool(set(targets) & set(mine.targets))
    taken_up = new.noun and new.definite and new.generic and new.offset - max(m.offset for m in old) < _NEAR
    if targets and mine.targets and not shared and not taken_up:
        return False
    if mine.modality == "Denied" and first.report.modality != "Denied" and mine.targets and not shared:
        return False
    if new.noun and new.definite and (new.generic or not mine.targets):
        return True
    if shared:
        return True
    place = bool(set(places) & set(mine.locations))
    agent = bool(agents and mine.perpetrators)
    if mine.modality == "Denied" and agent and not mine.targets:
        return True
    if mine.modality == "Denied" and place and first.kind == new.kind and not mine.targets:
        return True
    return agent and place and (new.noun or old[0].noun)
