"""Speech without a cue of its own: answers of interviews, quotations that stand alone; and who tells of what another says."""

from __future__ import annotations

import re
from dataclasses import replace

from kg.extract.context import Context
from kg.records import Report, Span, Statement


def about(context: Context, content: tuple[Span, ...], speaker: str | None) -> tuple[str, ...]:
    """Refs of the actors and places that the content names, the speaker left out."""
    refs: list[str] = []
    for name in context.names:
        start = context.doc[name.start].idx
        if any(s.start <= start < s.end for s in content):
            ref = name.actor if name.actor and not (name.place and name.weak) else name.place
            if ref and ref != speaker and ref not in refs:
                refs.append(ref)
    return tuple(refs)


_ANSWER = re.compile(r"^(?:A|Answer)\s*[:.]\s+(?=\S)", re.MULTILINE)
_QUESTION = re.compile(r"^(?:Q|Question)\s*[:.]\s+", re.MULTILINE)


def answers(context: Context, found: list[Statement]) -> list[Statement]:
    """Answers of an interview: each "A:" is a statement of the one person whom the lines before the first "Q:" present."""
    text, first = context.article.text, _QUESTION.search(context.article.text)
    if first is None:
        return []
    before = [n.actor for n in context.names if n.person and n.actor and context.doc[n.start].idx < first.start()]
    speaker = before[0] if len(set(before)) == 1 else None
    made: list[Statement] = []
    for answer in _ANSWER.finditer(text):
        end = text.find("\n", answer.end())
        span = Span(answer.end(), len(text) if end < 0 else end)
        sentence = next((s for s in context.doc.sents if s.start_char >= span.start), None)
        if sentence is None or span.end - span.start < 12:
            continue
        evidence = Span(span.start, min(span.end, context.sentence(sentence[0]).end))
        content = " ".join(context.text(span).split())
        who = context.label(speaker) if speaker else "Unnamed source"
        made.append(Statement(ref=f"event/{context.article.id}/statement-{span.start}", kind="Claim", label=f"{who}: {content[:140]}",
                              speaker=speaker, reports=(Report(evidence=evidence, content_spans=(span,), rule="interview-answer"),),
                              about=about(context, (span,), speaker), content=content))
    taken = {s.ref for s in found}
    return [m for m in made if m.ref not in taken]


def orphans(context: Context, found: list[Statement]) -> list[Statement]:
    """Quotations that no cue claims: the speaker of the same paragraph goes on, else the speaker stays unknown."""
    made: list[Statement] = []
    text = context.article.text
    for quote in context.quotes:
        inside = any(c.start < quote.span.end and quote.span.start < c.end for s in found + made
                     for r in s.reports for c in r.content_spans)
        token = next((t for t in context.doc if t.idx >= quote.inner.start), None)
        if inside or token is None or len(context.text(quote.inner).split()) < 6 or context.headline(token):
            continue
        line = text.rfind("\n", 0, quote.span.start) + 1
        earlier = [s for s in found + made if s.reports[0].evidence.start < quote.span.start]
        same = [s for s in earlier if s.reports[0].evidence.start >= line or quote.continues]
        begins = not text[line:quote.span.start].strip() or not text[line:quote.span.start].rstrip()[-1:].isalnum()
        if not begins:
            continue
        last = max(same, key=lambda s: s.reports[0].evidence.start, default=None)
        speaker = last.speaker if last else None
        content = " ".join(context.text(quote.inner).split())
        iri = f"event/{context.article.id}/statement-{quote.span.start}"
        report = Report(evidence=quote.span, content_spans=(quote.span,), trigger=None, rule="quotation-continues" if last else
                        "quotation-alone")
        who = context.label(speaker) if speaker else "Unnamed source"
        act = "Opinion" if any(w in content.lower() for w in ("i believe", "i think", "we think")) else "Claim"
        made.append(Statement(ref=iri, kind=act, label=f"{who}: {content[:140]}", speaker=speaker, reports=(report,),
                              about=about(context, (quote.span,), speaker), content=content, quotations=(content,)))
    return made


def nested(statement: Statement, found: list[Statement]) -> Statement:
    """Sets who tells of the statement, where it stands in what another one says."""
    report = statement.reports[0]
    at = (report.cue_span or report.evidence).start
    outer = [(c.end - c.start, s) for s in found if s.ref != statement.ref for r in s.reports for c in r.content_spans
             if c.start <= at < c.end and set(r.content_spans) != set(report.content_spans)]
    if not outer:
        return statement
    parent = min(outer, key=lambda o: o[0])[1]
    told = replace(report, stated_in=parent.ref, modality="Alleged" if parent.kind != "Denial" else "Denied",
                   attributed_to=(parent.speaker,) if parent.speaker else ())
    return replace(statement, reports=(told, *statement.reports[1:]))
