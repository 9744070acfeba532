"""A robot starts at / and follows every link that robots.txt allows: no page is broken, each has its RDF, each resource in it an answer."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import replace
from html import unescape
from urllib.parse import urldefrag, urljoin, urlsplit

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from kg.settings import Settings
from kg.web import create_app

ROOT = "http://localhost"
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
RDF = {"Accept": "text/turtle"}
_LINK = re.compile(r"""<(?:a|link|script|img)\b[^>]*?\b(?:href|src)="([^"]*)\"""")


@pytest.fixture(scope="module")
def client(built: Settings) -> FlaskClient:
    return create_app(replace(built, show_text=True)).test_client()


def links(base: str, page: str) -> set[str]:
    """Addresses on this server that a page leads to, without fragments."""
    found = {urldefrag(urljoin(ROOT + base, unescape(link)))[0] for link in _LINK.findall(page)}
    return {link.removeprefix(ROOT) or "/" for link in found if link.startswith(f"{ROOT}/")}


def test_every_link_leads_somewhere_and_every_page_has_its_rdf(client: FlaskClient, built: Settings) -> None:
    disallowed = tuple(re.findall(r"Disallow: (\S+)", client.get("/robots.txt").get_data(as_text=True)))
    assert disallowed
    queue, seen, broken, resources, twins = deque(["/"]), {"/"}, [], set(), 0
    while queue:
        path = queue.popleft()
        answer = client.get(path, headers=BROWSER, follow_redirects=True)
        if answer.status_code != 200:
            broken.append((answer.status_code, path))
            continue
        if answer.mimetype != "text/html":
            continue
        for link in sorted(links(path, answer.get_data(as_text=True)) - seen):
            if not link.startswith((*disallowed, "/dumps/c", "/graph/")):
                seen.add(link)
                queue.append(link)
        if path.startswith("/doc/") and not urlsplit(path).query:
            twin = client.get(path, headers=RDF)
            assert twin.mimetype == "text/turtle", path
            twins += 1
            for triple in ox.parse(twin.data, format=ox.RdfFormat.TURTLE):
                resources |= {t.value for t in (triple.subject, triple.object) if isinstance(t, ox.NamedNode) and t.value.startswith(f"{built.base_iri}/id/")}
    assert not broken, broken[:20]
    assert twins > 300
    known = {f"{built.base_iri}/id/{urlsplit(p).path.removeprefix('/doc/')}" for p in seen if p.startswith("/doc/")}
    missing = [r for r in sorted(resources - known) if client.get(r.removeprefix(built.base_iri), headers=RDF, follow_redirects=True).status_code != 200]
    assert len(resources) > 1000 and not missing, missing[:20]
