"""Pages over the whole graph: home, reports, timeline, network, map."""

from __future__ import annotations

from collections.abc import Collection
from itertools import zip_longest
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request

from kg.index import Thing
from kg.index.gather import EVENTS
from kg.index.make import TIES
from kg.mappers.terms import ACTION_KINDS, MODALITIES, NEGOTIATION_KINDS, PREDICATES, STATEMENT_KINDS
from kg.settings import RESOURCES
from kg.web import ledger
from kg.web.look import Look, local, look, when
from kg.web.negotiate import HTML
from kg.web.sparql import questions

bp = Blueprint("overview", __name__)
_KINDS = {"Statement": STATEMENT_KINDS, "MilitaryAction": ACTION_KINDS, "Negotiation": NEGOTIATION_KINDS, "Relation": PREDICATES}
_DOTS = 1500   # events that the drawn timeline takes at once
_SPOTS = 400   # places on the map
_PAIRS = 60    # ties in the network
_MONTHS = 72   # columns of months; longer spans get columns of years
_YEARS = 120   # columns of years; of longer spans only the years with events


@bp.get("/")
def home() -> str:
    """What is in the graph, what is contested, who said what last, when it happened, whom it is about."""
    seen = look()
    index = seen.index
    contested, denials = index.contested(4), index.denials(16)
    others = {t.iri: index.opposed(t.id, 1) for t, why in contested if why == "elsewhere"}
    newest = [t for article in index.page_of("Article", 0, 6) for t in index.statements(article.id, 5)]
    known = ledger.events(seen, [t.iri for t in (*(t for t, _ in contested), *denials, *newest, *(o for found in others.values() for o in found))], reports_each=25)
    duels = [(thing, *_two(why, known[thing.iri], known[others[thing.iri][0].iri] if why == "elsewhere" else None)) for thing, why in contested]
    quoted = _telling([t for t in newest if known[t.iri].said()[1]], known)
    seen.learn(ledger.iris_of(known.values()))
    actors = index.prominent("Actor", 10)
    tries = [next((t for t, _ in actors if t.kind == kind), None) for kind in ("Person", "ArmedGroup", "State")]
    tries += [t for t, _ in index.prominent("Place", 2)]
    return render_template("home.html", facts=index.facts, duels=duels, denials=_telling(denials, known), quoted=quoted, known=known, actors=actors,
                           tries=list(dict.fromkeys(t.label for t in tries if t)), articles=index.page_of("Article", 0, 6), columns=columns(index.months()),
                           questions=sorted(questions(), key=lambda q: 'prefLabel "' in q[1])[:8])  # those that name nobody first


def _telling(statements: list[Thing], known: dict[str, ledger.Event]) -> list[Thing]:
    """Four statements that do not say the same: the first of each article, then the second."""
    told: dict[str, list[Thing]] = {}
    for thing in {known[t.iri].said(): t for t in reversed(statements)}.values():
        told.setdefault(next((r.article for r in known[thing.iri].reports), ""), []).insert(0, thing)
    return [t for row in zip_longest(*reversed(told.values())) for t in row if t is not None][:4]


def _two(why: str, event: ledger.Event, other: ledger.Event | None) -> tuple[ledger.Report | None, ledger.Report | None]:
    """Two reports that cannot both be so: the one that says more, and the one that says less or denies it."""
    if why == "figures":
        ranked = [sorted(given, key=lambda g: g[0].number) for kind, given in event.figures() if kind != "other"]
        widest = max(ranked, key=lambda given: given[-1][0].number - given[0][0].number)
        return widest[-1][1], widest[0][1]
    told = next((r for r in (other or event).reports if r.modality in ledger.HAPPENED), None)
    return told, next((r for r in event.reports if r.modality in ledger.DENIED), None)


def columns(months: list[tuple[int, str, int]]) -> dict[str, Any]:
    """A drawing of events by time and family: columns of months, of years for long spans, or of those years alone that have events.

    ``bars``: (x, y, height, width, family, number, time); ``ticks``: (x, text); coordinates in a box of 960 by 200.
    """
    counted: dict[int, dict[str, int]] = {}
    of_months = sorted({m for m, _, _ in months})
    first, last = (of_months[0], of_months[-1]) if of_months else (0, 0)
    by_year = _month(last) - _month(first) >= _MONTHS
    for month, family, n in months:
        slot = counted.setdefault(month // 100 if by_year else _month(month), {})
        slot[family] = slot.get(family, 0) + n
    keys = sorted(counted)
    whole = bool(keys) and keys[-1] - keys[0] < max(_MONTHS, _YEARS)
    slots = list(range(keys[0], keys[-1] + 1)) if whole else keys
    wide = 960 / max(len(slots), 12)
    highest = max((sum(slot.values()) for slot in counted.values()), default=1)
    bars, ticks, before = [], [], 0
    for number, key in enumerate(slots):
        x, y = number * wide, 170.0
        year, month = (key, 0) if by_year else (key // 12, key % 12 + 1)
        for family in EVENTS:
            n = counted.get(key, {}).get(family, 0)
            if n:
                height = 160 * n / highest
                y -= height
                bars.append((round(x + wide * 0.1, 1), round(y, 1), round(height, 1), round(min(wide * 0.8, 60), 1), family, n,
                             f"{year:04}-{month:02}" if month else f"{year:04}"))
        if year != before and (number == 0 or month <= 1):
            ticks.append((round(x + wide * 0.1, 1), str(year)))
            before = year
    return {"bars": bars, "ticks": ticks[::len(ticks) // 20 + 1], "unit": "year" if by_year else "month", "highest": highest, "whole": whole}


def _month(number: int) -> int:
    """yyyymm as a number of months."""
    return number // 100 * 12 + number % 100 - 1


def _given(name: str, known: Collection[str]) -> str:
    """The value of a parameter; nothing where it is none of those known."""
    value = request.args.get(name, "")
    return value if value in known else ""


def _chosen(seen: Look) -> dict[str, Any]:
    """The filters of the timeline and of the reports."""
    args = request.args
    family, modality = _given("family", EVENTS), _given("modality", MODALITIES)
    kind = _given("kind", frozenset().union(*_KINDS.values()))
    thing = seen.index.thing(args["actor"]) if args.get("actor") else None
    month = args.get("from", "").replace("-", "")
    first, last = 0, 0
    if month.isdecimal() and len(month) in {4, 6}:
        first = int(month) * (100 if len(month) == 6 else 10000)
        last = first + (99 if len(month) == 6 else 9999)
    return {"family": family, "kind": kind, "modality": modality, "actor": thing, "first": first, "last": last, "from_": args.get("from", "") if first else ""}


def _filtered(seen: Look, chosen: dict[str, Any], after: str, size: int, dated: bool) -> tuple[list[Thing], str]:
    actor = chosen["actor"].id if chosen["actor"] else 0
    return seen.index.events(chosen["family"], actor, chosen["modality"], chosen["first"], chosen["last"], after, size, dated, chosen["kind"])


@bp.get("/timeline")
def timeline() -> str:
    """Events by day: a drawing, and the same as a table."""
    seen = look()
    chosen = _chosen(seen)
    rows, after = _filtered(seen, chosen, request.args.get("after", ""), 25, True)
    return render_template("timeline.html", rows=rows, after=after, chosen=chosen, columns=columns(seen.index.months()), families=_KINDS,
                           modalities=sorted(MODALITIES), said=seen.index.modalities([r.id for r in rows]), actors=seen.index.prominent("Actor", 30))


@bp.get("/timeline.json")
def timeline_json() -> Response:
    """Dated events for the drawing; ``whole`` is false where there are more than it takes."""
    seen = look()
    rows, after = _filtered(seen, _chosen(seen), request.args.get("after", ""), _DOTS, True)
    said = seen.index.modalities([r.id for r in rows])
    base = seen.settings.base_iri
    return jsonify(whole=not after, next=after or None, events=[
        {"day": f"{r.day // 10000:04}-{r.day // 100 % 100:02}-{r.day % 100:02}", "when": when(r), "family": r.family, "kind": r.kind, "label": r.label[:300],
         "path": local(r.iri, base), "modalities": sorted(said.get(r.id, ()))} for r in rows])


@bp.get("/reports")
def reports() -> Response:
    """All that is reported, the newest first: each event with the passages that tell of it."""
    seen = look()
    chosen = _chosen(seen)
    rows, after = _filtered(seen, chosen, request.args.get("after", ""), 25, False)
    known = ledger.events(seen, [r.iri for r in rows])
    seen.learn(ledger.iris_of(known.values()))
    return Response(render_template("reports.html", rows=rows, known=known, after=after, chosen=chosen, families=_KINDS, modalities=sorted(MODALITIES),
                                    query=(RESOURCES / "queries" / "reports.rq").read_text("utf-8")), mimetype=HTML)


@bp.get("/network")
def network() -> str:
    """Who speaks to, speaks of, meets and acts against whom: a drawing, and the same as a table."""
    seen = look()
    chosen = _chosen_ties(seen)
    return render_template("network.html", pairs=_ties(seen, chosen), chosen=chosen, kinds=TIES, modalities=sorted(MODALITIES),
                           actors=seen.index.prominent("Actor", 30))


def _chosen_ties(seen: Look) -> dict[str, Any]:
    """The filters of the network."""
    actor = request.args.get("actor")
    return {"actor": seen.index.thing(actor) if actor else None, "kind": _given("kind", TIES), "modality": _given("modality", MODALITIES)}


def _ties(seen: Look, chosen: dict[str, Any]) -> list[tuple[Thing, Thing, str, int]]:
    """The strongest of the ties that fit."""
    return seen.index.pairs(chosen["actor"].id if chosen["actor"] else 0, _PAIRS, chosen["kind"], chosen["modality"])


@bp.get("/network.json")
def network_json() -> Response:
    """The strongest ties, for the drawing."""
    seen = look()
    pairs = _ties(seen, _chosen_ties(seen))
    base = seen.settings.base_iri
    things = {t.id: t for a, b, _, _ in pairs for t in (a, b)}
    return jsonify(nodes=[{"id": t.id, "label": t.label[:80], "kind": t.kind, "path": local(t.iri, base)} for t in things.values()],
                   edges=[{"from": a.id, "to": b.id, "kind": kind, "n": n} for a, b, kind, n in pairs])


@bp.get("/map")
def places() -> str:
    """Where things are said to have happened: a drawing, and the same as a table."""
    seen = look()
    years = seen.index.spot_years()
    chosen = _chosen_spots(years)
    return render_template("map.html", spots=seen.index.spots(_SPOTS, **chosen), chosen=chosen, families=EVENTS, modalities=sorted(MODALITIES), years=years)


def _chosen_spots(years: list[int]) -> dict[str, Any]:
    """The filters of the map."""
    year = request.args.get("year", "")
    return {"family": _given("family", EVENTS), "modality": _given("modality", MODALITIES), "year": next((known for known in years if str(known) == year), 0)}


@bp.get("/map.json")
def places_json() -> Response:
    """Places with coordinates and how many events of which family are said to be there, for the drawing."""
    seen = look()
    base = seen.settings.base_iri
    return jsonify(places=[{"label": t.label[:80], "path": local(t.iri, base), "latitude": lat, "longitude": lon, "events": counted}
                           for t, lat, lon, counted in seen.index.spots(_SPOTS, **_chosen_spots(seen.index.spot_years()))])
