"""The page of an article: its passages in order, and, where the operator shows it, the text with the passages marked in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pyoxigraph as ox
from flask import request

from kg.index import Thing
from kg.index.passages import Passage, of_article
from kg.texts import kept_text
from kg.web import ledger
from kg.web.look import Look

PAGE = 25


@dataclass
class Piece:
    """A piece of text between two boundaries of evidence, and the passages that it is part of, the shortest first."""

    text: str
    start: int
    passages: list[Passage] = field(default_factory=list)
    first: Passage | None = None  # the passage that begins here


def article(look: Look, thing: Thing, own: list[ox.Triple]) -> dict[str, Any]:
    """What the page of an article shows."""
    found = of_article(look.index, thing.iri)
    after, at = request.args.get("after", ""), request.args.get("at", "")
    begin = next((n + 1 for n, p in enumerate(found) if p.report == after), 0)
    if at:  # the page that has the passage which begins there
        begin = next((n // PAGE * PAGE for n, p in enumerate(found) if str(p.start) == at), 0)
    page = found[begin:begin + PAGE]
    reports = {r.iri: r for r in ledger.reports(look, [p.report for p in page])}
    events = look.index.by_iri(p.event for p in page)
    text = kept_text(look.settings.data, thing.iri.partition("/id/article/")[2]) if look.text_shown else ""
    look.learn(ledger.iris_of(reports.values()) | {p.event for p in page})
    pages = {p.report: found[(n // PAGE) * PAGE - 1].report if n >= PAGE else "" for n, p in enumerate(found)}
    about: dict[str, list[str]] = {}
    for triple in own:
        about.setdefault(ledger.name_of(triple.predicate), []).append(getattr(triple.object, "value", ""))
    look.learn({v for k in ("publisher", "originalSource", "mentions") for v in about.get(k, [])})
    about.get("mentions", []).sort(key=look.name)
    return {"about": about, "passages": [(p, reports[p.report], events.get(p.event)) for p in page], "total": len(found), "begun": begin,
            "after": page[-1].report if begin + PAGE < len(found) else "", "pieces": pieces(text, found) if text else [],
            "pages": pages}


def pieces(text: str, passages: list[Passage]) -> list[Piece]:
    """The text cut at every boundary of a passage; joined, the pieces are the text."""
    cuts = sorted({0, len(text)} | {b for p in passages for b in (p.start, p.end) if b <= len(text)})
    found = [Piece(text[a:b], a) for a, b in pairwise(cuts)]
    at = {piece.start: number for number, piece in enumerate(found)}
    for passage in passages:
        if passage.start in at:
            found[at[passage.start]].first = found[at[passage.start]].first or passage
            number = at[passage.start]
            while number < len(found) and found[number].start < passage.end:
                found[number].passages.append(passage)
                number += 1
    for piece in found:
        piece.passages.sort(key=lambda p: (p.end - p.start, p.report))
    return found


def context(text: str, start: int, end: int, around: int = 160) -> tuple[str, str]:
    """The words before and after a passage, from a blank to a blank, within its paragraph."""
    before, behind = text[max(0, start - around):start], text[end:end + around]
    if "\n\n" in before or "\n\n" in behind:  # no further than the paragraph
        start, before = (0, before.rpartition("\n\n")[2]) if "\n\n" in before else (start, before)
        behind = behind.partition("\n\n")[0]
    if start > around and " " in before:
        before = "…" + before.partition(" ")[2]
    if len(behind) == around and " " in behind:
        behind = behind.rpartition(" ")[0] + "…"
    return before, behind
