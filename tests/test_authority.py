"""The authority tables: what loads, and what is refused, with the file, the line and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF, SKOS, XSD

from kg.authority import Authority, AuthorityActor, AuthorityPlace, Tenure, load
from kg.errors import KGError
from kg.mappers import map_authority
from kg.namespaces import CK, GEO, SCHEMA
from kg.settings import Settings
from kg.validate import load_shapes, validate

ACTORS = "key\tprefLabel\ttype\taliases\tcountry\taffiliation\toffice_held\twikidata\n"
PLACES = "key\tprefLabel\taliases\tkind\twithin\tlat\tlong\twikidata\n"
BASE = f"{Settings().base_iri}/id"


def table(folder: Path, text: str, name: str = "mine.tsv") -> Path:
    path = folder / name
    path.write_bytes(text.encode("utf-8"))
    return path


def own(folder: Path, *texts: str) -> Authority:
    """What the bundled tables and these hold."""
    return load([table(folder, text, f"mine-{number}.tsv") for number, text in enumerate(texts)])


def actor(key: str = "averland", label: str = "Averland", kind: str = "State", aliases: str = "", country: str = "",
          affiliation: str = "", office: str = "", wikidata: str = "") -> str:
    return "\t".join((key, label, kind, aliases, country, affiliation, office, wikidata)) + "\n"


def place(key: str = "marl", label: str = "Marl", aliases: str = "", kind: str = "town", within: str = "", lat: str = "", long: str = "", wikidata: str = "") -> str:
    return "\t".join((key, label, aliases, kind, within, lat, long, wikidata)) + "\n"


def test_every_cell_of_an_actor_arrives(tmp_path: Path) -> None:
    row = actor("ilse-brandt", " Ilse Brandt ", "Person", "I. Brandt| ~Brandt |~ the Minister|~|", "AX", "averland",
                "Minister of Transport;2031-2038|Mayor of Marl; - 2030|Speaker;2039-|Clerk", "Q42")
    assert own(tmp_path, ACTORS + row).actors["ilse-brandt"] == AuthorityActor(
        "ilse-brandt", "Ilse Brandt", "Person", ("I. Brandt",), ("Brandt", "the Minister"), "AX", "averland",
        (Tenure("Minister of Transport", "2031", "2038"), Tenure("Mayor of Marl", None, "2030"), Tenure("Speaker", "2039", None),
         Tenure("Clerk", None, None)), "Q42")


def test_every_cell_of_a_place_arrives(tmp_path: Path) -> None:
    found = own(tmp_path, PLACES + place("marl", "Marl", "Lower Marl|~the town", "town", "averland", "-54.5", "+3.25", "Q43")).places["marl"]
    assert found == AuthorityPlace("marl", "Marl", ("Lower Marl",), ("the town",), "town", "averland", -54.5, 3.25, "Q43")


def test_empty_cells_are_nothing(tmp_path: Path) -> None:
    found = own(tmp_path, ACTORS + actor(), PLACES + place())
    assert found.actors["averland"] == AuthorityActor("averland", "Averland", "State", (), (), "", None, (), None)
    assert found.places["marl"] == AuthorityPlace("marl", "Marl", (), (), "town", None, None, None, None)


def test_columns_in_any_order_more_columns_marks_and_blank_lines(tmp_path: Path) -> None:
    text = "\ufeffverified\twikidata\tlong\tlat\twithin\tkind\taliases\tprefLabel\tkey\r\n\r\nhere\t\t\t\t\ttown\t\tMarl \"West\u2028End\"\tmarl\r\n"
    assert own(tmp_path, text).places["marl"].label == 'Marl "West\u2028End"'


def test_the_bundled_tables_load_and_an_own_table_comes_after_them(tmp_path: Path) -> None:
    bundled = load()
    assert len(bundled.actors) > 1000 and len(bundled.places) > 1000
    assert bundled.actors["afghanistan"].country == "AF" and bundled.places["afghanistan"].kind == "country"
    found = own(tmp_path, ACTORS + actor(), ACTORS + actor("afghanistan", "Land of mine") + actor("averland", "Second", "Coalition"))
    assert found.actors["afghanistan"] == AuthorityActor("afghanistan", "Land of mine", "State", (), (), "", None, (), None)
    assert found.actors["averland"].label == "Second" and found.places == bundled.places
    assert list(found.actors)[:len(bundled.actors)] == list(bundled.actors)
    assert set(found.actors) == {*bundled.actors, "averland"}


REFUSED = [
    ("more than one row", ACTORS + actor() + actor("marl") + actor(), "line 4: key 'averland' stands in line 2 as well"),
    ("blank lines count", PLACES + "\n\n" + place() + place(), "line 5: key 'marl' stands in line 4 as well"),
    ("unknown kind", ACTORS + actor() + actor("marl", kind="Militia"), "line 3: column type: 'Militia' is no kind of actor; give one of ArmedForce, "),
    ("no kind", ACTORS + actor(kind=""), "line 2: column type is empty; fill it in"),
    ("no key", ACTORS + actor(""), "line 2: column key is empty; fill it in"),
    ("no label", PLACES + place(label=" "), "line 2: column prefLabel is empty; fill it in"),
    ("key that is no slug", PLACES + place("Old Marl"), "line 2: column key: 'Old Marl' is not lower-case ASCII words joined by hyphens; correct it"),
    ("key with letters of another script", ACTORS + actor("маrl"), "line 2: column key: "),
    ("key that would leave the path", ACTORS + actor("../marl"), "line 2: column key: "),
    ("too far north", PLACES + place(lat="90.5", long="3"), "line 2: column lat: 90.5 is not from -90 to 90 degrees"),
    ("too far west", PLACES + place(lat="50", long="-180.1"), "line 2: column long: -180.1 is not from -180 to 180 degrees"),
    ("latitude that is no number", PLACES + place(lat="north", long="3"), "line 2: column lat: 'north' is not a decimal number of degrees"),
    ("latitude that is not a number", PLACES + place(lat="nan", long="3"), "line 2: column lat: 'nan' is not a decimal number"),
    ("endless longitude", PLACES + place(lat="5", long="inf"), "line 2: column long: 'inf' is not a decimal number"),
    ("decimal comma", PLACES + place(lat="50,45", long="3"), "line 2: column lat: '50,45' is not a decimal number"),
    ("latitude alone", PLACES + place(lat="50.45"), "line 2: column long is empty and the other is not"),
    ("longitude alone", PLACES + place(long="50.45"), "line 2: column lat is empty and the other is not"),
    ("country in words", ACTORS + actor(country="Averland"), "line 2: column country: 'Averland' is not a country code of two capitals"),
    ("Wikidata address", ACTORS + actor(wikidata="https://www.wikidata.org/wiki/Q1"), "line 2: column wikidata: "),
    ("Wikidata number", PLACES + place(wikidata="42"), "line 2: column wikidata: '42' is not Q and a number; correct it, or leave it empty"),
    ("years in words", ACTORS + actor(office="Minister;since 2031"), "line 2: column office_held: 'Minister;since 2031' is neither office nor office;from-to"),
    ("end before start", ACTORS + actor(office="Clerk|Minister;2038-2031"), "line 2: column office_held: 'Minister;2038-2031'"),
    ("office without words", ACTORS + actor(office=";2031-"), "line 2: column office_held: ';2031-'"),
    ("cells too few", ACTORS + "averland\tAverland\tState\n", "line 2: column aliases is missing; every row needs all columns"),
    ("cells too many", ACTORS + actor().rstrip("\n") + "\tmore\n", "line 2: there are more cells than columns in the header"),
    ("column missing", ACTORS.replace("\tcountry", "") + actor(), "line 1: the header is neither that of actors (key, prefLabel, type"),
    ("commas", ACTORS.replace("\t", ","), "line 1: the header is neither"),
    ("empty file", "", "line 1: the header is neither"),
    ("header alone", ACTORS, "the table has a header and no row"),
    ("endless cell", ACTORS + actor(label="x" * 200_000), "line 2: field larger than field limit"),
]


@pytest.mark.parametrize(("text", "message"), [pytest.param(t, m, id=i) for i, t, m in REFUSED])
def test_what_is_wrong_is_told_with_file_and_line(text: str, message: str, tmp_path: Path) -> None:
    path = table(tmp_path, text)
    with pytest.raises(KGError) as refused:
        load([path])
    assert str(refused.value).startswith(f"{path}: {message}")


def test_another_encoding_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "mine.tsv"
    path.write_bytes((ACTORS + actor() + actor("muehl", "Mühl")).encode("latin-1"))
    with pytest.raises(KGError, match=r"mine\.tsv: line 3: the authority table cannot be read .*; give a UTF-8 file with tabs"):
        load([path])


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(KGError, match=r"mine\.tsv: the authority table cannot be read .*No such file"):
        load([tmp_path / "mine.tsv"])


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """The graph of the bundled tables and of a few rows more."""
    authority = own(
        tmp_path_factory.mktemp("tables"),
        ACTORS + actor("averland", "Averland", country="QX") + actor("ilse-brandt", "Ilse Brandt", "Person", "I. Brandt|Ilse Brandt|~Brandt", "QX", "",
                                                                    "Minister;2031-2038|Clerk;-2030", "Q42")
        + actor("guard", "the Guard", "ArmedForce", affiliation="ministry") + actor("brigade", "the Brigade", "ArmedForce", affiliation="guard", office="Escort"),
        PLACES + place("marl", "Marl", "Lower Marl", within="county", lat="0.00001", long="-3.5", wikidata="Q43") + place("marl-bridge", "Marl Bridge", within="marl"))
    return map_authority(authority, Settings())


def said(graph: Graph, ref: str) -> set[tuple[URIRef, URIRef | Literal]]:
    return {(p, o) for p, o in graph.predicate_objects(URIRef(f"{BASE}/{ref}"))}  # type: ignore[misc]


def test_an_actor_becomes_these_triples(known: Graph) -> None:
    ilse = f"{BASE}/actor/ilse-brandt"
    assert said(known, "actor/ilse-brandt") == {
        (RDF.type, CK.Actor), (RDF.type, CK.Person), (SKOS.prefLabel, Literal("Ilse Brandt", "en")), (SKOS.altLabel, Literal("I. Brandt", "en")),
        (SKOS.altLabel, Literal("Brandt", "en")), (SKOS.exactMatch, URIRef("http://www.wikidata.org/entity/Q42")),
        (CK.tenure, URIRef(f"{ilse}/tenure-1")), (CK.tenure, URIRef(f"{ilse}/tenure-2"))}
    state = (CK.of, URIRef(f"{BASE}/actor/averland"))  # no affiliation: the state of the country
    assert said(known, "actor/ilse-brandt/tenure-1") == {
        (RDF.type, CK.Tenure), (CK.office, Literal("Minister")), state,
        (CK.startDate, Literal("2031", datatype=XSD.gYear)), (CK.endDate, Literal("2038", datatype=XSD.gYear))}
    assert said(known, "actor/ilse-brandt/tenure-2") == {
        (RDF.type, CK.Tenure), (CK.office, Literal("Clerk")), state, (CK.endDate, Literal("2030", datatype=XSD.gYear))}


def test_an_affiliation_that_no_table_has_is_left_out(known: Graph) -> None:
    assert said(known, "actor/guard") == {(RDF.type, CK.Actor), (RDF.type, CK.ArmedForce), (SKOS.prefLabel, Literal("the Guard", "en"))}
    assert (CK.affiliation, URIRef(f"{BASE}/actor/guard")) in said(known, "actor/brigade")
    assert (CK.of, URIRef(f"{BASE}/actor/guard")) in said(known, "actor/brigade/tenure-1")


def test_a_place_becomes_these_triples(known: Graph) -> None:
    assert said(known, "place/marl") == {
        (RDF.type, CK.Place), (RDF.type, SCHEMA.Place), (RDF.type, GEO.Feature), (SKOS.prefLabel, Literal("Marl", "en")),
        (SKOS.altLabel, Literal("Lower Marl", "en")), (SKOS.exactMatch, URIRef("http://www.wikidata.org/entity/Q43")),
        (GEO.hasGeometry, URIRef(f"{BASE}/place/marl/geometry"))}
    assert said(known, "place/marl/geometry") == {(RDF.type, GEO.Geometry), (GEO.asWKT, Literal("POINT(-3.5 0.00001)", datatype=GEO.wktLiteral))}
    assert (CK.within, URIRef(f"{BASE}/place/marl")) in said(known, "place/marl-bridge")


def test_all_of_it_conforms_to_the_shapes(known: Graph) -> None:
    assert len(known) > 10_000
    assert validate(known, load_shapes()) == []
