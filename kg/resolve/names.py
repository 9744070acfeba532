"""Names in a parsed document: the authority's aliases, demonyms, and unknown names by shape, entity label and title."""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from rapidfuzz import fuzz, process
from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc, Token
from spacy.tokens import Span as DocSpan

from kg.authority import Authority
from kg.iris import slug
from kg.records import Actor, Place

LEXICON = Path(__file__).parents[1] / "extract" / "lexicon"
#: Similarity above which an unknown name is taken for a misspelt name of the authority (0 to 100; rapidfuzz ratio).
FUZZY = 90
_MIN_FUZZY = 6  # shorter names differ by one letter too easily
_ORG_WORDS = {"agency", "observatory", "front", "army", "forces", "council", "group", "mission", "organization", "party",
              "organisation", "committee", "brigade", "movement", "union", "network", "centre", "center", "coalition",
              "operation", "helmets", "liberation", "international", "programme", "institute", "association", "alliance"}
_MEDIA_WORDS = {"news", "times", "post", "herald", "tv", "television", "channel", "radio", "gazette", "wire", "media",
                "press"}
_GOV_WORDS = {"ministry", "department", "parliament", "office", "government", "embassy", "administration", "court"}


def read_table(name: str) -> list[dict[str, str]]:
    """Rows of a lexicon table (tab separated, one header line)."""
    with open(LEXICON / name, encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle, delimiter="\t", quoting=csv.QUOTE_NONE))


DEMONYMS = {word: row["key"] for row in read_table("demonyms.tsv") for word in row["words"].split("|")}
NOUN_KINDS = {row["word"]: row["kind"] for row in read_table("titles.tsv")}
PERSON_NOUNS = {w for w, k in NOUN_KINDS.items() if k == "Person"}


@dataclass(frozen=True)
class Name:
    """A name at tokens ``start`` to ``end``: candidate refs for an actor, for a place; ``weak``: needs context."""

    start: int
    end: int
    actor: str | None = None
    place: str | None = None
    weak: bool = False
    person: bool = False
    demonym: bool = False


@dataclass
class Registry:
    """Actors and places that one article names, by ref."""

    actors: dict[str, Actor] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)


class Gazetteer:
    """The authority's aliases as phrase matchers; built once for all articles."""

    def __init__(self, nlp: Language, authority: Authority) -> None:
        self.authority = authority
        self.exact = PhraseMatcher(nlp.vocab, attr="ORTH")
        self.lower = PhraseMatcher(nlp.vocab, attr="LOWER")
        self.actors: dict[str, str] = {}
        self.weak: dict[str, str] = {}
        self.places: dict[str, str] = {}
        self.weak_places: dict[str, str] = {}
        for key, actor in authority.actors.items():
            for alias in (actor.label, *actor.aliases):
                self.actors.setdefault(alias, key)
            for alias in actor.weak_aliases:
                self.weak.setdefault(alias, key)
        for key, place in authority.places.items():
            for alias in (place.label, *place.aliases):
                self.places.setdefault(alias, key)
            for alias in place.weak_aliases:
                self.weak_places.setdefault(alias, key)
        names = sorted({*self.actors, *self.weak, *self.places, *DEMONYMS})
        self.exact.add("name", [nlp.make_doc(n) for n in names])
        several = [n for n in names if " " in n]
        self.lower.add("name", [nlp.make_doc(n) for n in several])
        self.folded = {n.lower(): n for n in several}
        self.fuzzy = sorted(n for n in (*self.actors, *self.places) if len(n) >= _MIN_FUZZY - 1)
        self.surnames: dict[str, set[str]] = {}
        for key, actor in authority.actors.items():
            if actor.kind == "Person":
                self.surnames.setdefault(actor.label.split()[-1], set()).add(key)

    def lookup(self, text: str) -> tuple[str | None, str | None, bool, bool]:
        """(actor ref, place ref, weak, demonym) of a name as written."""
        name = text if text in self.actors or text in self.places or text in self.weak or text in DEMONYMS \
            else self.folded.get(text.lower(), text)
        actor = self.actors.get(name)
        weak = actor is None and name in self.weak
        demonym = actor is None and name in DEMONYMS
        key = actor or (DEMONYMS[name] if demonym else self.weak.get(name))
        place = self.places.get(name)
        return f"actor/{key}" if key else None, f"place/{place}" if place else None, weak and not demonym, demonym

    def misspelt(self, text: str) -> str | None:
        """The alias that ``text`` most likely misspells, or None."""
        if len(text) < _MIN_FUZZY:
            return None
        hit = process.extractOne(text, self.fuzzy, scorer=fuzz.ratio, score_cutoff=FUZZY)
        return hit[0] if hit and hit[0][0] == text[0] else None


def find_names(doc: Doc, gazetteer: Gazetteer, registry: Registry, skip: Iterable[int] = ()) -> list[Name]:
    """All names of ``doc`` in order, not overlapping, longest first; new actors and places go into ``registry``."""
    left_out = set(skip)
    taken: set[int] = set(left_out)
    found: list[Name] = []
    spans: list[tuple[int, int]] = []
    for matcher in (gazetteer.exact, gazetteer.lower):
        spans += [(s, e) for _, s, e in matcher(doc)]
    nouns = {(s, e) for s, e in spans if _is_description(doc[s:e])}
    for start, end in sorted(set(spans), key=lambda x: (x in nouns, x[0] - x[1], x[0])):
        text = doc[start:end].text
        if any(i in taken for i in range(start, end)) or not _plausible(doc[start:end]):
            continue
        if (start, end) in nouns and not _introduced(doc[start:end], gazetteer, found):
            continue
        actor, place, weak, demonym = gazetteer.lookup(text)
        if actor is None and place is None:
            continue
        person = actor is not None and gazetteer.authority.actors[actor[6:]].kind == "Person"
        if _part_of_longer(doc, start, end) and (person or not demonym):
            continue
        taken.update(range(start, end))
        found.append(Name(start, end, actor, place, weak, person, demonym))
    found += _unknown(doc, taken, gazetteer, registry)
    return _acting_states(doc, sorted(found, key=lambda n: n.start), registry)


def _is_description(span: DocSpan) -> bool:
    """"The alliance", "Government forces": words that name an actor only where the article has named it, or its state, before."""
    words = [t for t in span if t.lower_ != "the"]
    common = words[-1:] and words[-1].lemma_.lower() in NOUN_KINDS or words and words[-1].lower_ == "forces"
    return bool(common) and (len(words) == 1 and len(span) == 2 and (words[0].is_lower or _ends_another_name(words[0])) or all(t.is_lower for t in words if not t.is_sent_start)
                             and not any(t.text in DEMONYMS or t.pos_ == "PROPN" for t in words))


def _ends_another_name(noun: Token) -> bool:
    """True for "the Alliance" in an article on the Chindwin Resistance Alliance."""
    return any(t.text == noun.text and t.i and t.doc[t.i - 1].text[:1].isupper() and t.doc[t.i - 1].lower_ != "the" for t in noun.doc)


def _introduced(span: DocSpan, gazetteer: Gazetteer, found: list[Name]) -> bool:
    """True where the actor of a description has been named before: "the Alliance" its own name, "the regime" also its state."""
    ref = gazetteer.lookup(span.text)[0]
    actor = gazetteer.authority.actors.get((ref or "")[6:])
    if actor is None or span.end < len(span.doc) and span.doc[span.end].lower_ == "of":
        return False
    before = {n.actor for n in found if n.start < span.start}
    if span[-1].is_lower and actor.kind == "Coalition" and not actor.country:
        return False  # "The alliance" is the one that was named last
    states = {f"actor/{k}" for k, a in gazetteer.authority.actors.items()
              if a.kind == "State" and a.country and a.country == actor.country}
    return ref in before or bool(before & states)


_OF_STATE = {"president", "minister", "premier", "parliament", "army", "government", "troops", "air", "foreign", "defence", "defense",
             "ambassador", "aircraft", "warplane", "authority", "regime", "navy"}
_ACTS = {row["lemma"] for row in read_table("cues.tsv")} | {
    "agree", "attack", "invade", "withdraw", "sign", "back", "support", "bomb", "shell", "negotiate", "retaliate", "annex", "occupy", "deploy", "mobilise", "mobilize"}


def _acting_states(doc: Doc, names: list[Name], registry: Registry) -> list[Name]:
    """Unknown places that act as states do ("Northland denied", "Northland's army") become states everywhere in the text."""
    own = [n for n in names if n.place in registry.places and n.actor is None]
    acting = {n.place for n in own if _acts(doc, n)}
    for ref in sorted(p for p in acting if p):
        label = registry.places[ref].label
        known = registry.actors.get(f"actor/{ref[6:]}")
        if known is None or known.kind == "Organization":
            registry.actors[f"actor/{ref[6:]}"] = Actor(f"actor/{ref[6:]}", label, "State")
    for name in names:  # "Southmark President Lena Varga" shows that Southmark is no organization
        actor = registry.actors.get(name.actor or "")
        if actor and actor.kind == "Organization" and " " not in actor.label and not actor.label.isupper() and _has_officers(doc, name):
            registry.actors[actor.ref] = replace(actor, kind="State")
    return [replace(n, actor=f"actor/{n.place[6:]}") if n.place in acting and n in own and n.place else n for n in names]


def _acts(doc: Doc, name: Name) -> bool:
    root = doc[name.start:name.end].root
    if root.dep_ in {"nsubj", "conj"} and (root.head if root.dep_ == "nsubj" else root.head.head).lemma_.lower() in _ACTS \
            or root.dep_ == "obj" and root.head.lemma_ == "accuse":
        return True
    return _has_officers(doc, name)


def _has_officers(doc: Doc, name: Name) -> bool:
    """"Northland's army", "Southmark President Lena Varga"."""
    root = doc[name.start:name.end].root
    if name.end < len(doc) and doc[name.end].lemma_.lower() in _OF_STATE and doc[name.end].pos_ in {"NOUN", "PROPN"}:
        return True
    return root.dep_ in {"nmod:poss", "compound", "nmod:desc"} and root.head.lemma_.lower() in _OF_STATE


def _plausible(span: DocSpan) -> bool:
    """A single lower-case or function word is no name; "us" and "is" are not US and IS."""
    text = span.text
    return any(c.isupper() for c in text) and not (len(span) == 1 and span[0].pos_ in {"DET", "PUNCT"})


def _part_of_longer(doc: Doc, start: int, end: int) -> bool:
    """True for "Assad" in "Hafez Assad Bridge": a capitalised proper noun follows within one name."""
    if end < len(doc) and doc[end].pos_ == "PROPN" and doc[end].dep_ == "flat" and doc[end - 1].pos_ == "PROPN":
        return True
    return start > 0 and doc[start].dep_ == "flat" and doc[start - 1].pos_ == "PROPN" \
        and doc[start - 1].text[:1].isupper() and doc[start - 1].lemma_.lower() not in PERSON_NOUNS \
        and doc[start - 1].text not in DEMONYMS and doc[start - 1].dep_ != "nmod:desc"


def _unknown(doc: Doc, taken: set[int], gazetteer: Gazetteer, registry: Registry) -> list[Name]:
    """Capitalised runs that no alias covers."""
    found: list[Name] = []
    surnames: dict[str, str] = {}
    i = 0
    while i < len(doc):
        if not _starts_name(doc[i], taken):
            i += 1
            continue
        j = i + 1
        while j < len(doc) and j not in taken and _continues_name(doc, j):
            j += 1
        while j > i + 1 and doc[j - 1].lower_ in {"of", "al", "the", "de", "for", "-", "and"}:
            j -= 1
        name = _new_name(doc, i, j, gazetteer, registry, surnames)
        if name:
            found.append(name)
            taken.update(range(name.start, name.end))
        i = j
    return found


def _starts_name(token: Token, taken: set[int]) -> bool:
    if token.lower_ in _ARTICLES and token.i not in taken and token.i + 2 < len(token.doc) and token.nbor().text == "-":
        return token.nbor(2).pos_ == "PROPN" and token.nbor(2).text[:1].isupper() and token.i + 2 not in taken  # "al-Masirah"
    return token.i not in taken and token.lower_ not in CALENDAR and token.text[:1].isupper() and token.text[0].isalpha() and len(token.text) > 1 and (
        token.pos_ == "PROPN" or token.ent_type_ in {"PERSON", "ORG", "LOC"})


def _continues_name(doc: Doc, j: int) -> bool:
    token = doc[j]
    if token.is_space or doc[j - 1].whitespace_ == "" and token.is_punct and token.text not in "-’'":
        return False
    if token.text[:1].isupper() and (token.pos_ == "PROPN" or token.ent_iob_ == "I"):
        return True
    if token.lower_ in _PARTICLES and j + 1 < len(doc) and doc[j + 1].text[:1].isupper():
        return True
    if token.lower_ in {"al", "ash", "de", "bin", "von", "van", "el"} or token.text in {"-", "’", "'"}:
        after = j + 2 if j + 1 < len(doc) and doc[j + 1].text == "-" else j + 1  # "Nasr al-Dailami" in three tokens
        return after < len(doc) and doc[after].text[:1].isalpha() and not doc[after].text.startswith("’")
    if doc[j - 1].text == "-" and not doc[j - 1].whitespace_ and token.pos_ == "PROPN" and token.ent_iob_ == "I":  # "Lai Ching-te"
        return True
    joins = token.lower_ in {"of", "for"} and doc[j - 1].pos_ == "PROPN" and doc[j - 1].lemma_.lower() in _ORG_WORDS | \
        _GOV_WORDS | {"front"}
    return joins and j + 1 < len(doc) and doc[j + 1].text[:1].isupper()


def _new_name(doc: Doc, i: int, j: int, gazetteer: Gazetteer, registry: Registry,
              surnames: dict[str, str]) -> Name | None:
    titles = [k for k in range(i, j - 1) if doc[k + 1].lower_ not in _AFTER_GENERAL and (doc[k].lemma_.lower() in PERSON_NOUNS or doc[k].lower_.rstrip(".") in _RANKS)]
    if titles:
        i = titles[-1] + 1  # a title before the name is no part of it
    if i and doc[i - 1].lower_ == "of" and doc[i].lower_ in {"state", "staff"} and j - i > 1:
        i += 1  # "Secretary of State Antony Blinken"
    text = doc[i:j].text.strip("-’' ")
    plain = re.sub(r"(?<=\w) [A-Z]\.(?= )", "", text)  # "Antony J. Blinken"
    if plain != text and plain in gazetteer.actors:
        actor, place, weak, demonym = gazetteer.lookup(plain)
        return Name(i, j, actor, place, weak, True, demonym)
    words = [w.lower() for w in text.split()]
    if not text or len(words) == 1 and (words[0] in NOUN_KINDS or words[0] in _COMMON) or text.lower() in CALENDAR:
        return None
    alias = gazetteer.misspelt(text)
    if alias:
        actor, place, weak, demonym = gazetteer.lookup(alias)
        person = actor is not None and gazetteer.authority.actors[actor[6:]].kind == "Person"
        return Name(i, j, actor, place, weak, person, demonym)
    if len(words) == 1 and text in surnames:
        return Name(i, j, surnames[text], person=True)
    if len(words) == 1 and len(first := {r for r in surnames.values() if registry.actors[r].label.split()[0] == text}) == 1:
        return Name(i, j, first.pop(), person=True)  # "Zhao" after "Zhao Wenbin"
    if len(words) == 1 and len(gazetteer.surnames.get(text, ())) == 1 and doc[i].ent_type_ == "PERSON":
        return Name(i, j, f"actor/{next(iter(gazetteer.surnames[text]))}", person=True)
    kind = _kind(doc[i:j], words)
    if titles and kind not in {"Place", "GovernmentBody"}:
        kind = "Person"
    if j - i > 1 and not titles and kind in {"Organization", "ArmedForce", "ArmedGroup", "GovernmentBody"} and _led_by_state(doc, i, j, gazetteer):
        i -= 1
        text = doc[i:j].text
    elif kind == "GovernmentBody" and (state := _state_before(doc, i, gazetteer) or _seat(doc, j, gazetteer)):
        text = f"{state} {text}"
        actor = gazetteer.lookup(text)[0] or gazetteer.lookup(text.replace("Defense", "Defence"))[0]
        if actor:
            return Name(i, j, actor)
    key = slug(text)
    if not key or kind is None:
        return None
    if kind == "Place":
        before = registry.places.get(f"place/{key}")
        if before is None or before.label.isupper():
            registry.places[f"place/{key}"] = Place(f"place/{key}", text)
        return Name(i, j, None, f"place/{key}")
    ref = f"actor/{key}"
    known = gazetteer.authority.actors.get(key)
    if known is None:
        registry.actors.setdefault(ref, Actor(ref, text, kind))
    if kind == "Person" and len(words) > 1:
        last = text.split()[-1]
        for surname in {last, last.partition("-")[2] if last.partition("-")[0] in _ARTICLES else last}:
            surnames.setdefault(surname, ref)
    return Name(i, j, ref, None, person=kind == "Person")


def adjective(state: str) -> str | None:
    """"Chadian" for the key of Chad; None for what has no adjective."""
    return next((word for word, key in DEMONYMS.items() if key == state), None)


def _state_before(doc: Doc, i: int, gazetteer: Gazetteer) -> str | None:
    """The adjective of the state named just before "Foreign Ministry" ("Turkey's", "Turkish")."""
    k = i - 1
    if k > 0 and doc[k].lower_ in {"'s", "’s", "'", "’"}:
        k -= 1
    if k < 0:
        return None
    key = DEMONYMS.get(doc[k].text) or gazetteer.actors.get(doc[k].text)
    return adjective(key) if key else None


def _seat(doc: Doc, j: int, gazetteer: Gazetteer) -> str | None:
    """The adjective of the state whose capital stands behind "the Defence Ministry in"."""
    key = gazetteer.weak.get(doc[j + 1].text) if j + 1 < len(doc) and doc[j].lower_ == "in" else None
    known = gazetteer.authority.actors.get(key or "")
    return adjective(key) if key and known is not None and known.kind == "State" else None


def _led_by_state(doc: Doc, i: int, j: int, gazetteer: Gazetteer) -> bool:
    """True for "Sudan Doctors Network", "China Coast Guard": the state before is a part of the name."""
    before = doc[i - 1] if i else None
    return before is not None and before.pos_ == "PROPN" and before.dep_ == "compound" and i <= before.head.i < j and before.text in gazetteer.actors \
        and before.text[:1].isupper() and before.text not in DEMONYMS


#: Small words inside names, before a capital letter: "Clan del Golfo".
_PARTICLES = {"del", "della", "di", "da", "dos", "du", "des", "ibn", "der", "den"}
_AFTER_GENERAL = {"staff", "assembly", "secretariat", "command", "directorate", "security", "council", "prosecutor"}
_RANKS = {"mr", "mrs", "ms", "dr", "gen", "maj", "col", "lt", "brig", "capt", "sgt", "adm", "cmdr", "general", "sheikh",
          "prince", "king", "major", "colonel", "sir", "monsignor", "msgr", "rev"}
CALENDAR = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february",
             "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
             "islam", "muslim", "muslims", "islamist", "western", "northern", "southern", "eastern"}


_ARTICLES = {"al", "el", "ar", "as", "ash", "an", "ad", "at", "az"}  # before a hyphen: "al-Masirah"


#: Common nouns that open headlines and sentences, where their capital letter makes no name of them.
_COMMON = set("""airstrikes aircraft armour artillery battles blasts bombers bombs civilians clashes dozens drones explosions fighters fighting
    gunfire gunmen gunners helicopters hospitals hostages howitzers hundreds jets mediators missiles mortars negotiations peacekeepers planes
    prisoners protesters raids rebels refugees residents rockets sanctions schools shelling shells smoke soldiers strikes talks tanks thousands
    troops villagers warplanes warships witnesses""".split())
_TAKEN = {"shell", "bombard", "capture", "seize", "overrun", "retake", "recapture", "besiege", "occupy", "encircle", "liberate", "storm",
          "conquer", "evacuate", "pound", "surround"}


def _label(span: DocSpan) -> str:
    """Entity label of a name: the one that the parser gives it most often in the document; the first wins a tie."""
    tally = span.doc.user_data.get("labels")  # counted once a document
    if tally is None:
        tally = span.doc.user_data["labels"] = defaultdict(Counter)
        for t in span.doc:
            if t.ent_type_:
                tally[t.text][t.ent_type_] += 1
    votes = tally.get(span[-1].text)
    own = next((t.ent_type_ for t in span if t.ent_type_), "")
    if not votes or len(span) > 1 and own:
        return own
    return str(max(votes, key=lambda v: (votes[v], v == own)))


def _kind(span: DocSpan, words: list[str]) -> str | None:
    """Kind of an unknown name by its own words, its entity label, a title before it, a preposition before it."""
    if set(words) & _GOV_WORDS:
        return "GovernmentBody"
    if set(words) & _MEDIA_WORDS:
        return "MediaOrganization"
    if set(words) & _ORG_WORDS:
        return "ArmedGroup" if set(words) & {"front", "army", "brigade", "liberation", "forces", "resistance"} else "Organization"
    before = span.doc[span.start - 1] if span.start else None
    label = _label(span)
    if before is not None and before.lemma_.lower() in PERSON_NOUNS and before.pos_ in {"NOUN", "PROPN"}:
        return "Person"
    if any(t.lemma_.lower() in PERSON_NOUNS for t in span.root.children if t.dep_ in {"appos", "nmod:desc", "compound"}):
        return "Person"
    if len(words) == 1 and span.root.dep_ in {"obj", "nsubj:pass"} and span.root.head.lemma_ in _TAKEN:
        return "Place"  # what is shelled or captured is sooner a place than a person of one name
    if label == "LOC" or (before is not None and before.lower_ in {"in", "at", "near"} and label != "PERSON"):
        return "Place"
    if before is not None and before.lower_ == "of" and span.start > 1 and span.doc[span.start - 2].lemma_ in {
            "town", "city", "village", "province", "district", "region", "port", "governorate"}:
        return "Place"
    if label == "PERSON" and len(words) > 1:
        return "Person"
    return "Organization" if label == "ORG" or label == "PERSON" else None
