"""How the words of a passage lead to the actors and places of its report: the steps that a reader can check."""

from __future__ import annotations

from collections.abc import Iterable

from spacy.tokens import Token

from kg.extract.context import Context
from kg.records import Report, Resolution, Span
from kg.resolve.names import PERSON_NOUNS, Name


def resolutions(context: Context, report: Report, refs: Iterable[str]) -> tuple[Resolution, ...]:
    """One step for each of ``refs`` that the passage of ``report`` does not name by its label or an alias."""
    made = (_step(context, report, ref) for ref in dict.fromkeys(refs))
    return tuple(step for step in made if step is not None)


def _step(context: Context, report: Report, ref: str) -> Resolution | None:
    names = context.namings(ref)
    inside = [(n, s) for n, s in names if report.evidence.covers(s)]
    spelt = {w.casefold() for w in context.spellings(ref)}
    said = "" if names else context.text(report.evidence).casefold()
    if any(w in said for w in spelt):  # described in these very words
        return None
    if any(not n.demonym and context.text(s).casefold() in spelt for n, s in inside):
        return None
    words, method = _words(context, report, ref, inside)
    if words is not None and context.text(words).casefold() in spelt:
        return None
    start = words.start if words else report.evidence.start
    before = [s for n, s in names if not n.demonym and s.end <= start]
    return Resolution(ref, method, words, before[-1] if before else None)


def _words(context: Context, report: Report, ref: str, inside: list[tuple[Name, Span]]) -> tuple[Span | None, str]:
    """The words of the passage that stand for ``ref``, and in which way."""
    near = report.trigger.start if report.trigger else report.evidence.start
    if plain := [(n, s) for n, s in inside if not n.demonym]:
        name, span = min(plain, key=lambda found: abs(found[1].start - near))
        parts = {w for s in context.spellings(ref) for w in s.casefold().split()}
        return span, "part" if name.end - name.start == 1 and context.text(span).casefold() in parts else "spelling"
    heads = [t for t in context.resolved(ref) if report.evidence.start <= t.idx < report.evidence.end]
    if not heads:
        if inside:
            return inside[0][1], "nationality"
        if report.source_span is not None and report.evidence.covers(report.source_span):
            pronoun = context.text(report.source_span).casefold() in {"he", "she", "it", "they", "we", "i", "who"}
            return report.source_span, "pronoun" if pronoun else "title"
        return None, "context"
    head = min(heads, key=lambda t: abs(t.idx - near))
    return _phrase(context, head), _method(head, bool(inside))


def _method(head: Token, inside: bool) -> str:
    if head.pos_ == "PRON" or head.lower_ in {"his", "her", "its", "their", "our", "my"}:
        return "pronoun"
    if inside:
        return "nationality"
    return "title" if head.lemma_.lower() in PERSON_NOUNS else "description"


def _phrase(context: Context, head: Token) -> Span:
    return Span(head.idx, head.idx + len(head)) if head.pos_ == "PRON" else context.span(context.phrase(head))

