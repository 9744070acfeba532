"""Figures: casualties and other counts, with ranges and hedges."""

from __future__ import annotations

import re

from spacy.tokens import Span as Sentence
from spacy.tokens import Token

from kg.records import Casualties, Quantity

_WORDS = {w: n for n, w in enumerate(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty".split())}
_WORDS |= {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "hundred": 100}
_VAGUE = {"dozens", "dozen", "hundreds", "thousands", "scores", "many", "several", "numerous", "some", "civilians"}
_LOWER = ("at least", "no fewer than", "no less than", "not less than")
_ABOVE = ("more than", "over", "upwards of", "above")
_UPPER = ("up to", "as many as", "at most", "no more than")
_NEAR = ("about", "around", "nearly", "almost", "roughly", "some", "an estimated", "estimated", "approximately")
_HEDGE = re.compile(r"\b(" + "|".join(_LOWER + _ABOVE + _UPPER + _NEAR) + r")\s+(?:the\s+)?$", re.IGNORECASE)
_TOLL = re.compile(r"\b(?:(?:death )?toll|(?:number of (?:the )?)?(?:dead|deaths|victims|fatalities)|body count)\b[^.;\n]{0,30}?\b(?:at|to|of|was|is)\s+"
                   r"(?:(at least|more than|up to|over|about)\s+)?(\d[\d,]*|[a-z]+)\b", re.IGNORECASE)
_BETWEEN = re.compile(r"(?:\bbetween |\bfrom |\b)([\d,]+|[a-z]+) (?:and|to|or) $", re.IGNORECASE)
_VERBS = {"kill": "Killed", "die": "Killed", "murder": "Killed", "massacre": "Killed", "slay": "Killed",
          "wound": "Wounded", "injure": "Wounded", "hurt": "Wounded", "maim": "Wounded", "displace": "Displaced"}
_NOUNS = {"death": "Killed", "killing": "Killed", "casualty": "Killed", "displacement": "Displaced"}


def number(text: str) -> int | None:
    """The whole number that ``text`` writes in digits ("1,730") or letters ("three"), else None."""
    digits = text.replace(",", "")
    if digits.isdigit():
        return int(digits)
    word = text.lower()
    if word in _WORDS:
        return _WORDS[word]
    tens, _, ones = word.partition("-")
    return _WORDS[tens] + _WORDS[ones] if tens in _WORDS and ones in _WORDS and _WORDS[tens] >= 20 else None


def bounds(count: int, hedge: str | None) -> tuple[int | None, int | None]:
    """Lowest and highest count that ``hedge`` leaves open: "at least 5" is (5, None), "up to 5" (None, 5)."""
    word = (hedge or "").lower()
    if word in _LOWER + _ABOVE:
        return count, None
    if word in _UPPER:
        return None, count
    return count, count


def _range(counted: Token, count: int) -> tuple[int | None, int | None, str | None]:
    """Lowest, highest and hedge of a count, "between 12 and 26" included."""
    text = counted.doc.text
    between = _BETWEEN.search(text[max(0, counted.idx - 30):counted.idx])
    if between and (least := number(between[1])) is not None and least < count:
        return least, count, between[0].strip()
    hedge = _hedge(text, counted.idx)
    return *bounds(count, hedge), hedge


def _hedge(doc_text: str, offset: int) -> str | None:
    found = _HEDGE.search(doc_text[max(0, offset - 24):offset])
    return " ".join(found[1].split()) if found else None


def _victims(head: Token) -> str:
    kept = [t for t in head.subtree if t.i <= head.i and t.dep_ not in {"det", "punct", "case", "cc"}
            and (t.head == head or t == head) and t.dep_ != "nummod" and t.lemma_.lower() not in _VERBS]
    return " ".join(t.text for t in kept)[:60]


def _included(noun: Token, own: Casualties) -> list[Casualties]:
    """"12 people, including 3 children": the figures right behind that the first one includes."""
    doc, found, open_ = noun.doc, list[Casualties](), False
    for token in doc[noun.i + 1:min(noun.i + 16, noun.sent.end)]:
        if token.lower_ in {"including", "among"}:
            open_ = True
        elif token.pos_ == "VERB" or token.text in ".;":
            break
        elif open_ and token.pos_ == "NUM" and (count := number(token.text)) is not None:
            low, high = bounds(count, _hedge(doc.text, token.idx))
            victims = _victims(token.head) if token.dep_ == "nummod" else None
            found.append(Casualties(own.kind, token.idx, low, high, victims, None, own.start))
    return found


def _figure(head: Token, kind: str) -> list[Casualties]:
    """The figure of one noun phrase, and the one that it includes."""
    for noun in [head, *(c for c in head.children if c.dep_ == "nmod" and head.lower_ in _VAGUE | {"total", "number"})]:
        counted = noun if noun.pos_ == "NUM" else next((c for c in noun.children if c.dep_ == "nummod"), None)
        count = number(counted.text) if counted is not None else None
        if counted is not None and count is not None:
            low, high, hedge = _range(counted, count)
            own = Casualties(kind, counted.idx, low, high, None if noun is counted else _victims(noun), hedge)
            found = [own]
            found += _included(noun, own)
            return found
    vague = next((t for t in [head, *head.children] if t.lower_ in _VAGUE - {"some", "civilians"}), None)
    if vague is not None:
        return [Casualties(kind, vague.idx, None, None, " ".join(dict.fromkeys([vague.text, *_victims(head).split()])))]
    return []


def _harmed(verb: Token, lemma: str) -> list[Token]:
    """Heads of those whom the verb says were killed, hurt or driven out."""
    found = [c for c in verb.children if c.dep_ in {"obj", "nsubj:pass"}]
    if not found:  # "killed up to 78 fighters": the hedge is read as a particle
        found = [c for c in verb.children if c.dep_ == "obl" and c.i > verb.i and any(
            g.dep_ == "nummod" and g.i >= 2 and g.nbor(-2).lower_ + " " + g.nbor(-1).lower_ in _UPPER for g in c.children)]
    perfect = any(c.dep_ == "aux" for c in verb.children)
    if not found and (lemma == "die" or (verb.tag_ == "VBN" and not perfect)):
        found = [c for c in verb.children if c.dep_ == "nsubj"]
    if not found and (verb.dep_ == "acl" or verb.dep_ == "amod" and verb.tag_ == "VBN"
                      and verb.head.head.lemma_.lower() not in _VERBS):
        found = [verb.head]
    if not found and verb.dep_ == "conj" and verb.tag_ == "VBN":
        found = [c for c in verb.head.children if c.dep_ == "nsubj:pass"]
    return found


def casualties(sentence: Sentence) -> list[tuple[Token, Casualties]]:
    """The casualty figures of a sentence, each with the word that tells it (killed, deaths, toll)."""
    found: list[tuple[Token, Casualties]] = []
    for token in sentence:
        lemma = token.lemma_.lower()
        if lemma in _VERBS and token.pos_ in {"VERB", "NOUN", "ADJ"}:
            roles = _harmed(token, lemma)
            for role in roles[:1]:
                heads = [role, *(c for c in role.children if c.dep_ == "conj" and c.pos_ in {"NOUN", "NUM"})]
                for head in heads:
                    found += [(token, c) for c in _figure(head, _VERBS[lemma])]
        elif lemma in _NOUNS and token.pos_ == "NOUN":
            for child in token.children:
                if child.dep_ == "nmod" and any(c.lower_ == "of" for c in child.children):
                    found += [(token, c) for c in _figure(child, _NOUNS[lemma])]
            if token.lower_ in {"deaths", "casualties"}:
                found += [(token, c) for c in _figure(token, _NOUNS[lemma])[:1]]
        elif token.lower_ == "dead" and (counted := next((t for t in sentence if t.i < token.i and t.i >= token.i - 3
                                                          and number(t.text) is not None), None)) is not None:
            low, high, hedge = _range(counted, number(counted.text) or 0)
            found.append((token, Casualties("Killed", counted.idx, low, high, None, hedge)))
        elif lemma in {"toll", "dead", "fatality", "victim"} and any(t.lemma_ in {"put", "rise", "climb", "stand", "reach", "estimate", "be"} for t in (
                token.head, token.head.head)) and (match := _TOLL.search(sentence.text)) and (count := number(match[2])) is not None:
            low, high = bounds(count, match[1])
            found.append((token, Casualties("Killed", sentence.start_char + match.start(2), low, high, None, match[1])))
    once = {(c.kind, c.start): (t, c) for t, c in reversed(found)}
    return sorted(once.values(), key=lambda x: x[1].start)


def quantity(noun: Token) -> Quantity | None:
    """The count of things that are no persons: "900 sorties", "destroyed 800 targets"; or None."""
    counted = next((c for c in noun.children if c.dep_ == "nummod"), None)
    count = number(counted.text) if counted is not None else None
    if counted is None or count is None:
        return None
    unit = noun.doc[counted.i + 1:noun.i + 1].text
    return Quantity(counted.idx, count, unit or noun.text)
