"""A result as the inside of a page for people."""

from __future__ import annotations

import itertools
import re
from html import escape
from typing import IO, Any

import pyoxigraph as ox

MOST = 2000  # rows on one page; the page says so where there are more
_PARTS = re.compile(r"(?<=[/#])(?=[^/#])")  # where the line of an IRI may end


def _cell(term: Any) -> str:
    if isinstance(term, ox.NamedNode):
        shown = "<wbr>".join(escape(part) for part in _PARTS.split(term.value))
        return f'<td><a href="{escape(term.value)}">{shown}</a></td>' if term.value.startswith(("http://", "https://")) else f"<td>{shown}</td>"
    return f"<td>{escape(term.value if isinstance(term, ox.Literal) else '' if term is None else str(term))}</td>"


def write_rows(found: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples, out: IO[bytes] | Any, page: list[str]) -> None:
    """Writes a table of at most MOST rows between the two halves of ``page``; more rows are announced, never dropped in silence."""
    out.write(page[0].encode())
    if isinstance(found, ox.QueryBoolean):
        out.write(f'<p class="answer">{"true" if found else "false"}</p>'.encode())
    else:
        graph = isinstance(found, ox.QueryTriples)
        names = ["subject", "predicate", "object"] if graph else [v.value for v in found.variables]  # type: ignore[union-attr]
        out.write(("<table><thead><tr>" + "".join(f'<th scope="col">{escape(n)}</th>' for n in names) + "</tr></thead><tbody>").encode())
        count = 0
        rows = ((t.subject, t.predicate, t.object) for t in found) if graph else (tuple(s) for s in found)
        first = itertools.islice(rows, MOST)
        while some := ["<tr>" + "".join(map(_cell, row)) + "</tr>\n" for row in itertools.islice(first, 100)]:
            out.write("".join(some).encode())
            count += len(some)
        more = next(rows, None) is not None
        told = f"The first {count} rows; there are more: take another format for all of them." if more else f"{count} rows."
        out.write(f"</tbody></table><p>{told}</p>".encode())
    out.write(page[1].encode())
