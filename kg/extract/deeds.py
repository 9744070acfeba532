"""Labels of military actions, after the modalities: "air strike by Northland on a market in Eastport".

A table says for each kind, and for the words that have none or say more than it, which noun and prepositions tell it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from kg.extract.wording import listed, located


class Deed(NamedTuple):
    """How an action is told. ``on``: the word before what it was done to; ``place``, ``doer``: those before where and by whom.

    ``on`` is "between" where both sides do the same. ``alone``: the noun where nothing is told that it was done to.
    ``takes``: its place is what it was done to where nothing else is ("siege of Aleppo").
    """

    noun: str
    on: str = "of"
    place: str = "in"
    doer: str = "by"
    alone: str = ""
    takes: bool = False


KINDS = {
    "AirStrike": Deed("air strike", "on"), "Shelling": Deed("shelling"), "GroundAssault": Deed("ground assault", "on"),
    "TerritoryCapture": Deed("capture", alone="capture of territory"), "Raid": Deed("raid", "on"),
    "Deployment": Deed("deployment of forces", "to"), "Sortie": Deed("flights", "against", "over"),
    "Overflight": Deed("overflight", takes=True), "Convoy": Deed("convoy", "with", "to", "of"),
    "ArmsSupply": Deed("supply of arms", "to"), "Advisory": Deed("advisory mission", "to"),
    "CeasefireViolation": Deed("violation of a ceasefire", "against"), "Bombing": Deed("bombing"), "Killing": Deed("killing"),
    "Intervention": Deed("military intervention", "against"),
}
#: For a word without a kind that the table below does not have.
OTHER = Deed("military action", "against")
_WORDS = {word: deed for words, deed in {
    "hit target attack": Deed("attack", "on"), "open return spray gunfire fire": Deed("gunfire", "at"),
    "destroy destruction": Deed("destruction"), "devastate ravage": Deed("devastation"), "raze": Deed("razing"),
    "torch burn set": Deed("burning"), "loot": Deed("looting"), "sink": Deed("sinking"), "ram": Deed("ramming"),
    "intercept interception": Deed("interception"), "down shoot": Deed("downing"), "bring": Deed("bringing down"),
    "besiege siege": Deed("siege", takes=True), "blockade": Deed("blockade", takes=True),
    "encircle encirclement surround": Deed("encirclement", takes=True), "evacuate evacuation": Deed("evacuation", takes=True),
    "withdraw withdrawal retreat pull pullout pullback give": Deed("withdrawal", "of", "from", "of"),
    "drive expel expulsion oust": Deed("expulsion", "of", "from"), "repel fend beat push": Deed("repulse"),
    "clash": Deed("clashes", "between"), "fight fighting": Deed("fighting", "between"), "battle": Deed("battle", "between"),
    "gunbattle firefight gunfight": Deed("gun battle", "between"), "skirmish": Deed("skirmish", "between"),
    "crossfire": Deed("crossfire", "between"), "engage": Deed("engagement", "between"),
    "exchange trade": Deed("exchange of fire", "between"), "maul": Deed("mauling"), "crush": Deed("defeat"), "rout": Deed("rout"),
    "displacement": Deed("displacement"), "operation": Deed("military operation", "against"),
    "incident": Deed("weapons incident", "involving"),
    "abduct abduction kidnap kidnapping": Deed("abduction"), "detain": Deed("detention"), "hijack": Deed("hijacking"), "capture seize": Deed("seizure"), "cut": Deed("blocking"),
    "board": Deed("boarding"), "escort": Deed("escort"), "train": Deed("training"), "execute execution": Deed("execution"),
    "assassinate assassination": Deed("assassination"), "massacre": Deed("massacre"),
    "genocide": Deed("genocide", "against"), "pogrom": Deed("pogrom", "against"),
}.items() for word in words.split()}
#: Kinds that these words say more of; where another word gave the kind, the kind speaks.
_NARROWED = {
    "Raid": "abduct abduction kidnap kidnapping detain hijack board capture seize", "Convoy": "escort", "Advisory": "train",
    "TerritoryCapture": "oust", "Killing": "massacre genocide execute execution assassinate assassination pogrom",
}


def deed(kind: str | None, word: str) -> Deed:
    """How to tell an action of ``kind`` (None: not known) that the article tells with ``word``."""
    if kind is None or word in _NARROWED.get(kind, "").split():
        return _WORDS.get(word, OTHER)
    return KINDS[kind]


def action(kind: str | None, word: str, doers: Sequence[str], targets: Sequence[str], places: Sequence[str]) -> str:
    """"air strike by Russia on a hospital in Idlib", from names as they stand in a sentence."""
    how = deed(kind, word)
    places = [p for p in places if p not in targets]
    if how.on == "between":
        sides = list(dict.fromkeys((*doers, *targets)))
        joined = f" between {listed(sides)}" if len(sides) > 1 else f" involving {sides[0]}" if sides else ""
        return how.noun + joined + located(places, how.place)
    if how.takes and not targets:
        targets, places = places, []
    by = f" {'by' if targets else how.doer} {listed(doers)}" if doers else ""
    if not targets:
        return (how.alone or how.noun) + by + located(places, how.place)
    done = f" {how.on} {listed(targets)}"
    if how.on == "of":  # "killing of A in B by C", but "raid by C on A in B"
        return how.noun + done + located(places, how.place) + by
    return how.noun + by + done + located(places, how.place)
