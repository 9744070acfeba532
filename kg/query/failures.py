"""How a query can fail: each failure has the HTTP status and the name that clients can rely on."""

from __future__ import annotations

import re


class QueryFailure(Exception):
    """Base. ``name`` ends the problem's type IRI; ``retry_after`` is in seconds, for overload alone."""

    status = 503
    name = "query-failed"
    title = "Query failed"
    retry_after: int | None = None


class Malformed(QueryFailure):
    """The query is not in the grammar; ``line`` and ``column`` count from 1, where the parser tells them."""

    status, name, title = 400, "malformed-query", "Malformed query"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        found = re.search(r"\bat (\d+):(\d+)", message)
        self.line = int(found.group(1)) if found else None
        self.column = int(found.group(2)) if found else None


class NotAnswerable(QueryFailure):
    """The grammar allows it, the store cannot do it (a remote service, a function it refuses)."""

    status, name, title = 400, "not-answerable", "Query not answerable"


class NotFound(QueryFailure):
    """The named graph is not in the store."""

    status, name, title = 404, "no-such-graph", "Not found"


class NotAcceptable(QueryFailure):
    """The result has none of the media types that the client takes; the message is "table" or "graph"."""

    status, name, title = 406, "not-acceptable", "Not acceptable"


class TimedOut(QueryFailure):
    """The deadline came before the end."""

    name, title = "query-timeout", "Query timed out"


class OutOfMemory(QueryFailure):
    """The query needed more memory than one may have."""

    name, title = "query-memory", "Query needs too much memory"


class Overloaded(QueryFailure):
    """Too much is being asked at this moment."""

    name, title, retry_after = "overloaded", "Too many queries at once", 5


class Crashed(QueryFailure):
    """The process ended for a reason that nobody here decided."""

    name, title = "query-crashed", "Query could not be evaluated"


#: Failures that a worker reports by name.
BY_NAME = {kind.name: kind for kind in (QueryFailure, Malformed, NotAnswerable, NotFound, NotAcceptable, OutOfMemory)}
