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
])
def test_resolves_against_the_day_of_publication(text: str, expected: Date | None) -> None:
    assert [e.date for e in find_dates(f"They met {text}.", ISSUED)] == [expected]


@pytest.mark.parametrize("text", ["on Sunday", "last month", "in March", "on Feb. 3", "yesterday"])
def test_without_a_day_of_publication_a_relative_date_stays_open(text: str) -> None:
    assert [e.date for e in find_dates(f"They met {text}.", None)] == [None]


def test_a_modal_verb_is_no_month() -> None:
    assert find_dates("It may rain, and they march on.", ISSUED) == []


def test_bounds_serve_every_precision() -> None:
    assert (Date("2028-02").earliest, Date("2028-02").latest) == ("2028-02-01", "2028-02-29")
    assert (Date("2031").earliest, Date("2031").latest) == ("2031-01-01", "2031-12-31")
    assert Date("2030-09", None, True).latest is None
