"""Weapons and units that act or are taken up again: whose they are, what "one of them" is, what is done with them."""

from __future__ import annotations

from spacy.tokens import Token

from kg.extract.clauses import agent_of, case, children, governor
from kg.extract.context import Context
from kg.extract.targets import AIR, GUNS, WEAPONS, words_of
from kg.resolve.names import PERSON_NOUNS

SHIPS = frozenset("ship freighter vessel tanker boat trawler cargo tug dhow barge yacht ferry carrier".split())
ROADS = frozenset("road highway route railway line corridor".split())
_OFFICES = PERSON_NOUNS | {"director", "chief", "head", "planner", "department", "directorate", "centre", "center", "room", "command", "bureau", "theatre"}
_SENDING = {"send", "fly", "launch", "fire", "deploy", "use", "lob", "drop"}
_MORE = {"third", "second", "fourth", "fifth", "another", "other"}
_ANYBODY = {"people", "those", "anyone", "anybody", "everyone", "whoever", "one"}
_FAR = 45  # words back to the weapons that "one of them" takes up
#: What a patrol does that is the doing of patrols; else it is a group of men.
_GOES_ON = {"begin", "start", "resume", "continue", "end", "stop", "cease", "take", "be"}


def taken_up(head: Token | None) -> Token | None:
    """The weapons that "one of them", "two of these", "a third" counts from: the last named before; else None."""
    if head is None:
        return None
    counted = any(c.lower_ in {"them", "these", "those"} and case(c) == "of" for c in children(head, "nmod"))
    if not (counted and (head.pos_ == "NUM" or head.lower_ in {"some", "several", "many", "most"}) or head.lower_ in _MORE and not children(head, "nmod", "amod", "compound")):
        return None
    before = head.doc[max(0, head.i - _FAR):head.i]
    return next((t for t in reversed(before) if t.pos_ in {"NOUN", "PROPN"} and (words_of(t) & (AIR | GUNS)) and t.tag_ in {"NNS", "NN"}
                 and t.dep_ not in {"compound", "amod"}), None)


def owners(context: Context, weapons: Token) -> tuple[str, ...]:
    """Who has the weapons: as their name says ("Rwandan mortars"), else who sends or fires them."""
    verb, top = governor(weapons)
    named = [r for c in children(weapons, "amod", "compound", "nmod:poss") for r in context.actors(c)]
    return context.actors(weapons) or tuple(dict.fromkeys(named)) or (agent_of(context, verb) if verb.lemma_ in _SENDING and top.dep_ in {"obj", "nsubj:pass"} else ())


def office(token: Token) -> bool:
    """True for "the head of military operations": a title, no operation."""
    return token.dep_ in {"nmod", "conj"} and token.head.lemma_.lower() in _OFFICES and case(token) in {"of", "for", ""}


def anybody(verb: Token) -> bool:
    """True for "people who bomb hospitals": it tells of a kind of people and of no event."""
    return verb.dep_ == "acl:relcl" and verb.tag_ in {"VBP", "VBZ"} and verb.head.lemma_.lower() in _ANYBODY \
        and not any(c.lower_ == "the" for c in verb.head.children) and not children(verb, "aux")


def patrolmen(token: Token) -> bool:
    """True for a patrol that does something: a group, not the doing of patrols."""
    verb, top = governor(token)
    if top.dep_ == "nmod" and top.head.pos_ == "NUM":  # "one of its patrols"
        verb, top = governor(top.head)
    return token.lemma_ == "patrol" and top.dep_ == "nsubj" and verb.lemma_ not in _GOES_ON


def sent_over(verb: Token) -> list[Token]:
    """"sends drones over the market", "sent jets into the valley": where to, if nobody receives them."""
    if verb.lemma_ != "send" or children(verb, "iobj") or any(case(c) in {"to", "for"} for c in children(verb, "obl")):
        return []
    if not any(words_of(o) & AIR & WEAPONS for o in children(verb, "obj")):
        return []
    return [c for c in (*children(verb, "obl"), *(n for o in children(verb, "obj") for n in children(o, "nmod")))
            if case(c) in {"over", "across", "above", "into", "against", "towards", "toward"}]


def blamed_on(context: Context, noun: Token) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """"a strike that A blamed on B", "an attack blamed on B": those blamed and those who blame."""
    for clause in children(noun, "acl", "acl:relcl"):
        if clause.lemma_ in {"blame", "pin"}:
            accused = tuple(r for c in children(clause, "obl") if case(c) == "on" for r in context.actors(c))
            return accused, tuple(r for r in agent_of(context, clause) if r not in accused)
    return (), ()
