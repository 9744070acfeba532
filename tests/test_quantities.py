"""Figures in sentences of our own, parsed by the real pipeline."""

import pytest
import spacy

from kg.extract.quantities import bounds, casualties, number, quantity
from kg.settings import Settings


@pytest.fixture(scope="module")
def nlp():
    return spacy.load(Settings().pipeline)


def figures(nlp, text):
    return [(c.kind, c.minimum, c.maximum) for s in nlp(text).sents for _, c in casualties(s)]


@pytest.mark.parametrize(("text", "value"), [("1,730", 1730), ("three", 3), ("twenty-two", 22), ("many", None)])
def test_number(text, value):
    assert number(text) == value


@pytest.mark.parametrize(("hedge", "ends"), [(None, (5, 5)), ("at least", (5, None)), ("more than", (5, None)),
                                             ("up to", (None, 5)), ("about", (5, 5))])
def test_bounds(hedge, ends):
    assert bounds(5, hedge) == ends


@pytest.mark.parametrize(("text", "expected"), [
    ("At least 17 villagers were killed in the valley.", ("Killed", 17, None)),
    ("The shelling killed four guards.", ("Killed", 4, 4)),
    ("The governor put the death toll at 23.", ("Killed", 23, 23)),
    ("Officials later raised the toll to six.", ("Killed", 6, 6)),
    ("The network put the number of those killed at nine.", ("Killed", 9, 9)),
    ("The mayor spoke of 34 bodies, while a nurse had counted 52.", ("Killed", 52, 52)),
    ("More than 40 people were wounded.", ("Wounded", 40, None)),
    ("The ambush left 6 dead.", ("Killed", 6, 6)),
    ("Dozens of farmers were killed.", ("Killed", None, None)),
    ("Between 10 and 15 herdsmen were killed.", ("Killed", 10, 15)),
    ("As many as 90 people may have died.", ("Killed", None, 90)),
    ("More than a dozen people were killed.", ("Killed", 12, None)),
    ("Three policemen were shot dead.", ("Killed", 3, 3)),
    ("The flood of shells claimed 40 lives.", ("Killed", 40, 40)),
    ("A teacher was killed.", ("Killed", 1, 1)),
    ("Some 250,000 people have fled their homes.", ("Displaced", 250000, 250000)),
])
def test_casualties(nlp, text, expected):
    assert expected in figures(nlp, text)


@pytest.mark.parametrize(("text", "killed", "wounded"), [
    ("The raid killed four soldiers and wounded nine others.", [(4, 4)], [(9, 9)]),
    ("The ministry said 84 people were killed and 220 wounded.", [(84, 84)], [(220, 220)]),
    ("The shelling left 12 people dead and 30 wounded.", [(12, 12)], [(30, 30)]),
    ("The blast led to the death of three farmers and the wounding of five.", [(3, 3)], [(5, 5)]),
    ("A boy of nine was killed in the five-storey block.", [(1, 1)], []),
    ("Nobody was hurt, though 30 percent of the roof burned.", [], []),
    ("They put the number of lorries at nine and counted 52.", [], []),
])
def test_each_figure_has_its_own_kind(nlp, text, killed, wounded):
    found = figures(nlp, text)
    assert [c[1:] for c in found if c[0] == "Killed"] == killed
    assert [c[1:] for c in found if c[0] == "Wounded"] == wounded


def test_included_figure(nlp):
    (sentence,) = nlp("At least 12 people, including two nurses, were killed.").sents
    outer, inner = [c for _, c in casualties(sentence)]
    assert (outer.minimum, inner.minimum, inner.included_in) == (12, 2, outer.start)


def test_quantity(nlp):
    doc = nlp("The wing flew 340 sorties over the gulf.")
    found = quantity(next(t for t in doc if t.text == "sorties"))
    assert found is not None
    assert (found.count, found.unit) == (340, "sorties")
