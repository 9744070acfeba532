"""How long the pages take, on graphs of 100,000 and 1,000,000 triples: ``make bench-pages``.

In process, through the whole application, without the network; the server adds well under a millisecond.
"""

from __future__ import annotations

import random
import statistics
import time
from pathlib import Path

from flask.testing import FlaskClient

from bench.generate import write
from kg.index import Index, open_index
from kg.settings import RESOURCES, Settings
from kg.store import open_current
from kg.web import create_app

SIZES = (100_000, 1_000_000)
_ROUNDS = 60  # requests of each kind of page
_FOLDER = RESOURCES / "build" / "bench"
_BROWSER = {"Accept": "text/html,*/*;q=0.8"}


def addresses(index: Index) -> dict[str, list[str]]:
    """Kind of page -> addresses."""
    rng = random.Random(1)

    def doc(iris: list[str], more: str = "") -> list[str]:
        return ["/doc/" + iri.partition("/id/")[2] + more for iri in iris]

    def some(family: str) -> list[str]:
        rows = [str(iri) for iri, in index.rows("SELECT iri FROM thing WHERE family = ? ORDER BY id", family)]
        return rng.sample(rows, min(_ROUNDS, len(rows)))

    # Those whose lists are full on both graphs: else the smaller one would have smaller pages.
    actors = [t.iri for t, _ in index.prominent("Actor", 5)] * (_ROUNDS // 5)
    places = [t.iri for t, _ in index.prominent("Place", 5)] * (_ROUNDS // 5)
    words = [t.label.split()[-1] for t, _ in index.prominent("Actor", 30)] + "ceasefire convoy hospital strike talks border village aircraft truce envoy".split()
    return {"home": ["/"] * _ROUNDS, "search": [f"/search?q={w}" for w in words], "actor": doc(actors), "actor, a list": doc(actors[:1] * _ROUNDS, "?list=speaker"),
            "place": doc(places), "article": doc(some("Article")), "statement": doc(some("Statement")), "military action": doc(some("MilitaryAction")),
            "negotiation": doc(some("Negotiation")), "actor as Turtle": [a + ".ttl" for a in doc(actors)], "reports": ["/reports"] * _ROUNDS,
            "timeline": ["/timeline"] * _ROUNDS, "network": ["/network"] * _ROUNDS, "map": ["/map"] * _ROUNDS}


def measure(client: FlaskClient, paths: list[str]) -> tuple[float, float, int]:
    """Median and 95th percentile in milliseconds, and the most store queries that one page made."""
    taken, most = [], 0
    client.get(paths[0], headers=_BROWSER)
    for path in paths:
        began = time.perf_counter()
        answer = client.get(path, headers=_BROWSER)
        taken.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200, path
        told = answer.headers.get("Server-Timing", "")
        most = max(most, int(told.partition('desc="')[2].split()[0]) if 'desc="' in told else 0)
    return statistics.median(taken), sorted(taken)[int(len(taken) * 0.95) - 1], most


def main() -> None:
    """Prints one row a kind of page."""
    found: dict[str, list[tuple[float, float, int]]] = {}
    for size in SIZES:
        data: Path = _FOLDER / str(size)
        if not (data / "current").exists():
            write(data, size)
        began = time.perf_counter()
        index = open_index(open_current(data), data)
        print(f"{size} triples: index there after {time.perf_counter() - began:.1f} s")
        client = create_app(Settings(data=data)).test_client()
        for kind, paths in addresses(index).items():
            found.setdefault(kind, []).append(measure(client, paths))
    print("| page | 100k median ms | 100k p95 | 1M median | 1M p95 | ratio of p95 | store queries at most |\n|---|---|---|---|---|---|---|")
    for kind, ((m1, p1, _), (m2, p2, queries)) in found.items():
        print(f"| {kind} | {m1:.1f} | {p1:.1f} | {m2:.1f} | {p2:.1f} | {p2 / p1:.2f} | {queries} |")


if __name__ == "__main__":
    main()
