"""The invented actors and places of the generated graph, and the words that its articles are made of."""

from __future__ import annotations

import random
from dataclasses import dataclass

from rdflib.namespace import RDF, SKOS, XSD

from kg.namespaces import CK, GEO, OA, SCHEMA

ACTORS = 600
COUNTRIES, REGIONS, TOWNS = 20, 160, 820
_KINDS = ("Person", "State", "GovernmentBody", "ArmedForce", "ArmedGroup", "Organization", "Coalition", "MediaOrganization")
_SYLLABLES = "bal dor ker lun mar nor pel ras sil tor ven zar qua ulm ost ira eth cam fen gol".split()
_WORDS = ("the of in on after before near that which its their forces aircraft convoy ceasefire talks village market hospital border town "
          "troops fighters shelling strike raid envoy minister spokesman monitor agency report claim denial attack advance withdrawal "
          "killed wounded displaced captured shelled bombed crossed reached rejected accepted suspended resumed condemned confirmed "
          "civilians children soldiers rebels militants officials negotiators northern southern eastern western heavy several dozens "
          "Tuesday morning night week month agreement truce resolution mediation corridor supplies weapons artillery").split()
#: Some of them, each in about a quarter of all sentences.
COMMON = "ceasefire convoy hospital strike talks border village aircraft truce envoy".split()


@dataclass(frozen=True)
class World:
    """``actors``: (IRI, name), the most often named first; ``places``: likewise."""

    actors: list[tuple[str, str]]
    places: list[tuple[str, str]]
    quads: list[str]


def name(rng: random.Random, parts: int) -> str:
    """An invented name of so many words."""
    return " ".join("".join(rng.choice(_SYLLABLES) for _ in range(rng.randint(2, 3))).capitalize() for _ in range(parts))


def sentence(rng: random.Random, subject: str, place: str) -> str:
    """A sentence of the length that evidence has, which names an actor and a place. It means nothing."""
    words = rng.choices(_WORDS, k=rng.randint(8, 28))
    words.insert(rng.randint(1, len(words)), place)
    return f"{subject} {' '.join(words)}."


def pick(rng: random.Random, things: list[tuple[str, str]]) -> tuple[str, str]:
    """One of the things; few are named often and most seldom, as in real reporting."""
    return things[int(len(things) * rng.random() ** 3)]


def invent(rng: random.Random, base: str) -> World:
    """Actors with kinds, names, affiliations and tenures; places within places, with coordinates. All in the authority's graph."""
    graph, quads = f"<{base}/graph/authority>", []

    def add(subject: str, predicate: str, value: str) -> None:
        quads.append(f"{subject} <{predicate}> {value} {graph} .\n")

    actors: list[tuple[str, str]] = []
    for number in range(ACTORS):
        iri, label, kind = f"<{base}/id/actor/a{number}>", name(rng, 2), _KINDS[number % len(_KINDS)]
        for value in (f"<{CK.Actor}>", f"<{CK[kind]}>"):
            add(iri, str(RDF.type), value)
        add(iri, str(SKOS.prefLabel), f'"{label}"@en')
        add(iri, str(SKOS.altLabel), f'"{label.split()[-1]}"@en')
        add(iri, str(SKOS.exactMatch), f"<https://example.org/entity/Q{number}>")
        if actors and kind in {"Person", "GovernmentBody", "ArmedForce"}:
            other, tenure = rng.choice(actors)[0], f"<{base}/id/actor/a{number}/tenure-1>"
            add(iri, str(CK.affiliation), other)
            if kind == "Person":
                add(iri, str(CK.tenure), tenure)
                add(tenure, str(RDF.type), f"<{CK.Tenure}>")
                add(tenure, str(CK.office), '"minister"')
                add(tenure, str(CK.of), other)
                add(tenure, str(CK.startDate), f'"20{rng.randint(10, 29)}-01-01"^^<{XSD.date}>')
        actors.append((iri, label))
    above: list[tuple[str, str]] = []
    places: list[tuple[str, str]] = []
    for kind, amount in (("country", COUNTRIES), ("region", REGIONS), ("town", TOWNS)):
        made = []
        for number in range(amount):
            iri, label, geometry = f"<{base}/id/place/{kind}-{number}>", name(rng, 1), f"<{base}/id/place/{kind}-{number}/geometry>"
            for value in (f"<{CK.Place}>", f"<{SCHEMA.Place}>", f"<{GEO.Feature}>"):
                add(iri, str(RDF.type), value)
            add(iri, str(SKOS.prefLabel), f'"{label}"@en')
            add(iri, str(GEO.hasGeometry), geometry)
            add(geometry, str(RDF.type), f"<{GEO.Geometry}>")
            add(geometry, str(GEO.asWKT), f'"POINT({rng.uniform(20, 60):.4f} {rng.uniform(10, 50):.4f})"^^<{GEO.wktLiteral}>')
            if above:
                add(iri, str(CK.within), above[number % len(above)][0])
            made.append((iri, label))
        above, places = made, made + places
    return World(actors, places, quads)


#: Names that the generator writes on every line.
TYPE, POSITION, QUOTE, RESOURCE = str(RDF.type), str(OA.TextPositionSelector), str(OA.TextQuoteSelector), str(OA.SpecificResource)
