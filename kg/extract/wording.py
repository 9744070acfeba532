"""Words that labels are made of: names with their article, lists, verbs that agree, modalities, cuts at a word."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import get_args

from kg.extract.context import Context
from kg.extract.targets import MACHINES, PEOPLE, SITES
from kg.records import Modality, Report
from kg.resolve.names import DEMONYMS, PERSON_NOUNS

#: The longest label, in characters.
LONGEST = 200
_HEAD = re.compile(r" (?:of|for|in|from|on|at|against|to|with|around|near)\b", re.IGNORECASE)
_GENITIVE = re.compile(r"['’]s?$")
#: Names that end in one of these words have "the" before them.
_THE = frozenset((
    "academy administration agency alliance armies army assembly authority battalion board border brigade brigades bureau "
    "cabinet center centre coalition command commission committee confederation congress corps corridor council court "
    "department desert embassy emirates federation fleet force forces foundation front fund government group guard guards "
    "gulf heights helmets houthis institute islands kingdom kremlin league legion marines military militia militias ministry "
    "mission monitor mountains movement nations navy netherlands nusra observatory office opposition organisation "
    "organization parliament party peninsula pentagon philippines police presidency press region republic river sea "
    "secretariat sector service services states strait strip syndicate taliban tribunal troops union units valley").split())
#: Descriptions that have it as well: there is one of each.
_COLLECTIVE = frozenset(("staff army navy military opposition government coalition police garrison public press parliament militia "
                         "capital regime").split())
#: Descriptions that end in one of these words have "a" before them.
_SINGULAR = (SITES | MACHINES | PEOPLE | PERSON_NOUNS
             | {"country", "state", "group", "brigade", "battalion", "patrol", "column", "ally", "terrorist", "gunman"}
             ) - _COLLECTIVE - {"people", "infrastructure", "infrastructures", "barracks", "headquarters", "servicemen"}
#: Persons whom the text names by their office alone.
_OFFICES = {"Minister", "Secretary", "President", "General", "Premier", "Secretary-General"}
_MANY = frozenset("people men women children police taliban personnel servicemen troops".split())
_BODIES = {"ArmedForce", "ArmedGroup", "Organization", "Coalition", "GovernmentBody"}
_AT = frozenset("airbase airfield airport base camp checkpoint crossing hospital outpost prison university".split())
_OF_THE = re.compile(r"\bof (?=United |Netherlands|Philippines)")
_FORCES = " armed forces"  # of a state, where the text only says "Kenyan troops"


def head(label: str) -> str:
    """The word of a name that says what it is: "Observatory" of "Syrian Observatory for Human Rights"."""
    words = label.split() if label.lower().endswith(" forces") else _HEAD.split(label, maxsplit=1)[0].split()
    return words[-1] if words else ""


def named(label: str, kind: str = "") -> str:
    """A name as it stands in a sentence: "the United States", "a market", "Aleppo".

    ``kind`` is the actor's ("Person", "State", ...), "" for a place.
    """
    label = _OF_THE.sub("of the ", label)
    word, first = head(label), label.split()[0] if label else ""
    if not label or first.lower() in {"the", "a", "an"}:
        return label
    if label.endswith(_FORCES) and word.islower():
        return f"{named(label.removesuffix(_FORCES), 'State')}’s{_FORCES}"
    owned = any(_GENITIVE.search(w) and w.lower()[:6] != "people" for w in label.split()[:-1])
    if word in _SINGULAR and (label[0].islower() or not owned and (kind == "Person" or first in DEMONYMS or first.isupper())):
        return f"{_article(first)} {label}"
    if owned:  # "the capital's suburbs", but "Haftar's men"
        return f"the {label}" if label[0].islower() and _GENITIVE.search(first) else label
    if kind == "Person":
        return f"the {label}" if word in _OFFICES else label
    people = word == first and word in DEMONYMS and word.endswith("s")  # "the Armenians of Nagorno-Karabakh"
    return f"the {label}" if people or word.lower() in (_COLLECTIVE if word.islower() else _THE) else label


def _article(word: str) -> str:
    """The indefinite article before a word: "a U.S. drone", "an RSF camp", "an outpost", "a university"."""
    low = word.lower()
    vowel = low[0] in "aeiou" and not low.startswith(("eu", "one", "uk", "ug", "uni", "us"))
    return "an" if (word[0] in "AEFHILMNORSX" if word.isupper() else vowel) else "a"


def many(label: str, kind: str = "") -> bool:
    """True where a verb after the name stands in the plural: "rebels", "Rapid Support Forces"."""
    word = head(label)
    person = kind == "Person" and word[:1].isupper()
    if kind == "State" or person or label.isupper() or word in {"Nations", "States", "headquarters"}:
        return False
    return word.lower() in _MANY or word.endswith("s") and not word.endswith(("ss", "us", "'s", "’s"))


def verb(lemma: str, plural: bool) -> str:
    """The present tense of a verb: "denies", "deny"."""
    if plural:
        return lemma
    if lemma.endswith("y") and lemma[-2:-1] not in "aeiou":
        return lemma[:-1] + "ies"
    return lemma + ("es" if lemma.endswith(("s", "sh", "ch", "x", "z", "o")) else "s")


def listed(names: Iterable[str], at_most: int = 3) -> str:
    """"A, B and C", each once; "A, B, C and 2 others" where there are more than ``at_most`` and one more."""
    told = list(dict.fromkeys(names))
    if len(told) > at_most + 1:
        told = [*told[:at_most], f"{len(told) - at_most} others"]
    return " and ".join(filter(None, (", ".join(told[:-1]), *told[-1:])))


def located(places: Iterable[str], before: str = "in") -> str:
    """" in Aleppo", " at Hmaimim Airbase"; "" for no place."""
    told = list(dict.fromkeys(places))
    if before == "in" and told and all(head(p).lower() in _AT for p in told):
        before = "at"
    return f" {before} {listed(told)}" if told else ""


def called(context: Context, ref: str, *, members: bool = False) -> str:
    """The name of an actor or place as it stands in a sentence; ``members``: "members of X" for a force or body with a name."""
    label, kind = context.label(ref), context.kind(ref) if ref.startswith("actor/") else ""
    if ref.endswith(f"-{context.article.id[-8:]}") and " " not in label and label not in DEMONYMS and not label.isupper():
        label = label.lower()  # "Survivors", from the start of a sentence
    name = named(label, kind)
    return f"members of {name}" if members and kind in _BODIES and head(label)[:1].isupper() else name


def role(context: Context, reports: Iterable[Report], name: str, *, members: bool = False) -> list[str]:
    """Who or what the first report that has the role ``name`` names in it, as they stand in a sentence."""
    refs: tuple[str, ...] = next(filter(None, (getattr(r, name) for r in reports)), ())
    return [called(context, r, members=members) for r in refs]


def as_label(text: str, modalities: Iterable[str] = ()) -> str:
    """A label: modalities ("Alleged and denied: ..."; none where it is told as a fact and by nobody denied), a capital letter, a length that fits."""
    told = set(modalities)
    found = [m for m in get_args(Modality) if m in told and not (m == "Alleged" and "Asserted" in told)]
    if found not in ([], ["Asserted"]):
        said = listed(m.lower() for m in found)
        text = f"{said}: {text}"
    return cut(text[:1].upper() + text[1:], LONGEST)


def cut(text: str, longest: int) -> str:
    """``text``, where it is longer cut between two words, with an ellipsis."""
    if len(text) <= longest:
        return text
    kept = text[:longest]
    kept = kept[:kept.rindex(" ")] if " " in kept[longest // 2:] else kept[:-1]
    return kept.rstrip(" ,;:.-–—(\"“'‘") + "…"
