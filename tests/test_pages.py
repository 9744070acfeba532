"""The pages: what they show, in how many queries, and the same graph in every format."""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from rdflib import Graph, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import DCTERMS

from kg.build import build, remove
from kg.index import Index, open_index
from kg.index.lists import around
from kg.settings import Settings
from kg.store import Snapshot, Writer, open_current
from kg.web import create_app, extras
from kg.web.ledger import Figure
from kg.web.look import position
from kg.web.overview import columns

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
FAMILIES = ["Actor", "Place", "Article", "Statement", "MilitaryAction", "Negotiation", "Relation"]
PARSERS = {"ttl": "turtle", "nt": "nt", "jsonld": "json-ld", "rdf": "xml"}
MOST_QUERIES = 12


@pytest.fixture(scope="module")
def index(built: Settings) -> Index:
    return open_index(open_current(built.data), built.data)


@pytest.fixture(scope="module")
def app(built: Settings) -> Flask:
    return create_app(replace(built, show_text=True))


@pytest.fixture(scope="module")
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def path(index: Index, family: str, words: str = "") -> str:
    """Address of the first thing of a family that is called so; of an actor or place, the most talked about."""
    if not words and family in {"Actor", "Place"}:
        return "/doc/" + index.prominent(family, 1)[0][0].iri.partition("/id/")[2]
    rows = index.rows("SELECT iri FROM thing WHERE family = ? AND label LIKE ? ORDER BY id", family, f"%{words}%")
    assert rows, f"no {family} is called {words}"
    return "/doc/" + str(rows[0][0]).partition("/id/")[2]


def text_of(client: FlaskClient, address: str) -> str:
    answer = client.get(address, headers=BROWSER)
    assert answer.status_code == 200, address
    return answer.get_data(as_text=True)


def test_the_event_page_sets_denials_beside_tellings_with_source_and_words(client: FlaskClient, index: Index) -> None:
    contested = index.contested(25)
    assert contested, "the bundled articles contradict each other"
    page = text_of(client, "/doc/" + next(t for t, why in contested if why == "denied").iri.partition("/id/")[2])
    assert 'class="sides n2"' in page
    says, denies = page.index("Those who say so"), page.index("Those who deny it")
    assert says < denies and page.count("<mark>") >= 2 and page.count('class="hop"') >= 2


def test_the_home_page_sets_contradicting_reports_side_by_side(client: FlaskClient, index: Index) -> None:
    page = text_of(client, "/")
    duels = re.findall(r'<article class="duel">.*?</article>', page, re.S)
    eastport = next(d for d in duels if "Eastport" in d)
    told, denied = eastport.index("Border Monitor"), eastport.index("Northland denied the accusation.")
    assert 'class="side for"' in eastport[:told] and told < eastport.index('class="side against"') < denied
    assert "12 people killed" in eastport
    for heading in ("In their own words", "Who denies what", "Actors most talked about"):
        assert heading in page, heading
    words = re.findall(r'href="/search\?q=([^"]+)"', page)
    assert len(words) >= 3 and all("0 found" not in text_of(client, f"/search?q={w}") for w in words), "what it proposes to search is found"


def test_a_place_shows_what_happened_within_it(client: FlaskClient, index: Index) -> None:
    syria = index.by_iri(["https://w3id.org/conflict-kg/id/place/syria"]).popitem()[1]
    inside = {t.iri for t in index.linked(syria.id, "inside", size=100).rows}
    aleppo = index.by_iri(["https://w3id.org/conflict-kg/id/place/aleppo"]).popitem()[1]
    here = {t.iri for t in index.linked(syria.id, "location", size=100).rows}
    assert inside and not inside & here and {t.iri for t in index.linked(aleppo.id, "location", size=100).rows} <= inside | here
    assert "In places within it" in text_of(client, "/doc/place/syria")


def test_reports_are_narrowed_by_kind(client: FlaskClient, index: Index) -> None:
    page = text_of(client, "/reports?kind=Denial")
    kinds = re.findall(r'<span class="kind f-Statement">([^<]*)</span>', page)
    assert len(kinds) >= 4 and set(kinds) == {"denial"}
    assert text_of(client, "/reports?kind=Nonsense").count('class="entry') == text_of(client, "/reports").count('class="entry')


def test_days_around_the_end_of_a_month_are_near() -> None:
    assert around(20310301) == (20310228, 20310302)
    assert around(20310100) == (20310100, 20310100), "no day of the calendar has none around it"


def test_columns_leave_gaps_as_wide_as_they_are() -> None:
    near = columns([(201511, "Statement", 2), (201602, "Statement", 1), (201602, "Negotiation", 1)])
    (a, *_), (b, *_), (c, *_) = near["bars"]
    assert near["unit"] == "month" and near["whole"] and b == c and round((b - a) / (960 / 12), 3) == 3
    far = columns([(198001, "Statement", 1), (202001, "Statement", 1)])
    assert far["unit"] == "year" and far["whole"] and far["bars"][1][0] - far["bars"][0][0] > 900
    farther = columns([(102001, "Statement", 1), (202001, "Statement", 1)])
    assert not farther["whole"] and farther["bars"][1][0] < 100
    assert columns([])["bars"] == []


@pytest.mark.parametrize(("values", "text"), [
    ({"minimum": "12", "maximum": "12", "victims": "people", "casualtyKind": "Killed"}, "12 people killed"),
    ({"maximum": "78", "hedge": "up to", "victims": "fighters", "casualtyKind": "Killed"}, "up to 78 fighters killed"),
    ({"maximum": "78", "casualtyKind": "Wounded"}, "up to 78 wounded"), ({"minimum": "9", "casualtyKind": "Killed"}, "at least 9 killed"),
    ({"minimum": "9", "maximum": "11", "casualtyKind": "Killed"}, "9–11 killed"), ({"count": "4", "unit": "bombs"}, "4 bombs"), ({}, "")])
def test_figures_in_words(values: dict[str, str], text: str) -> None:
    assert Figure(values).text == text


def test_the_event_page_shows_each_reports_own_figures(client: FlaskClient, index: Index) -> None:
    page = text_of(client, path(index, "MilitaryAction", "Northland on a market"))
    assert "12 people killed" in page and "3 children killed" in page
    assert "Border Monitor" in page and "a statement by Border Monitor" in page
    table = re.search(r'aria-label="Figures">.*?</table>', page, re.S)
    assert table and table[0].index("12 people killed") < table[0].index("Border Monitor") and "bombs" in table[0]


def test_the_actor_page_lists_what_was_said_and_met_and_the_offices_of_the_texts(client: FlaskClient, index: Index) -> None:
    page = text_of(client, path(index, "Actor", "Sergey Lavrov"))
    for words in ("What they said", "Whom they met", "Offices, as texts give them", "Russian Foreign Minister", "John Kerry", "wikidata.org"):
        assert words in page, words
    assert len(re.findall(r"<article|<li class=\"entry", page)) <= 25 * 4


def test_lists_are_paged_by_key_and_whole(client: FlaskClient, index: Index) -> None:
    actor = index.prominent("Actor", 1)[0][0]
    seen: list[str] = []
    after = ""
    for _ in range(50):
        found = index.linked(actor.id, "about", after, size=5)
        seen += [t.iri for t in found.rows]
        after = found.after
        if not after:
            break
    assert len(seen) == len(set(seen)) == found.total > 5
    address = path(index, "Actor", "Sergey Lavrov") + "?list=speaker"
    lavrov = index.by_iri(["https://w3id.org/conflict-kg/id/actor/sergey-lavrov"]).popitem()[1]
    assert text_of(client, address).count('<li class="entry') == index.linked(lavrov.id, "speaker").total > 15


def test_the_article_page_marks_evidence_in_the_text_both_ways(client: FlaskClient, index: Index, built: Settings) -> None:
    address = path(index, "Article", "Strike on Eastport")
    page = text_of(client, address)
    text = (built.data / "texts" / f"{address.rpartition('/')[2]}.txt").read_text("utf-8")
    prose = re.search(r'<div class="prose"[^>]*>(.*?)</div>', page, re.S)
    assert prose


    assert html.unescape(re.sub(r"<[^>]+>", "", prose[1])) == text, "the marked text is the text"
    starts = set(re.findall(r'href="#c-(\d+)"', page))
    assert starts and all(f'id="c-{s}"' in prose[1] for s in starts), "each fact leads to its words"
    assert re.search(r'class="ev[^>]*href="[^"]*#p-\d+"', prose[1]), "words lead to their facts"


def test_the_text_is_shown_under_the_setting_alone_and_never_in_rdf(built: Settings, index: Index) -> None:
    address = path(index, "Article", "Strike on Eastport")
    closed = create_app(built).test_client()
    assert 'class="prose"' not in text_of(closed, address)
    whole = (built.data / "texts" / f"{address.rpartition('/')[2]}.txt").read_text("utf-8")
    assert whole[:200] not in closed.get(f"{address}.ttl").get_data(as_text=True)


class Counting:
    """A store that counts how often it is asked."""

    def __init__(self, store: Any) -> None:
        self._store, self.asked = store, 0

    def query(self, *values: Any, **named: Any) -> Any:
        self.asked += 1
        return self._store.query(*values, **named)

    def quads_for_pattern(self, *values: Any) -> Any:
        self.asked += 1
        return self._store.quads_for_pattern(*values)

    def __len__(self) -> int:
        return len(self._store)


@pytest.fixture
def counting(app: Flask) -> Iterator[Counting]:
    snapshot: Snapshot = app.config["READER"].current()
    store = snapshot.store
    snapshot.store = Counting(store)  # type: ignore[assignment]
    yield snapshot.store
    snapshot.store = store


def every_kind(index: Index) -> list[str]:
    """One address of each kind of page, the fullest where it is known."""
    events = [path(index, f) for f in FAMILIES]
    events.append(path(index, "MilitaryAction", "Northland on a market"))
    report = "/doc/relation/" + index.page_of("Relation", 0, 1)[0].iri.partition("/id/relation/")[2]
    return [*events, path(index, "Actor") + "?list=about", f"{report}.ttl", events[0] + ".ttl", events[-1] + ".ttl", "/", "/search?q=Lavrov", "/reports",
            "/timeline", "/network", "/map"]


def test_no_page_asks_the_store_more_than_twelve_times(client: FlaskClient, index: Index, counting: Counting) -> None:
    for address in every_kind(index):
        before = counting.asked
        assert client.get(address, headers=BROWSER).status_code == 200, address
        assert counting.asked - before <= MOST_QUERIES, f"{address}: {counting.asked - before} queries"
    assert counting.asked > 30, "the counter counts"


@pytest.mark.parametrize("family", FAMILIES)
def test_a_document_is_the_same_graph_in_every_format(client: FlaskClient, index: Index, family: str) -> None:
    address = path(index, family)
    graphs = [Graph().parse(data=client.get(f"{address}.{suffix}").data, format=parser) for suffix, parser in PARSERS.items()]
    assert len(graphs[0]) > 4 and all(isomorphic(graphs[0], g) for g in graphs[1:])
    topic = URIRef("https://w3id.org/conflict-kg/id/" + address.removeprefix("/doc/"))
    assert (None, URIRef("http://xmlns.com/foaf/0.1/primaryTopic"), topic) in graphs[0]


def test_negotiation_to_the_letter(client: FlaskClient, index: Index) -> None:
    address = path(index, "Actor", "Sergey Lavrov")
    see = client.get(address.replace("/doc/", "/id/"))
    assert see.status_code == 303 and see.headers["Location"] == address
    for accept, expected in (("text/turtle;q=0.5, application/rdf+xml", "application/rdf+xml"), ("application/ld+json", "application/ld+json"),
                             ("text/html;q=0.4, text/*;q=0.9", "text/turtle"), ("*/*", "text/html"),
                             ("text/turtle;q=0.5, */*;q=0.9", "text/html"), ("text/html;q=0, */*;q=0.1", "text/turtle"), ("", "text/html")):
        assert client.get(address, headers={"Accept": accept}).mimetype == expected, accept
    assert client.get(address + ".nt", headers={"Accept": "text/html"}).mimetype == "application/n-triples", "the suffix wins"
    refused = client.get(address, headers={"Accept": "image/png"})
    assert refused.status_code == 406 and "text/turtle" in json.loads(refused.data)["detail"]
    links = client.get(address).headers["Link"]
    page = text_of(client, address)
    for suffix in PARSERS:
        assert f"<{address}.{suffix}>" in links and f'href="{address}.{suffix}"' in page
    assert client.get("/doc/actor/nobody", headers=BROWSER).mimetype == "text/html"
    assert client.get("/doc/actor/nobody", headers={"Accept": "text/turtle"}).mimetype == "application/problem+json"


def test_pages_say_what_they_are_in_the_terms_of_schema_org(client: FlaskClient, index: Index) -> None:
    page = text_of(client, path(index, "Actor", "Sergey Lavrov"))
    data = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    assert data and json.loads(data[1])["@type"] == "Person" and json.loads(data[1])["name"] == "Sergey Lavrov"


@pytest.mark.parametrize(("words", "name"), [("Lavrov", "Sergey Lavrov"), ("Lavorv", "Sergey Lavrov"), ("Lawrow", "Sergey Lavrov"), ("Keri", "John Kerry"),
                                             ("Erdogan", "Recep Tayyip Erdoğan")])
def test_misspelt_names_find_their_actor(client: FlaskClient, words: str, name: str) -> None:
    found = json.loads(client.get("/search", query_string={"q": words, "format": "json"}).data)
    assert name in [h["label"] for h in found["hits"][:3]]


def test_facets_narrow_and_count_right(client: FlaskClient) -> None:
    def ask(**more: str) -> Any:
        return json.loads(client.get("/search", query_string={"q": "Russia", "format": "json", **more}).data)

    whole = ask()
    for facet in ("family", "kind", "actor", "place", "source", "modality", "year", "article"):
        value = whole["facets"][facet][0]
        assert ask(**{facet: value["value"]})["total"] == value["count"], facet
    one, two = ask(), ask(after=whole["next"])
    assert not {h["iri"] for h in one["hits"]} & {h["iri"] for h in two["hits"]}


def test_site_map_robots_icon_and_safety_headers(client: FlaskClient) -> None:
    assert "Sitemap: http://localhost/sitemap.xml" in client.get("/robots.txt").get_data(as_text=True)
    parts = re.findall(r"<loc>http://localhost(.*?)</loc>", client.get("/sitemap.xml").get_data(as_text=True))
    assert len(parts) >= 6 and all(client.get(p).status_code == 200 for p in parts)
    assert client.get("/favicon.ico").mimetype == "image/svg+xml"
    policy = client.get("/").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "unsafe" not in policy


def test_terms_have_definition_use_count_and_example(client: FlaskClient) -> None:
    page = text_of(client, "/ontology")
    term = re.search(r'<article class="term" id="Report">.*?</article>', page, re.S)
    assert term and re.search(r"Used \d+ times", term[0]) and "for example" in term[0]
    assert len(Graph().parse(data=client.get("/ontology.ttl").data, format="turtle")) > 300
    assert isomorphic(Graph().parse(data=client.get("/shapes.nt").data, format="nt"), Graph().parse(data=client.get("/shapes.ttl").data, format="turtle"))


def test_dumps_tell_date_size_checksum_as_void_does(client: FlaskClient) -> None:


    page, void = text_of(client, "/dumps/"), client.get("/.well-known/void").get_data(as_text=True)
    data = client.get("/dumps/conflict-kg.nq").data
    for text in (page, void):
        assert hashlib.sha256(data).hexdigest() in text.lower()
    assert f"{len(data):,}" in page and "rdflib" in page and "Jena" in page and len(Graph().parse(data=void, format="turtle")) > 30


def test_table_and_json_of_the_network_obey_the_same_filters(client: FlaskClient) -> None:
    def ties(**chosen: str) -> list[tuple[str, str, str, str]]:
        page = client.get("/network", query_string=chosen).get_data(as_text=True)
        rows = [tuple(html.unescape(re.sub(r"<[^>]+>", "", cell)) for cell in re.findall(r"<td.*?</td>", row, re.S)) for row in re.findall(r"<tr><td>.*?</tr>", page, re.S)]
        data = json.loads(client.get("/network.json", query_string=chosen).data)
        label = {n["id"]: n["label"] for n in data["nodes"]}
        assert rows == [(label[e["from"]], e["kind"], label[e["to"]], str(e["n"])) for e in data["edges"]], chosen
        return rows

    every, denied = ties(), ties(modality="Denied")
    assert 0 < len(denied) < len(every) and ties(modality="Asserted") != every and ties(modality="nonsense") == every
    for kind in ("meets", "speaks of"):
        assert {row[1] for row in ties(kind=kind)} == {kind}
    lavrov = ties(actor="https://w3id.org/conflict-kg/id/actor/sergey-lavrov", modality="Asserted")
    assert lavrov and all("Sergey Lavrov" in (row[0], row[2]) for row in lavrov)


def test_table_and_json_of_the_map_obey_the_same_filters(client: FlaskClient, index: Index) -> None:
    def spots(**chosen: str) -> list[tuple[str, dict[str, int]]]:
        page = client.get("/map", query_string=chosen).get_data(as_text=True)
        places = json.loads(client.get("/map.json", query_string=chosen).data)["places"]
        rows = [[html.unescape(re.sub(r"<[^>]+>", "", cell)) for cell in re.findall(r"<td.*?</td>", row, re.S)] for row in re.findall(r"<tr[^>]*><td><a.*?</tr>", page, re.S)]
        assert [row[:5] for row in rows] == [[p["label"], *(str(p["events"].get(f, "")) for f in FAMILIES[3:])] for p in places], chosen
        return [(p["label"], p["events"]) for p in places]

    every = spots()
    year = str(index.spot_years()[0])
    assert {f for _, told in every for f in told} > {"Statement", "MilitaryAction", "Negotiation"}
    assert {f for _, told in spots(family="Negotiation") for f in told} == {"Negotiation"}
    for chosen in ({"modality": "Alleged"}, {"year": year}, {"modality": "Asserted", "year": year}):
        assert 0 < sum(sum(told.values()) for _, told in spots(**chosen)) < sum(sum(told.values()) for _, told in every), chosen
    assert spots(year="99999") == spots(family="nonsense") == every


def test_filters_that_leave_nothing_say_so(client: FlaskClient) -> None:
    for page, chosen in (("network", {"kind": "acts against", "modality": "Hypothetical"}), ("map", {"family": "Relation", "modality": "Demanded"}),
                         ("timeline", {"from": "1850"})):
        assert not any(json.loads(client.get(f"/{page}.json", query_string=chosen).data).get(key) for key in ("edges", "places", "events")), "nothing is left"
        assert "Nothing fits." in client.get(f"/{page}", query_string=chosen).get_data(as_text=True), page
        assert "Nothing fits." not in text_of(client, f"/{page}"), page


def test_positions_south_and_west_are_told_as_such(client: FlaskClient, index: Index) -> None:
    assert position(-34.6037, -58.3816) == "34.60° S, 58.38° W" and position(35.0255, 38.5079) == "35.03° N, 38.51° E"
    place, latitude, longitude, _ = index.spots(1)[0]
    for address in ("/map", "/doc/" + place.iri.partition("/id/")[2]):
        assert position(latitude, longitude) in text_of(client, address), address


def test_dates_are_no_more_precise_than_the_text(index: Index) -> None:
    from kg.web.look import when

    months = [t for t in index.events(size=100)[0] if len(t.stated) == 7]
    assert months, "a bundled article gives a month without a day"
    assert all(re.fullmatch(r"[A-Z][a-z]+ \d{4}", when(t)) for t in months)


def test_merged_things_redirect_and_withdrawn_ones_are_gone(tmp_path: Path) -> None:
    article = tmp_path / "a.txt"
    article.write_text("Talks Resume\n\nKenya said on Monday that the road to the port was open again.\n", "utf-8")
    settings = Settings(data=tmp_path / "data")
    build([str(article)], settings)
    base = settings.base_iri
    merged = Graph()
    merged.add((URIRef(f"{base}/id/actor/old"), DCTERMS.isReplacedBy, URIRef(f"{base}/id/actor/kenya")))
    with Writer(settings.data) as writer:
        writer.replace_graph(f"{base}/graph/curation", merged)
        writer.publish()
    client = create_app(settings).test_client()
    moved = client.get("/id/actor/old")
    assert moved.status_code == 301 and moved.headers["Location"] == "/id/actor/kenya"
    name = open_index(open_current(settings.data), settings.data).page_of("Article", 0, 1)[0].iri.removeprefix(f"{base}/id/")
    event = open_index(open_current(settings.data), settings.data).page_of("Statement", 0, 1)[0].iri.removeprefix(f"{base}/id/")
    assert client.get(f"/doc/{name}").status_code == 200
    remove("a.txt", settings)
    for address in (f"/doc/{name}", f"/doc/{name}.ttl", f"/doc/{event}"):
        assert client.get(address).status_code == 410, address
    assert not list((settings.data / "texts").iterdir()), "the text goes with its article"


def test_an_unchanged_page_is_not_sent_again(client: FlaskClient, index: Index) -> None:
    for address in (path(index, "Actor"), path(index, "Actor") + ".ttl", "/", "/search?q=Lavrov"):
        tag = client.get(address, headers=BROWSER).headers["ETag"]
        again = client.get(address, headers={**BROWSER, "If-None-Match": tag})
        assert again.status_code == 304 and not again.data


def test_pages_work_without_the_packages_of_npm(client: FlaskClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(extras, "MODULES", tmp_path)
    for address in ("/timeline", "/network", "/map", "/sparql"):
        page = text_of(client, address)
        assert "/lib/" not in page and ("<table" in page or "<textarea" in page)
    assert client.get("/lib/d3.js").status_code == 404
