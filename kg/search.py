"""Full-text search over names, quotations and titles: an SQLite FTS5 index for each snapshot, made when first asked."""

from __future__ import annotations

import re
import sqlite3
import threading
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from rdflib.namespace import DCTERMS, RDFS, SKOS

from kg.namespaces import CK, OA
from kg.store import Snapshot

PAGE = 25  # hits a page
#: Similarity above which a name is offered for a misspelt word (rapidfuzz ratio, 0 to 100).
NEAR = 72
_FAMILIES = ("Article", "Statement", "MilitaryAction", "Negotiation", "Relation", "Actor", "Place")


@dataclass(frozen=True)
class Hit:
    """One thing that was found; ``snippet`` has the words that match between \\x01 and \\x02."""

    iri: str
    family: str
    label: str
    snippet: str
    number: int


class Index:
    """The index of one snapshot; safe to use from several threads."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._lock = threading.Lock()
        self._db = sqlite3.connect(":memory:", check_same_thread=False)
        self._db.execute("CREATE TABLE thing (id INTEGER PRIMARY KEY, iri TEXT, family TEXT, label TEXT)")
        self._db.execute("CREATE VIRTUAL TABLE words USING fts5(label, text, tokenize='unicode61 remove_diacritics 2')")
        self._names: dict[str, str] = {}
        for number, (iri, (family, label, texts)) in enumerate(sorted(_things(snapshot).items()), 1):
            self._db.execute("INSERT INTO thing VALUES (?, ?, ?, ?)", (number, iri, family, label))
            self._db.execute("INSERT INTO words (rowid, label, text) VALUES (?, ?, ?)", (number, label, " … ".join(texts)))
            if family in {"Actor", "Place"}:
                for name in (label, *texts):
                    self._names.setdefault(name.lower(), name)
                    self._names.setdefault(name.split()[-1].lower(), name)

    def search(self, words: str, family: str | None = None, after: int = 0) -> list[Hit]:
        """At most one page of hits that have all of ``words``, those after number ``after`` in the order of the index.

        Where nothing is found, the name that is spelled most like the words is searched instead.
        """
        terms = re.findall(r"\w+", words)[:20]
        if not terms:
            return []
        hits = self._match(" ".join(f'"{t}"*' for t in terms), family, after)
        if not hits and not after and (name := self.near(words)):
            hits = self._match(" ".join(f'"{t}"' for t in re.findall(r"\w+", name)), family, after)
        return hits

    def near(self, words: str) -> str | None:
        """The known name that ``words`` most likely misspell, or None."""
        found = process.extractOne(words.lower(), self._names.keys(), scorer=fuzz.ratio, score_cutoff=NEAR)
        return self._names[found[0]] if found else None

    def _match(self, query: str, family: str | None, after: int) -> list[Hit]:
        with self._lock:
            rows = self._db.execute(
                "SELECT t.iri, t.family, t.label, snippet(words, -1, char(1), char(2), '…', 24), t.id FROM words JOIN thing t ON t.id = words.rowid "
                "WHERE words MATCH ? AND t.id > ? AND (? IS NULL OR t.family = ?) ORDER BY t.id LIMIT ?",
                (query, after, family, family, PAGE)).fetchall()
        return [Hit(*row) for row in rows]


def _things(snapshot: Snapshot) -> dict[str, tuple[str, str, list[str]]]:
    """IRI -> (family, label, further texts) of all that can be found."""
    label = f"<{SKOS.prefLabel}>|<{RDFS.label}>|<{DCTERMS.title}>"
    found: dict[str, tuple[str, str, list[str]]] = {}
    for family in _FAMILIES:
        for row in snapshot.rows(f"SELECT ?x ?l {{ ?x a <{CK[family]}> ; {label} ?l }}"):
            found.setdefault(row["x"].value, (family, row["l"].value, []))
    more = (f"{{ ?x <{SKOS.altLabel}>|<{CK.content}>|<{CK.quotation}> ?t }} UNION "
            f"{{ ?r <{CK.reports}> ?x ; <{CK.evidence}>/<{OA.hasSelector}>/<{OA.exact}> ?t }}")
    for row in snapshot.rows(f"SELECT DISTINCT ?x ?t {{ {more} }}"):
        if row["x"].value in found:
            found[row["x"].value][2].append(row["t"].value)
    for _, _, texts in found.values():
        texts.sort()
    return found
