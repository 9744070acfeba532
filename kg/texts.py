"""The text of articles, kept beside the graph and never in it: the offsets of evidence count its characters."""

from __future__ import annotations

from pathlib import Path

#: Characters of a text that are read for a page.
LONGEST = 400_000


def text_path(data: Path, article: str) -> Path:
    """Where the text of an article lies."""
    return data / "texts" / f"{article}.txt"


def kept_text(data: Path, article: str) -> str:
    """The text of an article as it was read; nothing where it was not kept."""
    path = text_path(data, article)
    if not article or "/" in article or not path.is_file():
        return ""
    with path.open(encoding="utf-8", newline="") as handle:  # offsets count line ends as they were
        return handle.read(LONGEST)
