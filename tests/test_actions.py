"""Military actions in sentences of our own, through the whole extraction."""

import pytest

from kg.authority import load
from kg.extract import Extractor
from kg.records import Article
from kg.settings import Settings


@pytest.fixture(scope="module")
def extractor():
    return Extractor(Settings(), load())


def actions(extractor, text):
    return extractor.extract(Article("t.txt", "t", text, issued="2021-05-12")).actions


@pytest.mark.parametrize(("text", "kind", "agent", "target", "place"), [
    ("Turkish warplanes bombed a depot near Erbil.", "AirStrike", "turkey", "depot", "erbil"),
    ("Israel carried out air strikes on Hezbollah in Lebanon.", "AirStrike", "israel", "hezbollah", "lebanon"),
    ("Hezbollah fired rockets at a checkpoint in Israel.", "Shelling", "hezbollah", "checkpoint", None),
    ("Ukraine has been shelled by Russia.", "Shelling", "russia", None, None),
    ("The Houthis seized a port near Hodeidah.", "TerritoryCapture", None, "port", None),
    ("Ethiopian troops withdrew from Mekelle.", None, None, None, "mekelle"),
    ("Iran sent missiles to the Houthis.", "ArmsSupply", "iran", None, None),
])
def test_kind_and_roles(extractor, text, kind, agent, target, place):
    found = actions(extractor, text)
    assert len(found) == 1
    report = found[0].reports[0]
    assert found[0].kind == kind
    assert report.modality == "Asserted"
    assert agent is None or any(agent in r for r in report.perpetrators)
    assert target is None or any(target in r for r in report.targets)
    assert place is None or any(place in r for r in report.locations)


@pytest.mark.parametrize(("text", "kind", "agent", "target"), [
    ("Kenyan mortars had killed four girls in a camp.", "Shelling", "actor/kenya", "girls"),
    ("Kenyan guns opened up on two villages around Aden.", "Shelling", "actor/kenya", "villages"),
    ("The Houthis opened fire with mortars on a checkpoint.", "Shelling", "actor/houthis", "checkpoint"),
    ("A Turkish drone killed up to nine guards.", "AirStrike", "actor/turkey", "guards"),
    ("Houthi gunmen seized the tug Marisol in July.", "Raid", "gunmen", "tug"),
    ("Houthi gunmen captured the men in July.", "Raid", "gunmen", "men"),
    ("Gunmen fell upon a camp near Aden.", "GroundAssault", "gunmen", "camp"),
    ("Kenya sends drones over the market.", "Sortie", "actor/kenya", "market"),
    ("Kenya sent drones into the market.", "AirStrike", "actor/kenya", "market"),
    ("The junta's jets bombed a market.", "AirStrike", "junta", "market"),
    ("The Houthis launched drones at an airport.", "AirStrike", "actor/houthis", "airport"),
    ("The town that the Houthis tried to retake is empty.", "TerritoryCapture", "actor/houthis", "town"),
    ("Two of the villagers were shot dead by the Houthis.", "Killing", "actor/houthis", "villagers"),
    ("A Chinese plane entered Japan's airspace off Nagasaki.", "Overflight", "actor/china", "japan"),
])
def test_weapons_units_and_what_they_do(extractor, text, kind, agent, target):
    (action,) = actions(extractor, text)
    report = action.reports[0]
    assert (action.kind, report.modality) == (kind, "Asserted")
    assert any(agent in r for r in report.perpetrators) and any(target in r for r in report.targets)


def test_one_of_them_is_one_of_the_weapons(extractor):
    first, second = actions(extractor, "The Houthis fired three missiles at a camp. One of them hit a depot.")
    assert second.kind == "Shelling" and second.reports[0].perpetrators == first.reports[0].perpetrators == ("actor/houthis",)
    assert actions(extractor, "Three ministers met. One of them hit the table.") == ()


@pytest.mark.parametrize(("text", "agents", "by"), [
    ("Nine people were killed in strikes that Oman blamed on Turkey.", ("actor/turkey",), ("actor/oman",)),
    ("He named Kenya, accused by Chad of training the rebels.", ("actor/kenya",), ("actor/chad",)),
    ("The Houthis claimed the attack on a tanker.", ("actor/houthis",), ("actor/houthis",)),
    ("Oman accused Chad of wounding a guard by mortar fire.", ("actor/chad",), ("actor/oman",)),
])
def test_a_charge_is_his_who_makes_it(extractor, text, agents, by):
    (action,) = actions(extractor, text)
    report = action.reports[0]
    assert (report.modality, report.perpetrators, report.attributed_to) == ("Alleged", agents, by)


def test_an_aside_tells_what_stands_beside_it(extractor):
    first, second = actions(extractor, "Kenya shelled the port and, Oman says, bombed a market.")
    assert (first.reports[0].modality, second.reports[0].modality, second.reports[0].attributed_to) == ("Asserted", "Alleged", ("actor/oman",))


def test_a_gunfight_has_two_sides(extractor):
    (action,) = actions(extractor, "The remains of a gunfight between Chad and the Houthis were found.")
    assert action.reports[0].perpetrators == ("actor/chad", "actor/houthis")


def test_what_is_not_ruled_out_is_hypothetical(extractor):
    (action,) = actions(extractor, "Kenya is not ruling out new air strikes on Chad.")
    assert (action.reports[0].modality, action.reports[0].perpetrators) == ("Hypothetical", ("actor/kenya",))


def test_clashes_have_their_scene(extractor):
    (action,) = actions(extractor, "Manbij was the scene of heavy clashes.")
    assert action.reports[0].locations == ("place/manbij",)


@pytest.mark.parametrize(("text", "modality"), [
    ("Russia did not bomb a hospital in Kharkiv.", "Denied"),
    ("Russia will bomb a hospital in Kharkiv.", "Planned"),
    ("Russia could bomb a hospital in Kharkiv.", "Hypothetical"),
    ("Russia reportedly bombed a hospital in Kharkiv.", "Alleged"),
    ("Ukraine said that Russia bombed a hospital in Kharkiv.", "Alleged"),
    ("Russia denied that it bombed a hospital in Kharkiv.", "Denied"),
    ("If Russia bombs a hospital in Kharkiv, nobody will be safe.", "Hypothetical"),
    ("Russia is believed to have bombed a hospital in Kharkiv.", "Alleged"),
    ("Russia tried to bomb a hospital in Kharkiv.", "Asserted"),
    ("Russia will try to bomb a hospital in Kharkiv.", "Planned"),
])
def test_modality(extractor, text, modality):
    (action,) = actions(extractor, text)
    assert action.kind == "AirStrike"
    assert action.reports[0].modality == modality


@pytest.mark.parametrize(("text", "agent"), [
    ("Moscow has blamed the attacks on Hezbollah.", "actor/hezbollah"),
    ("The Houthis claimed responsibility for an attack on the airport.", "actor/houthis"),
    ("Kenya accused Chad of an attack on the airport.", "actor/chad"),
])
def test_who_is_blamed_did_it(extractor, text, agent):
    (action,) = actions(extractor, text)
    assert action.reports[0].perpetrators == (agent,) and action.reports[0].modality == "Alleged"


@pytest.mark.parametrize("text", ["The strike by transport workers went on.", "The president attacked his critics in a speech."])
def test_walkouts_and_quarrels_are_no_actions(extractor, text):
    assert actions(extractor, text) == ()


def test_attribution(extractor):
    (action,) = actions(extractor, "Ukraine said that Russia bombed a hospital in Kharkiv.")
    assert action.reports[0].attributed_to == ("actor/ukraine",)
    assert action.reports[0].stated_in is not None


def test_mentions_of_one_event_are_joined(extractor):
    found = actions(extractor, "Turkish warplanes bombed a depot near Erbil. The strike destroyed two houses. "
                               "At least 9 people were killed.")
    assert len(found) == 1
    assert len(found[0].reports) >= 2
    assert [c.minimum for r in found[0].reports for c in r.casualties] == [9]


def test_other_targets_are_other_events(extractor):
    found = actions(extractor, "Turkey bombed a depot near Erbil. Iran bombed a market in Basra.")
    assert len(found) == 2


@pytest.mark.parametrize("text", ["Did Russia bomb a hospital in Kharkiv?", "The government took steps against inflation.",
                                  "The minister vowed to fight against terrorism.", "Workers went on strike.",
                                  "The director of military operations spoke.", "You do not talk to people who bomb hospitals.",
                                  "The alliance pulled out on Thursday.", "Kenya pulled out of the talks with Chad.",
                                  "One of its patrols visited the area.", "The ministry cut the budget for roads.",
                                  "Kenya gave up the idea.", "The rebels gave up their demand for land in Chad.",
                                  "The army cut its links with the ministry.", "The sale of the tank factory in Berlin was approved.",
                                  "The exchange of fire engines between Kenya and Chad went on.", "They are to mine gold in Chad.",
                                  "The navy seized the opportunity in Yemen.", "Chad opened up on its plans.",
                                  "Kenyan guns fell silent on Monday.", "Night fell upon the camp.", "The soldiers went to the hospital.", "Soldiers laid the table."])
def test_nothing(extractor, text):
    assert actions(extractor, text) == ()


def test_an_actor_is_not_called_by_a_genitive(extractor):
    found = extractor.extract(Article("t.txt", "t", "Monitors condemned the country's air strikes on rebels in Syria.", issued="2021-05-12"))
    assert not [a.label for a in found.actors if a.label.endswith(("'s", "’s"))] and any(a.label == "country" for a in found.actors)


def test_each_figure_has_the_source_that_counts(extractor):
    (action,) = actions(extractor, "The Houthis stormed a camp near Aden. The Red Cross spoke of 34 bodies, while a doctor had counted 52.")
    tolls = [(r.attributed_to, [c.minimum for c in r.casualties]) for r in action.reports if r.casualties]
    assert [t for _, t in tolls] == [[34], [52]] and tolls[0][0] == ("actor/red-cross-movement",) and "doctor" in tolls[1][0][0]


def test_a_toll_is_of_the_action_that_its_speaker_tells(extractor):
    first, second = actions(extractor, "Kenya shelled a village, Oman said. Chad bombed a market, Egypt said. According to Oman, nine people died.")
    assert [c.minimum for r in first.reports for c in r.casualties] == [9]
    assert not [c for r in second.reports for c in r.casualties]


@pytest.mark.parametrize("text", ["Rebels withdrew from the town of Mekelle. Nine people died of fever.",
                                  "Turkey bombed a depot near Erbil. It looked at the airfield, where a guard had died."])
def test_a_toll_of_something_else_is_of_no_action(extractor, text):
    (action,) = actions(extractor, text)
    assert not [c for r in action.reports for c in r.casualties]


def test_what_is_told_in_somebodys_version_is_his(extractor):
    (action,) = actions(extractor, "In the Kenyan version it was Chad that shelled the village.")
    assert (action.reports[0].modality, action.reports[0].attributed_to) == ("Alleged", ("actor/kenya",))


@pytest.mark.parametrize(("text", "by"), [
    ("The road had been cut, Emmanuel Macron said. Turkish drones had bombed a clinic.", ("actor/emmanuel-macron",)),
    ("The road had been cut, Emmanuel Macron said.\n\nTurkish drones had bombed a clinic.", ()),
    ("The road had been cut, Emmanuel Macron said. Turkish drones bombed a clinic.", ()),
    ("Emmanuel Macron said that the road had been cut. Turkish drones had bombed a clinic.", ()),
])
def test_reported_speech_runs_on_in_the_pluperfect(extractor, text, by):
    action = next(a for a in actions(extractor, text) if a.kind == "AirStrike")
    assert (action.reports[0].modality, action.reports[0].attributed_to) == ("Alleged" if by else "Asserted", by)


def test_what_takes_up_an_alleged_deed_does_not_assert_it(extractor):
    (action,) = actions(extractor, "Kenya said that Chad shot a guard. The shooting came a day before the vote.")
    assert {r.modality for r in action.reports} == {"Alleged"}
