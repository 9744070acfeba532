"""Statements, speakers and relations on invented sentences, by the real pipeline."""

from __future__ import annotations

import pytest

from kg.authority import load
from kg.extract import Extractor
from kg.records import Article, Records, Span
from kg.settings import Settings


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor(Settings(), load())


def read(extractor: Extractor, text: str, issued: str | None = "2031-05-07", skipped: tuple[Span, ...] = ()) -> Records:
    return extractor.extract(Article("a.txt", "a-1", text, issued=issued, skipped=skipped))


@pytest.mark.parametrize(("text", "speaker", "act"), [
    ("Egypt denied that its soldiers crossed the river.", "actor/egypt", "Denial"),
    ("Moscow accused Kenya of shelling a village.", "actor/russia", "Accusation"),
    ("Jordan condemned the raid on the village.", "actor/jordan", "Criticism"),
    ("Kenya threatened to close the strait.", "actor/kenya", "Threat"),
    ("Norway welcomed the agreement.", "actor/norway", "Praise"),
    ("Japan called on both armies to stop the shelling.", "actor/japan", "Demand"),
    ("India appealed for calm in the capital.", "actor/india", "Appeal"),
    ("The road is closed, according to the United Nations.", "actor/united-nations", "Claim"),
    ("Brazil vowed to rebuild the port.", "actor/brazil", "Pledge"),
    ("Chad confirmed the death of two guards.", "actor/chad", "Confirmation"),
    ("Finland believes that the truce will hold.", "actor/finland", "Opinion"),
    ("“The bridge is open,” the Red Crescent said.", None, "Claim"),
])
def test_speaker_and_act(extractor: Extractor, text: str, speaker: str | None, act: str) -> None:
    (statement,) = read(extractor, text).statements
    assert statement.kind == act
    assert speaker is None or statement.speaker == speaker


def test_a_split_quotation_is_one_statement_with_its_speaker(extractor: Extractor) -> None:
    text = "“The gate is shut,” Norwegian Foreign Minister Kari Solberg said, “and it stays shut.”"
    (statement,) = read(extractor, text).statements
    assert statement.speaker == "actor/kari-solberg"
    assert statement.quotations == ("The gate is shut,", "and it stays shut.")
    assert statement.reports[0].title_in_text == "Norwegian Foreign Minister"


def test_a_pronoun_goes_to_the_speaker_before(extractor: Extractor) -> None:
    text = ("Defence Minister Kari Solberg told reporters that Sweden had closed the border.\n\n"
            "She added that the envoy Lars Holm would travel.")
    first, second = read(extractor, text).statements
    assert first.speaker == second.speaker == "actor/kari-solberg"


@pytest.mark.parametrize(("text", "act"), [
    ("“There was no strike on the bridge,” the ministry said.", "Denial"),
    ("“Not one of our soldiers crossed the river,” the minister said.", "Denial"),
    ("“We see no need for talks,” the minister countered.", "Denial"),
    ("“Nobody gains from a long war,” the envoy said.", "Claim"),
    ("“Our pilots will help the valley,” the general said.", "Pledge"),
])
def test_what_is_denied_or_promised(extractor: Extractor, text: str, act: str) -> None:
    (statement,) = read(extractor, text).statements
    assert statement.kind == act


def test_a_line_that_leads_to_a_quotation_by_a_colon_names_its_speaker(extractor: Extractor) -> None:
    (statement,) = read(extractor, "Kari Solberg, on a visit to the port: “Either the ships sail by Thursday or the harbour is closed.”").statements
    assert statement.speaker == "actor/kari-solberg"


def test_both_are_the_two_who_spoke_before(extractor: Extractor) -> None:
    text = "Kenya spoke of nine dead; Norway put the number at seven. Both held the rebels responsible."
    assert [s.speaker for s in read(extractor, text).statements] == ["actor/kenya", "actor/norway", "actor/kenya", "actor/norway"]


def test_an_orphan_quotation_has_no_speaker(extractor: Extractor) -> None:
    text = "Kenya is a state.\n\n“Who is going to pay for all of this damage?”"
    (statement,) = read(extractor, text).statements
    assert statement.speaker is None


def test_nested_speech_keeps_the_chain(extractor: Extractor) -> None:
    text = "Egypt said that Sudan believes that the bridge was destroyed."
    outer, inner = read(extractor, text).statements
    assert (outer.speaker, inner.speaker) == ("actor/egypt", "actor/sudan")
    assert inner.reports[0].stated_in == outer.ref and inner.reports[0].attributed_to == ("actor/egypt",)


def test_negated_and_possible_speech_is_no_statement(extractor: Extractor) -> None:
    assert read(extractor, "Kenya did not say that the road was open.").statements == ()
    assert read(extractor, "Kenya could say that the road is open.").statements == ()


def test_site_furniture_says_nothing(extractor: Extractor) -> None:
    text = "Kenya said that the road was open."
    assert read(extractor, text, skipped=(Span(0, len(text)),)).statements == ()


def test_weekday_is_the_date_of_the_statement_only_with_a_publication_day(extractor: Extractor) -> None:
    text = "Kenya said on Monday that the road was open."
    dated, = read(extractor, text).statements
    undated, = read(extractor, text, issued=None).statements
    assert dated.date is not None and dated.date.start == "2031-05-05"
    assert undated.date is None


def test_a_misspelt_state_is_found(extractor: Extractor) -> None:
    (statement,) = read(extractor, "Quatar said that the road was open.").statements
    assert statement.speaker == "actor/qatar"


def test_office_and_backing_are_relations(extractor: Extractor) -> None:
    text = "Norwegian Foreign Minister Kari Solberg arrived. Iran supports Hezbollah in the valley."
    relations = {(r.subject, r.predicate, r.object or r.office) for r in read(extractor, text).relations}
    assert ("actor/kari-solberg", "holdsOffice", "actor/norway") in relations
    assert ("actor/iran", "supports", "actor/hezbollah") in relations


def test_the_same_article_gives_the_same_records(extractor: Extractor) -> None:
    text = "Egypt said that Sudan believes that the bridge was destroyed. “Never again will we return,” it added."
    assert read(extractor, text) == read(extractor, text)


def test_every_span_lies_in_the_text(extractor: Extractor) -> None:
    text = "\n\nKenya said:\n“Go.”\n\n\"Straight and left open, she wrote.\n\n“ ” "
    for statement in read(extractor, text).statements:
        for report in statement.reports:
            for span in (report.evidence, *report.content_spans):
                assert 0 <= span.start < span.end <= len(text)


@pytest.mark.parametrize(("text", "speaker", "act"), [
    ("Zelensky renewed his plea for more batteries on Monday.", "actor/volodymyr-zelenskyy", "Appeal"),
    ("The port was open despite Iran's claim that it had been mined.", "actor/iran", "Claim"),
    ("A demand by Turkey for the release of the crew was ignored.", "actor/turkey", "Demand")])
def test_nouns_can_tell_of_a_saying(extractor: Extractor, text: str, speaker: str, act: str) -> None:
    found = [s for s in extractor.extract(Article("t.txt", "t", text)).statements if s.reports[0].rule.startswith("cue-noun")]
    assert [(s.speaker, s.kind) for s in found] == [(speaker, act)]


@pytest.mark.parametrize("text", [
    "Lena Varga, who led the relief team in the valley, talks to us.\n\nQ: Who shelled the clinic?\nA: The rebels shelled the clinic at noon.\n\n"
    "Q: Did you see it?\nA: We saw the smoke from the road.\n",
    "Lena Varga, who led the relief team in the valley, talks to us.\n\nWho shelled the clinic?\n\nThe rebels shelled the clinic at noon.\n\n"
    "Did you see it?\n\nWe saw the smoke from the road.\n\nWill you go back?\n\nI leave for the valley in the morning.\n",
    "A talk with Lena Varga, who led the relief team in the valley.\n\nHerald: Who shelled the clinic?\nVarga: The rebels shelled the clinic at noon.\n\n"
    "Herald: Did you see it?\nVarga: We saw the smoke from the road.\n",
])
def test_an_interview_is_what_the_one_who_answers_says(extractor: Extractor, text: str) -> None:
    records = read(extractor, text)
    answers = [s for s in records.statements if s.reports[0].rule == "interview-answer"]
    assert len(answers) >= 2 and {s.speaker for s in answers} == {"actor/lena-varga"}
    (action,) = records.actions
    assert action.reports[0].attributed_to == ("actor/lena-varga",) and action.reports[0].modality == "Alleged"


@pytest.mark.parametrize(("text", "speakers"), [
    ("Fighting has displaced many people, the charity estimates.", 1),
    ("The charge was denied by the ministry.", 1),
    ("Kenya, Chad and Mali said in a joint statement that talks would resume.", 3),
    ("Kenya considers the militia a tool of its neighbour.", 1),
    ("The convoy, officials fear, will not reach the town.", 1),
    ("The ministry issued a statement denying that its fighters stormed a church.", 1),
    ("No group claimed responsibility for the blast.", 0),
    ("Asked by reporters, the minister said that the road was open.", 1),
    ("The envoy Kari Solberg, asked whether the truce would hold, said she could not tell.", 1),
    ("A person close to the delegation said that the guests had left.", 1),
    ("The Kenyan hosts have asked both sides to stay.", 1),
    ("Norway was quick to dismiss the report.", 1),
    ("Kenya turned down the offer.", 1),
    ("Kenya turned the lights down.", 0),
    ("The governor spoke of 12 wounded.", 1),
    ("The governor spoke for an hour.", 0),
    ("Officials raised the toll to nine.", 1),
    ("The farmers raised goats.", 0),
    ("The monitors held the army responsible.", 1),
    ("The army held the bridge.", 0),
    ("Norway lodged a protest.", 1),
    ("The prisoners are said by two doctors to be in good health.", 1),
    ("They grow their own wheat, the ministry replied.", 1),
    ("“The bridge stands,” General Lars Holm was quoted as saying by a newspaper.", 1),
    ("In the words of the envoy Kari Solberg, the road was a trap.", 1),
    ("The convoy reached the town, the mayor assures.", 1),
    ("The government called its ambassador home.", 0),
    ("A driver, who asked not to be named, left the town.", 0),
    ("The images said nothing about the blast.", 0),
    ("The charity, a group of 12 doctors, lists 23 dead.", 1),
    ("The shop lists its goods.", 0),
    ("Kenya and Norway, partners in the mission, condemned the raid.", 2),
    ("The rebels shelled the port for three hours, wounding six dockers, a union leader and a doctor said on Monday.", 2),
])
def test_more_ways_of_saying(extractor: Extractor, text: str, speakers: int) -> None:
    assert len([s for s in read(extractor, text).statements if s.speaker]) == speakers


@pytest.mark.parametrize("name", ["Lars al-Holmi", "Kim Sol-mi", "Lena bin Varga"])
def test_names_with_particles_and_hyphens_are_whole(extractor: Extractor, name: str) -> None:
    records = read(extractor, f"Defence Minister {name} said that the border was closed.")
    assert [a.label for a in records.actors if a.ref == records.statements[0].speaker] == [name]


@pytest.mark.parametrize(("text", "label"), [
    ("The Defense Ministry in Nairobi said that the road was open.", "Kenyan Defense Ministry"),
    ("The Kenya Rivers Network said that the road was open.", "Kenya Rivers Network"),
    ("The Clan del Norte said that the road was open.", "Clan del Norte"),
    ("The Kenyan hosts said that the road was open.", "Kenya"),
])
def test_bodies_have_their_state_in_their_name(extractor: Extractor, text: str, label: str) -> None:
    records = read(extractor, text)
    assert [a.label for a in records.actors if a.ref == records.statements[0].speaker] == [label]
