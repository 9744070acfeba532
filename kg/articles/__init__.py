"""A file, page or URL to an :class:`~kg.records.Article`: text with offsets, what it says of itself, furniture marked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from kg.articles import metadata
from kg.articles.boilerplate import furniture, starts_comments
from kg.articles.fetching import fetch
from kg.articles.html import meta_charset, read_page
from kg.articles.lines import split_lines
from kg.articles.markdown import front_matter
from kg.articles.metadata import Given
from kg.articles.reading import decode, read_bytes
from kg.errors import ReadingError
from kg.iris import article_id
from kg.records import Article, Span
from kg.settings import Settings

SUFFIXES = (".txt", ".md", ".html", ".htm")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/{1,2}")

__all__ = ["find", "read"]


def read(source: str | Path, settings: Settings) -> Article:
    """The article of a file or URL.

    The text of a plain-text or Markdown file is the whole file decoded, newlines unchanged; that of a page is the
    running text found in it. Errors: ReadingError, for anything that gives no article, with what to do about it.
    """
    if isinstance(source, str) and _URL.match(source):
        response = fetch(source, settings)
        text = decode(response.body, source, response.charset or meta_charset(response.body))
        return _read_text(text, source, source, response.kind, url=source)
    path = Path(source)
    if str(path) != _whole(str(path)):
        raise ReadingError(f"{ascii(str(path))[1:-1]} has a name that is not UTF-8; rename the file, for an article is known by its name.")
    kind = {".md": "markdown", ".html": "html", ".htm": "html"}.get(path.suffix.lower(), "text")
    data = read_bytes(path)
    text = decode(data, str(path), meta_charset(data) if kind == "html" else None)
    if kind == "text" and re.match(r"\ufeff?\s*(?:<!doctype html|<html\b)", text, re.IGNORECASE):
        raise ReadingError(f"{path} is a web page under the name of a plain text; name it {path.stem}.html.")
    return _read_text(text, path.name, str(path), kind)


def find(paths: Iterable[str]) -> list[str]:
    """Article files and URLs of ``paths``: a folder stands for its files of the known suffixes, sorted, with those below it.

    Errors: ReadingError for a path that does not exist and for a folder without articles.
    """
    found: list[str] = []
    for name in paths:
        path = Path(name)
        if _URL.match(name):
            found.append(name)
        elif path.is_dir():
            inside = sorted(
                str(p) for p in path.rglob("*")
                if p.suffix.lower() in SUFFIXES and p.is_file() and not any(part.startswith(".") for part in p.relative_to(path).parts))
            if not inside:
                raise ReadingError(f"The folder {name} holds no articles; it needs files that end in {', '.join(SUFFIXES)}.")
            found += inside
        elif path.exists():
            found.append(name)
        else:
            raise ReadingError(f"{name} does not exist; check the spelling, or write http:// or https:// before an address.")
    return list(dict.fromkeys(found))


def _read_text(text: str, identifier: str, where: str, kind: str, url: str | None = None) -> Article:
    given, marked = Given(), tuple[Span, ...]()
    if kind == "html":
        text, given = read_page(text, where, url)
    elif kind == "markdown":
        given, marked = front_matter(text, where)
    given = replace(given, **{name: _whole(value) for name, value in vars(given).items() if value})
    return assemble(text, identifier, given, marked, url)


def assemble(text: str, identifier: str, given: Given, marked: tuple[Span, ...] = (), url: str | None = None) -> Article:
    """The article of a text: ``given`` metadata goes before what is found; ``marked`` spans are furniture already known."""
    lines = [line for line in split_lines(text) if not any(s.start <= line.start < s.end for s in marked)]
    title_line = metadata.title_line(lines, given.title)
    found_title, suffix = metadata.split_title(given.title or (title_line.text if title_line else ""))
    furniture_lines = furniture(lines, title_line)
    skipped = {line.start for line in furniture_lines}
    line_of_date = metadata.dateline(lines, skipped)
    publisher = given.publisher or metadata.publisher(lines, title_line, suffix, line_of_date)
    # A site's name among the lines above the first paragraph, or a closing line that is a name alone, is furniture too.
    for line in metadata.name_lines(lines, title_line, publisher):
        skipped.add(line.start)
    comments = next((line.start for line in furniture_lines if starts_comments(line.text)), len(text))
    title = found_title or None
    spans = {line.span for line in lines if line.start in skipped} | set(marked)
    return Article(
        identifier=identifier,
        id=article_id(identifier, title),
        text=text,
        title=title,
        publisher=publisher,
        original_source=given.original_source or (None if _is_web(given.source) else given.source)
        or metadata.original_source(lines, publisher, suffix, line_of_date),
        author=given.author or metadata.author(lines),
        issued=given.issued or metadata.issued(lines, skipped, line_of_date, comments),
        source=url or (given.source if _is_web(given.source) else None),
        language=given.language or "en",
        dateline=line_of_date.span,
        dateline_place=line_of_date.place,
        skipped=tuple(sorted(spans)),
        headlines=tuple(line.span for line in metadata.headlines(lines, title_line, skipped)),
    )


def _whole(text: str) -> str:
    """Escapes in JSON and YAML and names of files can hold halves of characters, which no RDF can: each becomes U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _is_web(source: str | None) -> bool:
    """True for an address; a source of front matter may also be the name of an outlet."""
    return source is not None and re.match(r"https?://[^\s<>\"{}|\\^`]+$", source) is not None
