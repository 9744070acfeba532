"""The act of a statement: by its cue verb and, for verbs of plain saying, by what is said.

The acts are those of the ontology; what tells them apart follows the codebook of PLOVER (request, demand, threaten,
accuse, reject, ...) as far as it has them.
"""

from __future__ import annotations

from spacy.tokens import Token

from kg.extract.clauses import SUBJECTS, agent_of, case, children, passive, subject
from kg.extract.context import Context
from kg.records import Span, Statement
from kg.resolve.names import read_table

CUES = {row["lemma"]: row["act"] for row in read_table("cues.tsv")}
NOUN_ACTS = {"plea": "Appeal", "appeal": "Appeal", "call": "Appeal", "request": "Appeal", "demand": "Demand", "allegation": "Accusation",
             "accusation": "Accusation", "charge": "Accusation", "denial": "Denial", "rejection": "Denial", "condemnation": "Criticism",
             "criticism": "Criticism", "warning": "Threat", "threat": "Threat", "promise": "Pledge", "pledge": "Pledge", "vow": "Pledge",
             "assurance": "Pledge", "confirmation": "Confirmation", "admission": "Confirmation", "announcement": "Announcement"}
SAYING = {"say", "tell", "add", "note", "state", "claim", "write", "declare", "insist", "mention", "assert", "maintain", "explain",
          "stress", "point", "according", "report", "reply", "respond", "answer", "continue", "observe", "tweet", "post", "remark",
          "comment", "counter", "retort", "affirm", "assure", "emphasize", "emphasise", "underline", "underscore", "repeat", "reiterate", "recall", "conclude", "go", "argue", "quip"}
_HARM = {"attack", "bomb", "kill", "strike", "hit", "shell", "violate", "target", "arm", "murder", "fire", "bolster", "destroy",
         "massacre", "sabotage", "threaten", "provoke", "escalate", "occupy", "invade", "block", "undermine", "starve", "besiege",
         "torture", "abduct", "loot", "abandon", "use", "want", "seek", "try", "strengthen", "lie", "hide", "commit", "refuse", "break",
         "breach", "prevent", "obstruct", "support", "prop", "complicate", "drag", "prolong", "plan", "intend", "launch"}
_BLAMING = {"genocide", "pretext", "provocation", "aggression", "crime", "massacre", "atrocity", "terrorism", "hypocrisy", "impunity",
            "aggressor", "blackmail", "sabotage", "cleansing", "violation"}
_VALUED = {"discordant", "unacceptable", "irresponsible", "wrong", "shameful", "disgraceful", "illegal", "unlawful", "brutal", "cynical",
           "reckless", "outrageous", "horrific", "barbaric", "fabrication", "failure", "insult", "disgrace", "shame", "farce", "mockery",
           "absurd", "ridiculous", "inexcusable", "deplorable", "cowardly", "heinous", "disappointing", "disappointed", "inadequate"}
_PRAISED = {"brave", "heroic", "courageous", "constructive", "excellent", "grateful", "welcome", "historic", "encouraging", "commendable"}
_BELIEF = {"believe", "think", "hope", "fear", "doubt", "expect", "feel", "guess", "suppose", "trust", "imagine"}
_LIKELY = {"likely", "unlikely", "probably", "perhaps", "maybe", "hopefully", "complicated", "difficult", "necessary", "vital", "crucial",
           "important", "essential", "premature", "hopeless", "inevitable"}
_LIES = {"lie", "untrue", "baseless", "false", "unfounded", "groundless", "fabricated", "nonsense", "propaganda", "disinformation", "fake", "fiction", "invention", "slander"}
_HURT = {"retaliate", "respond", "punish", "crush", "avenge", "pay", "regret", "fight", "strike", "destroy", "attack", "hunt", "resume",
         "test", "answer", "suffer"}
_GIVES = {"support", "help", "defend", "protect", "continue", "allow", "honour", "honor", "rebuild", "spare", "release", "guarantee", "keep",
          "cooperate", "assist", "respect", "ensure", "remain", "stand"}
#: How a denial of facts begins.
_NONE = ("there is no", "there was no", "there were no", "there are no", "there has been no", "there have been no", "not one ", "not a single ", "no one ", "nobody ", "none of ", "no ")
_OWN = {"i", "we", "it", "he", "she", "they"}
_LEAVE = {"step", "withdraw", "withdrawal", "leave", "stop", "end", "halt", "abandon", "release", "lift", "hand", "surrender", "resign",
          "vacate", "cease", "disarm", "dismantle", "immediate", "immediately", "return"}
_BLAMERS = {"State", "GovernmentBody", "ArmedForce", "ArmedGroup", "Coalition", "Person"}


def act_of(context: Context, token: Token, lemma: str, content: tuple[Span, ...], speaker: str | None) -> str:
    """Local name of the statement's class, for the cue ``token`` and what it introduces."""
    if token.pos_ == "NOUN":
        return NOUN_ACTS.get(lemma, "Claim")
    act = CUES.get(lemma, "Claim")
    tokens = [t for s in content for t in context.tokens(s)]
    lemmas = {t.lemma_.lower() for t in tokens}
    if lemma == "call":
        return _call(token, tokens, lemmas)
    if lemma in {"ask", "urge", "request", "press"}:
        return "Demand" if lemma in {"urge", "press"} and lemmas & _LEAVE else "Appeal"
    if lemma in {"describe", "brand", "label", "dub"}:
        return "Criticism" if lemmas & (_VALUED | _BLAMING) else "Praise" if lemmas & _PRAISED else "Denial" if lemmas & _LIES else act
    if lemma in {"express", "voice"}:
        return "Praise" if lemmas & {"gratitude", "appreciation", "thanks", "satisfaction", "solidarity", "support"} else \
            "Opinion" if lemmas & {"hope", "confidence", "optimism", "doubt", "fear", "belief"} else "Criticism"
    if lemma == "warn" and not any(t.lower_ in {"will", "would", "’ll", "'ll"} for t in tokens):
        return "Threat"
    if lemma not in SAYING:
        return act
    return _said(context, token, tokens, lemmas, speaker) or (act if act != "Claim" or lemma not in SAYING else "Claim")


def _call(token: Token, tokens: list[Token], lemmas: set[str]) -> str:
    """"call on", "call for" ask; "call X a crime" values."""
    asks = any(case(c) in {"for", "on", "upon"} for c in token.children) or any(
        c.dep_ in {"advcl", "xcomp", "obl"} and any(g.lower_ in {"for", "to"} and g.dep_ in {"mark", "case"} for g in c.children)
        for c in token.children)
    if asks or any(t.lower_ in {"for", "on"} and t.i == token.i + 1 for t in token.doc[token.i + 1:token.i + 2]):
        return "Demand" if lemmas & _LEAVE else "Appeal"
    return "Denial" if lemmas & (_LIES | {"fabrication"}) else "Praise" if lemmas & _PRAISED else "Criticism"


def denies_content(statement: Statement) -> bool:
    """True where what is said is what the speaker denies ("denied that ..."), not the denial itself ("said it had not ...")."""
    lemma = statement.reports[0].rule.partition(":")[2]
    return statement.kind == "Denial" and "Denial" in {CUES.get(lemma), NOUN_ACTS.get(lemma)}


def _roots(tokens: list[Token], cue: Token) -> list[Token]:
    """Heads of the clauses that are said, those joined to the first one included."""
    inside = {t.i for t in tokens}
    top = [t for t in tokens if (t.head.i not in inside or t.head.i == t.i or t.head.i == cue.i) and t.i != cue.i]
    more = [c for t in top for c in t.children if c.dep_ == "conj" and c.pos_ in {"VERB", "AUX"} and c.i in inside]
    return [t for t in (*top, *more) if t.pos_ in {"VERB", "AUX", "ADJ", "NOUN", "PROPN", "PRON"}]


def _said(context: Context, cue: Token, tokens: list[Token], lemmas: set[str], speaker: str | None) -> str | None:
    """The act of a saying whose verb says nothing about it; None for a plain claim."""
    if lemmas & _LIES or "fabrication" in lemmas and "not" not in lemmas:
        return "Denial"
    words = " ".join(t.lower_ for t in tokens)
    if words.lstrip("\"“”‘’' ").startswith(_NONE) and all(
            r.tag_ != "VBZ" or r.lemma_ == "be" for r in _roots(tokens, cue)) and not any(t.tag_ == "MD" for t in tokens):
        return "Denial"  # of facts; "nobody gains" and "no dispute can be settled" are views
    for root in _roots(tokens, cue):
        head = next((c for c in root.children if c.dep_ in SUBJECTS), None)
        modal = {c.lower_ for c in root.children if c.dep_ == "aux"}
        negated = any(c.lower_ in {"not", "n't", "n’t", "never", "no"} for c in root.children) or any(
            d.lower_ == "no" for c in root.children if c.dep_ in {"obj", "nsubj"} for d in c.children) or any(
            c.dep_ == "obj" and c.lower_ in {"nobody", "nothing", "none"} for c in root.children)
        ours = head is not None and any(c.dep_ == "nmod:poss" and c.lower_ in {"our", "my"} for c in head.children)
        own = head is not None and (ours or _same(context, head, speaker))
        lemma = root.lemma_.lower()
        if lemma in {"would", "like", "want", "wish", "need", "demand", "insist"} and (asked := _wanted(root, words, own, head)):
            return asked
        if lemma in {"welcome", "thank", "appreciate", "praise", "congratulate"} and own:
            return "Praise"
        if lemma in {"call", "urge", "appeal"} and own:
            return "Demand" if lemmas & _LEAVE and "must" in words else "Appeal"
        if lemma in {"condemn", "denounce", "deplore", "regret"} and own:
            return "Criticism"
        if lemma in {"accuse", "blame"}:
            return "Accusation"
        if lemma in {"reject", "deny"} and own:
            return "Denial"
        if lemma in {"accept", "agree"} and own:
            return "Announcement"
        if lemma in _BELIEF and own:
            return "Opinion"
        if {"must"} & modal or lemma in {"have"} and " must " in f" {words} ":
            return "Demand" if not own else "Opinion"
        if "should" in modal and not own:
            return "Demand" if negated else "Proposal"
        if modal & {"shall", "will"} and passive(root) and lemma in {"meet", "punish", "answer", "repel", "avenge", "crush", "destroy"}:
            return "Threat"
        if modal & {"will", "'ll", "’ll", "shall", "would"} or lemma == "go" and "going to" in words:
            return _future(own, negated, lemma, lemmas, words, context, head, speaker)
        if own and "stand ready" in words:
            return "Pledge"
        if "nothing to do with" in words and own:
            return "Denial"
        if negated and own and (modal & {"did", "had", "has", "have", "do", "does"} or lemma in {"have", "send", "see", "know", "need", "want", "seek", "stop"}):
            return "Denial"
        if lemma in _VALUED or lemmas & _VALUED and (lemma == "be" or root.pos_ in {"ADJ", "NOUN"} or own):
            return "Criticism"
        if negated and {"match", "enough", "help"} & lemmas and not own:
            return "Criticism"
        if lemma in _LIKELY or modal & {"could", "might", "may"} and not passive(root) or "need" in lemmas and lemma in {"need", "occur", "be"}:
            return "Opinion"
    return "Accusation" if _blames(context, tokens, lemmas, speaker) else None


def _same(context: Context, head: Token | None, speaker: str | None) -> bool:
    """True where the subject of what is said is the speaker or the side that he speaks for."""
    if head is None or speaker is None:
        return False
    if head.lower_ in {"i", "we"}:
        return True
    named = context.actors(head)
    return any(n == speaker or _side(context, n) and _side(context, n) == _side(context, speaker) for n in named)


def _side(context: Context, ref: str) -> str:
    """Country of an actor, or the actor that it belongs to."""
    actor = context.authority.actors.get(ref[6:])
    return (actor.country or actor.affiliation or "") if actor else ref


def _wanted(root: Token, words: str, own: bool, head: Token | None) -> str | None:
    """"wants X to withdraw" demands, "would like to see" appeals, "X needs to leave" demands."""
    lemma = root.lemma_.lower()
    if "would like" in words or "wish" in words or "to see" in words and lemma in {"want", "like"}:
        return "Appeal"
    if lemma in {"want", "demand", "insist"} and own and any(c.dep_ == "obj" for c in root.children) and children(root, "xcomp", "advcl", "ccomp"):
        return "Demand"
    if lemma == "need" and not own and head is not None and head.pos_ == "PROPN" and children(root, "xcomp"):
        return "Demand"
    return None


def _future(own: bool, negated: bool, lemma: str, lemmas: set[str], words: str, context: Context, head: Token | None,
            speaker: str | None) -> str | None:
    """What will be done: by oneself a pledge, a threat, a refusal or an announcement; by others a forecast."""
    if " if " in f" {words} " and not own:
        return "Opinion" if "would" in words else None
    if own:
        return "Threat" if lemma in _HURT and not negated else "Pledge" if lemma in _GIVES or negated else "Announcement"
    if lemma in {"pay", "regret", "suffer"}:
        return "Threat"
    country = _side(context, speaker) if speaker else ""
    persons = head is not None and (head.pos_ == "PRON" or any(context.is_person(r) or _side(context, r) == country for r in context.actors(head)))
    return "Announcement" if persons else "Opinion" if lemma not in {"hold", "begin", "start", "take", "resume", "meet"} else "Announcement"


def _blames(context: Context, tokens: list[Token], lemmas: set[str], speaker: str | None) -> bool:
    """True where an official says that another side did harm."""
    if speaker is None or context.kind(speaker) not in _BLAMERS or not _side(context, speaker):
        return False
    if speaker[6:] not in context.authority.actors and context.is_person(speaker) and speaker not in context.named:
        return False  # "officials" of nobody in particular
    for verb in tokens:
        if verb.pos_ != "VERB" or not (verb.lemma_.lower() in _HARM or lemmas & _BLAMING):
            continue
        doers = agent_of(context, verb)
        head = subject(verb)
        if not doers and head is not None and (state := context.state_of(context.phrase(head))):
            doers = (f"actor/{state}",)
        if any(context.kind(d) in _BLAMERS - {"Person"} and _side(context, d) != _side(context, speaker) for d in doers):
            return True
    return False
