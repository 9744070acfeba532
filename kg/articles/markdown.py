"""Markdown and its YAML front matter; the text stays the whole file, the front matter is furniture."""

from __future__ import annotations

import re
from datetime import date, datetime

import yaml

from kg.articles.dates import parse_date
from kg.articles.metadata import Given
from kg.errors import ReadingError
from kg.records import Span

_FRONT = re.compile(r"\ufeff?---[ \t]*\r?\n(.*?\r?\n)?(?:---|\.\.\.)[ \t]*(?:\r?\n|$)", re.DOTALL)
_MARKUP = re.compile(r"[ \t]*(?:[-*_] ?){3,}[ \t]*$|!\[[^\]]*\]\([^)]*\)\s*$|\[[^\]]*\]:\s*\S+\s*$", re.MULTILINE)


def front_matter(text: str, where: str) -> tuple[Given, tuple[Span, ...]]:
    """What the front matter says, and the spans of its lines and of lines that are markup alone.

    Errors: ReadingError where the front matter is not a YAML mapping.
    """
    match = _FRONT.match(text)
    markup = tuple(Span(m.start(), m.start() + len(m.group().rstrip())) for m in _MARKUP.finditer(text) if m.group().strip())
    if match is None:
        return Given(), markup
    try:
        values = yaml.safe_load(match[1] or "") or {}
    except (yaml.YAMLError, ValueError) as error:
        raise ReadingError(f"{where}: the front matter is not YAML ({' '.join(str(error).split())}); correct it or remove it.") from error
    if not isinstance(values, dict):
        raise ReadingError(f"{where}: the front matter is not a list of `name: value` lines; correct it or remove it.")
    fields = {str(k).lower(): v for k, v in values.items()}
    lines = tuple(Span(m.start(), m.end()) for m in re.finditer(r"[^\r\n]+", match.group()))
    return Given(
        title=_text(fields, "title"), publisher=_text(fields, "publisher", "site", "sitename"),
        original_source=_text(fields, "original_source", "originalsource", "agency"),
        author=_text(fields, "author", "authors", "by"), issued=_issued(fields),
        source=_text(fields, "source", "url", "link"), language=_text(fields, "language", "lang"),
    ), (*lines, *(s for s in markup if s.start >= match.end()))


def _text(fields: dict[str, object], *names: str) -> str | None:
    """The first of the named fields that holds text; a list is joined by commas."""
    for name in names:
        value = fields.get(name)
        if isinstance(value, list):
            value = ", ".join(str(v) for v in value)
        if value is not None and not isinstance(value, dict) and str(value).strip():
            return " ".join(str(value).split())
    return None


def _issued(fields: dict[str, object]) -> str | None:
    for name in ("date", "published", "issued", "pubdate"):
        value = fields.get(name)
        if isinstance(value, datetime):
            return value.date().isoformat()
        if isinstance(value, date):
            return value.isoformat()
        if value is not None:
            text = str(value).strip()
            if re.fullmatch(r"\d{4}(-(0[1-9]|1[0-2]))?", text):
                return text
            if parsed := parse_date(text):
                return parsed
    return None
