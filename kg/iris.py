"""IRIs: minted from content only, so that two builds of one input give the same names."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from pathlib import PurePath


def slug(text: str, limit: int = 60) -> str:
    """Lower-case ASCII words of ``text`` joined by hyphens, at most ``limit`` characters; "" where there are none.

    >>> slug("Al-Nuṣra Front (JN)")
    'al-nusra-front-jn'
    """
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    words = re.findall(r"[a-z0-9]+", ascii_text.replace("'", ""))
    return "-".join(words)[:limit].strip("-")


def article_id(identifier: str, title: str | None = None) -> str:
    """Identifier of an article: slug of its file name (or title, for a URL) and 8 hex digits of SHA-256.

    >>> article_id("example.txt")
    'example-e7cb6323'
    """
    digest = hashlib.sha256(identifier.encode("utf-8")).hexdigest()[:8]
    is_url = "://" in identifier
    name = (title or PurePath(identifier).name) if is_url else PurePath(identifier).stem
    return f"{slug(name) or 'article'}-{digest}"
