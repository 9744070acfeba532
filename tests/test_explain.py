"""Explanations: rule, words and steps of resolution of a report, on the command line and on its page."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner

from kg.build import build
from kg.cli import main
from kg.errors import KGError
from kg.explain import Explanation, explain, rules
from kg.settings import Settings
from kg.store import Snapshot, open_current
from kg.web import create_app

TEXT = """Truce Talks in Nairobi

Foreign Minister Lena Varga of Kenya arrived in Nairobi on 4 May 2031. She said that Turkish warplanes had bombed a depot near Erbil.

The minister denied that Kenya sold drones to the rebels.
"""


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("explain")
    (folder / "a.txt").write_text(TEXT, "utf-8")
    made = Settings(data=folder / "data")
    build([str(folder / "a.txt")], made)
    return made


def explanations(snapshot: Snapshot, family: str) -> list[Explanation]:
    rows = snapshot.rows(f"PREFIX ck: <https://w3id.org/conflict-kg/ontology#> SELECT DISTINCT ?e {{ ?r ck:reports ?e . ?e a ck:{family} }}")
    return [e for row in rows for e in explain(snapshot, row["e"].value)]


def test_a_pronoun_leads_to_the_name_before_it(settings: Settings) -> None:
    (said,) = [e for e in explanations(open_current(settings.data), "Statement") if e.rule == "cue-verb:say"]
    assert [s.text() for s in said.steps] == ["“She” means Lena Varga (pronoun), named before as “Lena Varga”"]
    assert ("said", "tells of the speaking") in said.words and ("She", "names the speaker") in said.words
    assert TEXT[said.start:said.end] == said.quote and "verb of speech" in said.meaning


def test_a_title_and_a_nationality_are_steps(settings: Settings) -> None:
    snapshot = open_current(settings.data)
    (denied,) = [e for e in explanations(snapshot, "Denial") if e.rule == "cue-verb:deny"]
    assert ("The minister", "Lena Varga", "title") in {(s.words, s.meaning, s.method) for s in denied.steps}
    (bombed,) = explanations(snapshot, "AirStrike")
    assert [(s.words, s.method) for s in bombed.steps if "urk" in s.meaning] == [("Turkish warplanes", "nationality")]
    assert ("perpetrator", "Turkey") in bombed.roles and bombed.stated_in


def test_on_the_command_line_and_on_the_page(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    (bombed,) = explanations(open_current(settings.data), "AirStrike")
    path = bombed.report.removeprefix(f"{settings.base_iri}/id/")
    monkeypatch.setenv("KG_DATA", str(settings.data))
    shown = CliRunner().invoke(main, ["explain", path])
    assert shown.exit_code == 0
    assert "found by    action-verb: a verb of the lexicon" in shown.output and "“bombed” names the event" in shown.output
    page = create_app(settings).test_client().get(f"/doc/{path.rsplit('/', 1)[0]}.html").get_data(as_text=True)
    plain = re.sub(r"<[^>]+>", "", page)
    assert "Found by action-verb: a verb of the lexicon" in plain and "“Turkish warplanes” means Turkey (nationality)" in plain


def test_what_no_report_tells_of_is_refused(settings: Settings) -> None:
    with pytest.raises(KGError, match="no report tells of this"):
        explain(open_current(settings.data), f"{settings.base_iri}/id/actor/kenya")


def test_every_rule_has_its_meaning(built: Settings) -> None:
    rows = open_current(built.data).rows("PREFIX ck: <https://w3id.org/conflict-kg/ontology#> SELECT DISTINCT ?rule { ?r ck:rule ?rule }")
    used = {row["rule"].value.split(":")[0] for row in rows}
    assert len(used) > 8 and used - set(rules()) == set()


def test_the_bundled_articles_build_with_steps(built: Settings) -> None:
    methods = {row["m"].value for row in open_current(built.data).rows(
        "PREFIX ck: <https://w3id.org/conflict-kg/ontology#> SELECT DISTINCT ?m { ?s a ck:ResolutionStep ; ck:method ?m }")}
    assert {"pronoun", "title", "nationality", "part"} <= methods
