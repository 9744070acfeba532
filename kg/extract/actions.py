"""Military actions: the mentions of an article, joined to events."""

from __future__ import annotations

from dataclasses import replace

from kg.extract.context import Context
from kg.extract.deed_mentions import Reader
from kg.extract.deeds import action
from kg.extract.denials import add_denials
from kg.extract.joining import Mention, likeness, same_event
from kg.extract.tolls import attach_casualties
from kg.extract.wording import as_label, role
from kg.records import MilitaryAction


def extract_actions(context: Context) -> list[MilitaryAction]:
    """The military actions of an article, each with all passages that tell it, in order of first mention."""
    mentions = Reader(context).read()
    attach_casualties(context, mentions)
    events: list[list[Mention]] = []
    for mention in sorted((m for m in mentions if m.report.rule != "casualty"), key=lambda m: m.offset):
        known = max((e for e in reversed(events) if same_event(context, e, mention)), key=lambda e: likeness(e, mention), default=None)
        if known is not None:
            known.append(mention)
        elif _rooted(mention):
            events.append([mention])
    for toll in (m for m in mentions if m.report.rule == "casualty"):
        for event in events:
            if any(m.offset == toll.offset for m in event):
                event.append(toll)
                break
    for event in events:
        _take_up(event)
    add_denials(context, events)
    return [_record(context, e) for e in events]


def _take_up(event: list[Mention]) -> None:
    """"The shooting came a day before the vote" takes up what others say, and does not tell it in the article's own voice."""
    if event[0].report.modality != "Alleged":
        return
    for mention in event[1:]:
        report = mention.report
        if report.modality == "Asserted" and mention.noun and mention.definite and not (report.perpetrators or report.targets or report.casualties):
            mention.report = replace(report, modality="Alleged")


def _rooted(mention: Mention) -> bool:
    """True where a mention can stand alone: somebody, something or some place is named."""
    report = mention.report
    told = report.perpetrators or report.targets or report.locations or report.casualties or mention.kind == "CeasefireViolation"
    return bool(told) or mention.word in {"fighting", "incident"}


def _record(context: Context, event: list[Mention]) -> MilitaryAction:
    kinds = [m.kind for m in event if m.kind and not m.generic] or [m.kind for m in event if m.kind]
    kind = kinds[0] if kinds else None
    reports = tuple(m.report for m in event)
    return MilitaryAction(f"event/{context.article.id}/action-{event[0].offset}", kind, _label(context, kind, event), reports)


def _label(context: Context, kind: str | None, event: list[Mention]) -> str:
    """"Alleged and denied: air strike by Russia on a hospital in Aleppo", with the first that the article tells of each role."""
    reports = [m.report for m in event]
    targets = role(context, reports, "targets", members=kind == "Killing")
    text = action(kind, event[0].word, role(context, reports, "perpetrators"), targets, role(context, reports, "locations"))
    return as_label(text, (r.modality for r in reports))
