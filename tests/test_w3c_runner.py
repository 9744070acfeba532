"""The runner of the W3C suites: that it tells right from wrong, and that it does not pass by running nothing."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from tests.w3c import report
from tests.w3c.__main__ import run
from tests.w3c.compare import Answer, difference, from_csv, statements
from tests.w3c.endpoint import own_server
from tests.w3c.evaluate import EXACT, FAILED, Outcome, in_process
from tests.w3c.manifests import ManifestError, Suites

SUITES = Path(__file__).resolve().parents[2] / "shared" / "w3c-rdf-tests" / "sparql"
_MANIFEST = "@prefix mf: <http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#> .\n"


def _graph(turtle: str) -> Answer:
    return statements(q.triple for q in ox.parse(input=turtle, format=ox.RdfFormat.TURTLE, base_iri="http://example/"))


@pytest.mark.parametrize(("expected", "found", "same"), [
    ("<a> <p> [ <q> 1 ] .", "<a> <p> _:x . _:x <q> 1 .", True),
    ("<a> <p> [ <q> 1 ], [ <q> 2 ] .", "<a> <p> _:x, _:y . _:x <q> 1 ; <q> 2 .", False),
    ("_:a <p> _:b . _:b <p> _:a .", "_:a <p> _:a . _:b <p> _:b .", False),
    ("<a> <p> 1 .", "<a> <p> 1.0 .", False),
    ("<a> <p> 'x'@en .", "<a> <p> 'x'@EN .", True),
    ("<a> <p> 'x' .", "<a> <p> 'x'@en .", False),
    ("<a> <p> <<( <s> <q> _:b )>> .", "<a> <p> <<( <s> <q> _:c )>> .", True),
    ("<a> <p> <<( _:b <q> _:b )>> .", "<a> <p> <<( _:b <q> _:c )>> .", False),
])
def test_graphs_are_compared_by_isomorphism(expected: str, found: str, same: bool) -> None:
    assert (difference(_graph(expected), _graph(found)) == "") is same


def test_solutions_are_a_multiset_and_sorted_ones_a_sequence() -> None:
    one, two = {"x": ox.Literal("1")}, {"x": ox.Literal("2")}
    assert difference(Answer(rows=[one, two]), Answer(rows=[two, one])) == ""
    assert "another order" in difference(Answer(rows=[one, two]), Answer(rows=[two, one]), ordered=True)
    assert "3 rows, expected 2" in difference(Answer(rows=[one, two]), Answer(rows=[one, two, two]))
    assert difference(Answer(rows=[one, one, two]), Answer(rows=[one, two, two])) != ""
    assert difference(Answer(True), Answer(False)) == "answers False, expected True"
    assert difference(Answer(True), Answer(rows=[one])) != ""


@pytest.mark.parametrize(("expected", "found", "same"), [("2.0", "2", True), ("2.5", "2", False), ("0.0", "0", True)])
def test_by_value_forgives_the_lexical_form_alone(expected: str, found: str, same: bool) -> None:
    decimal = ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")
    answers = [Answer(rows=[{"x": ox.Literal(v, datatype=decimal)}]) for v in (expected, found)]
    assert difference(*answers) != ""
    assert (difference(*answers, by_value=True) == "") is same
    assert difference(Answer(rows=[{"x": ox.Literal(2)}]), Answer(rows=[{"x": ox.Literal("2", datatype=decimal)}]), by_value=True) != ""


def test_csv_columns_go_by_name_and_blank_nodes_by_their_place() -> None:
    assert difference(from_csv("x,y\r\n_:a,1\r\n_:a,2\r\n"), from_csv("y,x\r\n2,_:z\r\n1,_:z\r\n")) == ""
    assert difference(from_csv("x,y\r\n_:a,1\r\n_:a,2\r\n"), from_csv("x,y\r\n_:a,1\r\n_:b,2\r\n")) != ""


@pytest.mark.parametrize("content", ["", "<> a mf:Manifest ; mf:entries () .", "<> a mf:Manifest ; mf:entries ( <#t> ) . <#t> a mf:OddTest .",
                                     "<> a mf:Manifest ; mf:include ( <gone/manifest.ttl> ) ."])
def test_a_suite_without_tests_or_with_unknown_ones_is_an_error(tmp_path: Path, content: str) -> None:
    (tmp_path / "manifest.ttl").write_text(_MANIFEST + content, "utf-8")
    with pytest.raises(ManifestError):
        Suites(tmp_path).cases("manifest.ttl")


def test_the_verdict_blames_the_server_only_for_what_the_store_can_do() -> None:
    if not SUITES.is_dir():
        pytest.skip("the W3C suites are not here")
    case = next(c for c in Suites(SUITES).cases("sparql11/manifest-all.ttl") if c.suite == "query" and not c.skip)
    good, bad = Outcome(EXACT), Outcome(FAILED, "why")
    assert report.failed([])
    assert report.failed([report.Result(case)])  # skipping everything is no pass
    assert not report.failed([report.Result(case, good, good)])
    assert not report.failed([report.Result(case, bad, bad)])
    assert report.failed([report.Result(case, good, good), report.Result(case, bad, good)])
    assert report.failed([report.Result(case, bad)])


def test_the_suites_are_read_completely() -> None:
    if not SUITES.is_dir():
        pytest.skip("the W3C suites are not here")
    cases = Suites(SUITES).cases("sparql11/manifest-all.ttl")
    assert len(cases) == 625
    found = {suite: sum(c.suite == suite for c in cases) for suite in report.TITLES}
    assert found == {"protocol": 34, "gsp-indirect": 9, "gsp-direct": 4, "sd": 3, "query": 302, "formats": 10, "update": 94,
                     "syntax-query": 106, "syntax-update": 63}
    failing = {c.name for c in cases if c.text is not None and not c.skip and c.suite != "update" and not in_process(c).passed}
    assert failing == set(report.STORE_CAUSES)  # a cause that no test shows any more, or a failure without a cause


def test_the_server_passes_the_suites_of_http() -> None:
    if not SUITES.is_dir():
        pytest.skip("the W3C suites are not here")
    with own_server() as endpoint:
        results = run(Suites(SUITES).cases("sparql11/manifest-all.ttl"), endpoint, lambda case: case.suite in report.HTTP_ONLY)
    assert len(results) == 34 + 9 + 4 + 3
    assert [(r.case.name, r.http.why) for r in results if r.http and not r.http.passed] == []
