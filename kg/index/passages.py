"""Where the words of reports stand, so that pages quote them without asking the store report by report."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.index.gather import triples_of
from kg.namespaces import CK, OA
from kg.store import Snapshot

if TYPE_CHECKING:
    from kg.index.lists import Index

#: ``first`` and ``last`` are the characters of the article where the words begin and end.
SCHEMA = """
CREATE TABLE passage (report TEXT, event TEXT, article TEXT, first INTEGER, last INTEGER, prefix TEXT, exact TEXT, suffix TEXT);
"""
AFTER = """
CREATE INDEX passage_report ON passage (report);
CREATE INDEX passage_event ON passage (event);
CREATE INDEX passage_article ON passage (article);
"""
_COLUMNS = "report, event, article, first, last, prefix, exact, suffix"


@dataclass(frozen=True)
class Passage:
    """The words of a report; without article and words where the graph gives no evidence. All names are IRIs."""

    report: str
    event: str
    article: str
    start: int
    end: int
    prefix: str
    exact: str
    suffix: str


def gather_passages(snapshot: Snapshot) -> list[Passage]:
    """The rows of the table, in the order of the texts: one for each report and piece of evidence."""
    said: dict[str, dict[str, str]] = {}  # selector -> what it says
    for name in ("start", "end", "prefix", "exact", "suffix"):
        for selector, text, _ in triples_of(snapshot, str(OA[name])):
            said.setdefault(selector, {})[name] = text
    found: dict[str, dict[str, str]] = {}  # evidence -> what its selectors say
    for evidence, selector, _ in triples_of(snapshot, str(OA.hasSelector)):
        found.setdefault(evidence, {}).update(said.get(selector, {}))
    article = {evidence: source for evidence, source, _ in triples_of(snapshot, str(OA.hasSource))}
    evidence_of: dict[str, list[str]] = {}
    for report, evidence, _ in triples_of(snapshot, str(CK.evidence)):
        evidence_of.setdefault(report, []).append(evidence)
    rows = []
    for report, event, _ in triples_of(snapshot, str(CK.reports)):
        for evidence in evidence_of.get(report, [""]):
            words = found.get(evidence, {})
            start, end = (int(words[n]) if words.get(n, "").isdecimal() else 0 for n in ("start", "end"))
            rows.append(Passage(report, event, article.get(evidence, ""), start, end, words.get("prefix", ""), words.get("exact", ""), words.get("suffix", "")))
    return sorted(rows, key=lambda p: (p.article, p.start, p.end, p.report))


def of_reports(index: Index, reports: Iterable[str]) -> dict[str, Passage]:
    """Report -> its words, the first where it has several."""
    return {p.report: p for p in reversed(list(_rows(index, "report IN (SELECT value FROM json_each(?))", json.dumps(sorted(reports)))))}


def of_events(index: Index, events: Iterable[str]) -> dict[str, list[str]]:
    """Event -> its reports in the order of the text."""
    found: dict[str, dict[str, None]] = {}
    for passage in _rows(index, "event IN (SELECT value FROM json_each(?))", json.dumps(sorted(events))):
        found.setdefault(passage.event, {})[passage.report] = None
    return {event: list(reports) for event, reports in found.items()}


def of_article(index: Index, article: str) -> list[Passage]:
    """All passages of an article in the order of the text."""
    return [p for p in _rows(index, "article = ?", article) if p.end]


def _rows(index: Index, where: str, value: str) -> Iterator[Passage]:
    return (Passage(*row) for row in index.rows(f"SELECT {_COLUMNS} FROM passage WHERE {where} ORDER BY article, first, last, report", value))
