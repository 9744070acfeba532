"""Pages over the whole graph: home, reports, timeline, network, map."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request

from kg.index import Thing
from kg.index.gather import EVENTS
from kg.index.make import TIES
from kg.mappers.terms import MODALITIES
from kg.settings import RESOURCES
from kg.web import ledger
from kg.web.look import Look, local, look, when
from kg.web.negotiate import HTML
from kg.web.sparql import questions

bp = Blueprint("overview", __name__)
_DOTS = 1500   # events that the drawn timeline takes at once
_SPOTS = 400   # places on the map
_PAIRS = 60    # ties in the network


@bp.get("/")
def home() -> str:
    """What is in the graph, what is contested, whom it is about, when."""
    seen = look()
    index = seen.index
    contested = index.contested(4)
    known = ledger.events(seen, [t.iri for t in contested], reports_each=6)
    seen.learn(ledger.iris_of(known.values()))
    return render_template("home.html", facts=index.facts, contested=contested, known=known, actors=index.prominent("Actor", 10),
                           articles=index.page_of("Article", 0, 6), columns=columns(index.months()), questions=questions()[:8])


def columns(months: list[tuple[int, str, int]]) -> dict[str, Any]:
    """A drawing of events by time and family: at most 48 columns, of months or years, with gaps left out of long spans.

    ``bars``: (x, y, height, family, text); ``ticks``: (x, text); coordinates in a box of 960 by 200.
    """
    keys = sorted({m for m, _, _ in months})
    by_year = len(keys) > 48
    counted: dict[int, dict[str, int]] = {}
    for month, family, n in months:
        slot = counted.setdefault(month // 100 if by_year else month, {})
        slot[family] = slot.get(family, 0) + n
    highest = max((sum(slot.values()) for slot in counted.values()), default=1)
    wide = 960 / max(len(counted), 12)
    bars, ticks, before = [], [], 0
    for number, key in enumerate(sorted(counted)):
        x, y = number * wide, 170.0
        for family in EVENTS:
            n = counted[key].get(family, 0)
            if n:
                height = 160 * n / highest
                y -= height
                year, month = (key, 0) if by_year else divmod(key, 100)
                bars.append((round(x + wide * 0.1, 1), round(y, 1), round(height, 1), round(min(wide * 0.8, 60), 1), family, n,
                             f"{year}-{month:02}" if month else str(year)))
        year = key if by_year else key // 100
        if year != before:
            ticks.append((round(x + wide * 0.1, 1), str(year)))
            before = year
    return {"bars": bars, "ticks": ticks if len(ticks) < 25 else ticks[::len(ticks) // 20 + 1], "unit": "year" if by_year else "month",
            "highest": highest}


def _chosen(seen: Look) -> dict[str, Any]:
    """The filters of the timeline and of the reports."""
    args = request.args
    family = args.get("family", "") if args.get("family") in EVENTS else ""
    modality = args.get("modality", "") if args.get("modality") in MODALITIES else ""
    thing = seen.index.thing(args["actor"]) if args.get("actor") else None
    month = args.get("from", "").replace("-", "")
    first, last = 0, 0
    if month.isdecimal() and len(month) in {4, 6}:
        first = int(month) * (100 if len(month) == 6 else 10000)
        last = first + (99 if len(month) == 6 else 9999)
    return {"family": family, "modality": modality, "actor": thing, "first": first, "last": last, "from_": args.get("from", "") if first else ""}


def _filtered(seen: Look, chosen: dict[str, Any], after: str, size: int, dated: bool) -> tuple[list[Thing], str]:
    actor = chosen["actor"].id if chosen["actor"] else 0
    return seen.index.events(chosen["family"], actor, chosen["modality"], chosen["first"], chosen["last"], after, size, dated)


@bp.get("/timeline")
def timeline() -> str:
    """Events by day: a drawing, and the same as a table."""
    seen = look()
    chosen = _chosen(seen)
    rows, after = _filtered(seen, chosen, request.args.get("after", ""), 25, True)
    return render_template("timeline.html", rows=rows, after=after, chosen=chosen, columns=columns(seen.index.months()), families=EVENTS,
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
    return Response(render_template("reports.html", rows=rows, known=known, after=after, chosen=chosen, families=EVENTS, modalities=sorted(MODALITIES),
                                    query=(RESOURCES / "queries" / "reports.rq").read_text("utf-8")), mimetype=HTML)


@bp.get("/network")
def network() -> str:
    """Who speaks to, speaks of, meets and acts against whom: a drawing, and the same as a table."""
    seen = look()
    actor, kind, pairs = _ties(seen)
    return render_template("network.html", pairs=pairs, actor=actor, kind=kind, kinds=TIES, actors=seen.index.prominent("Actor", 30))


def _ties(seen: Look) -> tuple[Thing | None, str, list[tuple[Thing, Thing, str, int]]]:
    """The actor and the kind of tie that the reader chose, and the strongest ties of them."""
    actor = seen.index.thing(request.args["actor"]) if request.args.get("actor") else None
    kind = request.args.get("kind", "") if request.args.get("kind") in TIES else ""
    return actor, kind, seen.index.pairs(actor.id if actor else 0, _PAIRS, kind)


@bp.get("/network.json")
def network_json() -> Response:
    """The strongest ties, for the drawing."""
    seen = look()
    _, _, pairs = _ties(seen)
    base = seen.settings.base_iri
    things = {t.id: t for a, b, _, _ in pairs for t in (a, b)}
    return jsonify(nodes=[{"id": t.id, "label": t.label[:80], "kind": t.kind, "path": local(t.iri, base)} for t in things.values()],
                   edges=[{"from": a.id, "to": b.id, "kind": kind, "n": n} for a, b, kind, n in pairs])


@bp.get("/map")
def places() -> str:
    """Where things are said to have happened: a drawing, and the same as a table."""
    return render_template("map.html", spots=look().index.spots(_SPOTS))


@bp.get("/map.json")
def places_json() -> Response:
    """Places with coordinates, for the drawing."""
    seen = look()
    base = seen.settings.base_iri
    return jsonify(places=[{"label": t.label[:80], "path": local(t.iri, base), "latitude": lat, "longitude": lon, "actions": actions, "negotiations": talks,
                            "others": others} for t, lat, lon, actions, talks, others in seen.index.spots(_SPOTS)])
