"""Whose word a passage is that no verb of saying frames: a charge, a version, a count, speech that runs on."""

from __future__ import annotations

from dataclasses import replace

from spacy.tokens import Token

from kg.extract.clauses import agent_of, case, children
from kg.extract.context import Context
from kg.extract.modality import Judgement
from kg.records import Statement

_VERSIONS = {"version", "account", "telling", "reading", "view", "words"}
_COUNTING = {"list", "count", "speak", "put", "record", "tally", "verify", "register", "acknowledge", "report", "confirm", "document", "raise"}
#: Sentences that free indirect speech may run on for.
_RUNS_ON = 3


def judged_by_voice(context: Context, trigger: Token, judged: Judgement) -> Judgement:
    """The judgement on a deed: somebody's charge or version is his, an attempt that was made is no plan."""
    tried = context.token_at(judged.cue.start) if judged.cue is not None else None
    if judged.modality == "Planned" and tried is not None and tried.lemma_ == "try" and tried.tag_ in {"VBD", "VBN"}:
        judged = replace(judged, modality="Alleged" if judged.stated_in else "Asserted", cue=None)
    if judged.modality != "Asserted":
        return judged
    whose = _charging(context, trigger)
    if whose is None:
        whose = _version(context, trigger) or _running_on(context, trigger)
        if not whose:
            return judged
    return replace(judged, modality="Alleged", attributed_to=whose)


def counted_by(context: Context, harm: Token) -> tuple[str, ...]:
    """"the Red Cross spoke of 34 bodies", "a doctor had counted 52": whose count a figure is."""
    verb = next((a for a in (harm, *harm.ancestors) if a.pos_ == "VERB"), None)
    return agent_of(context, verb) if verb is not None and verb.lemma_ in _COUNTING and verb.sent == harm.sent else ()


def _charging(context: Context, trigger: Token) -> tuple[str, ...] | None:
    """"X, accused by Y of training gunmen": Y; None where nobody is charged."""
    if trigger.dep_ not in {"acl", "advcl", "xcomp", "obl"}:
        return None
    verb = trigger.head.head if trigger.head.dep_ == "obl:agent" else trigger.head
    return agent_of(context, verb) if verb.lemma_ in {"accuse", "suspect", "blame"} else None


def _version(context: Context, trigger: Token) -> tuple[str, ...]:
    """"In the rebels' version it was the army that shelled the town": the rebels."""
    return tuple(dict.fromkeys(r for t in trigger.sent if t.lemma_ in _VERSIONS and case(t) in {"in", "by"} and t.i < trigger.i
                               for c in children(t, "nmod:poss", "amod", "compound", "nmod") for r in context.actors(c)))


def _running_on(context: Context, trigger: Token) -> tuple[str, ...]:
    """The speaker of the sentence before, where "…, he went on" stands beside his words and this one tells on in the pluperfect."""
    first = trigger.sent
    for _ in range(_RUNS_ON):
        if not any(c.lower_ == "had" and c.dep_ == "aux" for t in first for c in t.children if t.dep_ == "ROOT") or not first.start:
            return ()
        before = trigger.doc[first.start - 1].sent
        if "\n" in trigger.doc.text[before.start_char:first.start_char + 1] or any(c in "\"“”" for c in first.text):
            return ()
        told = [s for s in context.statements if before.start_char <= s.reports[0].evidence.start < before.end_char]
        if told:
            return tuple(dict.fromkeys(s.speaker for s in told[-1:] if s.speaker and _beside_his_words(context, s)))
        first = before
    return ()


def _beside_his_words(context: Context, statement: Statement) -> bool:
    """True where the cue stands in or behind what is said, and that is no quotation: "The road was cut, she said"."""
    report = statement.reports[0]
    return bool(report.trigger and report.content_spans and report.content_spans[0].start < report.trigger.start
                and not any(c in "\"“”" for s in report.content_spans for c in context.text(s)))
