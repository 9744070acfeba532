"""Quotations: straight and curly, running over sentences, continued in the next paragraph."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kg.records import Span

_OPEN, _CLOSE, _STRAIGHT = "“«„", "”»", '"'


@dataclass(frozen=True)
class Quote:
    """``span`` includes the marks, ``inner`` does not. ``continues``: goes on where the quote before it was left open."""

    span: Span
    inner: Span
    continues: bool = False


def find_quotes(text: str, skipped: tuple[Span, ...] = ()) -> tuple[Quote, ...]:
    """All quotations of ``text`` in order, outside the ``skipped`` lines.

    A quotation that is open at the end of its line counts only where it began the line, as quotations over several
    paragraphs do; the next line then continues it if it begins with an opening mark.
    """
    found: list[Quote] = []
    was_open = False
    for line in re.finditer(r"[^\r\n]+", text):
        if any(s.start < line.end() and line.start() < s.end for s in skipped):
            continue
        start: int | None = None
        first = line.start() + len(line.group()) - len(line.group().lstrip())
        continues = was_open and text[first] in _OPEN + _STRAIGHT
        for i in range(line.start(), line.end()):
            c = text[i]
            if start is None and (c in _OPEN or c == _STRAIGHT):
                start = i
            elif start is not None and (c in _CLOSE or c == _STRAIGHT or (c == "“" and not text[i + 1: i + 2].isalnum())):
                if i > start + 1:
                    found.append(Quote(Span(start, i + 1), Span(start + 1, i), continues and start == first))
                start = None
        was_open = start is not None and start == first
        if was_open:
            assert start is not None
            found.append(Quote(Span(start, line.end()), Span(start + 1, line.end()), continues))
    return tuple(found)
