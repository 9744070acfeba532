"""The bundled articles: our own words, each with its source named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CORPUS = Path(__file__).parents[1] / "corpus"
ORIGINALS = Path(__file__).parents[1].parent / "shared" / "articles"
ARTICLES = sorted(CORPUS.glob("*.txt"))


def runs(text: str, length: int) -> set[tuple[str, ...]]:
    """All runs of ``length`` words of the text, without case and punctuation."""
    words = re.findall(r"[a-z0-9]+", text.lower().replace("’", "").replace("'", ""))
    return {tuple(words[i:i + length]) for i in range(len(words) - length + 1)}


def test_there_are_six_articles() -> None:
    assert len(ARTICLES) == 6


@pytest.mark.parametrize("path", ARTICLES, ids=lambda p: p.stem)
def test_article_names_its_source_and_has_a_readable_length(path: Path) -> None:
    text = path.read_bytes().decode("utf-8")
    assert 250 <= len(text.split()) <= 1000
    assert "\r" not in text
    last = text.rstrip().splitlines()[-1]
    assert re.fullmatch(r"\((Retold|Written) by the conflict-kg project.*\)", last), last


@pytest.mark.parametrize("path", ARTICLES, ids=lambda p: p.stem)
def test_article_shares_no_run_of_ten_words_with_an_original(path: Path) -> None:
    if not ORIGINALS.is_dir():
        pytest.skip("the original articles are not beside this checkout")
    originals = set().union(*(runs(p.read_text(encoding="utf-8"), 10) for p in ORIGINALS.glob("*.txt")))
    assert originals
    common = runs(path.read_text(encoding="utf-8"), 10) & originals
    assert not common, sorted(" ".join(run) for run in common)
