"""Whom a pronoun or a definite description means: "he", "it", "the minister", "the two states", "this base"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from spacy.tokens import Token

from kg.resolve.names import NOUN_KINDS, PERSON_NOUNS, Name, read_table

if TYPE_CHECKING:
    from kg.extract.context import Context

DEICTIC = {"the", "that", "this", "these", "those", "both"}
_STATES = {"state", "country", "nation", "government", "power", "neighbour", "neighbor", "capital"}
_SIDES = {"side", "party", "army", "camp", "delegation", "rival", "force", "faction", "foe", "enemy", "belligerent", "three"}
_HIM, _IT, _THEM = {"he", "she", "him", "his", "her"}, {"it", "its"}, {"they", "them", "their"}
_SUBJECTS = {"nsubj", "nsubj:pass", "nsubj:outer"}
_SAYS = {row["lemma"] for row in read_table("cues.tsv")}
_REACH = 60  # tokens before "it" or "they" in which the thing must be named
_GENERAL = {"diplomat", "official", "leader", "politician"}
#: A noun that may take up a facility of another name: "the base" for an airbase.
_SITES = {"base": "base airbase", "airport": "airport airfield airbase", "town": "town city", "city": "city town capital",
          "village": "village town", "province": "province governorate region", "region": "region province governorate",
          "area": "area region district", "district": "district quarter neighbourhood", "camp": "camp", "port": "port harbour",
          "island": "island", "bridge": "bridge", "hospital": "hospital clinic", "plant": "plant station", "dam": "dam",
          "enclave": "enclave region", "capital": "capital city", "valley": "valley", "crossing": "crossing", "prison": "prison"}


def pronoun(context: Context, token: Token) -> tuple[str, ...]:
    """Refs of the actors that a personal pronoun stands for; () in doubt."""
    word = token.lower_
    if word in _HIM:
        return _person_before(context, token)
    if word in _IT | _THEM:
        return _thing_before(context, token)
    if word in {"i", "we", "our", "us", "my"}:
        speaker = next((s.speaker for s in context.statements_at(token.idx) if s.speaker), None)
        return (speaker,) if speaker else ()
    return ()


def _person_before(context: Context, token: Token) -> tuple[str, ...]:
    """The person who is the subject of a clause around the pronoun's; else the last subject or name before it."""
    own = token
    while own.dep_ != "ROOT" and own.pos_ not in {"VERB", "AUX"}:
        own = own.head
    for above in own.ancestors:
        for c in above.children:
            if c.dep_ in {"nsubj", "nsubj:pass"} and c.i < token.i and c.pos_ != "PRON":
                found = context.actors(c)
                if len(found) == 1 and context.is_person(found[0]):
                    return found
    names = [n for n in context.names if n.end <= token.i and n.person and n.actor]
    near = [n for n in names if context.doc[n.start:token.i].text.count("\n\n") <= 2]
    subjects = [n for n in near if any(t.dep_.startswith("nsubj") or t.head.dep_.startswith("nsubj")
                                       and t.dep_ in {"flat", "compound", "nmod:desc", "appos"}
                                       for t in context.doc[n.start:n.end])]
    pick = subjects or near
    return (pick[-1].actor,) if pick and pick[-1].actor else ()


def person_beside(context: Context, token: Token, told: bool) -> tuple[str, ...]:
    """The person who is the subject of another clause of the sentence of "he said", or of the same verb; () for none.

    ``told``: someone has just been speaking, who then tells of the person in "The minister will stay, he said".
    """
    said = token.head
    for above in (said, *said.ancestors):
        if told and said.dep_ == "parataxis" and above.i == said.head.i:
            continue
        for c in above.children:
            if c.dep_ in _SUBJECTS and c.i < token.i and c.pos_ != "PRON":
                found = context.actors(c)
                if len(found) == 1 and context.is_person(found[0]):
                    return found
    return ()


def _thing_before(context: Context, token: Token) -> tuple[str, ...]:
    """The actors, no single person, that "it" or "they" takes up; "it" never a plural."""
    plural = token.lower_ in _THEM
    loose: tuple[str, ...] = ()
    for t in (*_in_sentence(token), *_in_sentences_before(context, token)):
        if not context.usable(t) or t.pos_ == "PRON" and t.lower_ not in (_THEM if plural else _IT):
            continue
        found = context.actors(t)
        if plural and not found and t.tag_ == "NNS" and t.sent == token.sent:
            return loose  # "The donors wrote that they ...": whoever they are, nobody else is meant
        if not found or len(found) == 1 and context.is_person(found[0]):
            continue
        several = len(found) > 1 or t.tag_ == "NNS" or t.lower_ in _THEM
        many = t.pos_ == "PROPN" and context.kind(found[0]) in {"ArmedGroup", "ArmedForce", "PopulationGroup"}
        if several == plural or plural and many:
            return found
        loose = loose or found
    return loose if plural else ()


def _told(token: Token) -> Token:
    """The verb of what a pronoun tells ("fired" in "Chad had fired first, it said"), else the pronoun's own verb."""
    own = token.head
    aside = own.dep_ == "parataxis" and own.head.i < token.i and token.doc[token.i - 1].text in {",", "”", '"'}
    return own.head if aside and own.head.lemma_ not in _SAYS else own


def _in_sentence(token: Token) -> Iterator[Token]:
    """Topic ("As for the army, it ...") and subjects of the clauses around a pronoun; not those of what it tells."""
    for t in token.sent[:max(0, token.i - token.sent.start)]:
        marks = [c for c in t.children if c.dep_ == "case" and c.lower_ == "as"] if t.dep_ == "obl" else []
        if any(g.lower_ == "for" for c in marks for g in c.children):
            yield t
    own = {token.head.i, _told(token).i} if token.dep_ != "nmod:poss" else set()
    for above in token.ancestors:
        if above.i not in own:
            yield from (c for c in above.children if c.dep_ in _SUBJECTS and c.i < token.i and not c.is_ancestor(token))


def _in_sentences_before(context: Context, token: Token) -> Iterator[Token]:
    """Who speaks in the sentences before, where the pronoun speaks; then the subjects of their main clauses; then all subjects."""
    first = max(0, token.i - _REACH)
    speaks = token.dep_ in _SUBJECTS and token.head.lemma_ in _SAYS
    own = _told(token)
    sentence = token.sent
    while True:
        words = [t for t in sentence if first <= t.i < token.i]
        subjects = [t for t in words if t.dep_ in _SUBJECTS and t.head.i not in {token.i, token.head.i}
                    and not (token.dep_ in _SUBJECTS and own.is_ancestor(t))]
        if sentence != token.sent:
            if speaks:
                yield from (t for t in words if any(c.lower_ == "according" for c in t.children))
                yield from (t for t in subjects if t.head.lemma_ in _SAYS and t.head.dep_ in {"ROOT", "parataxis"})
            yield from (t for t in subjects if t.head.dep_ == "ROOT")
        yield from reversed(subjects)
        if sentence.start <= first:
            return
        sentence = context.doc[sentence.start - 1].sent


def pair(context: Context, token: Token, phrase: list[Token]) -> tuple[str, ...]:
    """"the two ministers", "both sides", "each side", "all three": the persons, states or warring sides named before, in their order."""
    words = {t.lower_ for t in phrase}
    deictic = bool(words & DEICTIC) or bool(words & {"all"})
    number = 2 if words & {"both", "each"} or "two" in words and deictic else 3 if "three" in words and deictic else 0
    lemma = token.lemma_.lower()
    persons = lemma in PERSON_NOUNS | {"man", "woman", "two"}
    if not number or not (persons or lemma in _STATES | _SIDES):
        return ()
    if not persons:
        kinds = {"State"} if lemma in _STATES else {"ArmedForce", "ArmedGroup"}
        if lemma in {"side", "party", "three", "camp", "delegation", "rival"} and context.state_of(phrase) is None:
            kinds |= {"State", "GovernmentBody"}
        found = _foremost(context, kinds, number, token.i)
        if not found and lemma not in _STATES and context.state_of(phrase) is None:  # "both armies" of two states
            found = _foremost(context, {"State", "GovernmentBody", "ArmedForce", "ArmedGroup"}, number, token.i)
        return found
    last: list[str] = []
    for name in reversed([n for n in context.names if n.end <= token.i and n.person and n.actor]):
        if name.actor and name.actor not in last:
            last.append(name.actor)
        if len(last) == number:
            return tuple(reversed(last))
    return ()


def _foremost(context: Context, kinds: set[str], number: int, before: int) -> tuple[str, ...]:
    """The actors of ``kinds`` that the article names most often, in the order of their first mention; () where fewer stand before."""
    counts = Counter(n.actor for n in context.names if n.actor and context.kind(n.actor) in kinds)
    order = {a: i for i, a in enumerate(dict.fromkeys(n.actor for n in context.names if n.end <= before))}
    found = sorted((a for a in counts if a in order), key=lambda a: (-counts[a], order[a]))[:number]
    return tuple(sorted((a for a in found if a), key=lambda a: order[a])) if len(found) == number else ()


def titled_before(context: Context, token: Token, lemma: str) -> tuple[str, ...]:
    """The persons before ``token`` whose title has the noun, at most the last three, in the order of their first mention."""
    found = [n.actor for n in context.names if n.end <= token.i and n.person and n.actor and lemma in context.title_of(n).lower().split()]
    return tuple(r for r in dict.fromkeys(found) if r)[-3:]


def described_before(context: Context, token: Token, lemma: str) -> str | None:
    """The last actor before ``token`` whose name or title has the noun ("the minister", "the monitor", "the group")."""
    persons = lemma in PERSON_NOUNS
    if (subject := _spoken_of(context, token, lemma)):
        return subject
    for name in reversed([n for n in context.names if n.end <= token.i and n.actor]):
        assert name.actor
        words = _beside(context, name, token)
        if persons and name.person:
            if lemma in context.title_of(name).lower().split() or lemma in words or lemma in _GENERAL:
                return name.actor
        elif not persons and not name.person and not name.demonym and not (
                lemma == "army" and context.kind(name.actor) == "ArmedGroup") and (  # "the army" fights the Tigre Liberation Army
                lemma in {*context.label(name.actor).lower().split(), *(w for w in words if w in NOUN_KINDS)}
                or _is_kind(context, name, lemma)):
            return name.actor
        elif lemma == "monitor" and "observatory" in context.label(name.actor).lower():
            return name.actor
    return None


def _spoken_of(context: Context, token: Token, lemma: str) -> str | None:
    """The organisation that the sentence just before "the group said" in the paragraph is about."""
    sentence = token.sent
    if lemma not in {"group", "organisation", "organization"} or not sentence.start:
        return None
    before = context.doc[sentence.start - 1].sent
    if "\n" in before.text_with_ws:
        return None
    subject = next((t for t in before if t.dep_ in _SUBJECTS and t.head.dep_ == "ROOT" and context.is_name(t)), None)
    refs = context.actors(subject) if subject is not None else ()
    return refs[0] if len(refs) == 1 and context.kind(refs[0]) in {"Organization", "ArmedGroup", "Coalition"} else None


def introduced_before(context: Context, token: Token, lemma: str) -> str | None:
    """What "the alliance" takes up of a description before: "a rebel alliance", "Chad's army"; None where it could be several.

    Of several, the last one of the same paragraph.
    """
    found: dict[str, Token] = {}
    for t in context.doc[:token.i]:
        if t.lemma_.lower() == lemma and t.pos_ in {"NOUN", "PROPN"} and context.usable(t) and not context.is_name(t) and any(
                c.dep_ in {"amod", "compound", "nmod:poss"} and c.pos_ != "PRON" and c.i < t.i for c in t.children):
            refs = context.actor(t)
            if len(refs) == 1:
                found.pop(refs[0], None)
                found[refs[0]] = t
    last = next(reversed(found), None)
    near = last is not None and "\n" not in context.doc[found[last].i:token.i].text
    return last if near or len(found) == 1 else None


def _beside(context: Context, name: Name, before: Token) -> set[str]:
    """Lemmas of the nouns that stand beside a name as its title or description."""
    root = context.doc[name.start:name.end].root
    beside = {"appos", "nmod:desc", "flat", "compound", "nmod"}
    found = [t for t in root.children if t.dep_ in beside and t.i < before.i]
    while root.dep_ in beside and root.head.i < before.i and root.head.i != root.i:
        root = root.head
        found.append(root)
    return {t.lemma_.lower() for t in found}


def _is_kind(context: Context, name: Name, lemma: str) -> bool:
    """"the group" after an armed group, "the coalition" after a coalition, "the agency" after an organization."""
    kind = context.kind(name.actor or "")
    return lemma in {"group", "militia", "faction", "movement"} and kind == "ArmedGroup" \
        or lemma in {"coalition", "alliance"} and kind == "Coalition" \
        or lemma in {"agency", "organisation", "organization"} and kind in {"Organization", "MediaOrganization"} \
        or lemma == "ministry" and kind == "GovernmentBody" and "ministry" in context.label(name.actor or "").lower()


def place_before(context: Context, token: Token) -> str | None:
    """The last place before ``token`` of the kind that the noun says, for "the city", "this base", "the airport"."""
    kinds = _SITES.get(token.lemma_.lower())
    if kinds is None or not any(c.lower_ in DEICTIC for c in token.children) \
            or any(c.dep_ in {"nmod", "compound", "amod", "acl", "acl:relcl"} for c in token.children):
        return None
    for name in reversed([n for n in context.names if n.end <= token.i and n.place and not n.person and not (n.actor and n.weak)]):
        assert name.place
        known = context.authority.places.get(name.place[6:])
        words = set(context.label(name.place).lower().split()) | set((known.kind if known else "").lower().split())
        after = context.doc[name.end] if name.end < token.i else None
        if after is not None and after.lemma_.lower() in kinds.split() and after.pos_ in {"NOUN", "PROPN"} and known is None:
            return context.describe(after, "place")  # "the Kesten bridge" before "the bridge"
        around = {t.lemma_.lower() for t in context.doc[max(0, name.start - 3):name.end + 2] if t.i < token.i}
        if (words | around) & set(kinds.split()):
            return name.place
    return None
