"""A text as lines with offsets: what furniture, headlines and metadata are found in."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kg.records import Span

_LINE = re.compile(r"[^\r\n]+")
#: A code or agency in parentheses may stand behind the last full stop.
_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]]*(?:\s*\([^()]{1,40}\))?$")
_BLANK_BETWEEN = re.compile(r"\n[ \t\ufeff]*\r?\n|\r[ \t]*\r(?!\n)")


@dataclass(frozen=True)
class Line:
    """One line that is not blank; ``start`` and ``end`` leave out white space, a byte order mark and the newline.

    ``block`` counts paragraphs: lines without a blank line between them share it.
    """

    start: int
    end: int
    text: str
    block: int

    @property
    def span(self) -> Span:
        """Where the line stands in the article text."""
        return Span(self.start, self.end)

    @property
    def words(self) -> int:
        """Number of words, counted by white space."""
        return len(self.text.split())

    @property
    def ends_sentence(self) -> bool:
        """True where the line ends as a sentence does."""
        return _SENTENCE_END.search(self.text) is not None

    @property
    def is_prose(self) -> bool:
        """True for a paragraph: eight words or more that end as a sentence, and not an item of a list."""
        return self.words >= 8 and self.ends_sentence and not LIST_ITEM.match(self.text)


LIST_ITEM = re.compile(r"(?:[-*•·▪–—]|\d{1,2}[.)])\s+\S|>>")


def split_lines(text: str) -> list[Line]:
    """The lines of ``text`` that are not blank, in order; LF, CRLF and CR all end a line.

    >>> [(line.text, line.block) for line in split_lines("One\\n two \\n\\nthree")]
    [('One', 0), ('two', 0), ('three', 1)]
    """
    lines: list[Line] = []
    block, last = 0, 0
    for match in _LINE.finditer(text):
        raw = match.group()
        stripped = raw.strip(" \t\ufeff\u00a0\u200b\f\v")
        if not stripped:
            continue
        start = match.start() + raw.index(stripped)
        if lines and _BLANK_BETWEEN.search(text, last, start):
            block += 1
        lines.append(Line(start, start + len(stripped), stripped, block))
        last = match.start() + len(raw)
    return lines


def wrapped_blocks(lines: list[Line]) -> set[int]:
    """Blocks whose lines were broken at a column: their lines are parts of sentences and never stand for themselves."""
    blocks: dict[int, list[Line]] = {}
    for line in lines:
        blocks.setdefault(line.block, []).append(line)
    return {
        block for block, members in blocks.items()
        if len(members) > 1 and members[-1].ends_sentence and all(50 <= len(m.text) <= 120 for m in members[:-1])
        and any(m.text[:1].islower() for m in members[1:])
    }
