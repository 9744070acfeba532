"""Search inside a query: ``?thing ck:matches "words"`` becomes VALUES with what the index finds, before the store sees the query."""

from __future__ import annotations

import re

import pyoxigraph as ox

from kg.errors import KGError
from kg.index.find import MOST
from kg.index.lists import Index
from kg.namespaces import CK
from kg.query.text import TOKEN

MATCHES = str(CK.matches)
_STRING = re.compile(r"(\"{3}|'{3}|\"|')(.*)\1", re.DOTALL)
_ESCAPES = {"\\t": "\t", "\\n": "\n", "\\r": "\r", '\\"': '"', "\\'": "'", "\\\\": "\\"}


def expanded(text: str, index: Index) -> str:
    """The query with each pattern of ck:matches replaced by the things that match; other queries as they are.

    :raises KGError: where more things match than are looked at, or the pattern has another form: an answer is whole or not given
    """
    if "matches" not in text:
        return text
    found = [t for t in TOKEN.finditer(text) if not t.group().startswith("#")]
    prefixes = {name.group(): iri.group("iri") for word, name, iri in zip(found, found[1:], found[2:], strict=False)
                if word.group().upper() == "PREFIX" and name.lastgroup == "name" and iri.lastgroup == "iri"}
    made, end = [], 0
    for number, token in enumerate(found):
        if not _is_matches(token, prefixes) or number and found[number - 1].lastgroup == "name" and found[number - 2].group().upper() == "PREFIX":
            continue
        thing, words = found[number - 1] if number else None, found[number + 1] if number + 1 < len(found) else None
        said = _STRING.fullmatch(words.group()) if words else None
        if thing is None or not thing.group().startswith(("?", "$")) or said is None or words is None:
            raise KGError('ck:matches stands between a variable and a string: ?thing ck:matches "words"')
        values = " ".join(str(ox.NamedNode(i)) for i in matching(index, re.sub(r"\\.", lambda e: _ESCAPES.get(e[0], e[0]), said[2])))
        more = re.match(r"\s*;", text[words.end():])  # further properties of the same thing
        made += [text[end:thing.start()], f"VALUES {thing.group()} {{ {values} }}", f" . {thing.group()}" if more else ""]
        end = words.end() + (more.end() if more else 0)
    return "".join([*made, text[end:]])


def _is_matches(token: re.Match[str], prefixes: dict[str, str | None]) -> bool:
    if token.lastgroup == "iri":
        return token.group("iri") == MATCHES
    prefix, colon, name = token.group().partition(":")
    return token.lastgroup == "name" and (prefixes.get(prefix + colon) or "") + name == MATCHES


def matching(index: Index, words: str) -> list[str]:
    """IRIs of all things that have all of the words. :raises KGError: where they are too many"""
    terms = re.findall(r"\w+", words)[:20]
    if not terms:
        return []
    match = " ".join(f'"{t}"*' for t in terms)
    found = [str(iri) for iri, in index.rows("SELECT t.iri FROM words JOIN thing t ON t.id = words.rowid WHERE words MATCH ? LIMIT ?", match, MOST + 1)]
    if len(found) > MOST:
        raise KGError(f'more than {MOST} things match "{words[:100]}"; add a word')
    return found
