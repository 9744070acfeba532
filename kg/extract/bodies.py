"""Which ministry a description means: "Chad's foreign ministry" is the Chadian Foreign Ministry."""

from __future__ import annotations

from spacy.tokens import Token

from kg.resolve.names import DEMONYMS, Gazetteer, adjective


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
