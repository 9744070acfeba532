"""Which state's army, government or ministry a description means."""

from __future__ import annotations

import re
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
    words = [t.lower_ for t in phrase if t.i != token.i and t.tag_ != "POS"]
    staff = token.lemma_.lower() == "staff" and "general" in words
    return words[:1] == ["the"] and (staff or token.lemma_.lower() in _DOMESTIC) and set(words) <= {"the", "ruling", "general"}


def home(context: Context) -> str | None:
    """Key of the one state that the headlines and the first paragraph name; None for none or several."""
    article = context.article
    apart = (*article.headlines, *article.skipped)
    lead = next((m.span() for m in re.finditer(r"[^\n]+", article.text) if len(m[0].split()) >= _LEAD
                 and not any(s.start <= m.start() < s.end for s in apart)), (0, 0))
    spans = [lead, *((s.start, s.end) for s in article.headlines)]
    found = {name.actor for name, at in zip(context.names, context.name_starts, strict=True)
             if name.actor and context.kind(name.actor) == "State" and any(start <= at < end for start, end in spans)}
    one = found.pop() if len(found) == 1 else None
    return one[6:] if one and one[6:] in context.authority.actors else None


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
