"""The project's own annotated articles: what the gold leaves open must stay open. Precision and recall: make score."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kg.articles import read
from kg.authority import load
from kg.extract import Extractor
from kg.records import Records, Report, Span
from kg.settings import Settings

GOLD = Path(__file__).parent / "gold"
FILES = sorted(GOLD.glob("*/*.json"))


@pytest.fixture(scope="module")
def read_gold() -> list[tuple[str, dict[str, Any], Records]]:
    """(name, gold, records) of every annotated article."""
    settings = Settings()
    extractor = Extractor(settings, load())
    return [(p.stem, json.loads(p.read_text("utf-8")), extractor.extract(read(str(p.with_suffix(".txt")), settings))) for p in FILES]


def overlaps(gold: dict[str, Any], report: Report) -> bool:
    """True where the passage of the gold and that of the report are mostly the same."""
    one, two = Span(gold["start"], gold["end"]), report.evidence
    shared = min(one.end, two.end) - max(one.start, two.start)
    return shared > 0.6 * min(one.end - one.start, two.end - two.start)


def test_evidence_of_the_gold_is_the_text() -> None:
    assert len(FILES) >= 11
    for path in FILES:
        text, gold = path.with_suffix(".txt").read_text("utf-8"), json.loads(path.read_text("utf-8"))
        for family in ("statements", "military_actions", "negotiations"):
            for item in gold[family]:
                assert text[item["start"]:item["end"]] == item["evidence"], (path.stem, item["evidence"])


def test_no_speaker_is_invented(read_gold: list[tuple[str, dict[str, Any], Records]]) -> None:
    open_, wrong = 0, []
    for name, gold, records in read_gold:
        for item in gold["statements"]:
            if item["speaker"] is None and not item.get("optional", {}).get("speaker"):
                open_ += 1
                wrong += [(name, item["evidence"], s.speaker) for s in records.statements if s.speaker and overlaps(item, s.reports[0])]
    assert open_ >= 2 and wrong == []


def told_by(report: Report, items: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The annotated event that a report tells: the one with the shortest passage around its first word."""
    at = report.trigger.start if report.trigger else report.evidence.start
    around = [x for x in items if x["start"] <= at < x["end"]]
    return min(around, key=lambda x: x["end"] - x["start"], default=None)


def test_hardly_a_date_is_invented(read_gold: list[tuple[str, dict[str, Any], Records]]) -> None:
    open_, wrong = 0, []
    for name, gold, records in read_gold:
        for family, events in (("military_actions", records.actions), ("negotiations", records.negotiations)):
            items = gold[family]
            dated = [told_by(r, items) for event in events if any(r.date for r in event.reports) for r in event.reports]
            for item in items:
                if item.get("date") is None:
                    open_ += 1
                    wrong += [(name, item["evidence"])] * (item in dated)
    assert open_ >= 10 and len(wrong) <= open_ / 10, wrong
