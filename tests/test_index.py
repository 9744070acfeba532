"""The index: search inside queries, names as they sound, lists that are whole."""

from __future__ import annotations

import json

import pytest

from kg.errors import KGError
from kg.index import Index, open_index, search
from kg.index.make import fold
from kg.index.passages import Passage, of_article, of_events, of_reports
from kg.index.words import expanded
from kg.settings import Settings
from kg.store import Snapshot, open_current
from kg.web import create_app

CK = "PREFIX ck: <https://w3id.org/conflict-kg/ontology#> "


@pytest.fixture(scope="module")
def snapshot(built: Settings) -> Snapshot:
    return open_current(built.data)


@pytest.fixture(scope="module")
def index(built: Settings, snapshot: Snapshot) -> Index:
    return open_index(snapshot, built.data)


@pytest.mark.parametrize("query", [
    CK + 'SELECT DISTINCT ?x { ?x ck:matches "lavrov" . ?x a ck:Actor }',
    CK + 'SELECT DISTINCT ?x { ?x a ck:Actor . ?x ck:matches "Sergey Lavrov" }',
    CK + "SELECT DISTINCT ?x { ?x ck:matches 'lavrov' ; a ck:Actor # ck:matches in a comment\n }",
    CK + 'SELECT DISTINCT ?x { $x <https://w3id.org/conflict-kg/ontology#matches> """lavrov""" . $x a ck:Actor }',
    'PREFIX c: <https://w3id.org/conflict-kg/ontology#> SELECT DISTINCT ?x { ?x c:matches "lavrov" ; a c:Actor }'])
def test_queries_search_by_words(snapshot: Snapshot, index: Index, query: str) -> None:
    found = [row["x"].value for row in snapshot.rows(expanded(query, index))]
    assert found == ["https://w3id.org/conflict-kg/id/actor/sergey-lavrov"]


def test_what_only_looks_like_a_search_is_left_alone(index: Index) -> None:
    for query in (CK + 'SELECT * { ?x ?p "ck:matches" } # ?x ck:matches "a"', "SELECT * { ?x <http://example.org/matches> ?y }",
                  'PREFIX ck: <http://example.org/> SELECT * { ?x ck:matches "Lavrov" }'):
        assert expanded(query, index) == query


def test_a_search_of_another_form_says_how_to_write_it(index: Index) -> None:
    for query in (CK + "SELECT * { ?x ck:matches ?words }", CK + 'SELECT * { ?x a ck:Actor ; ck:matches "Lavrov" }'):
        with pytest.raises(KGError, match="between a variable and a string"):
            expanded(query, index)


def test_a_search_in_a_query_is_whole_or_refused(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.index.words.MOST", 3)
    with pytest.raises(KGError, match="more than 3 things match"):
        expanded(CK + 'SELECT * { ?x ck:matches "Russia" }', index)


def test_search_says_where_there_is_more_than_it_ranks(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = search(index, "Russia")
    assert whole.total > 10 and not whole.more_than_total
    monkeypatch.setattr("kg.index.find.MOST", 10)
    part = search(index, "Russia")
    assert part.total == 10 and part.more_than_total


@pytest.mark.parametrize(("one", "other"), [("Lawrow", "Lavrov"), ("Sergej", "Sergey"), ("Khalid", "Halid"), ("Philipp", "Filip")])
def test_transliterations_fold_to_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_the_index_is_made_once_for_a_snapshot(built: Settings, snapshot: Snapshot, index: Index) -> None:
    stamp = index.path.stat().st_mtime_ns
    assert open_index(snapshot, built.data).path.stat().st_mtime_ns == stamp


def test_the_endpoint_searches_too(built: Settings) -> None:
    client = create_app(built).test_client()
    query = CK + 'SELECT ?x { ?x ck:matches "Sergey Lavrov" ; a ck:Actor }'
    answer = json.loads(client.get("/sparql", query_string={"query": query}).data)
    assert [b["x"]["value"] for b in answer["results"]["bindings"]] == ["https://w3id.org/conflict-kg/id/actor/sergey-lavrov"]
    refused = client.get("/sparql", query_string={"query": CK + "SELECT * { ?x ck:matches ?y }"})
    assert refused.status_code == 400 and "between a variable and a string" in json.loads(refused.data)["detail"]


def test_passages_are_those_of_the_graph(snapshot: Snapshot, index: Index) -> None:
    oa = "http://www.w3.org/ns/oa#"
    rows = snapshot.rows(CK + f"""PREFIX oa: <{oa}> SELECT ?report ?event ?article ?start ?end ?prefix ?exact ?suffix {{
        ?report ck:reports ?event ; ck:evidence ?words . ?words oa:hasSource ?article ; oa:hasSelector ?position, ?quote .
        ?position oa:start ?start ; oa:end ?end . ?quote oa:exact ?exact . OPTIONAL {{ ?quote oa:prefix ?prefix }} OPTIONAL {{ ?quote oa:suffix ?suffix }} }}""")
    names = [v.value for v in rows.variables]
    stored = [Passage(**{n: "" if t is None else int(t.value) if n in {"start", "end"} else t.value for n, t in zip(names, row, strict=True)}) for row in rows]
    assert len(stored) > 200
    listed = [p for article in sorted({p.article for p in stored}) for p in of_article(index, article)]
    assert listed == sorted(stored, key=lambda p: (p.article, p.start, p.end, p.report))
    assert of_reports(index, [p.report for p in stored]) == {p.report: p for p in stored}
    told = of_events(index, {p.event for p in stored})
    assert {report for reports in told.values() for report in reports} == {p.report for p in stored}
    assert max(len(reports) for reports in told.values()) > 1
    assert of_events(index, ["https://example.org/none"]) == of_reports(index, []) == {}
