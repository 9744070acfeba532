"""Words that name a negotiation: the lexicon's entry for them, and whether the event is meant."""

from __future__ import annotations

from spacy.tokens import Token

from kg.extract.clauses import case, children, governor
from kg.extract.context import Context
from kg.extract.standing import called_home, phrasal
from kg.extract.triggers import Trigger, lexicon

CAPTIVES = {"hostage", "prisoner", "captive", "detainee", "abductee", "pow", "inmate", "body", "remains", "serviceman", "soldier", "journalist", "abducted", "worker"}
DEALS = {"deal", "truce", "ceasefire", "cease-fire", "agreement", "accord", "pact", "treaty", "armistice", "pause"}
#: "under Qatari mediation"
GUIDANCE = {"mediation", "auspices"}
_BRIEFED = {"brief", "inform", "familiar", "privy", "knowledge", "update"}


def trigger_of(token: Token) -> tuple[Trigger, str] | None:
    """The lexicon's entry for the token, and its part of speech."""
    words = lexicon("negotiations")
    lemma = token.lemma_.lower()
    if token.pos_ == "VERB" and (found := words.get((lemma, "verb"))):
        return found, "verb"
    if token.pos_ in {"NOUN", "PROPN"} and token.dep_ not in {"compound", "amod", "flat"}:
        if found := words.get((lemma, "noun")):
            return found, "noun"
        if token.i >= 2 and token.lower_ == "fire" and token.nbor(-1).text in "-‑" and token.nbor(-2).lower_ == "cease":
            return words["ceasefire", "noun"], "noun"
    return None


def fits(context: Context, token: Token, trigger: Trigger) -> bool:
    """Does a word with more senses have the one that is meant here?"""
    modifiers = {c.lower_ for c in token.subtree if c.i < token.i and token.i - c.i < 5}
    flags = trigger.flags
    if token.lemma_ == "conference" and modifiers & {"press", "news"}:
        return False
    if flags == "named":
        return bool(modifiers & {"peace", "political", "diplomatic"}) or any(
            c.pos_ == "PROPN" for c in children(token, "compound", "amod", "nmod:desc"))
    if flags == "draft":
        return "draft" in modifiers and bool(modifiers & {"council", "un", "security", "assembly"})
    if flags == "phone" and token.pos_ != "VERB":
        return bool(modifiers & {"phone", "telephone", "video", "hotline"})
    if flags == "council":
        return bool(modifiers & {"council", "un", "draft", "assembly", "security"}
                    or children(token, "nummod", "nmod:unmarked") or any(c.pos_ == "NUM" for c in token.children)
                    or governor(token)[0].lemma_ in {"pass", "adopt", "table", "veto", "sponsor"})
    if flags == "humanitarian":
        return bool(modifiers & {"humanitarian", "truce", "fighting"}) or any(c.lemma_ in {"fighting", "hostility", "war"} for c in children(token, "nmod"))
    if flags == "peaceful" and any(c.lemma_ in {"end", "stop", "halt", "settle"} for c in children(token, "acl", "nmod")):
        return True
    if flags == "peaceful" and token.lemma_ == "offer" and phrasal(governor(token)[0]) in {"reject", "refuse", "accept", "spurn", "dismiss", "decline"}:
        return True
    if flags == "peaceful":
        return bool(modifiers & {"peace", "truce", "ceasefire", "diplomatic", "political"})
    if flags == "emergency":
        return bool(modifiers & {"emergency", "closed", "special", "negotiating"})
    if flags == "captive" and token.pos_ == "VERB":
        return True
    if flags == "captive" and any(t.lemma_ in CAPTIVES for c in children(token, "nmod") for t in c.subtree):
        return True
    if flags == "captive":
        return bool(modifiers & {"prisoner", "prisoners", "captive", "hostage", "captives"})
    if flags == "signed":
        return governor(token)[0].lemma_ == "sign"
    return True


def told_otherwise(context: Context, token: Token, pos: str) -> bool:
    """True where the word names no event of its own: the reader's call, a source's knowledge, the topic or the mediator of other talks."""
    over, top = governor(token)
    if pos == "verb":
        if token.dep_ == "advcl" and called_home(token) and any(trigger_of(c) for c in children(token.head, "nsubj", "nsubj:pass")):
            return True  # "the talks were frozen when Chad called its negotiators home"
        if token.i and token.nbor(-1).lower_ in {"by", "over"} and token.lemma_ in {"phone", "telephone"}:  # "reached by telephone"
            return True
        brokered = [*children(token, "obj", "nsubj:pass"), *([token.head] if token.dep_ == "acl" else [])]
        return token.lemma_ == "mediate" and any(trigger_of(o) and o.pos_ in {"NOUN", "PROPN"} for o in brokered)
    if over.lemma_ in _BRIEFED and top.dep_ in {"obl", "nmod"}:
        return True
    talks = trigger_of(over)
    if talks is None or top.dep_ not in {"nmod", "obl"} or talks[0].kind not in {"Talks", "Meeting", "Summit", "Conference"}:
        return False
    if token.lemma_ in GUIDANCE:
        return case(top) in {"under", "with", "through"} and talks[1] == "verb"
    return case(top) == "for" and talks[1] == "verb" or case(top) in {"on", "about", "over", "for"} and talks[1] == "noun" and token.lemma_ in DEALS


def lays_down(token: Token) -> bool:
    """True for "agreed to hold fire", "an agreement to stop the fighting"."""
    return any(c.lemma_ in {"hold", "cease", "stop", "halt", "end", "suspend", "pause"}
               and any(o.lemma_ in {"fire", "fighting", "hostility", "shelling", "attack"} for o in children(c, "obj"))
               for c in children(token, "xcomp", "acl"))
