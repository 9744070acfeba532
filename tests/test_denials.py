"""Denials that name no event: which action they deny, and when they deny none."""

import pytest

from kg.authority import load
from kg.extract import Extractor
from kg.records import Article
from kg.settings import Settings


@pytest.fixture(scope="module")
def extractor():
    return Extractor(Settings(), load())


def denials(extractor, text):
    """(who denies, what kind of action, the perpetrators in the denial, the statement it stands in) of all denials that point back."""
    found = extractor.extract(Article("t.txt", "t", text, issued="2021-05-12"))
    speakers = {s.ref: s.speaker for s in found.statements}
    return [(r.attributed_to, a.kind, r.perpetrators, speakers[r.stated_in]) for a in found.actions for r in a.reports if r.rule == "denial-back"]


@pytest.mark.parametrize(("text", "who"), [
    ("The Border Monitor said that Northland aircraft struck a market in Eastport. Northland denied it.", "actor/northland"),
    ("Ukraine accused Russia of bombing a school in Kharkiv. Russia rejected the accusation.", "actor/russia"),
    ("Aid workers said Russia bombed a clinic near Homs. The road is closed since then. The Kremlin denied responsibility.", "actor/russia"),
])
def test_the_accused_deny_what_was_said_of_them(extractor, text, who):
    (denial,) = denials(extractor, text)
    assert denial[0] == (who,) and denial[1] == "AirStrike" and denial[3] == who
    assert denial[2], "who denies it is named as the one of whom it is said"


def test_somebody_else_may_answer_the_sentence_right_before(extractor):
    (denial,) = denials(extractor, "Ukraine said that Russia bombed a school in Kharkiv. Iran denied it.")
    assert denial == (("actor/iran",), "AirStrike", (), "actor/iran")


def test_a_second_denial_follows_the_first(extractor):
    found = denials(extractor, "Ukraine accused Russia of bombing a school in Kharkiv. Russia denied the charge. "
                               "“We reject this accusation,” said Ole Brandt, an officer.")
    assert [f[0] for f in found] == [("actor/russia",), ("actor/ole-brandt",)]


@pytest.mark.parametrize("text", [
    "Turkey shelled a village near Afrin. Russia rejected the proposal.",
    "Turkey shelled a village near Afrin. The weather was bad. Iran denied it.",
    "Ukraine accused Russia of bombing a school in Kharkiv. Russia denied that it sold oil to Egypt.",
    "Russia denied it.",
])
def test_in_doubt_nothing_is_denied(extractor, text):
    assert denials(extractor, text) == []


def test_the_label_says_what_is_denied(extractor):
    found = extractor.extract(Article("t.txt", "t", "Ukraine accused Russia of bombing a school in Kharkiv. Russia denied it.", issued="2021-05-12"))
    assert [a.label for a in found.actions] == ["Alleged and denied: air strike by Russia on a school in Kharkiv"]
    assert [s.label for s in found.statements if s.kind == "Denial"] == ["Russia denies the air strike on a school in Kharkiv"]


def test_what_else_is_said_in_a_denial_is_not_denied(extractor):
    text = 'Igor Konashenkov said: "We did not attack the depot, Turkey bombed the depot in Aleppo."'
    found = extractor.extract(Article("t.txt", "t", text, issued="2021-05-12")).actions
    assert {(a.reports[0].perpetrators, a.reports[0].modality) for a in found} == {
        (("actor/igor-konashenkov",), "Denied"), (("actor/turkey",), "Alleged")}
