"""The parser's own code: best trees, sentence bounds, long lines; a few sentences as they must be read."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from kg.nlp.encoder import LONGEST, shape
from kg.nlp.parsing import Parser
from kg.nlp.trees import arborescence
from kg.records import Article, Span
from kg.settings import Settings


def is_tree(heads: tuple[int, ...]) -> bool:
    """True where every word leads to the one root."""
    if heads.count(0) != 1:
        return False
    for word in range(1, len(heads) + 1):
        seen = set()
        while word:
            if word in seen:
                return False
            seen.add(word)
            word = heads[word - 1]
    return True


@pytest.mark.parametrize("seed", range(40))
def test_the_tree_is_the_best_of_all(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = 2 + seed % 4
    scores = rng.normal(0, 3, (n, n + 1)).astype(np.float32)
    logs = scores - np.log(np.exp(scores).sum(1, keepdims=True))
    trees = [h for h in product(range(n + 1), repeat=n) if all(h[i] != i + 1 for i in range(n)) and is_tree(h)]

    def total(heads: tuple[int, ...]) -> float:
        return float(sum(logs[i, h] for i, h in enumerate(heads)))

    found = tuple(int(h) for h in arborescence(scores))
    assert is_tree(found)
    root = found.index(0)  # the root is chosen first, then the best tree below it
    assert total(found) == pytest.approx(max(total(h) for h in trees if h[root] == 0), abs=1e-3)


def test_a_sentence_of_one_word_is_its_root() -> None:
    assert list(arborescence(np.array([[0.3, 0.9]], np.float32))) == [0]


@pytest.mark.parametrize(("word", "kind"), [("the", 1), ("Kyiv", 2), ("A", 2), ("UN", 3), ("McNulty", 4), ("S-300", 5), ("...", 6)])
def test_shapes_of_words(word: str, kind: int) -> None:
    assert shape(word, False) == kind and shape(word, True) == kind + 8


@pytest.fixture(scope="module")
def parser() -> Parser:
    return Parser(Settings().pipeline)


def test_offsets_and_line_breaks_stay(parser: Parser) -> None:
    text = "Title of it\r\n\r\nKYIV, May 6 (Wire) - Shells hit the port\u00a0 of Odesa.\n“We saw smoke,” she said. \"Run,\" he shouted.\n"
    start = text.index("KYIV")
    doc = parser.parse(Article("a", "a", text, dateline=Span(start, text.index("Shells")))).doc
    assert doc.text == text and all(text[t.idx:t.idx + len(t)] == t.text for t in doc)
    starts = {t.sent.start_char for t in doc if not t.is_space}
    assert text.index("Shells") in starts and text.index("“We") in starts and text.index("\"Run") in starts


def test_a_line_longer_than_the_encoder_reads(parser: Parser) -> None:
    text = "The army shelled the village near the river on Monday. " * (LONGEST // 4)
    doc = parser.parse(Article("a", "a", text)).doc
    assert doc.text == text and sum(t.lemma_ == "shell" and t.pos_ == "VERB" for t in doc) == LONGEST // 4


@pytest.mark.parametrize(("text", "verb", "subject"), [
    ("The allies and the Syrian opposition demand that the ruler step down.", "demand", "allies"),
    ("Washington claims that the Russian air force bombs opposition troops.", "bombs", "force"),
    ("The militia, which is mostly local, controls a third of the valley.", "controls", "militia")])
def test_who_does_what(parser: Parser, text: str, verb: str, subject: str) -> None:
    doc = parser.parse(Article("a", "a", text)).doc
    found = next(t for t in doc if t.text == verb)
    assert found.pos_ == "VERB" and [c.text for c in found.children if c.dep_ == "nsubj"] == [subject]
