"""The shipped queries, proven on a small graph written by hand: right rows, and checks that find the faults put in."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

ROOT = Path(__file__).parents[1]
HAND = (ROOT / "tests/questions/hand.trig").read_text(encoding="utf-8")
CK = "https://w3id.org/conflict-kg/ontology#"


def rows(name: str, extra: str = "") -> list[dict[str, str]]:
    store = ox.Store()
    store.load(HAND + extra, format=ox.RdfFormat.TRIG)
    found = store.query((ROOT / "queries" / name).read_text(encoding="utf-8"), use_default_graph_as_union=True)
    assert isinstance(found, ox.QuerySolutions)
    names = [v.value for v in found.variables]
    return [{n: r[n].value for n in names if r[n] is not None} for r in found]


@pytest.mark.parametrize(("name", "want"), [
    ("questions/02-strikes-on-is.rq", {"modality": "Denied", "says": "United States"}),
    ("questions/03-casualties-of-russian-strikes.rq", {"kind": "Killed", "maximum": "78"}),
    ("questions/08-lavrov-kerry-contacts.rq", {"kind": "PhoneCall", "earliest": "2016-02-03"}),
    ("questions/10-suspended-talks.rq", {"says": "Hand"}),
    ("questions/24-not-yet-real.rq", {"modality": "Planned", "label": "Phone call"}),
])
def test_question_finds_its_row(name: str, want: dict[str, str]) -> None:
    assert any(want.items() <= row.items() for row in rows(name)), rows(name)


def test_reports_has_one_row_a_report() -> None:
    found = rows("reports.rq")
    assert sorted(r["iri"] for r in found) == ["https://example.org/r1", "https://example.org/r2"]
    strike = next(r for r in found if r["iri"].endswith("r1"))
    assert (strike["family"], strike["kind"], strike["killed_to"]) == ("MilitaryAction", "AirStrike", "78")


@pytest.mark.parametrize("path", sorted((ROOT / "queries/checks").glob("*.rq")), ids=lambda p: p.stem)
def test_a_sound_graph_has_no_fault(path: Path) -> None:
    assert rows(f"checks/{path.name}") == []


@pytest.mark.parametrize(("name", "fault"), [
    ("triple-in-two-graphs", ":g2 { :art dcterms:title 'Hand' . }"),
    ("event-without-report", ":g2 { :e a ck:Event . }"),
    ("report-without-evidence", ":g2 { :r a ck:Report . }"),
    ("report-without-source", ":g2 { :r a ck:Report . }"),
    ("report-without-modality", ":g2 { :r a ck:Report . }"),
    ("evidence-without-words", ":g2 { :r a ck:Report ; ck:evidence :e . }"),
    ("evidence-length", ":g2 { :r ck:evidence :e . :e oa:hasSelector :p, :q . :p oa:start 1 ; oa:end 9 . :q oa:exact 'abc' . }"),
    ("actor-without-label", ":g2 { :r ck:target :nobody . }"),
    ("dates-out-of-order", ":g2 { :r ck:earliest '2020-02-02'^^xsd:date ; ck:latest '2020-02-01'^^xsd:date . }"),
    ("blank-node", ":g2 { :r ck:about [] . }"),
])
def test_check_finds_the_fault(name: str, fault: str) -> None:
    assert rows(f"checks/{name}.rq", fault)
