"""The analysts' questions over the bundled articles; what must be found is known from the articles, not from output."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kg.settings import Settings

ROOT = Path(__file__).parents[1]
EXPECTED = json.loads((ROOT / "tests/questions/expected.json").read_text(encoding="utf-8"))


def test_at_least_twenty_questions_are_shipped() -> None:
    assert len(list((ROOT / "queries/questions").glob("*.rq"))) >= 20


@pytest.mark.parametrize("number", sorted(EXPECTED))
def test_question(built: Settings, number: str) -> None:
    from kg.store import Reader

    (path,) = (ROOT / "queries/questions").glob(f"{number}-*.rq")
    answer = Reader(built.data).current().query(path.read_text(encoding="utf-8"))
    names = [v.value for v in answer.variables]
    rows = [{n: r[n].value for n in names if r[n] is not None} for r in answer]

    def found(cells: dict[str, str]) -> bool:
        return any(all(v.lower() in row.get(k, "").lower() for k, v in cells.items()) for row in rows)

    missing = [cells for cells in EXPECTED[number].get("must", []) if not found(cells)]
    wrong = [cells for cells in EXPECTED[number].get("must_not", []) if found(cells)]
    assert not missing and not wrong, f"missing {missing}; wrong {wrong}; {len(rows)} rows"
