"""Quotations and their offsets."""

import pytest

from kg.nlp.quotes import find_quotes
from kg.records import Span


@pytest.mark.parametrize(("text", "inner"), [
    ('He said "we will stay" today.', ["we will stay"]),
    ("“One,” he said, “and two.”", ["One,", "and two."]),
    ('A 5" pipe broke.', []),
    ("No marks at all.", []),
    ("It was called “the wall” and «the gate».", ["the wall", "the gate"]),
])
def test_quotations_within_a_line(text: str, inner: list[str]) -> None:
    assert [text[q.inner.start:q.inner.end] for q in find_quotes(text)] == inner


def test_a_quotation_runs_over_paragraphs() -> None:
    text = "“We left at dawn.\n\n“Nobody followed us,” she said."
    first, second = find_quotes(text)
    assert not first.continues and second.continues
    assert text[first.inner.start:first.inner.end] == "We left at dawn."


def test_site_furniture_has_no_quotations() -> None:
    text = '"Best shop in town"\nShe said "no".'
    assert [q.span.start for q in find_quotes(text, (Span(0, 19),))] == [text.index('"no"')]
