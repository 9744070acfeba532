"""Date expressions: explicit, relative to the day of publication, and those that stay open."""

import pytest

from kg.records import Date
from kg.resolve.dates import find_dates

ISSUED = "2031-05-07"  # a Wednesday


@pytest.mark.parametrize(("text", "expected"), [
    ("on 4 May 2031", Date("2031-05-04")),
    ("on May 4, 2031", Date("2031-05-04")),
    ("2031-05-04", Date("2031-05-04")),
    ("in February 2030", Date("2030-02")),
    ("on Feb. 3", Date("2031-02-03")),
    ("in March", Date("2031-03")),
    ("in September", Date("2030-09")),
    ("since September", Date("2030-09", None, True)),
    ("on Sunday", Date("2031-05-04")),
    ("last Wednesday", Date("2031-04-30")),
    ("last week", Date("2031-04-28", "2031-05-04")),
    ("next week", Date("2031-05-12", "2031-05-18")),
    ("last month", Date("2031-04")),
    ("last year", Date("2030")),
    ("yesterday", Date("2031-05-06")),
    ("in 2011", Date("2011")),
    ("on 31 February 2031", None),
    ("on Friday, 2 May 2031", Date("2031-05-02")),
    ("last May", Date("2030-05")),
    ("last March", Date("2031-03")),
    ("since mid-April", Date("2031-04", None, True)),
    ("last night", Date("2031-05-06")),
    ("overnight", Date("2031-05-06", "2031-05-07")),
    ("this morning", Date("2031-05-07")),
    ("last weekend", Date("2031-05-03", "2031-05-04")),
    ("three days ago", Date("2031-05-04")),
    ("six months ago", Date("2030-11")),
    ("ten years ago", Date("2021")),
    ("between 2015 and 2018", Date("2015-01-01", "2018-12-31")),
    ("in the summer of 2015", Date("2015")),
])
def test_resolves_against_the_day_of_publication(text: str, expected: Date | None) -> None:
    assert [e.date for e in find_dates(f"They met {text}.", ISSUED)] == [expected]


@pytest.mark.parametrize("text", ["on Sunday", "last month", "in March", "on Feb. 3", "yesterday"])
def test_without_a_day_of_publication_a_relative_date_stays_open(text: str) -> None:
    assert [e.date for e in find_dates(f"They met {text}.", None)] == [None]


@pytest.mark.parametrize(("text", "expected"), [
    ("Yesterday they left.", ["2031-05-06"]),
    ("They met on 3 March 2031. Two days later they fell out, and a week later one of them died.", ["2031-03-03", "2031-03-05", "2031-03-12"]),
    ("On 3 March 2031 they signed; the day before they had fought.", ["2031-03-03", "2031-03-02"]),
    ("They hope to meet again in June.", ["2031-06"]),
    ("The envoys were to meet in Vienna on Friday.", ["2031-05-09"]),
    ("The bridge was to be handed over by Tuesday.", ["2031-05-06"]),
    ("The round was to have ended on Friday.", ["2031-05-02"]),
    ("Free them by Thursday.", ["2031-05-08"]),
    ("He is scheduled to receive the envoy, who drew up last year's plan for the valley and the two villages below it, on Thursday.",
     ["2030", "2031-05-08"]),
    ("She proposed a conference in October.", ["2031-10"]),
    ("He invited them to go on with the talks broken off in January.", ["2031-01"]),
    ("They hope that the talks held on Monday will bear fruit.", ["2031-05-05"]),
])
def test_follows_the_days_of_a_story(text: str, expected: list[str]) -> None:
    assert [e.date and e.date.start for e in find_dates(text, ISSUED)] == expected


def test_a_modal_verb_is_no_month() -> None:
    assert find_dates("It may rain, and they march on.", ISSUED) == []


def test_bounds_serve_every_precision() -> None:
    assert (Date("2028-02").earliest, Date("2028-02").latest) == ("2028-02-01", "2028-02-29")
    assert (Date("2031").earliest, Date("2031").latest) == ("2031-01-01", "2031-12-31")
    assert Date("2030-09", None, True).latest is None
