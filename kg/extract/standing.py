"""How a negotiation stands as of its passage: planned, held, under way, agreed, suspended, violated, rejected, proposed."""

from __future__ import annotations

from spacy.tokens import Token

from kg.extract.clauses import case, children, governor
from kg.extract.modality import Judgement
from kg.records import Date

STATUS = {"suspend": "Suspended", "pause": "Suspended", "stop": "Suspended", "halt": "Suspended", "postpone": "Suspended",
          "collapse": "Suspended", "cancel": "Suspended", "fail": "Suspended", "stall": "Suspended", "freeze": "Suspended",
          "adjourn": "Suspended", "delay": "Suspended", "expire": "Suspended", "lapse": "Suspended", "interrupt": "Suspended",
          "boycott": "Suspended", "founder": "Suspended", "derail": "Suspended",
          "violate": "Violated", "breach": "Violated", "break": "Violated", "reject": "Rejected", "refuse": "Rejected",
          "block": "Rejected", "veto": "Rejected", "oppose": "Rejected", "spurn": "Rejected", "propose": "Proposed", "suggest": "Proposed",
          "urge": "Proposed", "appeal": "Proposed", "seek": "Proposed", "want": "Proposed", "demand": "Proposed",
          "sign": "Agreed", "agree": "Agreed", "reach": "Agreed", "strike": "Agreed", "accept": "Agreed", "join": "Agreed",
          "adopt": "Agreed", "pass": "Agreed", "continue": "Ongoing", "resume": "Ongoing", "tear": "Suspended", "scrap": "Suspended",
          "abandon": "Suspended", "renounce": "Suspended", "annul": "Suspended", "quit": "Suspended", "invite": "Proposed", "offer": "Proposed"}
#: Verbs that say it only with a particle: "put off", "broken off", "turned down".
_WITH = {("put", "off"): "postpone", ("break", "off"): "suspend", ("break", "down"): "collapse", ("fall", "through"): "collapse",
         ("fall", "apart"): "collapse", ("call", "off"): "cancel", ("turn", "down"): "reject", ("push", "back"): "postpone", ("break", "up"): "collapse"}
#: "pulled out of the talks", "walked away from the table".
_LEAVING = {"pull", "walk", "storm", "withdraw", "back", "drop", "stay"}
#: "kept the talks alive", "tried to save the truce".
KEEPING = {"keep", "save", "rescue", "salvage", "preserve"}
_DEFAULT = {"Talks": "Ongoing", "Ceasefire": "Agreed", "Agreement": "Agreed", "Resolution": "Agreed",
            "PeaceProposal": "Proposed", "Mediation": "Ongoing"}
_ENVOYS = {"negotiator", "delegation", "delegate", "representative"}
_VIOLATION = {"violate", "violation", "breach"}
_TALKING = {"Talks", "Meeting", "Summit", "Conference", "PhoneCall"}


def leaving(noun: Token) -> Token | None:
    """The verb of "pulled out of the talks", "walked away from the negotiations"; else None."""
    verb, top = governor(noun)
    verb = verb.head if verb.pos_ == "ADV" else verb
    out = top.dep_ == "obl" and any(c.lower_ in {"of", "from"} for c in top.children if c.dep_ in {"case", "fixed"})
    return verb if out and verb.lemma_ in _LEAVING else None


def called_home(verb: Token) -> bool:
    """True for "called its negotiators home", "recalled its delegation"."""
    if not any(o.lemma_ in _ENVOYS for o in children(verb, "obj")):
        return False
    return verb.lemma_ in {"recall", "withdraw"} or verb.lemma_ in {"call", "bring", "order", "pull"} and any(
        c.lower_ in {"home", "back", "out"} for c in verb.children)


def phrasal(verb: Token) -> str:
    """The lemma of a verb, for one with a particle that of the verb that says the same: "put off" is "postpone"."""
    particles = {c.lower_ for c in verb.children if c.dep_ in {"compound:prt", "advmod"}}
    return next((_WITH[verb.lemma_, p] for p in particles if (verb.lemma_, p) in _WITH), verb.lemma_)


def _participle(noun: Token) -> str | None:
    """"the talks broken off in May", "a deal signed in Rome": what the noun's own clause says of it."""
    return next((w for c in children(noun, "acl", "acl:relcl") if c.tag_ in {"VBN", "VBD"} and (w := phrasal(c)) in STATUS
                 and not (c.dep_ == "acl:relcl" and not children(c, "nsubj:pass"))), None)


def status_of(token: Token, kind: str | None, pos: str, modality: str) -> str:
    """The status of a negotiation of ``kind`` that ``token`` names, as its clause tells it."""
    verb = token if pos == "verb" else governor(token)[0]
    lemma = phrasal(verb)
    if verb.dep_ == "xcomp" and verb.head.lemma_ in {"refuse", "decline", "offer"}:
        return "Proposed" if verb.head.lemma_ == "offer" else "Rejected"
    if kind == "Suspension":
        return "Suspended"
    if pos == "verb" and kind == "Talks" and verb.tag_ == "VBD" and modality in {"Asserted", "Alleged"}:
        return "Held"
    if pos == "noun" and modality in {"Asserted", "Alleged"} and kind == "Talks" and case(governor(token)[1]) in {"after", "following"}:
        return "Held"
    if token.lemma_ == "oppose":
        return "Rejected"
    if pos == "noun" and STATUS.get(lemma) == "Suspended" and not any(c.lower_ in {"will", "would", "shall", "to"} for c in verb.children):
        return "Suspended"  # "called off a planned visit"
    if modality == "Planned":
        return "Proposed" if lemma in {"provide", "foresee", "envisage"} else "Planned"
    if kind == "Resolution" and lemma not in {"block", "veto", "reject", "oppose", "propose"}:
        return "Agreed"
    if pos == "noun" and leaving(token):
        return "Suspended"
    own = _participle(token) if pos == "noun" and lemma not in STATUS else None
    if (lemma in STATUS or own) and pos == "noun":
        found = STATUS[own or lemma]
        if found == "Violated" and kind in _TALKING:
            return "Suspended"
        if modality == "Denied" and found in {"Agreed", "Proposed"}:
            return "Rejected"
        if modality == "Demanded" and found == "Agreed":
            return "Proposed"
        return "Ongoing" if found == "Ongoing" and kind != "Ceasefire" else found
    if lemma in _VIOLATION:
        return "Violated"
    if modality in {"Demanded", "Hypothetical"} or (lemma == "call" and kind in {"Ceasefire", "Talks"}):
        return "Proposed"
    if modality == "Denied":
        return "Rejected"
    if pos == "noun" and kind == "Talks" and lemma in {"hold", "convene", "have"} and verb.tag_ in {"VBD", "VBN"}:
        return "Held"
    if pos == "noun" and lemma in {"end", "conclude"}:
        return "Held" if kind in _TALKING else "Suspended"
    return _DEFAULT.get(kind or "", "Held")


def ahead(date: Date | None, issued: str | None, kind: str | None, judged: Judgement) -> bool:
    """True for a meeting that the text tells as a fact, though its day lies behind the day of the article: it is planned."""
    return bool(date and issued and len(issued) == len(date.start) == 10 and date.start > issued and kind in _TALKING
                and judged.modality in {"Asserted", "Alleged"})
