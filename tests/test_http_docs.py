"""What docs/http.md promises: settings, paths, examples beyond the standard."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from kg.settings import Settings
from kg.web import create_app

HERE = Path(__file__).parent.parent
TEXT = (HERE / "docs" / "http.md").read_text("utf-8")
EXAMPLES = re.findall(r"```sparql\n(.*?)  # -> (\S+)\n```", TEXT, re.DOTALL)


def test_every_setting_is_documented() -> None:
    names = set(re.findall(r'"(KG_[A-Z_]+)"', (HERE / "kg" / "settings.py").read_text("utf-8")))
    assert len(names) > 15
    readme = (HERE / "README.md").read_text("utf-8")
    assert [n for n in sorted(names) if n not in TEXT and n not in readme] == []


@pytest.mark.parametrize(("query", "value"), EXAMPLES)
def test_examples_beyond_the_standard_give_what_is_written(built: Settings, query: str, value: str) -> None:
    answer = create_app(built).test_client().get("/sparql", query_string={"query": query, "format": "json"})
    assert json.loads(answer.data)["results"]["bindings"][0]["x"]["value"] == value


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 7


def test_every_path_is_documented(built: Settings) -> None:
    app = create_app(built)
    roots = {"/" + str(rule).split("/")[1].partition("<")[0].removesuffix(".json").rstrip(".") for rule in app.url_map.iter_rules() if not str(rule).startswith("/static")}
    assert [r for r in sorted(roots) if f"`{r}" not in TEXT] == []
