"""Speech without a cue of its own: answers of interviews, quotations that stand alone; and who tells of what another says."""

from __future__ import annotations

import re
from dataclasses import replace

from kg.extract.acts import denies_content
from kg.extract.context import Context
from kg.extract.saying import told
from kg.extract.wording import as_label
from kg.records import Report, Span, Statement


def about(context: Context, content: tuple[Span, ...], speaker: str | None) -> tuple[str, ...]:
    """Refs of the actors and places that the content names, the speaker left out."""
    refs: list[str] = []
    for name, start in zip(context.names, context.name_starts, strict=True):
        if any(s.start <= start < s.end for s in content):
            ref = name.actor if name.actor and not (name.place and name.weak) else name.place
            if ref and ref != speaker and ref not in refs:
                refs.append(ref)
    return tuple(refs)


_TAG = re.compile(r"^(?P<tag>[A-Z][\w.'’ -]{0,40}?)\s*[:.](?:\*\*)?\s+(?=\S)")
_ASKING, _ANSWERING = {"q", "question"}, {"a", "answer"}


def _paragraphs(context: Context) -> list[Span]:
    """The lines of the article that are neither empty nor furniture nor headlines."""
    found = []
    for line in re.finditer(r"[^\n]*\S[^\n]*", context.article.text):
        if not any(s.start <= line.start() < s.end for s in (*context.article.skipped, *context.article.headlines)):
            found.append(Span(line.start(), line.end()))
    return found


def _is_question(text: str) -> bool:
    return text.rstrip(" *_\"”").endswith("?") and len(text.split()) <= 60


def interview(context: Context) -> tuple[str | None, list[Span]]:
    """(who is interviewed, the answers); no answers where the article is no interview.

    Three forms: "Q:" and "A:"; the names of both before what they say; questions as paragraphs of their own.
    """
    lines = _paragraphs(context)
    tags = [m["tag"].strip().lower() if (m := _TAG.match(context.text(line))) else "" for line in lines]
    heads = [(context.text(line)[m.end():] if (m := _TAG.match(context.text(line))) else context.text(line)) for line in lines]
    counts = {t: tags.count(t) for t in tags if t}
    if any(t in _ASKING for t in counts):
        answering = {t for t in counts if t in _ANSWERING}
    else:
        asked = {t for t in counts if counts[t] > 1 and sum(_is_question(h) for x, h in zip(tags, heads, strict=True) if x == t) * 2 > counts[t]}
        answering = {t for t in counts if counts[t] > 1 and t not in asked} if asked else set()
    if answering:
        first = next(i for i, t in enumerate(tags) if t in counts and (t in answering or counts[t] > 1 or t in _ASKING))
        chosen = [Span(line.end - len(h), line.end) for line, h, t in zip(lines, heads, tags, strict=True) if t in answering]
    else:
        questions = [i for i, line in enumerate(lines) if _is_question(context.text(line))]
        answered = [i for i in questions if i + 1 < len(lines) and i + 1 not in questions]
        first = questions[0] if questions else 0
        if len(answered) < 3 or len(questions) * 3 < len(lines) - first:
            return None, []
        chosen = [line for i, line in enumerate(lines) if i > first and i not in questions]
    if not chosen:
        return None, []
    return _interviewed(context, lines[first].start, answering), chosen


def _interviewed(context: Context, first: int, tags: set[str]) -> str | None:
    """The person whom the answers' tag names, else the one person whom the lines before the first question present."""
    persons = [n.actor for n in context.names if n.person and n.actor]
    for tag in tags - _ANSWERING:
        named = {p for p in persons if tag.split()[-1] in context.label(p).lower().split()}
        if len(named) == 1:
            return named.pop()
    author = (context.article.author or "").lower()
    before = {n.actor for n in context.names if n.person and n.actor and context.doc[n.start].idx < first
              and context.label(n.actor).lower() not in author}
    return before.pop() if len(before) == 1 else None


def answers(context: Context) -> list[Statement]:
    """Answers of an interview: each is a statement of the person who is interviewed."""
    speaker, spans = interview(context)
    made: list[Statement] = []
    for span in spans:
        sentence = next((s for s in context.doc.sents if s.start_char >= span.start), None)
        if sentence is None or span.end - span.start < 12:
            continue
        evidence = Span(span.start, min(span.end, context.sentence(sentence[0]).end))
        content = " ".join(context.text(span).split())
        made.append(Statement(ref=f"event/{context.article.id}/statement-{span.start}", kind="Claim", label=told(context, speaker, content),
                              speaker=speaker, reports=(Report(evidence=evidence, content_spans=(span,), rule="interview-answer"),),
                              about=about(context, (span,), speaker), content=content))
    return made


def orphans(context: Context, found: list[Statement]) -> list[Statement]:
    """Quotations that no cue claims: the speaker of the same paragraph goes on, else the speaker stays unknown."""
    made: list[Statement] = []
    text = context.article.text
    for quote in context.quotes:
        inside = any(c.start < quote.span.end and quote.span.start < c.end for s in found + made
                     for r in s.reports for c in r.content_spans)
        token = context.token_at(quote.inner.start)
        if inside or token is None or len(context.text(quote.inner).split()) < 6 or context.headline(token):
            continue
        line = text.rfind("\n", 0, quote.span.start) + 1
        earlier = [s for s in found + made if s.reports[0].evidence.start < quote.span.start]
        same = [s for s in earlier if s.reports[0].evidence.start >= line or quote.continues]
        begins = not text[line:quote.span.start].strip() or not text[line:quote.span.start].rstrip()[-1:].isalnum()
        if not begins:
            continue
        last = max(same, key=lambda s: s.reports[0].evidence.start, default=None)
        speaker = _before_colon(context, line, quote.span.start) or (last.speaker if last else None)
        content = " ".join(context.text(quote.inner).split())
        iri = f"event/{context.article.id}/statement-{quote.span.start}"
        report = Report(evidence=quote.span, content_spans=(quote.span,), trigger=None, rule="quotation-continues" if last else
                        "quotation-alone")
        act = "Opinion" if any(w in content.lower() for w in ("i believe", "i think", "we think")) else "Claim"
        made.append(Statement(ref=iri, kind=act, label=told(context, speaker, content), speaker=speaker, reports=(report,),
                              about=about(context, (quote.span,), speaker), content=content, quotations=(content,)))
    return made


def _before_colon(context: Context, line: int, start: int) -> str | None:
    """Who is named at the start of a line that leads to a quotation by a colon alone: "The minister, at the border: “…”"."""
    if not context.article.text[line:start].rstrip().endswith(":"):
        return None
    return next((n.actor for n, at in zip(context.names, context.name_starts, strict=True) if n.actor and line <= at < min(start, line + 60)), None)


def nested(statement: Statement, found: list[Statement]) -> Statement:
    """Sets who tells of the statement, where it stands in what another one says; its label says so too."""
    report = statement.reports[0]
    at = (report.cue_span or report.evidence).start
    outer = [(c.end - c.start, s) for s in found if s.ref != statement.ref for r in s.reports for c in r.content_spans
             if c.start <= at < c.end and set(r.content_spans) != set(report.content_spans)]
    if not outer:
        return replace(statement, label=as_label(statement.label))
    parent = min(outer, key=lambda o: o[0])[1]
    outside = replace(report, stated_in=parent.ref, modality="Denied" if denies_content(parent) else "Alleged",
                      attributed_to=(parent.speaker,) if parent.speaker else ())
    return replace(statement, label=as_label(statement.label, (outside.modality,)), reports=(outside, *statement.reports[1:]))
