"""The words of a lexicon, and the words beside them that tell what they mean."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from spacy.tokens import Token

from kg.extract.clauses import case, children
from kg.extract.targets import AIR, FORCES, GUNS


@dataclass(frozen=True)
class Trigger:
    """A word of the lexicon; ``kind`` is None where the word says no kind."""

    kind: str | None
    flags: str


@cache
def lexicon(name: str) -> dict[tuple[str, str], Trigger]:
    """The triggers of ``lexicon/<name>.tsv`` by lemma and part of speech ("verb", "noun")."""
    path = Path(__file__).parent / "lexicon" / f"{name}.tsv"
    with path.open(encoding="utf-8") as rows:
        return {(r["lemma"], r["pos"]): Trigger(None if r["kind"] == "-" else r["kind"], r["flags"])
                for r in csv.DictReader(rows, delimiter="\t", quoting=csv.QUOTE_NONE)}


WITH = {"gun": {"artillery", "rocket", "mortar", "tank", "sniper", "machine-gun", "gun", "shell", "missile", "naval", "small-arms", "return"},
        "military": {"military", "bombing", "air", "aerial", "ground", "offensive", "armed"},
        "flown": {"aerial", "air", "combat", "operational", "reconnaissance"},
        "weapons": {"chemical", "weapons", "weapon", "shooting", "poison"}}
LANDS = {"into", "through", "near", "beside", "outside", "inside"}
#: Verbs and nouns whose object can be an aircraft, a missile or a tank.
DOWNS = {"down", "bring", "shoot", "intercept", "destroy", "interception", "capture", "disable", "repel"}
INTO = {"into", "in", "across", "through", "inside", "onto", "over", "to", "towards", "toward"}
#: Verbs that tell an action only with one of these words: "pulled out", "drove back", "blew up".
PARTICLES = {"away": ("out", "back", "away", "from", "off"), "up": ("up", "down"), "down": ("down",)}
FIGHTERS = {"fighter", "militant", "rebel", "gunman", "jihadist", "insurgent", "man", "guerrilla", "militiaman", "taliban", "terrorist"}
GENERIC = {"strike", "attack", "raid", "operation", "blast", "assault", "bombing"}
#: What is left, besides a place: "pulled out of the talks".
TABLES = {"talk", "negotiation", "table", "process", "treaty", "pact", "accord", "dialogue", "summit", "meeting", "government", "coalition", "race"}
SENDS = {"send", "dispatch", "move", "airlift", "ship"}
SEIZED = {"opportunity", "moment", "chance", "initiative", "mood", "imagination", "attention"}
DECIDING = {"rule", "plan", "consider", "threaten", "order", "authorize", "authorise", "approve"}
HARMING = {"kill", "wound", "injure", "hurt", "hit", "destroy", "damage"}
STRIKERS = {"worker", "teacher", "driver", "union", "doctor", "nurse", "employee", "student"}
WALKOUTS = {"hunger", "general", "transport", "labour", "labor", "rail", "railway"} | STRIKERS
_QUARRELS = {"critic", "opponent", "rival", "policy", "decision", "plan", "record", "press", "media", "newspaper", "proposal", "report", "speech"}


def military_matter(token: Token, doer: set[str], done: set[str]) -> bool:
    """False for "attacked his critics", "attacked the plan in a speech"."""
    if token.lemma_ not in {"attack", "assault", "target"} or doer & (FORCES | AIR | GUNS | FIGHTERS):
        return True
    return not (done & _QUARRELS or any(c.lemma_ in {"speech", "tweet", "interview", "statement", "remark", "column", "article"}
                                        for c in children(token, "obl") if case(c) in {"in", "on"}))
