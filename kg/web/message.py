"""A request and an answer as plain values, so that the protocol does not depend on the server or framework around it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header, parse_options_header

from kg.query.formats import HTML
from kg.web.cache import Parts

Render = Callable[..., str]
_FIELDS = 200  # parameters that a request may have
_HOST = re.compile(r"[\w.-]+(:\d+)?|\[[0-9a-fA-F:.]+\](:\d+)?")


@dataclass
class Answer:
    """``stream`` takes the place of ``body`` where the answer is long; an error in it must end the connection."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    stream: Parts | None = None
    outcome: str = ""       # for the counters
    query_hash: str = ""    # for the log


class Refused(Exception):
    """Ends a request with a problem; ``name`` ends the problem's type."""

    def __init__(self, status: int, name: str, title: str, detail: str, headers: dict[str, str] | None = None, **more: Any) -> None:
        super().__init__(detail)
        self.status, self.name, self.title, self.headers, self.more = status, name, title, headers or {}, more


@dataclass
class Ask:
    """One request. Header names are in small letters."""

    method: str
    path: str
    query_string: bytes
    headers: dict[str, str]
    body: bytes = b""
    client: str = ""
    scheme: str = "http"
    public_url: str = ""

    @property
    def root(self) -> str:
        """Address of this server as the client sees it, without a trailing slash."""
        host = self.headers.get("host", "")
        return self.public_url or f"{self.scheme}://{host if _HOST.fullmatch(host) else 'localhost'}"

    def media_type(self) -> tuple[str, str]:
        """(media type of the body in small letters, charset as it was given)."""
        kind, options = parse_options_header(self.headers.get("content-type", ""))
        return kind.lower(), options.get("charset", "utf-8")

    def parameters(self) -> list[tuple[str, str]]:
        """Of the address, decoded once."""
        return decoded(self.query_string)

    def accepts(self, types: list[str]) -> str | None:
        """The type of ``types`` that the client likes best, the first of equals; None where it takes none."""
        return best(self.headers.get("accept", ""), tuple(types))

    def wants_page(self) -> bool:
        """Whether a problem is better shown as a page."""
        return self.accepts(["application/problem+json", "application/json", HTML]) == HTML


def decoded(data: bytes) -> list[tuple[str, str]]:
    """Parameters of an address or form. :raises Refused: where they are not UTF-8 or too many"""
    try:
        return parse_qsl(data.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=_FIELDS)
    except UnicodeDecodeError as error:
        raise Refused(400, "not-utf-8", "Not UTF-8", "Parameters must be UTF-8, percent-encoded") from error
    except ValueError as error:
        raise Refused(400, "too-many-parameters", "Too many parameters", f"At most {_FIELDS} parameters") from error


@lru_cache(maxsize=1024)
def best(accept: str, types: tuple[str, ...]) -> str | None:
    """Content negotiation after RFC 9110: the most specific range decides the quality of a type; parameters are left out."""
    if not accept.strip():
        return types[0]
    ranges = MIMEAccept([(kind.partition(";")[0].strip().lower(), quality) for kind, quality in parse_accept_header(accept, MIMEAccept)])
    likes = {kind: ranges.quality(kind) for kind in types}
    top = max(types, key=lambda kind: likes[kind])  # max() keeps the first of equals
    return top if likes[top] > 0 else None


def problem(ask: Ask, refused: Refused, render: Render, base: str) -> Answer:
    """The answer to a request that ends in a problem (RFC 9457)."""
    headers = {"Vary": "Accept", "Cache-Control": "no-store"} | refused.headers
    if ask.wants_page():
        page = render("error.html", title=refused.title, detail=str(refused))
        return Answer(refused.status, headers | {"Content-Type": "text/html; charset=utf-8"}, page.encode(), outcome=refused.name)
    told = {"type": f"{base}/problem/{refused.name}", "title": refused.title, "status": refused.status, "detail": str(refused), **refused.more}
    body = json.dumps({k: v for k, v in told.items() if v is not None}, ensure_ascii=False).encode("utf-8", "replace")
    return Answer(refused.status, headers | {"Content-Type": "application/problem+json"}, body, outcome=refused.name)
