"""Building: repeatable, incremental, and no bad article stops the others."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.articles import find
from kg.build import build, remove
from kg.dump import dump
from kg.errors import KGError, StoreError
from kg.extract import Extractor
from kg.query.text import words_of
from kg.records import Actor, Article, Records
from kg.settings import RESOURCES, Settings
from kg.store import Reader, Writer, open_current

CORPUS = str(RESOURCES / "corpus")


def test_two_builds_give_the_same_bytes_and_a_second_run_changes_nothing(built: Settings, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "other")
    build(find([CORPUS]), settings)
    dumps = []
    for number, data in enumerate((built.data, settings.data)):
        dump(open_current(data), tmp_path / f"{number}.nq")
        dumps.append((tmp_path / f"{number}.nq").read_bytes())
    assert dumps[0] == dumps[1] and len(dumps[0]) > 100_000
    again = build(find([CORPUS]), settings)
    assert (again.added, again.unchanged, again.published) == (0, 6, False)
    assert "nothing changed" in again.text()


def test_every_check_query_comes_back_empty(built: Settings) -> None:
    checks = sorted((RESOURCES / "queries" / "checks").glob("*.rq"))
    assert len(checks) >= 8
    for path in checks:
        assert list(open_current(built.data).query(path.read_text("utf-8"))) == [], path.name


def test_one_bad_article_never_stops_the_others(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_text("Talks Resume\n\nKenya said on Monday that the road to the port was open again.\n", "utf-8")
    (folder / "b.txt").write_bytes(b"")
    (folder / "c.txt").write_bytes(b"\0\1\2" * 100)
    summary = build(find([str(folder)]), Settings(data=tmp_path / "data"))
    assert summary.added == 1 and len(summary.failed) == 2 and summary.published
    assert len(list((tmp_path / "data" / "quarantine").rglob("report.txt"))) == 2


def test_actors_without_a_role_are_mentions_of_the_article(tmp_path: Path) -> None:
    article = tmp_path / "a.txt"
    article.write_text("Grain Ships Leave\n\nThe ship left the port on a calm morning. Its cargo of grain is for Kenya.\n", "utf-8")
    build(find([str(article)]), Settings(data=tmp_path / "data"))
    found = open_current(tmp_path / "data").rows(
        "PREFIX schema: <https://schema.org/> SELECT ?who { ?article schema:mentions ?who }")
    assert [str(row["who"]) for row in found] == ["<https://w3id.org/conflict-kg/id/actor/kenya>"]


def test_a_name_with_a_line_separator_stays_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def extract(self: Extractor, article: Article) -> Records:
        return Records(article, actors=(Actor("actor/marl", "Marl\u2028Herald\x85", "MediaOrganization"),), publisher="actor/marl")

    monkeypatch.setattr(Extractor, "extract", extract)
    article = tmp_path / "a.txt"
    article.write_text("Grain Ships Leave\n\nThe ship left the port on a calm morning.\n", "utf-8")
    assert build([str(article)], Settings(data=tmp_path / "data")).added == 1
    found = open_current(tmp_path / "data").rows(
        "PREFIX dcterms: <http://purl.org/dc/terms/> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
        "SELECT ?name { ?a dcterms:publisher/skos:prefLabel ?name }")
    assert [row["name"].value for row in found] == ["Marl\u2028Herald\x85"]


def test_a_removed_article_leaves_a_tombstone(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("Talks Resume\n\nKenya said on Monday that the road to the port was open again.\n", "utf-8")
    settings = Settings(data=tmp_path / "data")
    build([str(path)], settings)
    reader = Reader(settings.data)
    before = reader.current()
    name = remove("a.txt", settings)
    assert name in (settings.data / "tombstones.json").read_text("utf-8")
    assert reader.current().number == before.number + 1
    ask = f"ASK {{ GRAPH <{settings.base_iri}/graph/article/{name}> {{ ?s ?p ?o }} }}"
    assert bool(before.query(ask)) and not bool(reader.current().query(ask))
    with pytest.raises(KGError, match="no such article"):
        remove("a.txt", settings)


def test_only_one_writer(tmp_path: Path) -> None:
    with Writer(tmp_path), pytest.raises(StoreError, match="another kg process"):
        Writer(tmp_path)


def test_nothing_published_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="kg build"):
        Reader(tmp_path).current()


@pytest.mark.parametrize(("query", "found"), [
    ("SELECT * FROM <g> { ?s ?p ?o }", {"FROM"}),
    ('SELECT * { ?s ?p "FROM here" } # from', set()),
    ("SELECT * { ?s <http://x/from> ?o }", set()),
    ("SELECT * { service <x> { ?s ?p ?o } }", {"SERVICE"}),
])
def test_keywords_are_told_from_words(query: str, found: set[str]) -> None:
    assert {"FROM", "SERVICE"} & words_of(query).words == found


def test_from_is_respected(built: Settings) -> None:
    snapshot = open_current(built.data)
    authority = f"{built.base_iri}/graph/authority"
    one = snapshot.query(f"SELECT (COUNT(*) AS ?n) FROM <{authority}> {{ ?s ?p ?o }}")
    everything = snapshot.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    assert 0 < int(next(iter(one))[0].value) < int(next(iter(everything))[0].value) == snapshot.count()


@pytest.mark.parametrize("suffix", [".ttl", ".nt", ".rdf", ".trig", ".nq", ".jsonld", ".nq.gz"])
def test_dumps_in_every_format(built: Settings, tmp_path: Path, suffix: str) -> None:
    assert dump(open_current(built.data), tmp_path / f"d{suffix}") > 10_000
    first = (tmp_path / f"d{suffix}").read_bytes()
    dump(open_current(built.data), tmp_path / f"d{suffix}")
    assert (tmp_path / f"d{suffix}").read_bytes() == first


def test_quotes_can_be_left_out(built: Settings, tmp_path: Path) -> None:
    dump(open_current(built.data), tmp_path / "none.nq", quotes="none")
    assert b'oa#exact> "' not in (tmp_path / "none.nq").read_bytes()
