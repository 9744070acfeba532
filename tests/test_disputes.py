"""Which events the pages set against each other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kg.index.disputes import disputed, opposed
from kg.index.gather import Entry, Figure

ACTORS = {"north": Entry("Actor"), "force": Entry("Actor", above="north"), "south": Entry("Actor"), "market": Entry("Place"), "port": Entry("Place")}


def strike(*modalities: str, doer: str = "north", target: str = "market", kind: str = "AirStrike", order: int = 20310504) -> Entry:
    return Entry("MilitaryAction", kind, modalities=set(modalities), order=order,
                 roles={("perpetrator" if "Asserted" in modalities else "accused", doer), ("target", target)})


def figure(report: str, low: int, high: int = 10**9, victims: str = "people", kind: str = "Killed") -> Figure:
    return Figure(report, kind, victims, low, high)


@pytest.mark.parametrize(("modalities", "why"), [(("Alleged", "Denied"), "denied"), (("Asserted", "Denied"), "denied"), (("Denied",), None),
                                                 (("Asserted", "Alleged"), None), (("Planned", "Denied"), None)])
def test_an_event_is_disputed_where_one_tells_and_another_denies_it(modalities: tuple[str, ...], why: str | None) -> None:
    assert disputed({"e": strike(*modalities)}) == ({"e": why} if why else {})


@pytest.mark.parametrize(("one", "other", "differ"), [
    (figure("a", 12, 12), figure("b", 9, 9), True),
    (figure("a", 12), figure("b", 9, 9), True),
    (figure("a", 12), figure("b", 15, 15), False),
    (figure("a", 0, 10), figure("b", 12, 12, victims=""), True),
    (figure("a", 12, 12), figure("b", 9, 9, victims="children"), False),
    (figure("a", 12, 12), figure("b", 9, 9, kind="Wounded"), False),
    (figure("a", 12, 12), figure("a", 9, 9), False)])
def test_figures_are_disputed_where_no_number_fits_both_reports(one: Figure, other: Figure, differ: bool) -> None:
    event = replace(strike("Alleged"), figures={one, other})
    assert disputed({"e": event}) == ({"e": "figures"} if differ else {})


@pytest.mark.parametrize(("told", "found"), [
    (strike("Alleged"), True),
    (strike("Alleged", doer="force"), True),
    (strike("Alleged", kind="Shelling"), True),
    (strike("Alleged", order=20310601), True),
    (strike("Alleged", order=20310704), False),
    (strike("Alleged", order=0), True),
    (strike("Alleged", doer="south"), False),
    (strike("Alleged", target="port"), False),
    (strike("Alleged", kind="Deployment"), False),
    (strike("Planned"), False),
    (strike("Alleged", "Denied"), False)])
def test_a_denial_is_set_against_what_others_tell_of_the_same_doer_and_target(told: Entry, found: bool) -> None:
    pairs = list(opposed({**ACTORS, "denied": strike("Denied"), "told": told}))
    assert pairs == ([("denied", "told")] if found else [])


def test_talks_are_set_against_each_other_by_two_parties() -> None:
    held = Entry("Negotiation", "Talks", modalities={"Asserted"}, roles={("party", "north"), ("party", "south")})
    refused = replace(held, modalities={"Denied"}, roles={("party", "force"), ("party", "south")})
    alone = replace(held, modalities={"Denied"}, roles={("party", "south")})
    assert list(opposed({**ACTORS, "held": held, "refused": refused, "alone": alone})) == [("refused", "held")]


def test_at_most_six_and_the_nearest_are_set_against_one_denial() -> None:
    many = {f"told{day:02}": strike("Alleged", order=20310500 + day) for day in range(1, 20)}
    pairs = list(opposed({**ACTORS, **many, "denied": strike("Denied")}))
    assert sorted(other for _, other in pairs) == ["told01", "told02", "told03", "told04", "told05", "told06"]
