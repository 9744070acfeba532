"""Words for means, forces, people and sites, and what a noun phrase is as the target of an action."""

from __future__ import annotations

from spacy.tokens import Token

from kg.extract.clauses import children
from kg.extract.context import Context

LIGHT = frozenset((
    "begin carry cease commit conduct continue end execute expand fly halt intensify launch lay lead make "
    "mount perform resume run stage start stop undertake wage").split())
EFFECT = frozenset((
    "burn collapse damage destroy devastate engulf flatten gut hit injure kill level obliterate raze rip rock shake shatter strike "
    "target tear wound wreck").split())
AIR = frozenset((
    "aerial air aircraft aviation bomber drone quadcopter uav fighter-bomber gunship helicopter jet plane warplane").split())
GUNS = frozenset((
    "artillery cannon grenade gun gunfire gunner howitzer katyusha salvo torpedo missile mortar rocket shell warship").split())
MINES = frozenset((
    "bomb bomber explosive ied landmine mine").split())
WEAPONS = frozenset((
    "aircraft ammunition arm armor armour battery car cartridge gun interceptor kit launcher system torpedo tube bomb barrel artillery drone grenade gunner howitzer jet missile mortar munition "
    "rifle rocket shell tank vehicle warship weapon").split())
FORCES = frozenset((
    "airman attacker armour commando column corps destroyer frigate garrison gunman gunner instructor legion marines officer paratrooper patrol "
    "squadron submarine wing army battalion battery brigade contingent fighter fleet force marine military militia navy "
    "rebel regiment serviceman soldier tank troop troops unit warship").split())
PEOPLE = frozenset((
    "assailant attacker boy conscript doctor farmer girl gunman herder intruder medic nurse officer passenger policeman recruit sailor seafarer shepherd student "
    "child civilian demonstrator fighter guard insurgent journalist man militant patient people prisoner "
    "rebel refugee resident servicemen soldier teacher villager woman worker").split())
SITES = frozenset((
    "airbase airfield airport bakery barrack barracks base bridge building camp checkpoint church clinic compound "
    "cache convoy dam depot facility factory field freighter frigate headquarters hospital infrastructure "
    "infrastructures market mosque outpost plant port position quarter refinery route school ship site station "
    "apartment block house home flat hotel tower mall shop bank post pier dock jetty airstrip runway hangar silo launcher radar "
    "battery refugee_camp kindergarten university college library cathedral monastery shrine tent shelter ambulance bus train car van "
    "vehicle boat yacht minibus station substation grid pipeline well oilfield field mine farm orchard granary mill sector suburb "
    "neighbourhood neighborhood district stadium theatre theater bazaar garage barn cemetery crossing checkpoint roadblock trench "
    "gate stronghold tanker target truck vessel village warehouse town city capital ridge pass valley island harbour harbor hill province enclave "
    "peninsula hamlet fort fortress bunker villa highway road tunnel cave junction square islet hangar mast dyke dike reservoir "
    "strait gulf coast fence front frontier border ministry ship trawler tug dhow barge cutter ferry boat reactor refinery").split())
TOWNS = frozenset("town city village capital area province district region island valley enclave peninsula".split())
#: What is shot down, sunk or captured rather than shelled.
MACHINES = frozenset("aircraft craft drone fighter-bomber helicopter jet missile plane quadcopter rocket tank uav warplane".split())
TRUCES = frozenset("agreement armistice cease-fire ceasefire cessation deal fire truce pause".split())


def words_of(token: Token | None) -> set[str]:
    """Lemmas of a noun phrase: the head, its modifiers and conjuncts."""
    if token is None:
        return set()
    words = {t.lemma_.lower() for t in (token, *children(token, "compound", "amod", "nmod", "conj", "flat", "nmod:desc"))}
    if token.pos_ == "PROPN" and token.is_sent_start and token.lower_.endswith("s"):  # "Warplanes struck" read as a name
        words.add(token.lower_[:-1])
    return words


def means(words: set[str], default: str | None) -> str | None:
    """Kind by the means that ``words`` name, else ``default``."""
    if words & AIR:
        return "AirStrike"
    if words & GUNS:
        return "Shelling"
    return "Bombing" if words & MINES else default


def _meant(head: Token) -> Token:
    """"Two of the intruders", "dozens of villagers": the intruders, the villagers."""
    if head.pos_ == "NUM" or head.lower_ in {"some", "several", "many", "most", "dozens", "hundreds", "scores", "one"}:
        return next((c for c in children(head, "nmod") if any(g.lower_ == "of" for g in c.children)), head)
    return head


def targets_of(context: Context, head: Token, *, machines: bool = False) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Targets and places that the noun phrase headed by ``head`` gives to an action done to it; ``machines``: drones and tanks as well."""
    targets: list[str] = []
    places: list[str] = []
    for noun in context.conjuncts(_meant(head)):
        lemma = noun.lemma_.lower()
        named = context.actor(noun)
        where = tuple(p for p in context.places(noun) if p not in places)
        if (lemma in SITES or machines and lemma in MACHINES) and noun.pos_ in {"NOUN", "PROPN"}:
            site = context.site(noun)
            if site and lemma in TOWNS:  # "the town" for one that was named: where it was, as with its name
                places.append(site)
                continue
            targets.append(site or context.describe(noun, "place"))
            places += [p for p in where if p != site]
        elif where and noun.pos_ in {"PROPN", "NOUN"} and lemma not in FORCES | PEOPLE:
            places += where
        elif named:
            targets += named
        elif lemma in PEOPLE:
            targets.append(context.describe(noun, "group"))
    return tuple(dict.fromkeys(targets)), tuple(dict.fromkeys(places))
