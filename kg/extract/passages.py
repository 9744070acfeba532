"""The text of a parsed article: tokens of a span, spans of tokens, sentences, clauses and phrases."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from spacy.tokens import Token

from kg.extract.nouns import CLAUSAL, INSIDE, NOMINAL
from kg.nlp.parsing import Parsed
from kg.records import Article, Span


class Passages:
    """One parsed article, by its words alone."""

    def __init__(self, parsed: Parsed) -> None:
        self.article: Article = parsed.article
        self.doc = parsed.doc
        self._tokens = list(parsed.doc)
        self._starts = [t.idx for t in self._tokens]
        self._headlines = {t.i for s in self.article.headlines for t in self.tokens(s)}
        skipped = {t.i for s in self.article.skipped for t in self.tokens(s)}
        self._skipped = [t.i in skipped for t in self._tokens]

    def tokens(self, span: Span) -> list[Token]:
        """The tokens that begin in ``span``."""
        return self._tokens[bisect_left(self._starts, span.start):bisect_left(self._starts, span.end)]

    def usable(self, token: Token) -> bool:
        """False in site furniture."""
        return not self._skipped[token.i] and not token.is_space

    def headline(self, token: Token) -> bool:
        """True in a headline, where nothing is extracted."""
        return token.i in self._headlines

    def sentence(self, token: Token) -> Span:
        """The token's sentence, without the white space around it."""
        return self._trim(token.sent.start_char, token.sent.end_char)

    def clause(self, token: Token) -> Span:
        """Shortest clause with predicate and arguments around ``token``, punctuation trimmed."""
        return self.span(list(token.subtree)) if token.pos_ in {"VERB", "AUX"} or token.dep_ == "ROOT" \
            else self.span(list(self.predicate(token).subtree))

    def predicate(self, token: Token) -> Token:
        """The nearest verb, or root, at or above ``token``."""
        while token.dep_ != "ROOT" and token.pos_ not in {"VERB", "AUX"} and token.dep_ not in CLAUSAL - {"conj"}:
            token = token.head
        return token

    def token_at(self, offset: int) -> Token | None:
        """The first token that begins at or behind the character ``offset``."""
        return next(iter(self._tokens[(at := bisect_left(self._starts, offset)):at + 1]), None)

    def span(self, tokens: list[Token]) -> Span:
        """Characters from the first to the last of ``tokens``, punctuation and white space at the ends trimmed."""
        kept = sorted((t for t in tokens if not t.is_space), key=lambda t: t.i)
        while len(kept) > 1 and kept[-1].is_punct and kept[-1].text not in "\"”)":
            kept.pop()
        while len(kept) > 1 and kept[0].is_punct and kept[0].text not in "\"“(":
            kept.pop(0)
        return self._trim(kept[0].idx, kept[-1].idx + len(kept[-1]))

    def text(self, span: Span) -> str:
        """The words of ``span``."""
        return self.article.text[span.start:span.end]

    def _trim(self, start: int, end: int) -> Span:
        text = self.article.text
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        return Span(start, end)

    def phrase(self, token: Token) -> list[Token]:
        """The noun phrase that ``token`` heads, without relative clauses, conjuncts and prepositional phrases."""
        kept = [token]
        for child in token.children:
            if child.dep_ in INSIDE and not (child.is_punct and child.text not in "-’'"):
                kept += self.phrase(child)
            elif token.dep_ == "amod" and token.tag_ in {"VBN", "VBG"} and child.i < token.i and child.dep_ in {"obl:unmarked", "obl", "obj"}:
                kept.append(child)  # "Iranian-backed militias"
        return sorted(kept, key=lambda t: t.i)

    def conjuncts(self, token: Token) -> Iterator[Token]:
        """``token`` and its nominal conjuncts."""
        yield token
        for child in token.children:
            if child.dep_ == "conj" and child.pos_ in NOMINAL:
                yield from self.conjuncts(child)
