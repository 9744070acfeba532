"""Denials that point back: "Northland denied it", "We reject this accusation". Which action they deny."""

from __future__ import annotations

from spacy.tokens import Token

from kg.extract.context import Context
from kg.extract.joining import Mention, actors_agree
from kg.records import Report, Span, Statement

#: The rule that such a report names.
RULE = "denial-back"
_DENYING = {"deny", "reject", "dismiss", "refute", "rebut", "dispute", "repudiate", "disavow"}
_BACK = {"it", "this", "that", "these", "those", "them"}
_CHARGES = {"accusation", "allegation", "claim", "charge", "report", "assertion", "version", "account", "involvement", "responsibility", "role", "blame"}
_NEAR = 700  # characters from the last telling of the action: a few sentences
_NEXT = 60  # characters: the sentence right before


def add_denials(context: Context, events: list[list[Mention]]) -> None:
    """Adds a mention to an action for each denial that names none itself but points back to it.

    Whoever denies is the one who is said to have acted, or answers the sentence right before. In doubt nothing is denied.
    """
    told = {m.report.stated_in for e in events for m in e}
    last: tuple[int, list[Mention]] | None = None
    for statement in sorted(context.statements, key=lambda s: s.reports[0].evidence.start):
        if statement.kind != "Denial" or statement.speaker is None or statement.ref in told or not _points_back(context, statement):
            continue
        report = statement.reports[0]
        denied = _denied(context, statement, events)
        if denied is None and last and report.evidence.start - last[0] < _NEAR:
            denied = last[1]
        if denied is None:
            continue
        last = report.evidence.end, denied
        doers = tuple(dict.fromkeys(p for m in denied for p in m.report.perpetrators if actors_agree(context, (p,), (statement.speaker,))))
        answer = Report(report.evidence, "Denied", (statement.speaker,), statement.ref, perpetrators=doers, source_span=report.source_span, rule=RULE)
        denied.append(Mention(report.evidence.start, None, answer, ""))


def _points_back(context: Context, statement: Statement) -> bool:
    """True where what is denied is a pronoun or a bare "accusation", "charge", "involvement"."""
    spans = statement.reports[0].content_spans
    inside = [t for t in context.doc if any(s.start <= t.idx < s.end for s in spans)]
    indices = {t.i for t in inside}
    objects = [t for t in inside if t.head.i not in indices and t.head.lemma_.lower() in _DENYING]
    objects += [c for t in inside if t.lemma_.lower() in _DENYING for c in t.children if c.dep_ in {"obj", "nsubj:pass"}]
    return any(t.lower_ in _BACK or t.lemma_.lower() in _CHARGES and not _spelled_out(t) for t in objects)


def _spelled_out(charge: Token) -> bool:
    """True for "the charge that …": the charge itself follows."""
    return any(c.dep_ in {"acl", "acl:relcl", "ccomp"} for c in charge.children)


def _denied(context: Context, denial: Statement, events: list[list[Mention]]) -> list[Mention] | None:
    """The action told last before the denial, whose doer denies it, or which the sentence right before tells."""
    start = denial.reports[0].evidence.start
    near: list[tuple[int, bool, list[Mention]]] = []
    for event in events:
        before = [m.report.evidence.end for m in event if m.report.evidence.end <= start and m.report.modality in {"Alleged", "Asserted"}]
        if before:
            doers = tuple(p for m in event for p in m.report.perpetrators)
            near.append((max(before), bool(doers) and actors_agree(context, doers, (denial.speaker or "",)), event))
    own = [(ends, event) for ends, agrees, event in near if agrees and start - ends < _NEAR]
    if own:
        return max(own, key=lambda found: (found[0], found[1][0].offset))[1]
    right = [event for ends, _, event in near if start - ends < _NEXT and not context.text(Span(ends, start)).strip(" \n.”\"’")]
    return right[0] if len(right) == 1 else None
