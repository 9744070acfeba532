"""What can be told from the words of a query without parsing it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

#: The pieces of a query or update, as far as one has to tell names from strings and comments.
TOKEN = re.compile(
    r'"{3}(?:[^"\\]|\\.|"(?!""))*"{3}' r"|'{3}(?:[^'\\]|\\.|'(?!''))*'{3}"  # long strings
    r'|"(?:[^"\\\n\r]|\\.)*"' r"|'(?:[^'\\\n\r]|\\.)*'"                      # short strings
    r"|<(?P<iri>[^<>\"{}|^`\x00-\x20]*)>|\#[^\n\r]*|[?$]\w+|@[A-Za-z-]+"      # IRIs, comments, variables, language tags
    r"|(?P<blank>_:[\w.-]+)|(?P<name>[\w.-]*:(?:[\w.:%-]|\\.)*)"             # blank nodes, prefixed names
    r"|(?P<word>[A-Za-z_]\w*)|(?P<bracket>[\[\](){}])", re.DOTALL)
_VOLATILE = frozenset({"RAND", "NOW", "UUID", "STRUUID", "BNODE"})
MAX_DEPTH = 200  # brackets; the parser's stack ends at some thousands


@dataclass(frozen=True)
class Words:
    """``words``: keywords and function names, in capitals; ``iris``: those in angle brackets; ``names``: prefixed names;
    ``services``: what stands behind each SERVICE, empty where that is no full IRI; ``depth``: of brackets;
    ``volatile``: two evaluations may differ."""

    words: frozenset[str]
    iris: frozenset[str]
    names: frozenset[str]
    services: tuple[str, ...]
    depth: int
    volatile: bool


@lru_cache(maxsize=2048)
def words_of(text: str) -> Words:
    """The words of a query or an update, outside strings, IRIs, comments, variables and names."""
    words: set[str] = set()
    iris: set[str] = set()
    names: set[str] = set()
    services: list[str] = []
    depth = deepest = 0
    blanks, expected = False, False
    for match in TOKEN.finditer(text):
        kind, found = match.lastgroup, match.group()
        if kind == "bracket":
            depth += 1 if found in "[({" else -1
            deepest, blanks, expected = max(deepest, depth), blanks or found == "[", False
        elif kind == "word":
            word = found.upper()
            words.add(word)
            if word == "SERVICE":
                services.append("")
                expected = True
            elif word != "SILENT":
                expected = False
        elif kind == "iri":
            iris.add(match.group("iri"))
            if expected:
                services[-1] = match.group("iri")
            expected = False
        elif kind == "name":
            names.add(found)
            expected = False
        elif kind == "blank":
            blanks = True
    made = "CONSTRUCT" in words and blanks
    return Words(frozenset(words), frozenset(iris), frozenset(names), tuple(services), deepest, made or bool(words & _VOLATILE))


def with_dataset(text: str, default: list[str], named: list[str]) -> str | None:
    """An update whose WHERE clauses see the given graphs; None where it names graphs itself, or is DELETE WHERE, which cannot."""
    if {"USING", "WITH"} & words_of(text).words:
        return None
    clause = "".join(f"USING <{iri}> " for iri in default) + "".join(f"USING NAMED <{iri}> " for iri in named)
    made, end, depth, before = [], 0, 0, ""
    for match in TOKEN.finditer(text):
        if match.lastgroup == "bracket":
            depth += 1 if match.group() in "[({" else -1
        elif match.lastgroup == "word":
            word = match.group().upper()
            if word == "WHERE" and depth == 0:
                if before == "DELETE":
                    return None
                made += [text[end:match.start()], clause]
                end = match.start()
            before = word
            continue
        before = ""
    return "".join([*made, text[end:]])
