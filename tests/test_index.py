"""The index: search inside queries, names as they sound, lists that are whole."""

from __future__ import annotations

import json

import pytest

from kg.errors import KGError
from kg.index import Index, open_index, search
from kg.index.gather import EVENTS
from kg.index.make import fold
from kg.index.passages import Passage, of_article, of_events, of_reports
from kg.index.words import expanded
from kg.mappers.terms import MODALITIES
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


@pytest.mark.parametrize(("kind", "one", "other"), [("speaks of", ("speaker",), "about"), ("acts against", ("perpetrator", "accused"), "target")])
def test_ties_are_counted_by_the_modality_of_their_events(index: Index, kind: str, one: tuple[str, ...], other: str) -> None:
    """Once more from the roles of the events."""
    roles = ", ".join(f"'{role}'" for role in one)
    found = {}
    for modality in ("", *sorted(MODALITIES)):
        rows = index.rows(f"SELECT a.node, b.node, COUNT(DISTINCT a.event) FROM link a JOIN link b ON b.event = a.event AND b.role = ?2 AND b.node <> a.node "
                          f"JOIN thing t ON t.id = b.node AND t.family = 'Actor' WHERE a.role IN ({roles}) "
                          "AND (?1 = '' OR EXISTS (SELECT 1 FROM modality m WHERE m.event = a.event AND m.modality = ?1)) GROUP BY 1, 2", modality, other)
        found[modality] = {(a.id, b.id): n for a, b, _, n in index.pairs(0, 10_000, kind, modality)}
        assert found[modality] == {(a, b): n for a, b, n in rows}, modality
    assert len(found[""]) > len(found["Asserted"]) > 0 < len(found["Alleged"]) < len(found[""])


def test_ties_of_one_actor_are_those_of_all_that_name_it(index: Index) -> None:
    one = index.thing("https://w3id.org/conflict-kg/id/actor/sergey-lavrov")
    assert one
    of_one = index.pairs(one.id, 10_000, "", "Asserted")
    assert of_one == [tie for tie in index.pairs(0, 10_000, "", "Asserted") if one in tie[:2]] and 0 < len(of_one) < len(index.pairs(one.id, 10_000))


def test_an_event_of_two_modalities_counts_in_both_and_once_in_all(index: Index) -> None:
    both = index.rows("SELECT l.node, COUNT(DISTINCT l.event) FROM link l JOIN modality m ON m.event = l.event JOIN modality o ON o.event = l.event "
                      "AND o.modality > m.modality JOIN spot s ON s.place = l.node GROUP BY 1")
    assert both, "a bundled article denies what another tells, at a place with coordinates"
    place, n = both[0]
    counts = {m: sum(sum(c.values()) for t, _, _, c in index.spots(10_000, "", m) if t.id == place) for m in ("", *MODALITIES)}
    assert sum(counts[m] for m in MODALITIES) >= counts[""] + n > n


def test_places_are_counted_by_family_modality_and_year(index: Index) -> None:
    """Once more from the events that name a place in some role."""
    years = [0, *sorted({month // 100 for month, _, _ in index.months()})]
    kept = 0
    for family in ("", *EVENTS):
        for modality in ("", "Asserted", "Alleged"):
            for year in years:
                rows = index.rows("SELECT l.node, e.family, COUNT(DISTINCT l.event) FROM link l JOIN spot s ON s.place = l.node JOIN thing e ON e.id = l.event AND l.role <> 'inside' "
                                  "WHERE e.family NOT IN ('Article', 'Actor', 'Place') AND (?1 = '' OR e.family = ?1) AND (?3 = 0 OR e.day / 10000 = ?3) "
                                  "AND (?2 = '' OR EXISTS (SELECT 1 FROM modality m WHERE m.event = e.id AND m.modality = ?2)) GROUP BY 1, 2", family, modality, year)
                found = index.spots(10_000, family, modality, year)
                assert sorted((t.id, f, n) for t, _, _, counted in found for f, n in counted.items()) == sorted(rows), (family, modality, year)
                assert [sum(c.values()) for *_, c in found] == sorted((sum(c.values()) for *_, c in found), reverse=True)
                kept += len(rows)
    assert kept > 50


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
