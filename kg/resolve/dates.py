"""Date expressions, resolved against the day of publication only where the words ask for it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from kg.records import Date, Span

_MONTHS = {m: i for i, names in enumerate((
    "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
    "september sept sep", "october oct", "november nov", "december dec"), 1) for m in names.split()}
_DAYS = {d: i for i, d in enumerate("monday tuesday wednesday thursday friday saturday sunday".split())}
_M = r"(?P<month>Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?|July?|Aug(?:ust|\.)?" \
     r"|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
_D = r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,? )?(?:the )?"
_COUNT = r"(?P<count>\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_PATTERNS = [re.compile(p) for p in (
    rf"\b{_D}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_M},? (?P<year>\d{{4}})\b",
    rf"\b{_D}{_M} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>\d{{4}})\b",
    r"\b(?P<year>\d{4})-(?P<mm>\d\d)-(?P<day>\d\d)\b",
    rf"\b{_M},? (?P<year>\d{{4}})\b",
    rf"\b{_D}{_M} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?! ?(?:people|civilians|percent|%))",
    rf"\b{_D}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_M}(?![a-z])",
    rf"\b(?P<lead>[Ii]n|[Ss]ince|until|from|by|[Ll]ast|this|next|[Dd]uring|[Ee]arly|[Ll]ate|[Mm]id)(?: (?:early|late|mid))?[ -]{_M}"
    r"(?: (?P<rel>this year|last year))?(?![a-z])",
    r"\b[Bb]etween (?P<year>(?:19|20)\d\d) and (?P<to>(?:19|20)\d\d)\b",
    r"\b(?:[Ii]n|[Ff]rom) (?P<year>(?:19|20)\d\d)(?: ?[-–] ?| to )(?P<to>(?:19|20)\d\d)\b",
    r"\b(?P<lead>[Ii]n|[Ss]ince|until|from|during|of|early|late|mid|spring|summer|autumn|winter)[ -](?:the )?(?P<year>(?:19|20)\d\d)\b",
    rf"(?i:\b{_COUNT} (?P<unit>day|week|month|year)s? (?P<way>ago|later|earlier)\b)",
    r"\b(?:(?P<which>(?i:last|next|this|past|on|since|until|late|early))\s+)?(?P<weekday>Monday|Tuesday|Wednesday|Thursday"
    r"|Friday|Saturday|Sunday)\b",
    r"(?i:\b(?P<rel>today|yesterday|tomorrow|tonight|overnight|last night|(?:last|next|this|the coming) (?:week|month|year)"
    r"|earlier this (?:month|week|year)|this (?:morning|afternoon|evening)|(?:earlier|later) in the day"
    r"|(?:last|this|the|next) weekend|the (?:following|same|next|previous) (?:day|morning|night|evening|afternoon)|the day (?:before|after))\b)",
)]

Ahead = Literal["yes", "either", "no"]


@dataclass(frozen=True)
class DateExpression:
    """Where the words stand and what they mean; ``date`` is None where the text does not allow to say."""

    span: Span
    date: Date | None


def find_dates(text: str, issued: str | None) -> list[DateExpression]:
    """Date expressions of ``text`` in order. ``issued``: ISO day, month or year of publication, or None.

    A weekday or "last month" without a day of publication gives an expression without a date; so does a day or
    month without a year.
    """
    day = date.fromisoformat(issued) if issued and len(issued) == 10 else None
    found: list[DateExpression] = []
    taken: list[Span] = []
    for pattern in _PATTERNS:
        for m in pattern.finditer(text):
            span = Span(m.start(), m.end())
            if any(s.start < span.end and span.start < s.end for s in taken):
                continue
            groups = {k: v for k, v in m.groupdict().items() if v}
            taken.append(span)
            found.append(DateExpression(span, _resolve(groups, text[max(0, m.start() - 12):m.start()], day, _ahead(text[max(0, m.start() - 160):m.start()]))))
    return _ranges(text, _followed(text, sorted(found, key=lambda e: e.span.start)))


def _followed(text: str, found: list[DateExpression]) -> list[DateExpression]:
    """"the next day", "the same evening": counted from the last day that the text named before."""
    made: list[DateExpression] = []
    last: str | None = None
    for e in found:
        words = text[e.span.start:e.span.end].lower()
        counted = _AFTER.fullmatch(words)
        if e.date is None and last is not None and (counted or _NEXT.fullmatch(words)):
            days = (_NUMBERS.get(counted[1]) or int(counted[1])) * (7 if counted[2] == "week" else 1) if counted else 0 if "same" in words else 1
            back = words.endswith(("earlier", "before")) or "previous" in words
            e = DateExpression(e.span, Date((date.fromisoformat(last) + timedelta(days=-days if back else days)).isoformat()))
        if e.date is None or len(e.date.start) == 10 and e.date.end is None:
            last = e.date.start if e.date else None  # a day that stays open breaks the count
        made.append(e)
    return made


_NUMBERS = {w: n for n, w in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), 1)} | {"a": 1, "an": 1}
_AFTER = re.compile(r"(\d{1,3}|[a-z]+) (day|week)s? (?:later|earlier)")
_NEXT = re.compile(r"the (?:following|same|next|previous) (?:day|morning|night|evening|afternoon)|the day (?:before|after)")
_FUTURE = re.compile(r"(?:\b(?:will|would|could|may|might|shall|plans?|planned|expected|scheduled|slated|due|going|intends?|hopes?|aims?"
                     r"|invited|invitation|set to|propos(?:e|es|ed|al))\b|\bis to\b|\bare to\b)"
                     r"[^.!?;\n\"“”]*$")
#: What was to happen may lie behind or ahead: the nearer of the two days.
_EITHER = re.compile(r"(?:\b(?:was|were) to (?!have\b)[^.!?;,\n\"“”]*|\bby )$")
#: "the talks that were broken off in January": whatever lies ahead, this does not.
_DONE = re.compile(r"(?<!be )(?<!being )(?<!been )\b(?!planned|scheduled|expected|slated|intended|proposed|invited|need)"
                   r"(?:[a-z]{2,}ed|broken|held|begun|taken|struck|fought|shot)(?: off| out| down| up| back)?(?: (?:on|in|since|late|early|last))*\s*$")


def _ahead(before: str) -> Ahead:
    """Do the words before a day tell of something to come?"""
    if _DONE.search(before):
        return "no"
    if _FUTURE.search(before):
        return "yes"
    return "either" if _EITHER.search(before) else "no"


_TO = re.compile(r"(?:,? (?:until|till|to|through)|[-–—])\s*$")


def _ranges(text: str, found: list[DateExpression]) -> list[DateExpression]:
    """"Feb. 3 until Feb. 25" is one interval; "until 20 May" alone has no known start, so no date."""
    made: list[DateExpression] = []
    for e in found:
        before = made[-1] if made else None
        gap = text[before.span.end:e.span.start] if before else ""
        words = text[e.span.start:e.span.end]
        until = re.search(r"\b(?:until|till)\s*$", text[max(0, e.span.start - 8):e.span.start], re.IGNORECASE) \
            or words.lower().startswith("until")
        if before and before.date and e.date and not before.date.end and (_TO.fullmatch(gap) or not gap.strip() and until):
            start = before.date.earliest
            if not re.search(r"\d{4}", text[before.span.start:before.span.end]) and re.search(r"\d{4}", words):
                start = e.date.earliest[:4] + start[4:]  # "from 3 May to 5 May 2020"
            made[-1] = DateExpression(Span(before.span.start, e.span.end), Date(start, e.date.latest or e.date.earliest))
        elif until:
            made.append(DateExpression(e.span, None))
        else:
            made.append(e)
    return made


def _resolve(g: dict[str, str], before: str, day: date | None, ahead: Ahead) -> Date | None:
    lead = g.get("lead", "").lower()
    open_end = lead == "since" or bool(re.search(r"\b[Ss]ince\s+$", before)) or g.get("which", "").lower() == "since"
    if "mm" in g:
        return _checked(int(g["year"]), int(g["mm"]), int(g["day"]), open_end)
    if "month" in g:
        month = _MONTHS[g["month"].rstrip(".").lower()]
        year = int(g["year"]) if "year" in g else None
        if year is None and day is not None:
            year = _year(month, int(g.get("day", "1")), day, "next" if ahead == "yes" and lead not in {"since", "last"} else lead, g.get("rel", ""))
        if year is None:
            return None
        return _checked(year, month, int(g["day"]), open_end) if "day" in g else Date(f"{year:04d}-{month:02d}", None, open_end)
    if "to" in g:
        return Date(f"{g['year']}-01-01", f"{g['to']}-12-31") if g["year"] < g["to"] else None
    if "year" in g:
        return Date(g["year"], None, open_end)
    if day is None:
        return None
    if "weekday" in g:
        back = (day.weekday() - _DAYS[g["weekday"].lower()]) % 7
        which = g.get("which", "").lower()
        if which in {"next", "until"} or (ahead == "yes" or ahead == "either" and back > 3) and which in {"", "on", "this", "late", "early"}:
            found = day + timedelta(days=(7 - back) if back else 7)
        elif which in {"last", "past"} and back == 0:
            found = day - timedelta(days=7)
        else:
            found = day - timedelta(days=back)
        return Date(found.isoformat(), None, open_end)
    if "count" in g:
        count = _NUMBERS.get(g["count"].lower()) or int(g["count"])
        return _ago(count, g["unit"].lower(), day, open_end) if g["way"].lower() == "ago" else None
    return _relative(g.get("rel", "").lower(), day, open_end)


def _ago(count: int, unit: str, day: date, open_end: bool) -> Date | None:
    """"three days ago" is a day, "two months ago" a month, "ten years ago" a year: no finer than the words."""
    if unit == "month":
        months = day.year * 12 + day.month - 1 - count
        return Date(f"{months // 12:04d}-{months % 12 + 1:02d}", None, open_end)
    if unit == "year":
        return Date(f"{day.year - count:04d}", None, open_end)
    return Date((day - timedelta(days=count * (7 if unit == "week" else 1))).isoformat(), None, open_end)


_SAME_DAY = {"today": 0, "tonight": 0, "this morning": 0, "this afternoon": 0, "this evening": 0, "earlier in the day": 0,
             "later in the day": 0, "yesterday": -1, "last night": -1, "tomorrow": 1}


def _relative(words: str, day: date, open_end: bool) -> Date | None:
    if words in _SAME_DAY:
        return Date((day + timedelta(days=_SAME_DAY[words])).isoformat(), None, open_end)
    if words == "overnight":
        return Date((day - timedelta(days=1)).isoformat(), day.isoformat())
    if words.endswith("weekend"):
        saturday = day - timedelta(days=(day.weekday() - 5) % 7 or 7) + timedelta(weeks=words.startswith(("next", "this")))
        return Date(saturday.isoformat(), (saturday + timedelta(days=1)).isoformat())
    step = -1 if words.startswith("last") else 1 if words.startswith(("next", "the coming")) else 0
    if words.endswith("week"):
        monday = day - timedelta(days=day.weekday()) + timedelta(weeks=step)
        return Date(monday.isoformat(), (monday + timedelta(days=6)).isoformat(), open_end)
    if words.endswith("month"):
        months = day.year * 12 + day.month - 1 + step
        return Date(f"{months // 12:04d}-{months % 12 + 1:02d}", None, open_end)
    if words.endswith("year"):
        return Date(f"{day.year + step:04d}", None, open_end)
    return None  # "the following day": needs another event's date


def _year(month: int, of_month: int, issued: date, lead: str, relative: str) -> int:
    """Year of a month without one: the last such month before publication, the next one after "until", "next"."""
    if relative == "last year":
        return issued.year - 1
    if lead == "last":
        return issued.year if month < issued.month else issued.year - 1
    if lead in {"next", "until", "by"}:
        return issued.year if month >= issued.month else issued.year + 1
    return issued.year if (month, of_month) <= (issued.month, 31) else issued.year - 1


def _checked(year: int, month: int, day: int, open_end: bool) -> Date | None:
    try:
        return Date(date(year, month, day).isoformat(), None, open_end)
    except ValueError:
        return None
