"""Labels of events, statements and relations read like sentences, for every word and kind that the project knows."""

from __future__ import annotations

import csv
import itertools
import re
from pathlib import Path

import pytest

import kg.extract
from kg.authority import load
from kg.extract import Extractor, deals, deeds
from kg.extract.deals import negotiation, said_status
from kg.extract.deeds import action, deed
from kg.extract.wording import LONGEST, as_label, cut, listed, many, named
from kg.mappers.terms import ACTION_KINDS, MODALITIES, NEGOTIATION_KINDS, STATUSES
from kg.records import Article, Records
from kg.settings import Settings
from tests.conftest import RESOURCES

PREPOSITIONS = {"by", "on", "of", "in", "to", "with", "from", "at", "between", "against", "over", "involving"}
DOERS, TARGETS, PLACES = ["Kenya", "the Lakeland Front"], ["a market", "Chad"], ["Aden", "Lyria"]


def lexicon(name: str) -> list[dict[str, str]]:
    with (Path(kg.extract.__file__).parent / "lexicon" / f"{name}.tsv").open(encoding="utf-8") as rows:
        return list(csv.DictReader(rows, delimiter="\t", quoting=csv.QUOTE_NONE))


ACTIONS, NEGOTIATIONS = lexicon("actions"), lexicon("negotiations")
#: Verbs that are no nouns; the four taken out are, or close a noun: "bringing down".
VERBS = {r["lemma"] for r in ACTIONS if r["pos"] == "verb"} - {r["lemma"] for r in ACTIONS if r["pos"] == "noun"} - {
    "down", "escort", "exchange", "supply"}


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor(Settings(), load())


def read(extractor: Extractor, text: str) -> Records:
    return extractor.extract(Article("t.txt", "t", text, issued="2021-05-12"))


def check(text: str) -> None:
    """No word twice in a row, no preposition before another or at the end, no stray blank."""
    words = text.lower().split()
    assert text == " ".join(text.split()) and words, text
    for one, two in itertools.pairwise(words):
        assert one != two and not (one in PREPOSITIONS and two in PREPOSITIONS), text
    assert words[-1] not in PREPOSITIONS, text


@pytest.mark.parametrize("row", ACTIONS, ids=lambda r: f"{r['lemma']}-{r['pos']}")
def test_every_word_for_an_action_has_a_noun_phrase(row: dict[str, str]) -> None:
    for kind in {None, *ACTION_KINDS} if row["kind"] == "-" else {row["kind"]}:
        how = deed(kind, row["lemma"])
        assert how != deeds.OTHER, "a word without a kind stands in no table of kg/extract/deeds.py"
        assert how.noun.split(" of ")[0].split()[-1] not in VERBS
        for doers, targets, places in itertools.product(*(([], names[:1], names) for names in (DOERS, TARGETS, PLACES))):
            text = action(kind, row["lemma"], doers, targets, places)
            check(text)
            assert [text.count(n) for n in (*doers, *targets, *places)] == [1] * len((*doers, *targets, *places)), text


@pytest.mark.parametrize("row", NEGOTIATIONS, ids=lambda r: f"{r['lemma']}-{r['pos']}")
def test_every_word_for_a_negotiation_reads_with_every_status(row: dict[str, str]) -> None:
    sides = ([], DOERS[:1], DOERS, [*DOERS, "Mali"])
    for status, parties, places in itertools.product(("", *sorted(STATUSES)), sides, ([], PLACES[:1])):
        text = negotiation(row["kind"], row["lemma"], status, parties, [], places)
        check(text)
        assert all(text.count(n) == 1 for n in (*parties, *places)), text
        stems = [w[:6] for w in text.split() if w not in {*DOERS, *PREPOSITIONS}]
        assert len(set(stems)) == len(stems), f"{text}: one word said twice"


def test_the_tables_have_the_kinds_of_the_ontology() -> None:
    assert set(deeds.KINDS) == ACTION_KINDS and set(deals.KINDS) == NEGOTIATION_KINDS


@pytest.mark.parametrize(("kind", "word", "doers", "targets", "places", "text"), [
    ("AirStrike", "strike", ["Russia"], ["a hospital"], ["Idlib"], "air strike by Russia on a hospital in Idlib"),
    ("Killing", "kill", ["Kenya"], ["a judge"], ["Aden"], "killing of a judge in Aden by Kenya"),
    ("TerritoryCapture", "seize", ["the rebels"], [], ["Idlib"], "capture of territory by the rebels in Idlib"),
    ("TerritoryCapture", "seize", ["the rebels"], ["a port"], [], "capture of a port by the rebels"),
    ("ArmsSupply", "arm", ["Chad"], ["rebels"], [], "supply of arms by Chad to rebels"),
    ("Sortie", "flight", ["Kenya"], [], ["Mali"], "flights by Kenya over Mali"),
    ("Deployment", "deploy", ["Russia"], [], ["Syria"], "deployment of forces by Russia in Syria"),
    ("Raid", "raid", ["Israel"], ["a camp"], [], "raid by Israel on a camp"),
    ("Raid", "kidnap", ["gunmen"], ["two doctors"], [], "abduction of two doctors by gunmen"),
    (None, "target", ["Kenya"], ["a depot"], [], "attack by Kenya on a depot"),
    ("Shelling", "target", ["Kenya"], ["a depot"], [], "shelling of a depot by Kenya"),
    (None, "siege", ["the army"], [], ["Aleppo"], "siege of Aleppo by the army"),
    (None, "withdraw", ["Chad"], [], ["Mali"], "withdrawal of Chad from Mali"),
    (None, "drive", ["Chad"], ["rebels"], ["Mali"], "expulsion of rebels from Mali by Chad"),
    (None, "clash", ["Chad"], ["rebels"], ["Mali"], "clashes between Chad and rebels in Mali"),
    (None, "clash", ["Chad"], [], [], "clashes involving Chad"),
    (None, "fighting", [], [], ["Yemen"], "fighting in Yemen"),
    (None, "displacement", [], ["civilians"], ["Syria"], "displacement of civilians in Syria"),
    ("AirStrike", "bomb", [], ["Hmaimim Airbase"], ["Hmaimim Airbase"], "air strike on Hmaimim Airbase"),
    ("AirStrike", "bomb", [], [], ["Hmaimim Airbase"], "air strike at Hmaimim Airbase"),
    ("AirStrike", "bomb", [], [], ["Syria", "Syria"], "air strike in Syria"),
])
def test_phrases_of_actions(kind: str | None, word: str, doers: list[str], targets: list[str], places: list[str],
                            text: str) -> None:
    assert action(kind, word, doers, targets, places) == text


@pytest.mark.parametrize(("kind", "word", "status", "parties", "places", "text"), [
    ("Suspension", "talk", "Suspended", [], ["Geneva"], "talks suspended in Geneva"),
    ("Suspension", "talk", "Suspended", ["Mali", "Chad"], [], "talks between Mali and Chad suspended"),
    ("Ceasefire", "truce", "Suspended", [], [], "ceasefire suspended"),
    ("Ceasefire", "truce", "Agreed", ["the rebels"], [], "ceasefire with the rebels agreed"),
    ("Agreement", "deal", "Agreed", ["Russia"], [], "agreement with Russia reached"),
    ("PeaceProposal", "proposal", "Proposed", [], [], "proposal made"),
    ("PeaceProposal", "oppose", "Rejected", ["Iran", "Turkey"], [], "proposal opposed by Iran and Turkey"),
    ("Meeting", "meet", "Held", [], [], "meeting held"),
    ("Meeting", "meet", "Held", ["Mali", "Chad"], ["Cairo"], "meeting between Mali and Chad in Cairo"),
    ("Talks", "talk", "Ongoing", [], [], "talks under way"),
    ("Talks", "talk", "Held", [], ["Cairo"], "talks held in Cairo"),
    ("Resolution", "resolution", "Agreed", [], [], "resolution adopted"),
    ("HostageTalks", "release", "Held", ["U.S. captives", "Syria"], [], "release of U.S. captives by Syria"),
    ("HostageTalks", "swap", "Held", ["Russia", "Ukraine"], [], "exchange of captives between Russia and Ukraine"),
    ("PhoneCall", "call", "", ["A", "B", "C", "D", "E"], [], "phone call between A, B, C and 2 others"),
])
def test_phrases_of_negotiations(kind: str, word: str, status: str, parties: list[str], places: list[str], text: str) -> None:
    assert negotiation(kind, word, status, parties, [], places) == text


def test_who_mediates_is_said_of_a_mediation() -> None:
    text = negotiation("Mediation", "mediation", "Ongoing", ["Mali", "Chad"], ["Algeria"], [])
    assert text == "mediation by Algeria between Mali and Chad"


@pytest.mark.parametrize(("told", "status"), [
    ([("Planned", "Planned")], ""),
    ([("Demanded", "Proposed")], ""),
    ([("Denied", "Rejected")], ""),
    ([("Denied", "Violated")], "Violated"),
    ([("Planned", "Planned"), ("Alleged", "Agreed")], "Agreed"),
    ([("Asserted", "Rejected")], "Rejected"),
    ([("Hypothetical", "Suspended")], "Suspended"),
])
def test_a_status_that_the_modality_says_already_is_left_out(told: list[tuple[str, str | None]], status: str) -> None:
    assert said_status(told) == status


@pytest.mark.parametrize(("modalities", "label"), [
    ({"Asserted"}, "Raid on a camp"),
    ({"Alleged", "Denied"}, "Alleged and denied: raid on a camp"),
    ({"Planned"}, "Planned: raid on a camp"),
    ({"Denied", "Asserted", "Alleged"}, "Asserted and denied: raid on a camp"),
])
def test_the_prefix_has_every_modality_in_one_order(modalities: set[str], label: str) -> None:
    assert modalities <= MODALITIES and as_label("raid on a camp", modalities) == label


@pytest.mark.parametrize(("label", "kind", "text"), [
    ("United States", "State", "the United States"),
    ("Russia", "State", "Russia"),
    ("Rapid Support Forces", "ArmedForce", "the Rapid Support Forces"),
    ("Syrian Observatory for Human Rights", "Organization", "the Syrian Observatory for Human Rights"),
    ("market", "", "a market"),
    ("ex-military air base", "", "an ex-military air base"),
    ("RSF camp", "", "an RSF camp"),
    ("U.S. drone", "", "a U.S. drone"),
    ("university", "", "a university"),
    ("capital's suburbs", "", "the capital's suburbs"),
    ("Haftar's men", "ArmedGroup", "Haftar's men"),
    ("civilians", "PopulationGroup", "civilians"),
    ("People's Protection Units", "ArmedGroup", "the People's Protection Units"),
    ("Kenya armed forces", "ArmedForce", "Kenya’s armed forces"),
    ("opposition", "PopulationGroup", "the opposition"),
    ("Sergey Lavrov", "Person", "Sergey Lavrov"),
    ("Julie Bishop", "Person", "Julie Bishop"),
    ("Prime Minister", "Person", "the Prime Minister"),
    ("Yemeni minister", "Person", "a Yemeni minister"),
    ("Government of United States", "GovernmentBody", "the Government of the United States"),
    ("Islamic State", "ArmedGroup", "Islamic State"),
])
def test_names_in_a_sentence(label: str, kind: str, text: str) -> None:
    assert named(label, kind) == text


@pytest.mark.parametrize(("label", "kind", "plural"), [
    ("rebels", "ArmedGroup", True),
    ("Houthis", "ArmedGroup", True),
    ("Rapid Support Forces", "ArmedForce", True),
    ("UN experts", "Person", True),
    ("United States", "State", False),
    ("Hezbollah", "ArmedGroup", False),
    ("Barbara Leaks", "Person", False),
    ("Doctors' Syndicate", "Organization", False),
])
def test_one_or_many(label: str, kind: str, plural: bool) -> None:
    assert many(label, kind) is plural


def test_lists_and_cuts() -> None:
    assert listed(["A", "A"]) == "A" and listed(["A", "B"]) == "A and B" and listed("ABCD") == "A, B, C and D"
    assert listed("ABCDE") == "A, B, C and 2 others" and listed([]) == ""
    assert cut("kept their positions", 17) == "kept their…" and cut("short", 5) == "short"
    assert len(cut("word " * 100, LONGEST)) <= LONGEST and len(cut("x" * 300, LONGEST)) == LONGEST


@pytest.mark.parametrize(("text", "label"), [
    ("Egypt denied that its soldiers crossed the river.", "Egypt denies that its soldiers crossed the river"),
    ("Kenya rejected the accusation.", "Kenya rejects the accusation"),
    ("Kenya did not deny that it armed the rebels.", "Kenya does not deny that it armed the rebels"),
    ("Kenya ruled out any talks with Chad.", "Kenya rules out any talks with Chad"),
    ("Kenya pointed out on Monday that the truce holds.", "Kenya points out that the truce holds"),
    ("Kenya said on 7 May that the truce holds.", "Kenya says that the truce holds"),
    ("Kenya told reporters that Chad shelled the port.", "Kenya tells reporters that Chad shelled the port"),
    ("The Houthis accused Iran of bombing Aden.", "The Houthis accuse Iran of bombing Aden"),
    ("“We will never leave,” Kenya said.", "Kenya: “We will never leave”"),
    ("Kenya's denial of the attack came late.", "Kenya’s denial of the attack"),
])
def test_statements_read_like_sentences(extractor: Extractor, text: str, label: str) -> None:
    assert [s.label for s in read(extractor, text).statements] == [label]


def test_a_statement_told_in_another_is_alleged(extractor: Extractor) -> None:
    labels = [s.label for s in read(extractor, "Egypt said that Sudan denied the attack.").statements]
    assert labels == ["Egypt says that Sudan denied the attack", "Alleged: Sudan denies the attack"]


def test_what_one_alleges_and_another_denies(extractor: Extractor) -> None:
    text = "Ukraine said that Russia bombed a hospital in Kharkiv. Russia denied that it bombed a hospital in Kharkiv."
    (found,) = read(extractor, text).actions
    assert found.label == "Alleged and denied: air strike by Russia on a hospital in Kharkiv"


def test_who_is_killed_is_not_a_force_as_a_whole(extractor: Extractor) -> None:
    (found,) = read(extractor, "Kenya killed Hezbollah near Erbil.").actions
    assert found.label.startswith("Killing of members of Hezbollah")


def test_relations(extractor: Extractor) -> None:
    records = read(extractor, "The Houthis support Hezbollah. Chad said that Kenya supports rebels in Mali.")
    assert [r.label for r in records.relations] == ["The Houthis support Hezbollah", "Alleged: Kenya supports rebels"]


def test_labels_of_the_corpus(extractor: Extractor) -> None:
    """The bundled articles: every label fits, is cut only between words, and says each modality of its reports."""
    seen = 0
    for path in sorted((RESOURCES / "corpus").glob("*.txt")):
        records = read(extractor, path.read_text("utf-8"))
        for event in (*records.statements, *records.actions, *records.negotiations, *records.relations):
            seen += 1
            assert len(event.label) <= LONGEST and event.label[0] == event.label[0].upper()
            told = {r.modality for r in event.reports}
            prefix = {p.capitalize() for p in re.split(", | and ", event.label.partition(": ")[0])}
            told -= {"Alleged"} if "Asserted" in told else set()
            assert told == {"Asserted"} or told == prefix, event.label
        for statement in records.statements:
            whole = " ".join((statement.content or "").split())
            if statement.label.endswith("…") and not whole.endswith("…"):
                last = statement.label.removesuffix("…").split()[-1]
                assert re.search(rf"(?<!\w){re.escape(last)}(?!\w)", whole), statement.label
        for action_ in records.actions:
            check(action_.label.partition(": ")[2] or action_.label)
    assert seen > 200
