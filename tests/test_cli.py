"""The command line as a user types it."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result

from kg.cli import main
from kg.settings import Settings

GOOD = "Floods\n\nThe army shelled the town of Kesten on 4 May 2031, Governor Ada Pell said. \"Nobody was hurt,\" she told reporters.\n"


def kg(data: Path, *arguments: str) -> Result:
    """Runs a command on a data folder."""
    return CliRunner().invoke(main, list(arguments), env={"KG_DATA": str(data)})


def test_help_names_every_command_with_an_example() -> None:
    commands = ("build", "extract", "validate", "query", "dump", "remove", "serve")
    text = CliRunner().invoke(main, ["--help"]).output
    for command in commands:
        assert command in text
        assert "Example:" in CliRunner().invoke(main, [command, "--help"]).output


def test_wrong_usage_ends_with_2(built: Settings) -> None:
    for arguments in (["nonsense"], ["build", "--no-such-option"], ["query"], ["dump"], ["query", "ASK {}", "--format", "pdf"]):
        assert kg(built.data, *arguments).exit_code == 2, arguments


def test_bad_articles_are_named_and_the_good_one_is_built(tmp_path: Path) -> None:
    inbox = tmp_path / "in"
    inbox.mkdir()
    (inbox / "good.txt").write_text(GOOD, "utf-8")
    (inbox / "empty.txt").write_bytes(b"")
    (inbox / "binary.txt").write_bytes(bytes(range(256)) * 20)
    (inbox / "latin.txt").write_bytes("Caf\xe9 owners said the port of M\xe1laga was shelled by gunmen on Monday.".encode("latin-1"))
    done = kg(tmp_path / "data", "build", "--quiet", str(inbox))
    assert done.exit_code == 0 and "2 articles in the graph" in done.stderr  # bytes of another encoding are read as Windows-1252
    assert "empty.txt is empty" in done.stderr and "binary.txt" in done.stderr and "2 not read" in done.stderr
    assert kg(tmp_path / "data", "build", "--quiet", "--strict", str(inbox)).exit_code == 1
    again = kg(tmp_path / "data", "build", "--quiet", str(inbox / "good.txt"))
    assert again.exit_code == 0 and "nothing changed" in again.stderr


def test_a_folder_without_articles_is_refused(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    done = kg(tmp_path / "data", "build", str(tmp_path / "in"))
    assert done.exit_code == 1 and "holds no articles" in done.stderr
    assert kg(tmp_path / "data", "build", str(tmp_path / "missing.txt")).exit_code == 1


def test_without_a_graph_the_message_says_what_to_run(tmp_path: Path) -> None:
    done = kg(tmp_path, "query", "ASK {}")
    assert done.exit_code == 1 and "run: kg build" in done.stderr and done.stderr.startswith("kg: ")


def test_query_formats_and_errors(built: Settings) -> None:
    select = "SELECT ?a { ?a a ck:Article } ORDER BY ?a"
    assert "6 rows" in kg(built.data, "query", select).stdout
    assert kg(built.data, "query", select, "--format", "csv").stdout.split()[0] == "a"
    for kind in ("json", "xml", "tsv"):
        data = kg(built.data, "query", select, "--format", kind).stdout_bytes
        rows = ox.parse_query_results(data, format=ox.QueryResultsFormat.from_extension(kind))
        assert isinstance(rows, ox.QuerySolutions) and len(list(rows)) == 6
    graph = kg(built.data, "query", "CONSTRUCT { ?a a ck:Article } WHERE { ?a a ck:Article }", "--format", "turtle").stdout_bytes
    assert len(list(ox.parse(graph, format=ox.RdfFormat.TURTLE))) == 6
    assert kg(built.data, "query", select, "--format", "turtle").exit_code == 1
    bad = kg(built.data, "query", "SELECT * { ?s")
    assert bad.exit_code == 1 and bad.stderr.startswith("kg: the query is malformed")


@pytest.mark.parametrize("suffix", ["ttl", "nt", "rdf", "trig", "nq", "jsonld", "trig.gz"])
def test_dump_in_every_format(built: Settings, tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"graph.{suffix}"
    assert kg(built.data, "dump", "-o", str(file)).exit_code == 0
    data = gzip.decompress(file.read_bytes()) if suffix.endswith(".gz") else file.read_bytes()
    kind = ox.RdfFormat.from_extension(suffix.removesuffix(".gz"))
    assert len(list(ox.parse(data, format=kind))) > 5000


def test_quotes_can_be_cut_or_left_out(built: Settings, tmp_path: Path) -> None:
    def exact(quotes: str) -> list[str]:
        file = tmp_path / f"{quotes}.nt"
        assert kg(built.data, "dump", "-o", str(file), "--quotes", quotes).exit_code == 0
        return [t.object.value for t in ox.parse(path=str(file)) if t.predicate.value == "http://www.w3.org/ns/oa#exact"]

    assert max(map(len, exact("full"))) > 100
    assert exact("short") and max(map(len, exact("short"))) <= 81
    assert exact("none") == []
    assert kg(built.data, "dump", "-o", str(tmp_path / "graph.xyz")).exit_code == 1


def test_validate_tells_good_from_bad(built: Settings, tmp_path: Path) -> None:
    query = "CONSTRUCT { ?a ?p ?o . ?g ?q ?v } WHERE { ?a a ck:Place ; ?p ?o . OPTIONAL { ?a geo:hasGeometry ?g . ?g ?q ?v } }"
    (tmp_path / "good.ttl").write_bytes(kg(built.data, "query", query, "--format", "turtle").stdout_bytes)
    good = kg(built.data, "validate", str(tmp_path / "good.ttl"))
    assert good.exit_code == 0, good.stdout
    (tmp_path / "bad.ttl").write_text("<urn:r> a <https://w3id.org/conflict-kg/ontology#Report> .", "utf-8")
    bad = kg(built.data, "validate", str(tmp_path / "bad.ttl"), "--rdf", str(tmp_path / "report.ttl"))
    assert bad.exit_code == 1 and "A report has exactly one of the six modalities" in bad.stdout and (tmp_path / "report.ttl").exists()
    (tmp_path / "broken.ttl").write_text("<urn:r> a", "utf-8")
    assert "not well-formed" in kg(built.data, "validate", str(tmp_path / "broken.ttl")).stderr


def test_remove(built: Settings, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(built.data, data, symlinks=True)
    assert kg(data, "remove", "no-such-article.txt").exit_code == 1
    assert kg(data, "remove", "strike-on-eastport-market.txt").exit_code == 0
    assert "5 rows" in kg(data, "query", "SELECT ?a { ?a a ck:Article }").stdout


def test_extract_prints_one_record_a_line(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(GOOD, "utf-8")
    lines = kg(tmp_path, "extract", str(tmp_path / "a.txt")).stdout.splitlines()
    assert len(lines) == 1 and '"speaker": "actor/ada-pell"' in lines[0]


def test_a_table_of_ones_own_names_actors(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Raid\n\nThe Ostra Brigade shelled Kesten on 4 May 2031, officials said.\n", "utf-8")
    table = tmp_path / "mine.tsv"
    table.write_text("key\tprefLabel\ttype\taliases\tcountry\taffiliation\toffice_held\twikidata\n"
                     "ostra-brigade\t7th Ostra Brigade\tArmedGroup\tOstra Brigade\t\t\t\t\n", "utf-8")
    assert kg(tmp_path / "data", "build", "--quiet", "--authority", str(table), str(tmp_path / "a.txt")).exit_code == 0
    found = kg(tmp_path / "data", "query", 'SELECT ?l { ?r ck:perpetrator/skos:prefLabel ?l }', "--format", "csv").stdout
    assert found.split("\n")[1].strip() == "7th Ostra Brigade"
    table.write_text("key\tprefLabel\ttype\taliases\tcountry\taffiliation\toffice_held\twikidata\nostra\n", "utf-8")
    broken = kg(tmp_path / "data", "build", "--authority", str(table), str(tmp_path / "a.txt"))
    assert broken.exit_code == 1 and "mine.tsv: line 2: column" in broken.stderr
