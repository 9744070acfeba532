"""Which state's army, government or ministry a description means."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from spacy.tokens import Token

from kg.resolve.names import DEMONYMS, Gazetteer, adjective

if TYPE_CHECKING:
    from kg.extract.context import Context

_LEAD = 12  # words that a paragraph has at least, and a byline or a dateline has not
#: Bodies of which an article on one state says no more than "the army".
_DOMESTIC = {"army", "military", "government"}


def is_domestic(token: Token, phrase: list[Token]) -> bool:
    """True for "the army", "the ruling military", "the general staff"."""
    words = [t.lower_ for t in phrase if t.i != token.i and t.dep_ not in {"case", "fixed"}]
    staff = token.lemma_.lower() == "staff" and "general" in words
    return words[:1] == ["the"] and (staff or token.lemma_.lower() in _DOMESTIC) and set(words) <= {"the", "ruling", "general"}


def home(context: Context) -> str | None:
    """Key of the one state that the headlines and the first paragraph name; None for none, several, or mostly places of another.

    Its name must stand there: "a Saudi drone" tells who struck, not where. A capital that stands for another state ("Doha") is
    a second one; a town abroad may be where talks are held.
    """
    article = context.article
    apart = (*article.headlines, *article.skipped)
    lead = next((m.span() for m in re.finditer(r"[^\n]+", article.text) if len(m[0].split()) >= _LEAD
                 and not any(s.start <= m.start() < s.end for s in apart)), (0, 0))
    spans = [lead, *((s.start, s.end) for s in article.headlines)]
    names = [name for name, at in zip(context.names, context.name_starts, strict=True)
             if any(start <= at < end for start, end in spans)]
    states = [n.actor[6:] for n in names if n.actor and context.kind(n.actor) == "State"]
    if len(set(states)) != 1 or states[0] not in context.authority.actors or all(
            n.weak or n.demonym for n in names if n.actor == f"actor/{states[0]}"):
        return None
    within = Counter(_country(context, n.place[6:]) for n in names if n.place and not n.actor)
    abroad = sum(count for state, count in within.items() if state not in {None, states[0]})
    return states[0] if len(states) + within[states[0]] >= 2 * abroad else None


def _country(context: Context, place: str) -> str | None:
    """Key of the state in which the authority has the place."""
    known = context.authority.places.get(place)
    while known is not None and known.within in context.authority.places:
        known = context.authority.places[known.within]
    return (known.within or known.key) if known is not None else None


def ministry(gazetteer: Gazetteer, state: str, token: Token, phrase: list[Token]) -> tuple[str | None, str] | None:
    """(ref, label) of the ministry that ``phrase`` names as one of ``state``, a key; no ref where the authority has none.

    None for a bare "Chad's ministry".
    """
    words = [t.text.capitalize() for t in phrase if t.head.i == token.i and t.dep_ in {"amod", "compound"} and t.i < token.i
             and t.text not in DEMONYMS and t.text not in gazetteer.actors and t.text not in gazetteer.weak]
    if not words:
        return None
    owner = adjective(state) or gazetteer.authority.actors[state].label
    label = f"{owner} {' '.join(words)} Ministry"
    known = gazetteer.lookup(label)[0] or gazetteer.lookup(label.replace("Defense", "Defence"))[0]
    return known, label
