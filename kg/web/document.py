"""The RDF side of a thing: its own triples, what lies below its IRI, its reports, and some of what points to it."""

from __future__ import annotations

import json
from urllib.parse import quote

import pyoxigraph as ox
from flask import Response, current_app, request
from rdflib.namespace import DCTERMS, RDF, VOID

from kg.namespaces import CK, FOAF, PREFIXES
from kg.web.look import Look, local
from kg.web.negotiate import GRAPHS, HTML

#: Triples that point to a thing and are part of its document; /sparql has the rest where there are more.
INVERSE = 100
_DEPTH = 5
LICENCE = "http://www.apache.org/licenses/LICENSE-2.0"


def own(look: Look, node: ox.NamedNode) -> list[ox.Triple]:
    """The triples with ``node`` as subject."""
    return [q.triple for q in look.quads(node, None, None)]


def triples(look: Look, node: ox.NamedNode, own: list[ox.Triple]) -> list[ox.Triple]:
    """What the document of ``node`` holds, level by level; ``own``: the triples with it as subject."""
    found: dict[ox.Triple, None] = dict.fromkeys(own)
    seen, level = {node.value}, {node.value}
    below = node.value + "/"
    for _ in range(_DEPTH):
        given = " ".join(str(ox.NamedNode(i)) for i in sorted(level))
        following = {row["r"].value for row in look.rows(f"SELECT ?r {{ VALUES ?e {{ {given} }} ?r <{CK.reports}> ?e }}")} if level == {node.value} else set()
        following |= {t.object.value for t in found if isinstance(t.object, ox.NamedNode) and t.object.value.startswith(below)}
        level = following - seen
        if not level:
            break
        seen |= level
        given = " ".join(str(ox.NamedNode(i)) for i in sorted(level))
        found |= dict.fromkeys(ox.Triple(r["s"], r["p"], r["o"]) for r in look.rows(f"SELECT ?s ?p ?o {{ VALUES ?s {{ {given} }} ?s ?p ?o }}"))
    inverse = look.rows(f"SELECT ?s ?p {{ ?s ?p {node} }} LIMIT {INVERSE}")
    found |= dict.fromkeys(ox.Triple(r["s"], r["p"], node) for r in inverse)
    document = ox.NamedNode(request.host_url.rstrip("/") + local(node.value, look.settings.base_iri))
    said = ((RDF.type, FOAF.Document), (FOAF.primaryTopic, node.value), (VOID.inDataset, request.host_url), (DCTERMS.license, LICENCE))
    found |= {ox.Triple(document, ox.NamedNode(str(p)), ox.NamedNode(str(o))): None for p, o in said}
    return list(found)


def serialized(found: list[ox.Triple], media: str) -> Response:
    """A graph in one of our formats; the same bytes for the same graph."""
    ordered = sorted(found, key=str)
    prefixes = PREFIXES if media in {"text/turtle", "application/rdf+xml"} else None
    kind = f"{media}; charset=utf-8" if media == "text/turtle" else media
    return Response(ox.serialize(ordered, format=GRAPHS[media][1], prefixes=prefixes), content_type=kind)


def alternates(response: Response, path: str, topic: str = "") -> Response:
    """Headers that lead from a document to its other forms; ``path`` is its address without a suffix."""
    response.vary.add("Accept")
    links = [f'<{path}.{suffix}>; rel="alternate"; type="{media}"' for media, suffix in forms()]
    links += [f'<{path}>; rel="canonical"', '</.well-known/void>; rel="describedby"', f'<{LICENCE}>; rel="license"']
    if topic:
        links.append(f'<{quote(topic, safe=_SAFE)}>; rel="http://xmlns.com/foaf/0.1/primaryTopic"')
    response.headers["Link"] = ", ".join(links)
    return response


_SAFE = "/:#?&=%!$'()*+,;@~"


def forms() -> list[tuple[str, str]]:
    """(media type, suffix) of all forms of a document."""
    return [*((m, s) for m, (s, _) in GRAPHS.items()), (HTML, "html")]


def withdrawn(name: str) -> bool:
    """Whether an article of that name, or an event of such an article, was taken out."""
    stones = current_app.config["KG"].data / "tombstones.json"
    known = json.loads(stones.read_text("utf-8")) if stones.exists() else {}
    family, _, rest = name.partition("/")
    return family in {"article", "event", "relation"} and rest.partition("/")[0] in known


def successor(look: Look, node: ox.NamedNode) -> str:
    """The thing that took the place of ``node``, where it was merged."""
    return next((q.object.value for q in look.quads(node, ox.NamedNode(str(DCTERMS.isReplacedBy)), None) if isinstance(q.object, ox.NamedNode)), "")
