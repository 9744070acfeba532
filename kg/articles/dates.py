"""Publication dates as bylines, datelines and feed stamps spell them; only what the text gives."""

from __future__ import annotations

import re
from datetime import date, timedelta

_NAMES = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")
_MONTHS = {name[:length]: number for number, name in enumerate(_NAMES, 1) for length in (3, len(name))} | {"sept": 9}
_MONTH = r"(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_YEAR = r"(?P<year>(?:19|20)\d\d)(?!\d)"
_DAY = r"(?<![\d.,])(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_FULL = tuple(re.compile(pattern, re.IGNORECASE) for pattern in (
    rf"{_DAY}(?:\s+of)?[\s-]+{_MONTH}[\s,-]+{_YEAR}",  # 7 February 2016, 28-Oct-2020
    rf"\b{_MONTH}\s+{_DAY},?\s+{_YEAR}",  # Feb. 7, 2016
    r"(?<![\d/-])(?P<year>(?:19|20)\d\d)([-/.])(?P<month>[01]?\d)\2(?P<day>[0-3]?\d)(?!\d)",  # 2020-11-19
    r"(?<![\d/.-])(?P<day>[0-3]?\d)([./-])(?P<month>[0-3]?\d)\2(?P<year>(?:19|20)\d\d)(?!\d)",  # 24.11.2020
))
_PARTIAL = tuple(re.compile(pattern, re.IGNORECASE) for pattern in (rf"\b{_MONTH}\s+{_DAY}(?!\d)", rf"{_DAY}\s+{_MONTH}"))
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
_CLOCK = r"(?:[\s,|•·–-]*(?:at|T)?\s*\d{1,2}[:.]\d\d(?:[:.]\d\d(?:\.\d+)?)?\s*(?:[ap]\.?m\.?)?\s*(?:Z|[A-Z]{2,4}|[+-]\d\d:?\d\d)?)?"
_LABEL = r"(?:(?:posted|published|date|issued|first published)(?:\s+on)?\s*:?\s*)?"


def _iso(match: re.Match[str]) -> str | None:
    """The day of a match, ISO; None where it is no day of the calendar or could be two (03/04/2020)."""
    month_text = match["month"].lower().rstrip(".")
    day, year = int(match["day"]), int(match["year"])
    if month_text.isdigit():
        month = int(month_text)
        if "/" in match.group() or "-" in match.group():
            if match.group().endswith(match["year"]):  # day and month can be told apart only where one exceeds 12
                if month > 12:
                    day, month = month, day
                elif day <= 12 and day != month:
                    return None
    else:
        month = _MONTHS[month_text]
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def full_dates(text: str) -> list[tuple[int, int, str]]:
    """All days with a year in ``text`` as (start, end, ISO day), in order of the text.

    >>> full_dates("28 Rabiul Akhir 1437/7 February 2016")
    [(21, 36, '2016-02-07')]
    """
    found = []
    for pattern in _FULL:
        for match in pattern.finditer(text):
            day = _iso(match)
            if day is not None:
                found.append((match.start(), match.end(), day))
    return sorted(found)


def parse_date(text: str) -> str | None:
    """The first day with a year in ``text``, ISO; None where there is none.

    >>> parse_date("October 27, 2020 at 06:49AM")
    '2020-10-27'
    """
    found = full_dates(text)
    return found[0][2] if found else None


def has_day(text: str) -> bool:
    """True where ``text`` names a day, with or without a year."""
    return bool(full_dates(text)) or any(p.search(text) for p in _PARTIAL)


def is_date_line(text: str) -> bool:
    """True where a line is nothing but a date, with or without weekday, time of day or "Published:"."""
    for start, end, _ in full_dates(text):
        before, after = text[:start], text[end:]
        if re.fullmatch(_LABEL + _WEEKDAY, before, re.IGNORECASE) and re.fullmatch(_CLOCK + r"\W*", after, re.IGNORECASE):
            return True
    return False


def closes_with_date(text: str) -> bool:
    """True for a short line over the text that begins or ends with its one day: "Geneva, Tuesday, 6 February 2024", "A. Writer | 30 August 2022"."""
    found = full_dates(text)
    if len({day for _, _, day in found}) != 1 or len(text.split()) > 14:
        return False
    start, end = found[0][0], found[-1][1]
    opens = re.fullmatch(_WEEKDAY, text[:start], re.IGNORECASE) is not None and re.match(r"\s*(?:[.,|•·–—(-]|$)", text[end:]) is not None
    closes = re.fullmatch(_CLOCK + r"\W*", text[end:], re.IGNORECASE) is not None and re.search(r"(?:[,|•·–—(-]|day)\s*$", text[:start]) is not None
    return opens or closes


def complete(text: str, known: list[str]) -> str | None:
    """The day without a year in ``text`` ("Nov 19") in the year in which a known day lies at most 31 days away.

    in: ``known`` ISO days. out: ISO day; None where no known day is near, or two years would do.

    >>> complete("Nov 19", ["2020-11-21"])
    '2020-11-19'
    """
    match = next((m for p in _PARTIAL if (m := p.search(text))), None)
    if match is None:
        return None
    month, day = _MONTHS[match["month"].lower().rstrip(".")], int(match["day"])
    fitting = set()
    for other in map(date.fromisoformat, known):
        for year in (other.year - 1, other.year, other.year + 1):
            try:
                candidate = date(year, month, day)
            except ValueError:
                continue
            if abs(candidate - other) <= timedelta(days=31):
                fitting.add(candidate.isoformat())
    return fitting.pop() if len(fitting) == 1 else None
