"""Negotiations in sentences of our own, through the whole extraction."""

import pytest

from kg.authority import load
from kg.extract import Extractor
from kg.records import Article
from kg.settings import Settings


@pytest.fixture(scope="module")
def extractor():
    return Extractor(Settings(), load())


def negotiations(extractor, text):
    return extractor.extract(Article("t.txt", "t", text, issued="2021-05-12")).negotiations


@pytest.mark.parametrize(("text", "kind", "parties", "status"), [
    ("Armenia and Azerbaijan signed a ceasefire in Moscow.", "Ceasefire", {"armenia", "azerbaijan"}, "Agreed"),
    ("Armenia and Azerbaijan agreed a truce.", "Ceasefire", {"armenia", "azerbaijan"}, "Agreed"),
    ("Talks between Ethiopia and Eritrea were suspended on Monday.", "Suspension", {"ethiopia", "eritrea"}, "Suspended"),
    ("Egypt and Sudan will meet in Khartoum next week.", "Meeting", {"egypt", "sudan"}, "Planned"),
    ("Azerbaijan violated the ceasefire with Armenia.", "Ceasefire", {"azerbaijan", "armenia"}, "Violated"),
])
def test_kind_parties_status(extractor, text, kind, parties, status):
    (found,) = negotiations(extractor, text)
    report = found.reports[0]
    assert found.kind == kind
    assert {p.removeprefix("actor/") for p in report.parties} == parties
    assert report.status == status


def test_mentions_of_one_negotiation_are_joined(extractor):
    (found,) = negotiations(extractor, "Armenia and Azerbaijan signed a ceasefire. The ceasefire lasted a week.")
    assert len(found.reports) == 2


@pytest.mark.parametrize("text", ["The factory did not meet its targets.", "Was the ceasefire signed?",
                                  "She won a call option on the shares."])
def test_nothing(extractor, text):
    assert negotiations(extractor, text) == ()
