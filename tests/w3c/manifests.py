"""The W3C SPARQL test suites as their manifests list them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from rdflib import RDF, RDFS, BNode, Graph, Namespace, URIRef
from rdflib.term import Node

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
#: The files are named by the addresses that the suite gives them, so that no report depends on where they lie.
BASE = "https://w3c.github.io/rdf-tests/sparql/"
#: rdf:type of a test -> (suite, whether the text must be accepted)
_KINDS = {
    "QueryEvaluationTest": ("query", True), "CSVResultFormatTest": ("query", True), "UpdateEvaluationTest": ("update", True),
    "PositiveSyntaxTest11": ("syntax-query", True), "NegativeSyntaxTest11": ("syntax-query", False),
    "PositiveSyntaxTest": ("syntax-query", True), "NegativeSyntaxTest": ("syntax-query", False),
    "PositiveUpdateSyntaxTest11": ("syntax-update", True), "NegativeUpdateSyntaxTest11": ("syntax-update", False),
    "PositiveUpdateSyntaxTest": ("syntax-update", True), "NegativeUpdateSyntaxTest": ("syntax-update", False),
    "ProtocolTest": ("protocol", True), "GraphStoreProtocolTest": ("gsp-indirect", True), "ServiceDescriptionTest": ("sd", True),
}
_FORMATS = ("csv-tsv-res", "json-res")


class ManifestError(Exception):
    """A manifest names something that this runner does not know, or there is none."""


@dataclass(frozen=True)
class File:
    """A file of the suite: where it lies, and the address that relative IRIs in it resolve against."""

    path: Path
    iri: str

    def text(self) -> str:
        """Its content, with the line ends that it has."""
        return self.path.read_bytes().decode("utf-8")


Data = tuple[tuple[str | None, File], ...]  # (name of the graph, or None for the default graph; what it holds)


@dataclass(frozen=True)
class Case:
    """One test of a suite.

    ``suite``: query, formats, update, syntax-query, syntax-update, protocol, gsp-indirect, gsp-direct or sd.
    ``text``: the query or the update. ``accepted``: False for a text that must be refused. ``data``: what the store holds before.
    ``result``: the answer of a query. ``after``: what the store holds after an update. ``skip``: why the test is not run.
    ``manifest`` and ``node``: the place where the requests of a protocol test are described.
    """

    suite: str
    name: str
    manifest: Graph
    node: Node
    text: File | None = None
    accepted: bool = True
    data: Data = ()
    result: File | None = None
    after: Data = ()
    skip: str = ""


class Suites:
    """The tests below a folder that holds sparql11/ and sparql12/.

    :raises ManifestError: where a file is missing or a test has an unknown type
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def cases(self, manifest: str) -> list[Case]:
        """All tests that a manifest and those that it includes list, in their order."""
        found = list(self._read(BASE + manifest))
        if not found:
            raise ManifestError(f"{self.folder / manifest}: no tests are listed here; look whether the suite is complete")
        return found

    def _file(self, node: Node) -> File:
        iri = str(node)
        path = self.folder / unquote(iri.removeprefix(BASE))
        if not iri.startswith(BASE) or not path.is_file():
            raise ManifestError(f"{iri}: the manifest names this file, and it is not in {self.folder}")
        return File(path, iri)

    def _read(self, iri: str) -> Iterator[Case]:
        path = self._file(URIRef(iri)).path
        graph = Graph().parse(path, format="turtle", publicID=iri)
        for manifest in graph.subjects(RDF.type, MF.Manifest):
            for part in graph.objects(manifest, MF.include):
                for included in graph.items(part):
                    yield from self._read(str(included))
            for entries in graph.objects(manifest, MF.entries):
                for node in graph.items(entries):
                    yield self._case(graph, node, path.parent.name)

    def _case(self, graph: Graph, node: Node, folder: str) -> Case:
        kind = next((_KINDS[t] for t in (str(x).rpartition("#")[2] for x in graph.objects(node, RDF.type)) if t in _KINDS), None)
        if kind is None:
            raise ManifestError(f"{node}: the test has a type that this runner does not know; add it to tests/w3c/manifests.py")
        suite, accepted = kind
        action, name = graph.value(node, MF.action), str(node).rpartition("#")[2]
        if suite in {"protocol", "sd"}:
            return Case(suite, name, graph, node, data=self._graphs(graph, node))
        if suite == "gsp-indirect":
            direct = MF.DirectGraphIdentification in set(graph.objects(node, MF.requires))
            return Case("gsp-direct" if direct else suite, name, graph, node)
        if suite.startswith("syntax"):
            text = self._file(action or BNode())
            suite = "syntax-update" if text.path.suffix == ".ru" else "syntax-query"  # the type of 8 tests says query, their file update
            return Case(suite, name, graph, node, text, accepted, skip=_skip(suite, folder, text) if accepted else "")
        result = graph.value(node, MF.result)
        if suite == "update":
            text = self._file(graph.value(action, UT.request) or BNode())
            return Case(suite, name, graph, node, text, data=self._graphs(graph, action), after=self._graphs(graph, result))
        text = self._file(graph.value(action, QT.query) or BNode())
        return Case("formats" if folder in _FORMATS else suite, name, graph, node, text, data=self._graphs(graph, action),
                    result=self._file(result or BNode()), skip=_skip(suite, folder, text))

    def _graphs(self, graph: Graph, node: Node | None) -> Data:
        """The default graph and the named graphs that a node of a query test or of an update test describes."""
        found: list[tuple[str | None, File]] = [(None, self._file(d)) for p in (QT.data, UT.data) for d in graph.objects(node, p)]
        found += [(str(d), self._file(d)) for d in graph.objects(node, QT.graphData)]
        for named in graph.objects(node, UT.graphData):
            content = graph.value(named, UT.graph) or graph.value(named, UT.data)
            found.append((str(graph.value(named, RDFS.label)), self._file(content or BNode())))
        return tuple(found)


def _skip(suite: str, folder: str, text: File) -> str:
    """Why a test is not run, or nothing."""
    if folder == "entailment":
        return "entailment regimes are not offered"
    if folder in {"service", "syntax-fed"}:
        return "SERVICE is refused: queries never open a connection"
    if suite == "syntax-update" and re.search(r"^\s*LOAD\s+(?!SILENT)", text.text(), re.IGNORECASE | re.MULTILINE):
        return "a remote LOAD would open a connection"
    return ""
