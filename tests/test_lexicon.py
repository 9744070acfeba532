"""Each entry of the lexicon has a sentence that it was written for, and that sentence tells it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import kg.extract
from kg.authority import load
from kg.extract import Extractor
from kg.records import Article, MilitaryAction, Negotiation, Statement
from kg.settings import Settings

LEXICON = Path(kg.extract.__file__).parent / "lexicon"


def rows(name: str) -> list[dict[str, str]]:
    with (LEXICON / f"{name}.tsv").open(encoding="utf-8") as handle:
        return list(csv.DictReader(handle, delimiter="\t", quoting=csv.QUOTE_NONE))


ENTRIES = [(name, row) for name in ("actions", "negotiations", "cues") for row in rows(name)]


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor(Settings(), load())


def test_no_entry_stands_twice() -> None:
    keys = [(name, row["lemma"], row.get("pos", "")) for name, row in ENTRIES]
    assert len(keys) > 400 and len(set(keys)) == len(keys)


@pytest.mark.parametrize(("name", "row"), ENTRIES, ids=lambda x: x if isinstance(x, str) else x["lemma"])
def test_its_sentence_tells_the_entry(extractor: Extractor, name: str, row: dict[str, str]) -> None:
    records = extractor.extract(Article("t.txt", "t", row["example"], issued="2021-05-12"))
    found: tuple[MilitaryAction | Negotiation | Statement, ...] = {
        "actions": records.actions, "negotiations": records.negotiations, "cues": records.statements}[name]
    assert found
    if name != "cues" and row["kind"] != "-":  # "-": the kind follows from the means
        assert row["kind"] in {f.kind for f in found}
