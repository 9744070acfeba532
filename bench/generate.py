"""A graph of any size in the shape of ours, the same for the same seed, about a war that never was.

``python -m bench.generate --triples 1000000 -o graph.nq`` writes N-Quads; any other name is a data folder for ``kg serve`` (KG_DATA).
"""

from __future__ import annotations

import hashlib
import random
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import click
import pyoxigraph as ox
from rdflib.namespace import DCTERMS, PROV, RDFS, SKOS, XSD

from bench.world import POSITION, QUOTE, RESOURCE, TYPE, World, invent, name, pick, sentence
from kg.namespaces import CK, OA, SCHEMA
from kg.store import Writer

BASE = "https://w3id.org/conflict-kg"
_STATEMENTS = ("Claim", "Accusation", "Denial", "Demand", "Appeal", "Pledge", "Threat", "Criticism", "Announcement", "Confirmation")
_ACTIONS = ("AirStrike", "Shelling", "GroundAssault", "TerritoryCapture", "Raid", "Deployment", "CeasefireViolation", "Bombing", "Killing")
_NEGOTIATIONS = ("Talks", "Meeting", "PhoneCall", "Conference", "Ceasefire", "Agreement", "Mediation", "Suspension")
_RELATIONS = ("supports", "opposes", "memberOf", "holdsOffice", "backedBy", "alliedWith")
_MODALITIES = ("Asserted", "Asserted", "Asserted", "Alleged", "Alleged", "Denied", "Planned", "Demanded")
#: Event families as often as in real articles: 101 statements, 36 actions, 34 negotiations, 60 relations in the bundled ones.
_FAMILIES = ("statement",) * 10 + ("action",) * 4 + ("negotiation",) * 3 + ("relation",) * 6
_FIRST_DAY = date(2030, 1, 1)


class _Article:
    """One article being written: its quads so far, and the place in its text."""

    def __init__(self, number: int, seed: int, world: World) -> None:
        self.rng = random.Random(f"{seed}-{number}")
        self.world = world
        digest = hashlib.sha256(f"{seed}-{number}".encode()).hexdigest()
        self.slug = f"article-{number}-{digest[:8]}"
        self.graph = f"<{BASE}/graph/article/{self.slug}>"
        self.iri = f"<{BASE}/id/article/{self.slug}>"
        self.issued = _FIRST_DAY + timedelta(days=self.rng.randrange(2000))
        self.offset = 0
        self.events: list[str] = []
        self.lines: list[str] = []
        for kind in (CK.Article, SCHEMA.NewsArticle, PROV.Entity):
            self.add(self.iri, TYPE, f"<{kind}>")
        self.text(self.iri, DCTERMS.identifier, f"article-{number}.txt")
        self.text(self.iri, DCTERMS.title, sentence(self.rng, pick(self.rng, world.actors)[1], pick(self.rng, world.places)[1])[:80])
        self.text(self.iri, DCTERMS.language, "en")
        self.add(self.iri, DCTERMS.publisher, pick(self.rng, world.actors)[0])
        self.day(self.iri, DCTERMS.issued, self.issued)
        self.text(self.iri, CK.textDigest, f"sha256:{digest}")
        self.add(self.iri, CK.graph, self.graph)

    def add(self, subject: str, predicate: str, value: str) -> None:
        self.lines.append(f"{subject} <{predicate}> {value} {self.graph} .\n")

    def text(self, subject: str, predicate: str, value: str) -> None:
        self.add(subject, predicate, f'"{value}"')

    def day(self, subject: str, predicate: str, value: date) -> None:
        self.add(subject, predicate, f'"{value}"^^<{XSD.date}>')

    def number(self, subject: str, predicate: str, value: int) -> None:
        self.add(subject, predicate, f'"{value}"^^<{XSD.integer}>')

    def span(self, owner: str, what: str, predicate: str, start: int, length: int) -> None:
        """A place in the text, and the property that leads to it."""
        iri = f"{owner[:-1]}/{what}-{start}>"
        self.add(owner, predicate, iri)
        self.add(iri, TYPE, f"<{POSITION}>")
        self.number(iri, OA.start, start)
        self.number(iri, OA.end, start + length)

    def dates(self, subject: str) -> None:
        day = self.issued - timedelta(days=self.rng.randrange(1, 40))
        for predicate in (CK.date, CK.earliest, CK.latest):
            self.day(subject, predicate, day)

    def event(self, family: str) -> None:
        """An event or relation with its reports: mostly one, sometimes a second that denies it."""
        rng = self.rng
        actor, place = pick(rng, self.world.actors), pick(rng, self.world.places)
        words = sentence(rng, actor[1], place[1])
        self.offset += rng.randint(20, 120)
        iri = f"<{BASE}/id/event/{self.slug}/{family}-{self.offset}>"
        if family == "relation":
            self.relation(iri, actor[0])
        else:
            kinds = {"statement": ("Statement", _STATEMENTS), "action": ("MilitaryAction", _ACTIONS), "negotiation": ("Negotiation", _NEGOTIATIONS)}
            parent, special = kinds[family]
            self.add(iri, TYPE, f"<{CK.Event}>")
            self.add(iri, TYPE, f"<{CK[parent]}>")
            if rng.random() < 0.85:
                self.add(iri, TYPE, f"<{CK[rng.choice(special)]}>")
            self.text(iri, RDFS.label, f"{actor[1]}: {words[:90]}")
        if family == "statement":
            self.statement(iri, actor[0], words)
        self.report(iri, family, actor[0], place[0], words, rng.choice(_MODALITIES))
        if family == "action" and rng.random() < 0.25:
            self.offset += len(words) + 1
            self.report(iri, family, actor[0], place[0], sentence(rng, actor[1], place[1]), "Denied")
        self.offset += len(words)
        if family != "relation":
            self.events.append(iri)

    def relation(self, iri: str, actor: str) -> None:
        predicate = self.rng.choice(_RELATIONS)
        self.add(iri, TYPE, f"<{CK.Relation}>")
        self.add(iri, CK.subject, actor)
        self.add(iri, CK.predicate, f"<{CK[predicate]}>")
        if predicate == "holdsOffice":
            self.text(iri, CK.office, "foreign minister")
        else:
            self.add(iri, CK.object, pick(self.rng, self.world.actors)[0])

    def statement(self, iri: str, speaker: str, words: str) -> None:
        rng = self.rng
        self.add(iri, CK.speaker, speaker)
        self.text(iri, CK.content, words)
        if rng.random() < 0.4:
            self.text(iri, CK.quotation, words[: rng.randint(20, 60)])
        if rng.random() < 0.3:
            self.add(iri, CK.addressee, pick(rng, self.world.actors)[0])
        if rng.random() < 0.4:
            self.dates(iri)
        about = {pick(rng, self.world.actors)[0] for _ in range(rng.randint(0, 3))} | set(self.events[-1:])
        for thing in sorted(about):
            self.add(iri, CK.about, thing)

    def report(self, event: str, family: str, actor: str, place: str, words: str, modality: str) -> None:
        """A passage that reports the event, with its evidence."""
        rng, start, iri = self.rng, self.offset, f"{event[:-1]}/report-{self.offset}>"
        stated = next((e for e in reversed(self.events) if "/statement-" in e), None) if rng.random() < 0.35 else None
        self.add(iri, TYPE, f"<{CK.Report}>")
        self.add(iri, CK.reports, event)
        self.add(iri, CK.modality, f"<{CK[modality]}>")
        self.add(iri, CK.attributedTo, pick(rng, self.world.actors)[0] if stated else self.iri)
        self.text(iri, CK.rule, f"{family}-verb")
        self.add(iri, PROV.wasGeneratedBy, f"<{BASE}/id/run/bench>")
        if stated:
            self.add(iri, CK.statedIn, stated)
        self.evidence(iri, start, words)
        self.span(iri, "trigger", CK.trigger, start + 5, 8)
        if family == "statement":
            for what, predicate, length in (("source", CK.sourceSpan, 12), ("cue", CK.cueSpan, 4), ("content", CK.contentSpan, len(words))):
                self.span(iri, what, predicate, start, length)
        elif family == "action":
            self.add(iri, CK.perpetrator, actor)
            self.add(iri, CK.target, pick(rng, self.world.actors)[0])
            self.add(iri, CK.location, place)
            self.dates(iri)
            if modality != "Denied" and rng.random() < 0.4:
                self.casualties(iri, start)
        elif family == "negotiation":
            for party in sorted({actor, pick(rng, self.world.actors)[0]}):
                self.add(iri, CK.party, party)
            self.add(iri, CK.location, place)
            self.add(iri, CK.status, f"<{CK[rng.choice(('Held', 'Planned', 'Suspended', 'Agreed'))]}>")
            self.dates(iri)

    def evidence(self, report: str, start: int, words: str) -> None:
        iri, position, quote = (f"{report[:-1]}/{part}>" for part in ("evidence", "position", "quote"))
        self.add(report, CK.evidence, iri)
        self.add(iri, TYPE, f"<{RESOURCE}>")
        self.add(iri, OA.hasSource, self.iri)
        for selector in (position, quote):
            self.add(iri, OA.hasSelector, selector)
        self.add(position, TYPE, f"<{POSITION}>")
        self.number(position, OA.start, start)
        self.number(position, OA.end, start + len(words))
        self.add(quote, TYPE, f"<{QUOTE}>")
        self.text(quote, OA.exact, words)
        self.text(quote, OA.prefix, "he told: ")
        self.text(quote, OA.suffix, " It also ")

    def casualties(self, report: str, start: int) -> None:
        iri, low = f"{report[:-1]}/killed-{start}>", self.rng.randint(1, 60)
        self.add(report, CK.casualties, iri)
        self.add(iri, TYPE, f"<{CK.Casualties}>")
        self.add(iri, CK.casualtyKind, f"<{CK[self.rng.choice(('Killed', 'Wounded'))]}>")
        self.number(iri, CK.minimum, low)
        self.number(iri, CK.maximum, low + self.rng.randint(0, 10))
        self.text(iri, CK.victims, "people")


def quads(triples: int, seed: int = 1) -> Iterator[str]:
    """Lines of N-Quads, in whole articles, until there are at least ``triples``. Article 7 is the same in a graph of any size."""
    world = invent(random.Random(f"{seed}-world"), BASE)
    written = len(world.quads) + 1
    yield from world.quads
    yield f"<{BASE}/id/run/bench> <{TYPE}> <{PROV.Activity}> <{BASE}/graph/derived> .\n"
    number = 0
    while written < triples:
        rng = random.Random(f"{seed}-found-{number}")
        found = f"<{BASE}/id/actor/found-{number}>", f"<{BASE}/graph/derived>"  # an actor that only this article names
        lines = [f"{found[0]} <{TYPE}> <{kind}> {found[1]} .\n" for kind in (CK.Actor, CK.Person)]
        lines.append(f'{found[0]} <{SKOS.prefLabel}> "{name(rng, 2)}"@en {found[1]} .\n')
        article = _Article(number, seed, world)
        for _ in range(article.rng.randint(15, 65)):
            article.event(article.rng.choice(_FAMILIES))
        article.add(article.iri, CK.originalSource, found[0])
        yield from lines
        yield from article.lines
        written += len(lines) + len(article.lines)
        number += 1


def write(path: Path, triples: int, seed: int = 1) -> int:
    """Writes N-Quads to a file whose name ends in .nq, else a data folder with a published snapshot; gives the number of triples."""
    if path.suffix != ".nq":
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "graph.nq"
            written = write(file, triples, seed)
            with Writer(path) as writer:
                writer.fill(ox.parse(path=str(file), format=ox.RdfFormat.N_QUADS))
                writer.publish()
        return written
    written = 0
    with path.open("w", encoding="utf-8") as out:
        for line in quads(triples, seed):
            out.write(line)
            written += 1
    return written


@click.command()
@click.option("--triples", default=1_000_000, show_default=True, help="At least so many; the last article is whole.")
@click.option("--seed", default=1, show_default=True)
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="FILE.nq, or a data folder that does not exist yet.")
def main(triples: int, seed: int, output: Path) -> None:
    """Write a generated graph. Example: python -m bench.generate --triples 100000 -o build/bench/data"""
    click.echo(f"{write(output, triples, seed)} triples in {output}", err=True)


if __name__ == "__main__":
    main()
