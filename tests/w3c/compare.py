"""Answers of queries and contents of stores, and whether two of them are the same."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import pyoxigraph as ox
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.compare import isomorphic

from tests.w3c.manifests import Data, File

XSD = "http://www.w3.org/2001/XMLSchema#"
RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Row = Mapping[str, Term]  # variable, or place in a statement, to term; what is unbound is absent


@dataclass(frozen=True)
class Answer:
    """The truth value of an ASK query, or rows: solutions, or the statements of a graph or dataset."""

    truth: bool | None = None
    rows: Sequence[Row] = ()


def solutions(found: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples) -> Answer:
    """What the store answers in process, or what a results file says."""
    if isinstance(found, ox.QueryBoolean):
        return Answer(bool(found))
    if isinstance(found, ox.QueryTriples):
        return statements(found)
    names = [v.value for v in found.variables]
    return Answer(rows=[{n: v for n, v in zip(names, row, strict=True) if v is not None} for row in found])


def statements(found: Iterable[ox.Triple | ox.Quad]) -> Answer:
    """A graph or dataset as rows; each statement once."""
    rows: dict[str, Row] = {}
    for one in found:
        row: dict[str, Term] = {"s": one.subject, "p": one.predicate, "o": one.object}
        if isinstance(one, ox.Quad) and not isinstance(one.graph_name, ox.DefaultGraph):
            row["g"] = one.graph_name
        rows[str(row)] = row
    return Answer(rows=list(rows.values()))


def from_csv(text: str) -> Answer:
    """A CSV result; its cells have no types, so all but blank nodes are read as strings."""
    head, *body = csv.reader(io.StringIO(text, newline=""))
    rows = [{n: ox.BlankNode(c[2:]) if c.startswith("_:") else ox.Literal(c) for n, c in zip(head, line, strict=True) if c} for line in body]
    return Answer(rows=rows)


def read_rdf(file: File) -> list[ox.Triple]:
    """The statements of an RDF file; its blank nodes have names that no other file has."""
    kind = ox.RdfFormat.from_extension(file.path.suffix.lstrip("."))
    return [q.triple for q in ox.parse(path=str(file.path), format=kind, base_iri=file.iri, rename_blank_nodes=True)]


def read_data(data: Data) -> list[ox.Quad]:
    """What a store must hold: the files, each in its graph. A file of quads keeps the graphs that it names itself."""
    found = []
    for name, file in data:
        kind = ox.RdfFormat.from_extension(file.path.suffix.lstrip("."))
        for quad in ox.parse(path=str(file.path), format=kind, base_iri=file.iri, rename_blank_nodes=True):
            found.append(ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(name)) if name else quad)
    return found


def read_result(file: File) -> Answer:
    """The answer that a test expects, from a file in any of the suite's formats."""
    suffix = file.path.suffix.lstrip(".")
    if suffix == "csv":
        return from_csv(file.text())
    kind = {"srx": ox.QueryResultsFormat.XML, "srj": ox.QueryResultsFormat.JSON, "tsv": ox.QueryResultsFormat.TSV}.get(suffix)
    if kind is not None:
        return solutions(ox.parse_query_results(input=file.path.read_bytes(), format=kind))
    triples = read_rdf(file)
    if any(t.object == ox.NamedNode(RS + "ResultSet") for t in triples):
        return _result_set(triples)
    return statements(triples)


def _result_set(triples: list[ox.Triple]) -> Answer:
    """A result written in the vocabulary of result sets."""
    def objects(subject: Term, name: str) -> list[Term]:
        return [t.object for t in triples if t.subject == subject and t.predicate.value == RS + name]

    truth = [t.object for t in triples if t.predicate.value == RS + "boolean"]
    if truth:
        return Answer(isinstance(truth[0], ox.Literal) and truth[0].value == "true")
    rows = []
    for solution in (t.object for t in triples if t.predicate.value == RS + "solution"):
        bindings = objects(solution, "binding")
        rows.append({str(getattr(objects(b, "variable")[0], "value", "")): objects(b, "value")[0] for b in bindings})
    return Answer(rows=rows)


def difference(expected: Answer, found: Answer, *, ordered: bool = False, by_value: bool = False) -> str:
    """What keeps ``found`` from being ``expected``; nothing where they are the same.

    Rows are compared as a multiset, with ``ordered`` as a sequence; blank nodes by isomorphism. Terms must be identical, with
    ``by_value`` numbers, truth values and times of the same type may be written in another way.
    """
    if expected.truth is not None or found.truth is not None:
        return "" if expected.truth == found.truth else f"answers {found.truth}, expected {expected.truth}"
    wanted, given = ([{n: _key(t, by_value) for n, t in r.items()} for r in a.rows] for a in (expected, found))
    fixed, free = _split(wanted)
    fixed_given, free_given = _split(given)
    if fixed != fixed_given or len(free) != len(free_given):
        missing, extra = fixed - fixed_given, fixed_given - fixed
        return f"{len(given)} rows, expected {len(wanted)}; missing {_show(missing, free)}; not expected {_show(extra, free_given)}"
    if free and not isomorphic(_encode(free), _encode(free_given)):
        return "the blank nodes of the rows are connected in another way"
    if ordered and not free and wanted != given:
        return "the rows stand in another order"
    return ""


Key = str | tuple["Key", "Key", "Key"]


def _key(term: Term, by_value: bool) -> Key:
    """A term as text that is the same for the same terms; a triple term as three."""
    if isinstance(term, ox.Triple):
        return (_key(term.subject, by_value), _key(term.predicate, by_value), _key(term.object, by_value))
    if isinstance(term, ox.Literal):
        if term.language:
            return f'"{term.value}"@{term.language.lower()} {getattr(term, "direction", None) or ""}'
        value = _canonical(term.value, term.datatype.value.removeprefix(XSD)) if by_value else term.value
        return f'"{value}"^^{term.datatype.value}'
    return str(term)


def _canonical(value: str, datatype: str) -> str:
    try:
        if datatype in {"double", "float"}:
            return repr(float(value))
        if datatype == "boolean":
            return {"1": "true", "0": "false"}.get(value, value)
        if datatype in {"dateTime", "time", "date"}:
            return value.replace("+00:00", "Z").replace("-00:00", "Z")
        number = Decimal(value)  # a CSV cell without a type may be a number, too
        return str(number.normalize() if number else Decimal(0))
    except (InvalidOperation, ValueError):
        return value


def _blank(key: Key) -> bool:
    return any(_blank(k) for k in key) if isinstance(key, tuple) else key.startswith("_:")


def _split(rows: list[dict[str, Key]]) -> tuple[Counter[frozenset[tuple[str, Key]]], list[dict[str, Key]]]:
    """The rows without blank nodes, counted; and those with some."""
    free = [r for r in rows if any(_blank(k) for k in r.values())]
    return Counter(frozenset(r.items()) for r in rows if not any(_blank(k) for k in r.values())), free


def _encode(rows: list[dict[str, Key]]) -> Graph:
    """Rows as a graph whose isomorphism is that of the rows: a node for each row, a property for each variable."""
    graph = Graph()

    def node(key: Key) -> BNode | Literal:
        if not isinstance(key, tuple):
            return BNode(key[2:]) if key.startswith("_:") else Literal(key)
        triple = BNode()
        for place, part in zip("spo", key, strict=True):
            graph.add((triple, URIRef(f"urn:place:{place}"), node(part)))
        return triple

    for row in rows:
        start = BNode()
        for name, key in row.items():
            graph.add((start, URIRef(f"urn:variable:{name}"), node(key)))
    return graph


def _show(rows: Counter[frozenset[tuple[str, Key]]], free: list[dict[str, Key]]) -> str:
    if rows:
        return " ".join(f"?{n}={k}" for n, k in sorted(next(iter(rows)), key=str)) or "an empty row"
    return f"(rows with blank nodes: {len(free)})" if free else "none"
