"""The page of a thing: an actor, a place, an article, an event or relation, or whatever else the graph describes."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pyoxigraph as ox
from flask import render_template, request
from rdflib.namespace import DCTERMS, SKOS

from kg.index import Thing
from kg.namespaces import CK
from kg.texts import kept_text
from kg.web import document, ledger
from kg.web.ledger import name_of
from kg.web.look import Look
from kg.web.passages import article, context

#: Values of one property, and reports of one event, on a page.
MOST = 25
#: The lists of an actor's page: role -> (heading, rows that the page shows itself).
ACTOR = {"speaker": ("What they said", 8), "perpetrator": ("What articles say they did", 5), "accused": ("What they are alleged to have done", 5),
         "intending": ("What they plan or are asked to do", 3), "target": ("What was done to them", 5), "party": ("Whom they met", 5),
         "mediator": ("Where they mediated", 3), "addressee": ("What was said to them", 3), "about": ("What was said of them", 5),
         "subject": ("Ties that articles tell of", 5), "object": ("Ties in which others name them", 3), "medium": ("What they carried", 3),
         "mentioned": ("Articles that mention them", 5), "publisher": ("Articles they published", 5), "source": ("Articles that repeat them", 3)}
PLACE = {"location": ("What is said to have happened here", 12), "inside": ("In places within it", 8), "target": ("Attacks on it", 8), "about": ("What was said of it", 8),
         "object": ("Who is said to be here, or to hold it", 5), "within": ("Places within it", 12), "mentioned": ("Articles that mention it", 5)}
EVENT = {"about": ("What was said of it", 8)}


def page(look: Look, node: ox.NamedNode, own: list[ox.Triple], path: str) -> str:
    """The page of ``node``, whose own triples are ``own``, as HTML; ``path`` is its address."""
    thing = look.index.thing(node.value)
    makers: dict[str, Callable[..., dict[str, Any]]] = {"Actor": _actor, "Place": _place, "Article": article, "Event": _event}
    role = request.args.get("list", "")
    lists = {"Actor": ACTOR, "Place": PLACE}.get(thing.family, EVENT) if thing else {}
    if thing and role in lists:
        template, values = "list.html", _one_list(look, thing, role, lists)
    elif thing:
        family = thing.family if thing.family in makers else "Event"
        template, values = f"{family.lower()}.html", makers[family](look, thing, own)
    else:
        template, values = "thing.html", _other(look, node)
    shown = _properties(own)
    look.learn({v for _, vs, _ in shown for v in vs if v.startswith("http")} | {node.value})
    title = thing.label if thing else look.name(node.value)
    return render_template(template, thing=thing, title=title, iri=node.value, path=path, forms=document.forms(), properties=shown,
                           jsonld=_schema_org(look, thing, own, title), **values)


def _properties(own: list[ox.Triple]) -> list[tuple[str, list[str], int]]:
    """(property, at most so many values, how many there are)."""
    found: dict[str, list[str]] = {}
    for triple in own:
        found.setdefault(triple.predicate.value, []).append(getattr(triple.object, "value", str(triple.object)))
    return [(name, sorted(values)[:MOST], len(values)) for name, values in sorted(found.items())]


def _values(own: list[ox.Triple], predicate: Any) -> list[str]:
    return sorted(getattr(t.object, "value", "") for t in own if t.predicate.value == str(predicate))


def _lists(look: Look, thing: Thing, lists: dict[str, tuple[str, int]]) -> list[dict[str, Any]]:
    """The lists of a page with the details of all their rows, asked for at once."""
    return _detailed(look, _tallied(look, thing, lists))


def _tallied(look: Look, thing: Thing, lists: dict[str, tuple[str, int]]) -> list[dict[str, Any]]:
    tallies = look.index.tallies(thing.id)
    return [{"role": role, "heading": heading, **vars(look.index.linked(thing.id, role, size=size))}
            for role, (heading, size) in lists.items() if tallies.get(role)]


def _elsewhere(look: Look, thing: Thing) -> list[dict[str, Any]]:
    """Other events that contradict this one, or that may be the same."""
    found = [("opposed", "Told otherwise elsewhere", "One is denied, the other told, with a doer and a target or place in common. Whether they mean the same "
              "is for you to judge.", look.index.opposed(thing.id, 6)),
             ("alike", "Other articles on the same days", "Of the same family, with an actor or place in common. Whether they mean the same event is for you "
              "to judge.", look.index.alike(thing, 6))]
    return [{"role": role, "heading": heading, "note": note, "rows": rows, "total": len(rows), "after": ""} for role, heading, note, rows in found if rows]


def _detailed(look: Look, lists: list[dict[str, Any]]) -> list[dict[str, Any]]:
    rows: list[Thing] = [row for found in lists for row in found["rows"]]
    known = ledger.events(look, sorted({row.iri for row in rows if row.family not in {"Article", "Place", "Actor"}}))
    look.learn(ledger.iris_of(known.values()))
    for found in lists:
        found["known"] = known
    return lists


def _one_list(look: Look, thing: Thing, role: str, lists: dict[str, tuple[str, int]]) -> dict[str, Any]:
    found = look.index.linked(thing.id, role, request.args.get("after", ""))
    return {"found": _detailed(look, [{"role": role, "heading": lists[role][0], **vars(found)}])[0], "first": not request.args.get("after")}


def _actor(look: Look, thing: Thing, own: list[ox.Triple]) -> dict[str, Any]:
    tenures = _values(own, CK.tenure)[:MOST]
    rows = look.rows(f"SELECT ?t ?p ?o {{ VALUES ?t {{ {' '.join(str(ox.NamedNode(t)) for t in tenures)} }} ?t ?p ?o }}") if tenures else []
    listed: dict[str, dict[str, str]] = {t: {} for t in tenures}
    for row in rows:
        listed[row["t"].value][name_of(row["p"])] = row["o"].value
    pairs = look.index.pairs(thing.id, 40)
    look.learn({v for t in listed.values() for v in t.values() if v.startswith("http")})
    return {"names": _values(own, SKOS.altLabel)[:MOST], "same": [v for v in _values(own, SKOS.exactMatch) if v.startswith("http")][:MOST],
            "affiliation": _values(own, CK.affiliation)[:MOST], "tenures": list(listed.values()), "offices": look.index.offices(thing.id),
            "lists": _lists(look, thing, ACTOR), "circle": circle(thing, pairs), "tallies": look.index.tallies(thing.id)}


def circle(thing: Thing, pairs: list[tuple[Thing, Thing, str, int]]) -> list[dict[str, Any]]:
    """The counterparts of an actor around it: where each stands in a drawing of 760 by 400, and what links them how often."""
    near: dict[int, dict[str, Any]] = {}
    for one, other, kind, n in pairs:
        if other.id == one.id:
            continue
        who, kind = (other, kind) if one.id == thing.id else (one, {"speaks to": "is spoken to by", "speaks of": "is spoken of by",
                                                                   "acts against": "is acted against by"}.get(kind, kind))
        entry = near.setdefault(who.id, {"thing": who, "n": 0, "ties": []})
        entry["n"] += n
        entry["ties"].append((kind, n))
    chosen = sorted(near.values(), key=lambda e: (-e["n"], e["thing"].label))[:10]
    for number, entry in enumerate(chosen):
        angle = 2 * math.pi * number / len(chosen) - math.pi / 2
        entry |= {"x": round(380 + 190 * math.cos(angle)), "y": round(200 + 150 * math.sin(angle)), "width": min(8, 1 + entry["n"] / 2),
                  "anchor": "middle" if abs(math.cos(angle)) < 0.3 else "start" if math.cos(angle) > 0 else "end"}
    return chosen


def _place(look: Look, thing: Thing, own: list[ox.Triple]) -> dict[str, Any]:
    spot = next((row for row in look.index.rows("SELECT latitude, longitude FROM spot WHERE place = ?", thing.id)), None)
    within = _values(own, CK.within)
    look.learn(within)
    return {"names": _values(own, SKOS.altLabel)[:MOST], "same": [v for v in _values(own, SKOS.exactMatch) if v.startswith("http")][:MOST],
            "within": within, "spot": spot, "lists": _lists(look, thing, PLACE)}


def _event(look: Look, thing: Thing, own: list[ox.Triple]) -> dict[str, Any]:
    """An event or relation with its ledger."""
    node = ox.NamedNode(thing.iri)
    after = request.args.get("after", "")
    rows = look.rows(f"SELECT ?r ?e {{ {{ ?r <{CK.reports}> {node} }} UNION {{ SELECT DISTINCT ?e {{ ?s <{CK.statedIn}> {node} ; <{CK.reports}> ?e }} "
                     f"LIMIT {MOST} }} }}")
    told = sorted((r["r"].value for r in rows if "r" in r), key=lambda r: (len(r), r))
    inside = sorted(r["e"].value for r in rows if "e" in r)
    begin = told.index(after) + 1 if after in told else 0
    event = ledger.Event(thing.iri, reports=ledger.reports(look, told[begin:begin + MOST], why=True))
    for triple in own:
        event.values.setdefault(name_of(triple.predicate), []).append(getattr(triple.object, "value", ""))
    for values in event.values.values():
        values.sort()
    articles = ledger.sources(look, {r.article for r in event.reports})
    if look.text_shown:
        widen(look, event.reports)
    iris = ledger.iris_of([event, *articles.values()]) | set(inside) | set(articles)
    lists = _detailed(look, [*_elsewhere(look, thing), *_tallied(look, thing, EVENT)])
    look.learn(iris)
    return {"event": event, "articles": articles, "lists": lists, "total": len(told),
            "inside": list(look.index.by_iri(inside).values()), "roles": _roles(event),
            "after": told[begin + MOST - 1] if len(told) > begin + MOST else "", "begun": begin}


def widen(look: Look, reports: list[ledger.Report]) -> None:
    """Gives each quotation more of the text around it, where the text was kept and may be shown."""
    texts: dict[str, str] = {}
    for report in reports:
        name = report.article.partition("/id/article/")[2]
        text = texts.setdefault(name, kept_text(look.settings.data, name))
        if text[report.start:report.end] == report.exact:
            report.prefix, report.suffix = context(text, report.start, report.end)


def _roles(event: ledger.Event) -> list[tuple[str, list[tuple[str, str, int]]]]:
    """(role, its values: (IRI, or nothing for text; text; how many reports give it)) over all reports of an event."""
    heads = {"perpetrator": "Who", "target": "Whom or what", "party": "Parties", "mediator": "Mediators", "location": "Where", "weapon": "With what",
             "subject": "On what", "status": "Status"}
    found = []
    for name, head in heads.items():
        counted: dict[str, int] = {}
        for report in event.reports:
            for value in report.all(name):
                counted[value] = counted.get(value, 0) + 1
        if counted:
            found.append((head, [(v if v.startswith("http") else "", v, n) for v, n in sorted(counted.items(), key=lambda item: (-item[1], item[0]))[:MOST]]))
    return found


def _other(look: Look, node: ox.NamedNode) -> dict[str, Any]:
    """What points to a thing without a page of its own kind: grouped, counted, the first of each group."""
    counted = look.rows(f"SELECT ?p (COUNT(*) AS ?n) {{ {{ SELECT ?p {{ ?s ?p {node} }} LIMIT 1000 }} }} GROUP BY ?p ORDER BY ?p")
    groups = []
    for row in counted[:5]:  # of few kinds: reports, evidence, runs and the like
        property_, after = row["p"].value, request.args.get("after", "") if request.args.get("of") == row["p"].value else ""
        more = f'FILTER(STR(?s) > {ox.Literal(after)})' if after else ""
        page = [r["s"].value for r in look.rows(f"SELECT ?s {{ {{ SELECT ?s {{ ?s {row['p']} {node} {more} }} LIMIT 1000 }} }} ORDER BY STR(?s) LIMIT {MOST + 1}")]
        groups.append((property_, int(row["n"].value), page[:MOST], page[MOST - 1] if len(page) > MOST else ""))
    look.learn({s for _, _, page, _ in groups for s in page})
    return {"groups": groups}


def _schema_org(look: Look, thing: Thing | None, own: list[ox.Triple], title: str) -> dict[str, Any]:
    """The thing in the terms of schema.org, for search engines."""
    kinds = {"Article": "NewsArticle", "Place": "Place", "Relation": "Claim"}
    family = thing.family if thing else ""
    kind = kinds.get(family, "Event" if family in {"MilitaryAction", "Negotiation"} else "Quotation" if family == "Statement" else "Thing")
    if thing and family == "Actor":
        kind = "Person" if thing.kind == "Person" else "Country" if thing.kind == "State" else "Organization"
    found: dict[str, Any] = {"@context": "https://schema.org/", "@type": kind, "name": title[:300]}
    found["@id"] = next((t.subject.value for t in own if isinstance(t.subject, ox.NamedNode)), "")
    if thing and thing.day and family != "Relation":
        iso = f"{thing.day // 10000:04}-{thing.day // 100 % 100:02}-{thing.day % 100:02}"
        found["datePublished" if family == "Article" else "startDate" if kind == "Event" else "dateCreated"] = iso
    same = [v for v in _values(own, SKOS.exactMatch) if v.startswith("http")]
    if same:
        found["sameAs"] = same
    for predicate, name in ((DCTERMS.publisher, "publisher"), (CK.speaker, "spokenByCharacter")):
        for iri in _values(own, predicate):
            look.learn([iri])
            found[name] = {"@id": iri, "name": look.name(iri)}
    return found


