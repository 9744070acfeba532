"""A graph shaped like ours, as large as wished, published in a data folder: ``python tests/load/generate.py FOLDER TRIPLES``."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from kg.namespaces import CK, OA
from kg.store import Writer

BASE = "https://w3id.org/conflict-kg"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_PER_REPORT = 16


def _quads(triples: int) -> Iterator[ox.Quad]:
    dice = random.Random(7)
    a, label = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), ox.NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel")

    def ck(name: str) -> ox.NamedNode:
        return ox.NamedNode(str(CK[name]))

    actors = [ox.NamedNode(f"{BASE}/id/actor/a{n}") for n in range(2000)]
    known = ox.NamedNode(f"{BASE}/graph/authority")
    for n, actor in enumerate(actors):
        yield ox.Quad(actor, a, ck("Actor"), known)
        yield ox.Quad(actor, label, ox.Literal(f"Actor {n}", language="en"), known)
    kinds = [ck(k) for k in ("AirStrike", "Shelling", "Raid", "Claim", "Denial", "Demand", "Talks", "Meeting")]
    for number in range(max(1, triples // (30 * _PER_REPORT))):
        article, graph = ox.NamedNode(f"{BASE}/id/article/{number}"), ox.NamedNode(f"{BASE}/graph/article/{number}")
        yield ox.Quad(article, a, ck("Article"), graph)
        yield ox.Quad(article, ox.NamedNode("http://purl.org/dc/terms/title"), ox.Literal(f"Report number {number} from the front"), graph)
        for part in range(30):
            event, report = ox.NamedNode(f"{article.value}/e{part}"), ox.NamedNode(f"{article.value}/e{part}/r")
            evidence, day = ox.NamedNode(f"{report.value}/x"), f"{2014 + number % 8}-{1 + part % 12:02}-{1 + number % 28:02}"
            first, second = dice.sample(actors, 2)
            yield ox.Quad(event, a, kinds[(number + part) % len(kinds)], graph)
            yield ox.Quad(event, a, ck("Event"), graph)
            yield ox.Quad(event, ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label"), ox.Literal(f"event {number}-{part}", language="en"), graph)
            yield ox.Quad(report, a, ck("Report"), graph)
            yield ox.Quad(report, ck("reports"), event, graph)
            yield ox.Quad(report, ck("modality"), ck("Asserted" if part % 3 else "Denied"), graph)
            yield ox.Quad(report, ck("attributedTo"), article, graph)
            yield ox.Quad(report, ck("perpetrator"), first, graph)
            yield ox.Quad(report, ck("target"), second, graph)
            yield ox.Quad(report, ck("date"), ox.Literal(day, datatype=ox.NamedNode(f"{_XSD}date")), graph)
            yield ox.Quad(report, ck("minimum"), ox.Literal(dice.randrange(400)), graph)
            yield ox.Quad(report, ck("evidence"), evidence, graph)
            words = " ".join(dice.choice(("soldiers", "market", "river", "said", "strike", "talks", "village", "night")) for _ in range(18))
            yield ox.Quad(evidence, ox.NamedNode(str(OA.exact)), ox.Literal(f"{number} {part} {words}"), graph)
            yield ox.Quad(evidence, ox.NamedNode(str(OA.hasSource)), article, graph)
            yield ox.Quad(evidence, ox.NamedNode(str(OA.start)), ox.Literal(part * 200), graph)
            yield ox.Quad(evidence, ox.NamedNode(str(OA.end)), ox.Literal(part * 200 + 120), graph)


def generate(folder: Path, triples: int) -> int:
    """Publishes about ``triples`` triples in ``folder``; gives the number of the snapshot."""
    with Writer(folder) as writer:
        writer.fill(_quads(triples))
        return writer.publish()


if __name__ == "__main__":
    print("snapshot", generate(Path(sys.argv[1]), int(sys.argv[2])))
