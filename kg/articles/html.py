"""A web page to the text of its article and what its markup says of it."""

from __future__ import annotations

import re
from typing import Any

import trafilatura
from trafilatura.utils import load_html

from kg.articles.metadata import Given
from kg.errors import ReadingError

MIN_WORDS = 25


def meta_charset(page: bytes) -> str | None:
    """The encoding that a page names in its first lines; None where it names none."""
    match = re.search(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", page[:4096], re.IGNORECASE)
    return match[1].decode("ascii", "ignore") if match else None


def read_page(page: str, where: str, url: str | None = None) -> tuple[str, Given]:
    """Text of the article in ``page`` and the metadata of its markup. Errors: ReadingError for a page without article."""
    tree = load_html(page)
    if tree is None:
        raise ReadingError(f"{where} holds no article: it is not HTML that can be read.")
    document: Any = trafilatura.bare_extraction(
        tree, url=url, with_metadata=True, include_comments=False, include_tables=False,
        date_extraction_params={"original_date": True, "extensive_search": False})
    text = (getattr(document, "text", None) or "").strip()
    if len(text.split()) < MIN_WORDS:
        raise ReadingError(f"{where} holds no article: fewer than {MIN_WORDS} words of running text were found in the page.")
    site = _plain(document.sitename)
    language = (tree.get("lang") or tree.get("xml:lang") or "") if tree is not None else ""
    title = _plain(document.title)
    if title and not any(line.strip() == title for line in text.splitlines()[:3]):
        text = f"{title}\n\n{text}"  # the headline is part of what was published, and a passage may be quoted from it
    return text, Given(
        title=title, publisher=site, author=_plain(document.author), issued=document.date or None,
        language=language[:2].lower() if re.match(r"[A-Za-z]{2}\b", language) else None)


def _plain(value: str | None) -> str | None:
    """One line of text without surrounding white space; None for nothing."""
    return " ".join(value.split()) or None if value else None
