"""Tests of queries, updates and syntax: over HTTP, and in process on the store alone."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pyoxigraph as ox

from tests.w3c.compare import Answer, difference, from_csv, read_data, read_result, solutions, statements
from tests.w3c.endpoint import Endpoint, EndpointError, Reply
from tests.w3c.manifests import Case, File

EXACT, BY_VALUE, FAILED = "exact", "by value", "failed"
_ASKED_FOR = {"srx": "application/sparql-results+xml", "srj": "application/sparql-results+json", "csv": "text/csv",
              "tsv": "text/tab-separated-values"}
_TABLES = {"application/sparql-results+xml": ox.QueryResultsFormat.XML, "application/sparql-results+json": ox.QueryResultsFormat.JSON,
           "text/tab-separated-values": ox.QueryResultsFormat.TSV}
_EVERYTHING = "SELECT ?s ?p ?o ?g WHERE { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"

#: Emptying a graph that does not exist is an error of its own, which a test of syntax is not about.
_EMPTIED = re.compile(r"\b(?:DROP|CLEAR)\s+GRAPH\s+(<[^>]*>)", re.IGNORECASE)


@dataclass(frozen=True)
class Outcome:
    """``level``: exact, by value (right numbers, written in another way) or failed; ``why``: what is wrong, where it failed."""

    level: str
    why: str = ""

    @property
    def passed(self) -> bool:
        """Whether the test counts as passed."""
        return self.level != FAILED


def in_process(case: Case) -> Outcome:
    """The test on the store in this process."""
    assert case.text is not None, "only tests of queries, updates and syntax have a text"
    store, text = ox.Store(), case.text.text()
    store.extend(read_data(case.data))
    if case.suite.startswith("syntax"):
        return _verdict(case.accepted, *_parses(store, case, text))
    try:
        if case.suite == "update":
            store.update(text, base_iri=case.text.iri)
            return _judge(statements(read_data(case.after)), statements(store), text)
        assert case.result is not None, "a query test has a result"
        found = store.query(text, base_iri=case.text.iri)
        if case.result.path.suffix == ".csv":
            assert isinstance(found, ox.QuerySolutions), "a CSV test is of a SELECT query"
            return _judge(read_result(case.result), from_csv((found.serialize(format=ox.QueryResultsFormat.CSV) or b"").decode()), text)
        return _judge(read_result(case.result), solutions(found), text)
    except (SyntaxError, RuntimeError, OSError, ValueError) as error:
        return Outcome(FAILED, f"{type(error).__name__}: {' '.join(str(error).split())}")


def over_http(case: Case, endpoint: Endpoint) -> Outcome:
    """The test on the endpoint."""
    assert case.text is not None, "only tests of queries, updates and syntax have a text"
    try:
        endpoint.hold(read_data(case.data))
        text = case.text.text()
        if case.suite == "syntax-query":
            return _refusal(case, endpoint.query(text, "*/*"))
        if case.suite == "syntax-update":
            for graph in _EMPTIED.findall(text) if case.accepted else ():
                endpoint.update(f"CREATE SILENT GRAPH {graph}")
            return _refusal(case, endpoint.update(text))
        based = f"BASE <{case.text.iri}>\n{text}"  # in process the store is told the base; here the request says it
        if case.suite == "update":
            reply = endpoint.update(based)
            if reply.status not in range(200, 300):
                return Outcome(FAILED, f"the update is answered {reply.brief()}")
            return _judge(statements(read_data(case.after)), _read(endpoint.query(_EVERYTHING, "application/sparql-results+json")), text)
        assert case.result is not None, "a query test has a result"
        reply = endpoint.query(based, _ASKED_FOR.get(case.result.path.suffix.lstrip("."), _wanted(text, case.result)))
        return _judge(read_result(case.result), _read(reply), text)
    except (EndpointError, SyntaxError, ValueError) as error:
        return Outcome(FAILED, " ".join(str(error).split()))


def _wanted(text: str, result: File) -> str:
    """The media type for a test whose result is an RDF file: a graph, or a table described in RDF."""
    return "text/turtle" if re.search(r"\b(CONSTRUCT|DESCRIBE)\b", text, re.IGNORECASE) else _ASKED_FOR["srj"]


def _parses(store: ox.Store, case: Case, text: str) -> tuple[bool, str]:
    """Whether the store's parser takes a text, and what it says otherwise."""
    assert case.text is not None, "a syntax test has a text"
    try:
        if case.suite == "syntax-query":
            store.query(text, base_iri=case.text.iri)
        else:
            store.update(text, base_iri=case.text.iri)
    except SyntaxError as error:
        return False, f"refused: {' '.join(str(error).split())}"
    except (RuntimeError, OSError) as error:  # it was parsed; what it asks for could not be done
        return True, f"accepted, then {error}"
    return True, "accepted"


def _verdict(expected: bool, accepted: bool, said: str) -> Outcome:
    return Outcome(EXACT) if accepted == expected else Outcome(FAILED, said)


def _refusal(case: Case, reply: Reply) -> Outcome:
    """A text in the grammar is answered 2xx, one outside it 400; any other status is wrong for both."""
    right = reply.status in range(200, 300) if case.accepted else reply.status == 400
    return Outcome(EXACT) if right else Outcome(FAILED, f"answered {reply.brief()}, expected {'2xx' if case.accepted else '400'}")


def _read(reply: Reply) -> Answer:
    """The answer in the body of a reply.

    :raises EndpointError: where it is no answer to a query
    """
    if reply.status != 200:
        raise EndpointError(f"the query is answered {reply.brief()}")
    if reply.media_type == "text/csv":
        return from_csv(reply.body.decode())
    if reply.media_type in _TABLES:
        return solutions(ox.parse_query_results(input=reply.body, format=_TABLES[reply.media_type]))
    kind = ox.RdfFormat.from_media_type(reply.media_type)
    if kind is None:
        raise EndpointError(f"the query is answered with the media type {reply.media_type!r}")
    return statements(q.triple for q in ox.parse(input=reply.body, format=kind))


def _judge(expected: Answer, found: Answer, text: str) -> Outcome:
    ordered = "ORDER BY" in text[text.rfind("}"):].upper()
    why = difference(expected, found, ordered=ordered)
    if not why:
        return Outcome(EXACT)
    return Outcome(FAILED, why) if difference(expected, found, ordered=ordered, by_value=True) else Outcome(BY_VALUE)
