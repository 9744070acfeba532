"""The analysts' questions over the bundled articles; what must be found is known from the articles, not from output."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kg.settings import Settings
from kg.store import Reader

ROOT = Path(__file__).parents[1]
EXPECTED = json.loads((ROOT / "tests/questions/expected.json").read_text(encoding="utf-8"))


def test_at_least_twenty_questions_are_shipped() -> None:
    assert len(list((ROOT / "queries/questions").glob("*.rq"))) >= 20


def shortfall(built: Settings, number: str, expected: dict[str, list[dict[str, str]]]) -> list[str]:
    """What the question's query should find and does not, or should not find and does."""
    (path,) = (ROOT / "queries/questions").glob(f"{number}-*.rq")
    answer = Reader(built.data).current().query(path.read_text(encoding="utf-8"))
    names = [v.value for v in answer.variables]
    rows = [{n: r[n].value for n in names if r[n] is not None} for r in answer]

    def found(cells: dict[str, str]) -> bool:
        return any(all(v.lower() in row.get(k, "").lower() for k, v in cells.items()) for row in rows)

    return [f"missing {c}" for c in expected.get("must", []) if not found(c)] + [
        f"wrong {c}" for c in expected.get("must_not", []) if found(c)]


@pytest.mark.parametrize("number", sorted(EXPECTED))
def test_question_is_answered(built: Settings, number: str) -> None:
    assert shortfall(built, number, EXPECTED[number]) == []
