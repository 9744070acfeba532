"""Tests that describe HTTP requests: the protocol, the Graph Store Protocol, the service description."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

import pyoxigraph as ox
from rdflib import Literal, Namespace
from rdflib.term import Node

from tests.w3c.compare import difference, read_data, statements
from tests.w3c.endpoint import Endpoint, EndpointError, Reply
from tests.w3c.evaluate import EXACT, FAILED, Outcome
from tests.w3c.manifests import MF, Case, ManifestError

HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
SD = "http://www.w3.org/ns/sparql-service-description#"
_RDF_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
#: Status codes by the names that the suite uses.
_STATUS = {"OK": {200}, "Created": {201}, "NoContent": {204}, "NotFound": {404}, "StatusCode2xx": set(range(200, 300)),
           "StatusCode3xx": set(range(300, 400)), "StatusCode4xx": set(range(400, 500))}
_TRUTH = {"application/sparql-results+json": ox.QueryResultsFormat.JSON, "application/sparql-results+xml": ox.QueryResultsFormat.XML}
_TABULAR = {*_TRUTH, "text/csv", "text/tab-separated-values"}
#: The classes and properties of the service description vocabulary; and which properties lead to something that has an IRI.
_CLASSES = {"Service", "Feature", "Language", "Function", "Aggregate", "EntailmentRegime", "EntailmentProfile", "GraphCollection", "Dataset",
            "Graph", "NamedGraph"}
_TO_IRI = {"endpoint", "feature", "defaultEntailmentRegime", "entailmentRegime", "defaultSupportedEntailmentProfile",
           "supportedEntailmentProfile", "extensionFunction", "extensionAggregate", "languageExtension", "supportedLanguage",
           "propertyFeature", "inputFormat", "resultFormat", "name"}
_TO_THING = {"defaultDataset", "availableGraphs", "defaultGraph", "namedGraph", "graph"}
_FEATURES = {"DereferencesURIs", "UnionDefaultGraph", "RequiresDataset", "EmptyGraphs", "BasicFederatedQuery"}
_LANGUAGES = {"SPARQL10Query", "SPARQL11Query", "SPARQL11Update"}


def run(case: Case, endpoint: Endpoint) -> Outcome:
    """The test on the endpoint."""
    try:
        if case.suite == "sd":
            why = _description(case.name, endpoint)
        else:
            endpoint.hold(read_data(case.data))
            why = _requests(case, endpoint)
            endpoint.touched()
    except (EndpointError, SyntaxError, ValueError) as error:
        why = " ".join(str(error).split())
    return Outcome(FAILED, why) if why else Outcome(EXACT)


def _requests(case: Case, endpoint: Endpoint) -> str:
    """Sends the requests of a test one after another; gives what is wrong with the first answer that is wrong."""
    graph = case.manifest
    connection = graph.value(case.node, MF.action)
    listed = graph.value(connection, HT.requests)
    requests = list(graph.items(listed)) if listed is not None else []
    if not requests:
        raise ManifestError(f"{case.node}: the test describes no request")
    location = ""
    for number, request in enumerate(requests, 1):
        method, headers = str(graph.value(request, HT.methodName)), _headers(case, request)
        content = graph.value(request, HT.body)
        chars = str(graph.value(content, CNT.chars)).replace("$LOCATION$", location) if content is not None else None
        url = _url(case, str(graph.value(request, HT.absolutePath)).replace("$LOCATION$", location), headers, endpoint)
        body = None if chars is None else chars.encode(str(graph.value(content, CNT.characterEncoding)))
        reply = endpoint.send(method, url, headers, body)
        response = graph.value(request, HT.resp)
        why = _wrong(case, response, reply, url) if response is not None else ""
        if why:
            return f"request {number}, {method}: {why}"
        if graph.value(response, MF.expectedLocation) is not None:
            location = urljoin(url, reply.headers.get("location", ""))
            if "location" not in reply.headers:
                return f"request {number}, {method}: no Location"
    return ""


def _headers(case: Case, node: Node) -> dict[str, str]:
    listed = case.manifest.value(node, HT.headers)
    found = case.manifest.items(listed) if listed is not None else ()
    return {str(case.manifest.value(h, HT.fieldName)): str(case.manifest.value(h, HT.fieldValue)) for h in found}


def _url(case: Case, path: str, headers: dict[str, str], endpoint: Endpoint) -> str:
    """The address of the endpoint that the path of a test stands for."""
    if case.suite == "protocol":
        updates = re.match(r"(bad_)?update|bad_multiple_updates", case.name) and headers.get("content-type") != "application/sparql-query"
        return (endpoint.update_url if updates else endpoint.query_url) + path.removeprefix("/sparql/")
    return (endpoint.direct_url if case.suite == "gsp-direct" else endpoint.graph_store_url) + path.removeprefix("/gsp")


def _wrong(case: Case, response: Node, reply: Reply, url: str) -> str:
    """What is wrong with an answer; nothing where it is as the test expects."""
    graph = case.manifest
    names = sorted(str(s).rpartition("#")[2] for s in graph.objects(response, MF.expectedStatus))
    if not names or not set(names) <= set(_STATUS):
        raise ManifestError(f"{case.node}: the test expects {names or 'no status'}; add it to tests/w3c/requests.py")
    if not any(reply.status in _STATUS[n] for n in names):
        return f"answered {reply.brief()}, expected {' or '.join(names)}"
    wanted = graph.value(response, MF.expectedFormat)
    if wanted is not None and not _has_format(str(wanted), reply):
        return f"answered with the media type {reply.media_type!r}, expected {wanted}"
    truth = graph.value(response, MF.expectedBoolean)
    if isinstance(truth, Literal):
        found = ox.parse_query_results(input=reply.body, format=_TRUTH[reply.media_type])
        if not isinstance(found, ox.QueryBoolean) or bool(found) != truth.toPython():
            return f"answered {reply.brief()}, expected {truth}"
    return _wrong_content(case, response, reply, url)


def _wrong_content(case: Case, response: Node, reply: Reply, url: str) -> str:
    """Whether the headers that the test names are as it says, and the body is its graph."""
    expected = _headers(case, response)
    media = expected.get("content-type", "").partition(";")[0]
    if media and reply.media_type != media:
        return f"answered with the media type {reply.media_type!r}, expected {media!r}"
    content = case.manifest.value(response, HT.body)
    if content is None:
        return ""
    kind = ox.RdfFormat.from_media_type(media)
    graphs = [statements(q.triple for q in ox.parse(input=text, format=kind, base_iri=url))
              for text in (str(case.manifest.value(content, CNT.chars)).encode(), reply.body)]
    return difference(*graphs)


def _has_format(wanted: str, reply: Reply) -> bool:
    """Whether media type and body are of one of the three kinds that the suite knows."""
    media = reply.media_type
    if wanted == "RDF":
        kind = ox.RdfFormat.from_media_type(media)
        if kind is None or kind.supports_datasets and kind != ox.RdfFormat.JSON_LD:
            return False
        list(ox.parse(input=reply.body, format=kind, base_iri="urn:x"))  # raises where the body is not what it says to be
        return True
    if wanted == "boolean":
        return media in _TRUTH and isinstance(ox.parse_query_results(input=reply.body, format=_TRUTH[media]), ox.QueryBoolean)
    if wanted != "tabular":
        raise ManifestError(f"expected format {wanted!r} is not known; add it to tests/w3c/requests.py")
    return media in _TABULAR and (media not in _TRUTH or isinstance(
        ox.parse_query_results(input=reply.body, format=_TRUTH[media]), ox.QuerySolutions))


def _description(name: str, endpoint: Endpoint) -> str:
    """What is wrong with the service description at the address of queries, for one of the three tests."""
    reply = endpoint.send("GET", endpoint.query_url, {"Accept": "text/turtle, application/rdf+xml;q=0.9"})
    kind = ox.RdfFormat.from_media_type(reply.media_type)
    if reply.status != 200 or kind is None:
        return f"no RDF at {urlsplit(endpoint.query_url).path}: {reply.media_type!r} {reply.brief()}"
    triples = [q.triple for q in ox.parse(input=reply.body, format=kind, base_iri=endpoint.query_url)]
    if not triples:
        return "the description is empty"
    if name == "has-endpoint-triple":
        there = any(t.predicate.value == SD + "endpoint" and t.object == ox.NamedNode(endpoint.query_url) for t in triples)
        return "" if there else "no sd:endpoint leads to the address of queries"
    return _against_vocabulary(triples) if name == "conforms-to-schema" else ""


def _against_vocabulary(triples: list[ox.Triple]) -> str:
    """The first use of the vocabulary that its definitions do not allow."""
    services = {t.subject for t in triples if t.predicate == _RDF_TYPE and t.object == ox.NamedNode(SD + "Service")}
    if not services or any(not [t for t in triples if t.subject == s and t.predicate.value == SD + "endpoint"] for s in services):
        return "no sd:Service with an sd:endpoint"
    for triple in triples:
        name, value = triple.predicate.value.removeprefix(SD), triple.object
        local = value.value.removeprefix(SD) if isinstance(value, ox.NamedNode) and value.value.startswith(SD) else ""
        allowed = {"feature": _FEATURES, "supportedLanguage": _LANGUAGES}.get(name, set())
        if triple.predicate == _RDF_TYPE and local and local not in _CLASSES:
            return f"sd:{local} is no class of the vocabulary"
        if triple.predicate.value.startswith(SD) and name not in _TO_IRI | _TO_THING:
            return f"sd:{name} is no property of the vocabulary"
        if name in _TO_IRI and not isinstance(value, ox.NamedNode) or name in _TO_THING and isinstance(value, ox.Literal):
            return f"sd:{name} leads to {value}"
        if local and allowed and local not in allowed:
            return f"sd:{local} is no value of sd:{name}"
    return ""
