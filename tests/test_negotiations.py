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


@pytest.mark.parametrize(("text", "kind", "parties", "mediators", "status"), [
    ("Delegates of Kenya and Chad were to meet in Doha on Friday under Qatari mediation.", "Meeting", {"kenya", "chad"}, {"qatar"}, "Planned"),
    ("President Ruto receives Emmanuel Macron in Nairobi on Friday; he will stay for two days.", None, None, set(), "Held"),
    ("The envoys tried to keep the talks between Kenya and Chad alive.", "Talks", {"kenya", "chad"}, set(), "Ongoing"),
    ("Chad walked out of the negotiations with Kenya in Rome.", "Suspension", {"kenya", "chad"}, set(), "Suspended"),
    ("Talks between Kenya and Chad mediated by Oman went on.", "Talks", {"kenya", "chad"}, {"oman"}, "Ongoing"),
    ("The meeting between Kenya and Chad was put off.", "Meeting", {"kenya", "chad"}, set(), "Suspended"),
    ("Kenya and Chad spoke of the talks broken off in March.", "Suspension", None, set(), "Suspended"),
    ("A Kenyan offer of a joint inquiry was turned down by Chad.", "PeaceProposal", {"kenya", "chad"}, set(), "Rejected"),
    ("Kenya and Chad agreed to hold fire from noon.", "Ceasefire", {"kenya", "chad"}, set(), "Agreed"),
    ("Kenya wants forty prisoners released.", "HostageTalks", {"kenya"}, set(), "Proposed"),
    ("Chad walked away from the talks with Kenya.", "Suspension", {"kenya", "chad"}, set(), "Suspended"),
    ("Kenya called its negotiators home.", "Suspension", {"kenya"}, set(), "Suspended"),
    ("The dialogue was frozen in May, when Kenya recalled its delegation.", "Suspension", {"kenya"}, set(), "Suspended"),
    ("Chad's delegates refused to sign the agreement with Kenya.", "Agreement", {"kenya", "chad"}, set(), "Rejected"),
    ("Delegates of Chad and the Houthis were to meet in Rome.", "Meeting", {"chad", "houthis"}, set(), "Planned"),
    ("Negotiators from Kenya and Chad returned to Rome for talks hosted by Oman.", "Talks", {"kenya", "chad"}, {"oman"}, "Ongoing"),
    ("Vladimir Putin is due in Rome next week for talks with Emmanuel Macron.", "Talks", None, set(), "Planned"),
    ("Egypt called off a planned visit by Emmanuel Macron.", "Meeting", {"egypt", "emmanuel-macron"}, set(), "Suspended"),
    ("Talks between Kenya and Chad ended without a result.", "Talks", {"kenya", "chad"}, set(), "Held"),
    ("Armenia handed over the remains of four soldiers to Azerbaijan.", "HostageTalks", {"armenia", "azerbaijan"}, set(), "Held"),
    ("The round was to have ended with the signing of a humanitarian pause.", "Ceasefire", set(), set(), "Planned"),
    ("Under the deal, Kenya leaves the valley, while Chad pays for the bridge.", "Agreement", {"kenya", "chad"}, set(), "Agreed"),
])
def test_how_it_stands_and_who_mediates(extractor, text, kind, parties, mediators, status):
    (found,) = negotiations(extractor, text)
    report = found.reports[0]
    assert kind is None or found.kind == kind
    assert parties is None or {p.removeprefix("actor/") for p in report.parties} == parties
    assert {m.removeprefix("actor/") for m in report.mediators} == mediators
    assert report.status == status


def test_a_meeting_of_a_later_day_is_planned(extractor):
    (found,) = negotiations(extractor, "The president will fly to Rome, where Emmanuel Macron meets Vladimir Putin on Friday.")
    assert (found.reports[0].date.start, found.reports[0].status, found.reports[0].modality) == ("2021-05-14", "Planned", "Planned")


def test_the_sides_are_those_named_before(extractor):
    talks, swap = negotiations(extractor, "Kenya and Chad held talks in Rome. A week later the sides swapped thirty prisoners.")
    assert swap.kind == "HostageTalks" and swap.reports[0].parties == talks.reports[0].parties


def test_the_topic_of_a_meeting_is_no_negotiation_of_its_own(extractor):
    (found,) = negotiations(extractor, "Kenya and Chad met in Rome for another round of negotiations on a peace treaty.")
    assert found.kind == "Meeting"


def test_frozen_talks_are_the_same_talks(extractor):
    (found,) = negotiations(extractor, "Talks between Kenya and Chad opened in Rome. The envoy asked whether the talks had failed.")
    assert found.kind == "Talks"


def test_that_accord_is_the_truce(extractor):
    (found,) = negotiations(extractor, "Kenya and Chad agreed a ceasefire. Under that accord Kenya leaves the valley.")
    assert found.kind == "Ceasefire"


def test_mentions_of_one_negotiation_are_joined(extractor):
    (found,) = negotiations(extractor, "Armenia and Azerbaijan signed a ceasefire. The ceasefire lasted a week.")
    assert len(found.reports) == 2


@pytest.mark.parametrize("text", ["The factory did not meet its targets.", "Was the ceasefire signed?",
                                  "She won a call option on the shares.", "An official reached by telephone spoke of a flood.",
                                  "A diplomat briefed on the meetings stayed calm.", "The minister gave a press conference in Rome.",
                                  "Kenya called its athletes home.", "The teacher handed the soldiers a leaflet.",
                                  "The coach recalled his team from Rome.", "The court handed over the body of the farmer."])
def test_nothing(extractor, text):
    assert negotiations(extractor, text) == ()
