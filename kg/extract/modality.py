"""Does the text tell that something happened, that somebody says so, or that it may, should or did not happen?"""

from __future__ import annotations

import re
from dataclasses import dataclass

from spacy.tokens import Token

from kg.extract.acts import denies_content
from kg.extract.context import Context
from kg.records import Modality, Span, Statement

_NOT = {"not", "n't", "n’t", "never", "no", "neither", "nor", "without"}
_DENY = {"deny", "reject", "dismiss", "refute"}
_PLAN = {"plan", "intend", "prepare", "expect", "due", "vow", "promise", "schedule", "aim", "set", "pledge", "want", "try",
         "hope", "agree"}
_DEMAND = {"urge", "demand", "ask", "tell", "order", "call", "appeal", "press", "request", "insist"}
_MAYBE = {"threaten", "consider", "risk", "threat", "possibility", "danger", "fear", "warn", "refuse"}
_PROVIDE = {"provide", "foresee", "envisage", "stipulate"}
_STOP = {"stop", "halt", "end", "cease", "suspend", "condemn", "avoid", "prevent", "denounce"}
_HAPPEN = {"take", "begin", "start", "resume", "happen", "occur", "follow", "continue", "go", "open"}
_ABOUT = {"agree", "push", "press", "work", "negotiate", "decide", "prepare", "aim", "engage", "participate", "return", "commit"}
_MODAL: dict[str, Modality] = {"will": "Planned", "'ll": "Planned", "shall": "Planned", "would": "Hypothetical",
                               "could": "Hypothetical", "might": "Hypothetical", "may": "Hypothetical",
                               "should": "Demanded", "must": "Demanded"}
_LINKS = {"xcomp", "ccomp", "obj", "obl", "nmod", "conj", "nsubj:pass", "advcl", "nsubj", "acl", "csubj"}
_HEARSAY = {"reportedly", "allegedly", "apparently", "purportedly", "supposedly"}
_SAID = {"say", "report", "believe", "allege", "think", "understand", "rumour", "rumor"}
_ALLEGED = {"alleged", "suspected", "reported", "purported", "apparent"}


#: Before the words of an aside such as "residents say".
_ASIDE = re.compile(r"\b(?:and|but), (?:the )?$")
_DUE = {"due", "set", "scheduled", "expected", "poised", "slated", "about", "likely"}


@dataclass(frozen=True)
class Judgement:
    """Modality of one passage, whose words it is in, and the word that shows it."""

    modality: Modality
    attributed_to: tuple[str, ...] = ()
    stated_in: str | None = None
    cue: Span | None = None


def _span(token: Token) -> Span:
    return Span(token.idx, token.idx + len(token))


def _cue(trigger: Token) -> tuple[Modality, Token | None]:
    """Modality by the words of the clause and of the verbs above it, without regard to who speaks."""
    alleged: Token | None = None
    token = trigger
    nothing = next((d for c in trigger.children if c.dep_ == "obj" for d in c.children if d.lower_ == "no"), None)
    if nothing is not None and trigger.pos_ == "VERB":
        return "Denied", nothing
    planned = next((c for c in trigger.children if c.dep_ == "amod" and c.lower_ in {"planned", "imminent"}), None)
    if planned is not None:
        return "Planned", planned
    for step in range(6):
        for child in token.children:
            word = child.lower_
            if word in _NOT and child.dep_ in {"advmod", "det", "cc", "case", "mark", "cc:preconj"}:
                # "not X but Y" denies X: only what follows the negation and stands before "but".
                after = [t for t in trigger.doc[child.i:trigger.i] if t.lower_ in {"but", "instead"}]
                if not after:
                    return "Denied", child
            if word in _HEARSAY or (child.dep_ == "amod" and word in _ALLEGED and step == 0):
                alleged = alleged or child
            if word == "would" and token.lemma_ in {"like", "prefer"}:
                return "Demanded", token
            if child.dep_ == "aux" and word in _MODAL and token.pos_ != "NOUN" \
                    and not (step and token.lemma_ in _STOP):
                return _MODAL[word], child
            if child.dep_ == "mark" and word in {"if", "unless", "whether"}:
                return "Hypothetical", child
        words = {c.lower_ for c in token.children}
        if token.tag_ in {"VB", "VBN"} and "to" in words and any(c.lemma_ == "be" and c.dep_ in {"aux", "cop"} for c in token.children) \
                or token.lower_ in _DUE and token.pos_ in {"ADJ", "VERB"} and any(c.dep_ == "xcomp" for c in token.children):
            return "Planned", token  # "are to meet", "was to have ended", "is due to open"
        above = token.head
        if above.i == token.i:
            break
        if token.dep_ in {"nsubj", "nsubj:pass", "xcomp"} and above.lower_ in _DUE and any(c.dep_ == "xcomp" for c in above.children):
            return "Planned", above
        linked = token.dep_ in _LINKS
        if not linked or above.lemma_ in _STOP:
            break
        if token.dep_ == "xcomp" and above.lemma_ in _SAID and any(c.dep_ == "aux:pass" for c in above.children):
            alleged = alleged or above  # "are said to have struck"
        if token.dep_ in {"xcomp", "ccomp", "obj", "obl", "nmod", "acl"}:
            lemma = above.lemma_
            if lemma in _DENY and token.dep_ in {"ccomp", "xcomp", "obj"}:
                return "Denied", above
            if lemma == "rule" and any(c.lower_ == "out" for c in above.children):  # "is not ruling out strikes"
                return "Hypothetical" if any(c.lower_ in _NOT for c in above.children) else "Denied", above
            if lemma in _PROVIDE and token.dep_ in {"obj", "obl"}:
                return "Planned", above
            if lemma in _MAYBE:
                return "Hypothetical", above
            if lemma in _DEMAND and token.dep_ in {"xcomp", "ccomp", "obl"} and (
                    (token.tag_ in {"VB", "VBP"} and token.dep_ in {"xcomp", "ccomp"}) or case_for(token)):
                return "Demanded", above
            if lemma in _PLAN and token.dep_ == "xcomp" and token.tag_ == "VB":
                return "Planned", above
        happens = token.dep_ == "nsubj" and above.lemma_ in _HAPPEN
        if token.dep_ in {"ccomp", "advcl", "acl:relcl", "nsubj"} and not happens or (token.dep_ == "obl" and above.pos_ == "VERB" \
                and token.pos_ != "VERB" and above.lemma_ not in _DEMAND | _ABOUT):
            break
        if token.dep_ == "conj" and token.pos_ == "VERB":
            break
        token = above
    return ("Alleged", alleged) if alleged is not None else ("Asserted", None)


def case_for(token: Token) -> bool:
    """True for "for X", as in "called for a withdrawal"."""
    return any(c.lower_ == "for" and c.dep_ == "case" for c in token.children)


def is_question(token: Token) -> bool:
    """True in a sentence that asks."""
    asked = token.doc.user_data.get("questions")  # the first tokens of such sentences, found once a document
    if asked is None:
        asked = {s.start for s in token.doc.sents if s.text.strip().rstrip("\"”’'").endswith("?")}
        token.doc.user_data["questions"] = asked
    return token.sent.start in asked


def _before_the_aside(context: Context, trigger: Token, statement: Statement) -> bool:
    """True for the first half of "they cut the road and, residents say, fly drones": only the second is told."""
    source = statement.reports[0].source_span
    return source is not None and trigger.idx < source.start and _ASIDE.search(context.article.text, max(0, source.start - 12), source.start) is not None


def judge(context: Context, trigger: Token) -> Judgement:
    """Modality and attribution of the passage around ``trigger``."""
    modality, cue = _cue(trigger)
    told = tuple(s for s in context.statements_at(trigger.idx) if not _before_the_aside(context, trigger, s))
    span = _span(cue) if cue is not None else None
    if not told:
        return Judgement(modality, (), None, span)
    inner = told[0]
    same = [s for s in told if any(a.content_spans == b.content_spans for a in s.reports for b in inner.reports)]
    speakers = tuple(dict.fromkeys(s.speaker for s in same if s.speaker))
    if modality in {"Asserted", "Alleged"}:
        modality = "Denied" if denies_content(inner) else "Alleged"
    elif modality == "Hypothetical" and cue is not None and cue.lower_ == "would" \
            and not any(t.lower_ in {"if", "unless"} for t in trigger.sent):
        modality = "Planned"  # the future of reported speech: "said they would meet"
    return Judgement(modality, speakers, inner.ref, span)
