"""Whom pronouns and descriptions mean, on invented sentences, by the real pipeline."""

from __future__ import annotations

import pytest

from kg.authority import load
from kg.extract import Extractor
from kg.records import Article, Records
from kg.settings import Settings


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor(Settings(), load())


def read(extractor: Extractor, text: str) -> Records:
    return extractor.extract(Article("a.txt", "a-1", text, issued="2031-05-07"))


def speaker(extractor: Extractor, text: str, cue: str) -> str | None:
    """Who says what the word ``cue``, where it stands last, tells of."""
    at = text.rindex(cue)
    return next(s.speaker for s in read(extractor, text).statements if (span := s.reports[0].cue_span) and span.start == at)


@pytest.mark.parametrize(("text", "ref"), [
    ("A senior aide to Kenyan President Lars Holm, Kari Dahl, said that the road was open.", "actor/kari-dahl"),
    ("A senior aide to Kenyan President Lars Holm said that the road was open.", None),
    ("President Lars Holm, the leader of the party, said that the road was open.", "actor/lars-holm"),
])
def test_a_name_between_commas_is_whom_the_description_means(extractor: Extractor, text: str, ref: str | None) -> None:
    said = speaker(extractor, text, "said")
    assert said == ref or ref is None and said != "actor/kari-dahl"
