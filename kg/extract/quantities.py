"""Figures: casualties and other counts, with ranges and hedges."""

from __future__ import annotations

import re

from spacy.tokens import Span as Sentence
from spacy.tokens import Token

from kg.records import Casualties, Quantity

_WORDS = {w: n for n, w in enumerate(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty".split())} | {"dozen": 12}
_WORDS |= {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "hundred": 100}
_VAGUE = {"dozens", "hundreds", "thousands", "scores", "many", "several", "numerous", "some", "civilians"}
_LOWER = ("at least", "no fewer than", "no less than", "not less than")
_ABOVE = ("more than", "over", "upwards of", "above")
_UPPER = ("up to", "as many as", "at most", "no more than")
_NEAR = ("about", "around", "nearly", "almost", "roughly", "some", "an estimated", "estimated", "approximately")
_HEDGE = re.compile(r"\b(" + "|".join(_LOWER + _ABOVE + _UPPER + _NEAR) + r")\s+(?:the\s+|an?\s+)?$", re.IGNORECASE)
_TOLL = re.compile(r"\b(?:(?:death )?toll|(?:number of (?:the )?)?(?:dead|deaths|killed|those killed|victims|fatalities)|body count)\b[^.;\n]{0,30}?\b(?:at|to|of|was|is)\s+"
                   r"(?:(at least|more than|up to|over|about)\s+)?(\d[\d,]*|[a-z]+)\b", re.IGNORECASE)
_BETWEEN = re.compile(r"(?:\bbetween |\bfrom |\b)([\d,]+|[a-z]+) (?:and|to|or) $", re.IGNORECASE)
_VERBS = {w: kind for kind, words in (
    ("Killed", "kill die perish murder massacre slaughter slay martyr execute behead assassinate"),
    ("Wounded", "wound injure hurt maim"), ("Displaced", "displace uproot")) for w in words.split()}
_NOUNS = {"death": "Killed", "killing": "Killed", "fatality": "Killed", "martyrdom": "Killed", "shahadat": "Killed", "murder": "Killed", "wounding": "Wounded",
          "injury": "Wounded", "displacement": "Displaced"}
#: Verbs that harm only with one of these objects or complements: "claimed 40 lives", "lost 23 men", "fled their homes".
_WITH = {"claim": {"life"}, "embrace": {"martyrdom", "shahadat"}, "cost": {"life"}, "take": {"life"}, "lose": {"man", "soldier", "fighter", "troop", "troops", "life", "serviceman"}}
_STATES = {"dead": "Killed", "bodies": "Killed", "wounded": "Wounded", "injured": "Wounded"}
_FLEE = {"flee", "leave", "abandon", "escape"}
_DRIVE = {"drive", "force"}
_HOMES = {"home", "house", "village"}
_PERSONS = {"boy", "girl", "child", "woman", "man", "baby", "toddler", "soldier", "officer", "policeman", "civilian", "guard", "fighter",
            "commander", "general", "teacher", "nurse", "doctor", "medic", "journalist", "reporter", "farmer", "shepherd", "driver", "priest",
            "imam", "judge", "student", "teenager", "villager", "resident", "worker", "father", "mother", "son", "daughter", "brother", "sister",
            "infant", "pilot", "serviceman", "sailor", "militant", "rebel", "shopkeeper", "cameraman", "photographer", "peacekeeper", "person"}


_TOLD = {"put", "rise", "raise", "bring", "revise", "lower", "increase", "climb", "stand", "reach", "estimate", "be"}


def number(text: str) -> int | None:
    """The whole number that ``text`` writes in digits ("1,730") or letters ("three"), else None."""
    digits = text.replace(",", "").replace("\u00a0", "")
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


def _included(after: Token, own: Casualties) -> list[Casualties]:
    """"12 people, including 3 children", "six Palestinians, two of them teenagers": the figures that the first one includes."""
    doc, found, open_ = after.doc, list[Casualties](), False
    for token in doc[after.i + 1:min(after.i + 18, after.sent.end)]:
        if token.lower_ in {"including", "among"}:
            open_ = True
        elif token.pos_ == "VERB" and token.lemma_.lower() not in _VERBS or token.text in ".;":
            break
        elif token.pos_ == "NUM" and (count := number(token.text)) is not None and (open_ or doc[token.i + 1:token.i + 3].text.lower() in {
                "of them", "of whom"}):
            low, high = bounds(count, _hedge(doc.text, token.idx))
            victims = _victims(token.head) if token.dep_ == "nummod" else None
            found.append(Casualties(own.kind, token.idx, low, high, victims, None, own.start))
    return found


def _counted(noun: Token) -> Token | None:
    """The number of a noun phrase: "ten" in "between 5 and ten men" and in "as many as ten men"."""
    if noun.pos_ == "NUM" and number(noun.text) is not None:
        return noun
    numbers = [t for t in noun.subtree if t.i < noun.i and t.pos_ == "NUM" and number(t.text) is not None and t.text != "-"
               and {t.dep_, t.head.dep_} & {"nummod", "amod", "advmod", "det"} and (t.head.i == noun.i or t.head.head.i == noun.i)
               and not (t.i + 1 < noun.i and t.nbor().text == "-")]
    return numbers[-1] if numbers else None


def _figure(head: Token, kind: str) -> list[Casualties]:
    """The figure of one noun phrase; "a boy" is one."""
    for noun in [head, *(c for c in head.children if c.dep_ == "nmod" and head.lower_ in _VAGUE | {"total", "number"})]:
        counted = _counted(noun)
        count = number(counted.text) if counted is not None else None
        if counted is not None and count is not None:
            low, high, hedge = _range(counted, count)
            return [Casualties(kind, counted.idx, low, high, None if noun is counted else _victims(noun), hedge)]
    vague = next((t for t in [head, *head.children] if t.lower_ in _VAGUE - {"some", "civilians"}), None)
    if vague is not None:
        return [Casualties(kind, vague.idx, None, None, " ".join(dict.fromkeys([vague.text, *_victims(head).split()])))]
    if head.tag_ == "NN" and head.lemma_.lower() in _PERSONS and any(c.lower_ in {"a", "an", "another"} for c in head.children):
        return [Casualties(kind, head.idx, 1, 1, _victims(head))]
    return []


def _harmed(verb: Token, lemma: str) -> list[Token]:
    """Heads of those whom the verb says were killed, hurt or driven out."""
    found = [c for c in verb.children if c.dep_ in {"obj", "nsubj:pass"}]
    if not found:  # "killed up to 78 fighters": the hedge is read as a particle
        found = [c for c in verb.children if c.dep_ == "obl" and c.i > verb.i and any(
            g.dep_ == "nummod" and g.i >= 2 and g.nbor(-2).lower_ + " " + g.nbor(-1).lower_ in _UPPER for g in c.children)]
    perfect = any(c.dep_ == "aux" for c in verb.children)
    if not found and (lemma in {"die", "perish"} or (verb.tag_ == "VBN" and not perfect)):
        found = [c for c in verb.children if c.dep_ == "nsubj"]
    if not found and (verb.dep_ == "acl" or verb.dep_ == "amod" and verb.tag_ == "VBN"
                      and verb.head.head.lemma_.lower() not in _VERBS):
        found = [verb.head]
    if not found and verb.dep_ == "conj" and verb.tag_ == "VBN":
        found = [c for c in verb.head.children if c.dep_ == "nsubj:pass"]
    return found


def _harm(token: Token) -> tuple[str, list[Token]] | None:
    """What ``token`` says was done, and the heads of those to whom; None for a word that tells no harm to people."""
    lemma, doc = token.lemma_.lower(), token.doc
    if token.pos_ in {"VERB", "NOUN", "ADJ"} and lemma in _VERBS:
        return _VERBS[lemma], _harmed(token, lemma)[:1]
    if token.pos_ == "VERB" and lemma == "shoot" and token.i + 1 < len(doc) and token.nbor().lower_ == "dead":
        return "Killed", _harmed(token, lemma)[:1]
    if token.pos_ == "NOUN" and lemma in _NOUNS:
        of = [c for c in token.children if c.dep_ == "nmod" and any(g.lower_ == "of" for g in c.children)]
        return _NOUNS[lemma], of or ([token] if token.tag_ == "NNS" else [])
    if token.pos_ == "VERB" and lemma in _WITH:
        objects = [c for c in token.children if c.dep_ == "obj" and c.lemma_.lower() in _WITH[lemma]]
        return "Killed", [c for c in token.children if c.dep_ == "nsubj"] if lemma == "embrace" and objects else objects
    if token.pos_ == "VERB" and any(c.dep_ in {"obj", "obl"} and c.lemma_.lower() in _HOMES for c in token.children):
        if lemma in _FLEE:
            return "Displaced", [c for c in token.children if c.dep_ == "nsubj"]
        if lemma in _DRIVE:
            return "Displaced", [c for c in token.children if c.dep_ in {"obj", "nsubj:pass"} and c.lemma_.lower() not in _HOMES]
    return None


def _beside(number_: Token) -> tuple[Token, str] | None:
    """The harm word next to a number that the parse ties to something else: "and 220 wounded", "wounding nine others"."""
    for token in number_.doc[number_.i + 1:min(number_.i + 5, number_.sent.end)]:
        lemma = token.lemma_.lower()
        if lemma in _VERBS and token.tag_ in {"VBN", "VBD", "JJ", "NN", "NNS"}:
            return token, _VERBS[lemma]
        if token.lower_ in _STATES:
            return token, _STATES[token.lower_]
        if token.pos_ not in {"NOUN", "ADJ", "AUX", "PROPN"} and token.lower_ not in {"others", "more", "other", "of", "them", "whom", "got"}:
            break
    for back in range(number_.i - 1, max(number_.i - 5, number_.sent.start - 1), -1):
        token = number_.doc[back]
        if token.lemma_.lower() in _VERBS and token.tag_ in {"VBG", "VBD", "VBZ", "VB", "VBP"}:
            return token, _VERBS[token.lemma_.lower()]
        if token.lower_ not in {"at", "least", "more", "than", "up", "to", "as", "many", "some", "about", "nearly", "over", "another", "other", "around"}:
            break
    return None


def _no_count(token: Token) -> bool:
    """True for the number of an age, a day, a share or a compound: "aged nine", "9-year-old", "12 May", "30 percent"."""
    doc = token.doc
    after = doc[token.i + 1].lower_ if token.i + 1 < len(doc) else ""
    before = doc[token.i - 1].lower_ if token.i else ""
    return token.ent_type_ == "DATE" or after in {"-", "%", "percent", "per", "km", "kilometres", "kilometers", "years", "months", "days", "hours"} \
        or before in {"aged", "age", "$", "-"} or before == "of" and token.i > 1 and doc[token.i - 2].lemma_.lower() in _PERSONS


def casualties(sentence: Sentence) -> list[tuple[Token, Casualties]]:
    """The casualty figures of a sentence, each with the word that tells it (killed, deaths, toll)."""
    claims: list[tuple[Token, Token, Casualties]] = []  # harm word, last word of those harmed, figure
    tokens = list(sentence)
    for token in tokens:
        if harm := _harm(token):
            kind, heads = harm
            for head in heads:
                for each in (head, *(c for c in head.children if c.dep_ == "conj" and c.pos_ in {"NOUN", "NUM"}
                                    and c.lemma_.lower() not in {*_NOUNS, "casualty"})):
                    claims += [(token, each, c) for c in _figure(each, kind)]
        elif token.lemma_.lower() in {"toll", "number", "dead", "fatality", "victim"} and any(t.lemma_ in _TOLD for t in (token.head, token.head.head)) \
                and (match := _TOLL.search(sentence.text)) and (count := number(match[2])) is not None:
            low, high = bounds(count, match[1])
            claims.append((token, token, Casualties("Killed", sentence.start_char + match.start(2), low, high, None, match[1])))
    best: dict[int, tuple[Token, Token, Casualties]] = {}
    for word, head, figure in claims:  # a figure that two words claim belongs to the nearer one
        known = best.get(figure.start)
        if known is None or abs(word.idx - figure.start) < abs(known[0].idx - figure.start):
            best[figure.start] = (word, head, figure)
    for token in tokens:
        if token.pos_ == "NUM" and token.idx not in best and (count := number(token.text)) is not None and not _no_count(token) \
                and (beside := _beside(token)) is not None and (token.i + 1 >= len(token.doc) or token.nbor().lower_ not in {"and", "to", "or"}):
            low, high, hedge = _range(token, count)
            best[token.idx] = (beside[0], token, Casualties(beside[1], token.idx, low, high, None, hedge))
    kinds = [c.kind for _, _, c in best.values()]
    for token in tokens:  # "the mayor spoke of 34 bodies, while a doctor had counted 52"
        if kinds and token.pos_ == "NUM" and token.dep_ == "obj" and token.head.lemma_ == "count" and token.idx not in best \
                and (count := number(token.text)) is not None:
            low, high, hedge = _range(token, count)
            best[token.idx] = (token.head, token, Casualties(kinds[0], token.idx, low, high, None, hedge))
    for word, head, figure in list(best.values()):
        for part in _included(head, figure):
            known = best.get(part.start)
            if known is None or known[2].included_in is None:
                best[part.start] = (word, head, part)
    return [(word, figure) for word, _, figure in (best[k] for k in sorted(best))]


def quantity(noun: Token) -> Quantity | None:
    """The count of things that are no persons: "900 sorties", "destroyed 800 targets"; or None."""
    counted = next((c for c in noun.children if c.dep_ == "nummod"), None)
    count = number(counted.text) if counted is not None else None
    if counted is None or count is None:
        return None
    unit = noun.doc[counted.i + 1:noun.i + 1].text
    return Quantity(counted.idx, count, unit or noun.text)
