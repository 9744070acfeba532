"""What a page looks at: one snapshot with its index, labels in one go, and paths on this server."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any
from urllib.parse import quote

import pyoxigraph as ox
from flask import current_app, g

from kg.index import Index, Thing, open_index
from kg.index.gather import spaced
from kg.namespaces import CK, CKS
from kg.settings import Settings
from kg.store import Snapshot

_lock = threading.Lock()
_MONTHS = "January February March April May June July August September October November December".split()
_PRECISE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")
#: Words for the families and kinds, where splitting the name does not give them.
_WORDS = {"MilitaryAction": "military action", "PhoneCall": "phone call", "HostageTalks": "hostage talks"}


class Look:
    """The graph at the moment of a request; ``queries`` counts how often the store was asked."""

    def __init__(self, snapshot: Snapshot, index: Index, settings: Settings) -> None:
        self.snapshot, self.index, self.settings = snapshot, index, settings
        self.queries = 0
        self._labels: dict[str, str] = {}

    def rows(self, text: str) -> list[dict[str, Any]]:
        """The solutions of a SELECT query: variable -> term, without those that are not bound."""
        self.queries += 1
        found = self.snapshot.rows(text)
        names = [v.value for v in found.variables]
        return [{n: term for n, term in zip(names, row, strict=True) if term is not None} for row in found]

    def quads(self, subject: ox.NamedNode | None, predicate: ox.NamedNode | None, value: ox.NamedNode | None) -> Iterator[ox.Quad]:
        """The quads of a pattern."""
        self.queries += 1
        return self.snapshot.store.quads_for_pattern(subject, predicate, value)

    def learn(self, iris: Iterable[str]) -> None:
        """Looks up the labels of many things and terms at once."""
        new = {i for i in iris if i not in self._labels}
        if new:
            self._labels |= self.index.labels(new)

    def name(self, iri: str) -> str:
        """Label of a thing; where it has none, or was not learned, the last part of its IRI."""
        return self._labels.get(iri) or short(iri)

    @cached_property
    def text_shown(self) -> bool:
        """Whether the text of articles is shown."""
        return self.settings.show_text


def look() -> Look:
    """The look of the present request."""
    if "look" not in g:
        snapshot = current_app.config["READER"].current()
        with _lock:
            known: tuple[str, Index] | None = current_app.extensions.get("kg-index")
            if known is None or known[0] != str(snapshot.path):
                known = (str(snapshot.path), open_index(snapshot, current_app.config["KG"].data))
                current_app.extensions["kg-index"] = known
        g.look = Look(snapshot, known[1], current_app.config["KG"])
    found: Look = g.look
    return found


def local(iri: str, base: str) -> str:
    """Path on this server of one of our IRIs; the IRI itself where it is a web address; nothing for others, which no page links."""
    if iri.startswith(f"{base}/id/"):
        return "/doc/" + quoted(iri[len(base) + 4:])
    if iri.startswith(f"{base}/graph/"):
        return quoted(iri[len(base):])
    for home, path in ((str(CK), "/ontology"), (str(CKS), "/shapes")):
        if iri.startswith(home):
            return f"{path}#{quoted(iri[len(home):])}"
    return iri if iri.startswith(("http://", "https://")) else ""


def quoted(path: str) -> str:
    """An IRI's characters that a path does not take as they are, percent-encoded; what is percent-encoded in the IRI stays as it is."""
    return quote(path, safe="/~!$&'()*+,;=:@%")


def short(iri: str) -> str:
    """Readable name of a term or thing without a label."""
    return iri.rsplit("#", 1)[-1].rstrip("/").rsplit("/", 1)[-1]


def words(name: str) -> str:
    """The name of a class or property as words."""
    return _WORDS.get(name) or spaced(short(name))


def day(number: int) -> str:
    """20160203 -> 3 February 2016; nothing for 0."""
    return date(f"{number // 10000:04}-{number // 100 % 100:02}-{number % 100:02}") if number else ""


def when(thing: Thing) -> str:
    """The date of a thing as the text gives it, not more precise; nothing where no text dates it."""
    return date(thing.stated) if thing.stated else day(thing.day)


def date(text: str) -> str:
    """A date, month or year in words; other text as it is."""
    found = _PRECISE.fullmatch(text)
    if found is None:
        return text
    month = int(found[2] or 0)
    parts = [str(int(found[3]))] if found[3] else []
    return " ".join([*parts, *([_MONTHS[month - 1]] if 1 <= month <= 12 else []), found[1]])


def position(latitude: float, longitude: float) -> str:
    """A place on the globe for readers.

    >>> position(-34.6037, -58.3816)
    '34.60° S, 58.38° W'
    """
    return f"{abs(latitude):.2f}° {'S' if latitude < 0 else 'N'}, {abs(longitude):.2f}° {'W' if longitude < 0 else 'E'}"


def cut(text: str, length: int = 280) -> str:
    """Text that is not longer than ``length``, ended with an ellipsis where it was cut."""
    return text if len(text) <= length else text[:length].rsplit(" ", 1)[0][:length] + "…"
