"""How long the pages take, on graphs of 100,000 and 1,000,000 triples: ``make bench-pages``, about two minutes.

In process, through the whole application, without the network; the server adds well under a millisecond. Pages of the two graphs that are compared
hold the same: the small graph's articles and events are in the large one as well, actors and places have full lists, searches as many hits.
Both graphs are asked in turn, so that what else the machine does disturbs both alike; every request counts, the first of a page as well.
"""

from __future__ import annotations

import random
import statistics
import time

from flask.testing import FlaskClient

from bench.generate import write
from bench.world import COMMON
from kg.index import Index, open_index
from kg.index.find import MOST
from kg.settings import RESOURCES, Settings
from kg.store import open_current
from kg.web import create_app
from kg.web.server import settle

SIZES = (100_000, 1_000_000)
_PAGES = 60    # of each kind
_REPEATS = 5   # of each page
_HITS = range(200, 501)  # of the searches that are compared
_FOLDER = RESOURCES / "build" / "bench"
_BROWSER = {"Accept": "text/html,*/*;q=0.8"}


def hits(index: Index, word: str) -> int:
    """How many things have the word, as far as a search ranks them."""
    return len(index.rows("SELECT rowid FROM words WHERE words MATCH ? LIMIT ?", f'"{word}"*', MOST))


def shared(index: Index) -> dict[str, list[str]]:
    """Kind of page -> addresses of pages that are in a larger graph as well."""
    rng = random.Random(1)
    found = {}
    for kind, family in (("article", "Article"), ("statement", "Statement"), ("military action", "MilitaryAction"), ("negotiation", "Negotiation")):
        rows = [f"/doc/{iri.partition('/id/')[2]}" for iri, in index.rows("SELECT iri FROM thing WHERE family = ? ORDER BY iri", family)]
        rng.shuffle(rows)
        found[kind] = [rows[number % len(rows)] for number in range(_PAGES)]
    return found


def own(index: Index) -> dict[str, list[str]]:
    """Kind of page -> addresses that are chosen for each graph: of what fills a page there."""
    actors, places = ([f"/doc/{t.iri.partition('/id/')[2]}" for t, _ in index.prominent(family, 5)] * (_PAGES // 5) for family in ("Actor", "Place"))
    words = [t.label.split()[-1] for t, _ in index.prominent("Actor", 600)] + COMMON
    searches = [f"/search?q={word}" for word in words if hits(index, word) in _HITS]
    pages = {path: [path] * _PAGES for path in ("/", "/reports", "/timeline", "/network", "/map")}
    return {"home": pages["/"], "search": [searches[n % len(searches)] for n in range(_PAGES)], "actor": actors, "actor, a list": [f"{a}?list=speaker" for a in actors],
            "actor as Turtle": [f"{a}.ttl" for a in actors], "place": places, "reports": pages["/reports"], "timeline": pages["/timeline"],
            "network": pages["/network"], "map": pages["/map"]}


def ask(client: FlaskClient, path: str) -> tuple[float, int]:
    """Milliseconds of one request, and how often it asked the store."""
    began = time.perf_counter()
    answer = client.get(path, headers=_BROWSER)
    taken = (time.perf_counter() - began) * 1000
    assert answer.status_code == 200, path
    told = answer.headers.get("Server-Timing", "")
    return taken, int(told.partition('desc="')[2].split()[0]) if 'desc="' in told else 0


def measure(clients: list[FlaskClient], pages: list[list[str]]) -> list[tuple[float, float, int]]:
    """For each client with its pages: median and 95th percentile in milliseconds, and the most store queries that one page made."""
    times: list[list[float]] = [[] for _ in clients]
    most = [0] * len(clients)
    for _ in range(_REPEATS):
        for paths in zip(*pages, strict=True):
            for number, (client, path) in enumerate(zip(clients, paths, strict=True)):
                taken, queries = ask(client, path)
                times[number].append(taken)
                most[number] = max(most[number], queries)
    return [(statistics.median(taken), sorted(taken)[int(len(taken) * 0.95)], queries) for taken, queries in zip(times, most, strict=True)]


def main() -> None:
    """Prints one row a kind of page."""
    indexes, clients = [], []
    for size in SIZES:
        data = _FOLDER / str(size)
        if not (data / "current").exists():
            write(data, size)
        began = time.perf_counter()
        indexes.append(open_index(open_current(data), data))
        print(f"{size} triples: index there after {time.perf_counter() - began:.1f} s")
        clients.append(create_app(Settings(data=data)).test_client())
    settle()
    both = shared(indexes[0])
    kinds = [own(index) | both for index in indexes]
    print("| page | 100k median ms | 100k p95 | 1M median | 1M p95 | ratio of p95 | store queries at most |\n|---|---|---|---|---|---|---|")
    for kind in kinds[0]:
        (m1, p1, _), (m2, p2, queries) = measure(clients, [pages[kind] for pages in kinds])
        print(f"| {kind} | {m1:.1f} | {p1:.1f} | {m2:.1f} | {p2:.1f} | {p2 / p1:.2f} | {queries} |")
    frequent = [[f"/search?q={word}" for word in COMMON]] * len(clients)
    found = [statistics.mean(hits(index, word) for word in COMMON) for index in indexes]
    for size, number, (median, p95, _) in zip(SIZES, found, measure(clients, frequent), strict=True):
        print(f"{size} triples: a search with {number:.0f} hits takes {median:.1f} ms, at most {p95:.1f} (p95)")


if __name__ == "__main__":
    main()
