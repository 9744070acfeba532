"""Reads a SPARQL Protocol request: which query, on which dataset, in which media type."""

from __future__ import annotations

import math
from dataclasses import dataclass

from kg.query.formats import DATASETS, GRAPHS, HTML, RESULTS
from kg.query.text import MAX_DEPTH, words_of
from kg.web.message import Ask, Refused, best, decoded

FORM, QUERY, UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
QUERY_METHODS = "GET, HEAD, POST, OPTIONS"
#: Names that SPARQLWrapper, browsers' tools and people send in format=.
ALIASES = {"turtle": "ttl", "n3": "ttl", "ntriples": "nt", "n-triples": "nt", "rdf+xml": "rdf", "rdfxml": "rdf", "json-ld": "jsonld",
           "nquads": "nq", "n-quads": "nq", "json+ld": "jsonld", "srj": "json", "srx": "xml", "application/json": "json", "application/xml": "xml"}
_TABLE_TYPES = {m: m for m in RESULTS} | {"application/json": "application/sparql-results+json",
                                          "application/xml": "application/sparql-results+xml", "text/xml": "application/sparql-results+xml"}
_GRAPH_TYPES = {m: m for m in GRAPHS | DATASETS} | {"application/json": "application/ld+json", "application/xml": "application/rdf+xml"}
_BOOLEANS = {"application/sparql-results+json", "application/sparql-results+xml"}  # CSV and TSV have no boolean


@dataclass
class Request:
    """A query, or an update, as the protocol gives it; None as dataset means: as the text says."""

    text: str
    default: list[str] | None
    named: list[str] | None
    parameters: dict[str, list[str]]


def gathered(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    """The values of each parameter."""
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def read(ask: Ask, word: str, direct: str) -> Request | None:
    """The request in ``ask``: parameter ``word``, or a body of type ``direct``. None: a bare GET.

    :raises Refused: with the status that the protocol asks for
    """
    if len(ask.query_string) > 16_384:
        raise Refused(414, "address-too-long", "Address too long", "The part behind ? may have 16,384 bytes; send the query by POST")
    pairs = ask.parameters()
    texts: list[str] = []
    if ask.method == "POST":
        kind, charset = ask.media_type()
        offered = {"Accept-Post": f"{FORM}, {direct}"}
        if not kind:
            raise Refused(400, "no-content-type", "No Content-Type", f"Send one of: {FORM}, {direct}", offered)
        if kind == UPDATE and word == "query":
            raise Refused(403, "updates-refused", "Updates are not accepted", "This address answers queries only")
        if kind not in {FORM, direct}:
            raise Refused(415, "unsupported-media-type", "Unsupported media type", f"Send one of: {FORM}, {direct}", offered)
        if charset.lower() not in {"utf-8", "utf8", "us-ascii"}:
            raise Refused(415, "unsupported-charset", "Unsupported charset", f"Send UTF-8, not {charset[:40]}", offered)
        if kind == direct:
            try:
                texts.append(ask.body.decode("utf-8"))
            except UnicodeDecodeError as error:
                raise Refused(400, "not-utf-8", "Not UTF-8", f"The body is not UTF-8 at byte {error.start}") from error
        else:
            pairs = pairs + decoded(ask.body)
    parameters = gathered(pairs)
    texts += parameters.get(word, [])
    other = "update" if word == "query" else "query"
    if other in parameters:
        if word in parameters or texts:
            raise Refused(400, "query-and-update", "Query and update", "Send either query or update")
        if word == "query":
            raise Refused(400 if ask.method != "POST" else 403, "updates-refused", "Updates are not accepted", "This address answers queries only")
    if not texts:
        if ask.method == "POST":
            raise Refused(400, f"no-{word}", f"No {word}", f"Send the parameter {word} or a body of type {direct}")
        return None
    if len(texts) > 1:
        raise Refused(400, f"more-than-one-{word}", f"More than one {word}", f"Send exactly one {word}")
    if not texts[0].strip():
        raise Refused(400, f"no-{word}", f"No {word}", f"The {word} is empty")
    names = ("default-graph-uri", "named-graph-uri") if word == "query" else ("using-graph-uri", "using-named-graph-uri")
    default, named = (parameters.get(n, []) for n in names)
    for iri in default + named:
        if ":" not in iri:
            raise Refused(400, "no-iri", "Not an IRI", f"{iri[:200]!r} names no graph: send a full IRI")
    dataset = bool(default or named)
    return Request(texts[0], default if dataset else None, named if dataset else None, parameters)


def check(text: str, allowed: frozenset[str]) -> bool:
    """Whether the query needs the network, which is allowed for listed services alone.

    :raises Refused: for a service that is not listed, and for brackets that no parser follows
    """
    words = words_of(text)
    if words.depth > MAX_DEPTH:
        raise Refused(400, "nested-too-deeply", "Nested too deeply", f"At most {MAX_DEPTH} brackets may be open at once")
    for service in words.services:
        if service not in allowed:
            raise Refused(403, "service-refused", "SERVICE is refused",
                          f"Queries here do not go to {f'<{service}>' if service else 'services named otherwise than by a full IRI'}; ask it yourself")
    return bool(words.services)


def media(ask: Ask, parameters: dict[str, list[str]], suffix: str = "") -> dict[str, str | None]:
    """The media types for a table, a graph and a boolean. :raises Refused: where there is none at all"""
    wanted = suffix or next((v for n in ("format", "output", "results") for v in parameters.get(n, []) if v), "")
    if wanted:
        short = ALIASES.get(wanted.lower(), wanted.lower())
        table = next((m for m, (s, _) in RESULTS.items() if short in {s, m}), None)
        graph = next((m for m, (s, _) in (GRAPHS | DATASETS).items() if short in {s, m}), None)
        if short in {"html", HTML}:
            return {"table": HTML, "graph": HTML, "boolean": HTML}
        if table is None and graph is None:
            raise not_acceptable()
        # One parameter serves both kinds of query: its own kind is exact, the other gets the nearest or the usual format.
        near = {"json": "application/ld+json", "xml": "application/rdf+xml"}.get(short, "text/turtle")
        table = table or "application/sparql-results+json"
        return {"table": table, "graph": graph or near, "boolean": table if table in _BOOLEANS else "application/sparql-results+json"}
    accept = ask.headers.get("accept", "")
    table = best(accept, (*_TABLE_TYPES, HTML))
    graph = best(accept, (*_GRAPH_TYPES, HTML))
    if table is None and graph is None:
        raise not_acceptable()
    boolean = best(accept, (*(n for n, m in _TABLE_TYPES.items() if m in _BOOLEANS), HTML))
    return {"table": _TABLE_TYPES.get(table or "", table), "graph": _GRAPH_TYPES.get(graph or "", graph),
            "boolean": _TABLE_TYPES.get(boolean or "", boolean)}


def not_acceptable(types: list[str] | None = None) -> Refused:
    """406 with the list."""
    offered = types or [*RESULTS, *GRAPHS, *DATASETS, HTML]
    return Refused(406, "not-acceptable", "Not acceptable", f"Ask for one of: {', '.join(offered)}", offered=offered)


def seconds(parameters: dict[str, list[str]], limit: float) -> float:
    """The deadline: ``timeout=`` may only lower it. :raises Refused: for what is no number above 0"""
    given = parameters.get("timeout", [""])[-1]
    if not given:
        return limit
    try:
        number = float(given)
    except ValueError:
        number = math.nan
    if not number > 0:
        raise Refused(400, "no-number", "Not a number", f"timeout must be a number of seconds above 0, not {given[:40]!r}")
    return min(number, limit)


def encoding(ask: Ask) -> str | None:
    """The content coding that the client takes; zstd before gzip where it likes both the same."""
    given = ask.headers.get("accept-encoding", "")
    if not given:
        return None
    likes: dict[str, float] = {}
    for part in given.split(","):
        name, _, rest = part.partition(";")
        quality = rest.strip().lower().removeprefix("q=")
        try:
            likes[name.strip().lower()] = float(quality) if rest.strip() else 1.0
        except ValueError:
            likes[name.strip().lower()] = 0.0
    usable = [n for n in ("zstd", "gzip") if likes.get(n, 0.0) > 0]
    return max(usable, key=lambda n: likes[n]) if usable else None
