"""What a text says of itself: title, publisher, source that it repeats, author, day, place of its dateline."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from kg.articles.boilerplate import is_furniture, is_support_line
from kg.articles.dates import closes_with_date, complete, full_dates, has_day, is_date_line, parse_date
from kg.articles.lines import LIST_ITEM, Line, wrapped_blocks
from kg.records import Span

_MEDIA_WORDS = (
    r"Agency|Agence|Agentur|News|Newswire|Wire|Press|Times|Post|Herald|Tribune|Gazette|Gazeta|Observer|Guardian|Journal|Daily|Telegraph|"
    r"Chronicle|Courier|Review|Mail|Globe|Bulletin|Dispatch|Radio|TV|Television|Broadcasting|Media|Magazine|Weekly|Newspaper|Zeitung|Pravda|Today|"
    r"Examiner|Inquirer|Register|Sentinel|Standard|Report|Online|Blog|Eye|Insider|Independent|Monitor|Watcher|Service")
#: Outlets whose names hold none of these words.
_OUTLETS = frozenset("""newsweek reuters bloomberg politico axios cnn bbc afp ap upi dpa ansa tass itar-tass interfax sputnik rt xinhua
anadolu al-jazeera aljazeera haaretz tolo khaama kommersant izvestia ukrinform meduza bellingcat economist time
spiegel monde figaro vox slate npr pbs nbc cbs abc msnbc dw rferl voa sana irna fars tasnim press-tv middle-east-eye
al-monitor wam spa kuna mena petra tanjug efe lusa kyodo yonhap pti ians""".split())
_WORD = r"[\w.&'’-]{0,40}"  # bounded: a name is searched for at every word of a text
_NAME = rf"[A-Z]{_WORD}(?:\s+(?:(?:of|the|for|and|de|al)\s+)?[A-Z0-9]{_WORD}){{0,5}}"
_PERSONS = r"[A-Z][\w.'’-]*(?:\s+(?:(?:and|de|van|von|al|el|bin)\s+)?[A-Z][\w.'’-]*){0,6}"
_HOST = re.compile(r"(?:https?://)?(?:www\.)?((?:[a-z0-9-]+\.)+[a-z]{2,})/?", re.IGNORECASE)
_DASH = r"\s*[-–—]+\s*"
_DATE_TEXT = r"[^()–—]{0,60}?\d[^()–—]{0,40}?"
_PLACE = r"(?P<place>[A-Z][^\W\d_]+(?:[ .'’/-]+[A-Z][^\W\d_]+){0,3})(?:,\s*(?-i:[A-Z])[\w.]+(?:\s[A-Z]\w+)?)??"
_DATELINES = (
    re.compile(rf"{_PLACE},\s*(?P<date>{_DATE_TEXT})\s*\((?P<agency>[^()]{{2,60}})\){_DASH}"),  # BEIRUT, Nov 19 (Agency) -
    re.compile(rf"{_PLACE}\s*\((?P<agency>[^()]{{2,60}})\){_DASH}"),  # KABUL (Agency) -
    re.compile(rf"{_PLACE},\s*(?P<date>{_DATE_TEXT})\s*[-–—]+\s+"),  # BEIRUT, 19 November 2020 -
    re.compile(r"(?P<place>[A-Z][A-Z'’.-]+(?: [A-Z][A-Z'’.-]+){0,3})(?:, [A-Z][\w.]+)?\s+[-–—]+\s+"),  # BEIRUT -
)
_SOURCES = tuple(re.compile(p) for p in (
    rf"(?i:(?:originally|first)\s+(?:appeared|published|posted)\s+(?:at|in|on|by)\s+)(?P<name>{_NAME})",
    rf"^(?i:(?:re-?posted|re-?published|re-?printed|syndicated|cross-?posted|courtesy)\s+(?:from|by|of|with permission (?:from|of))\s+)"
    rf"(?P<name>{_NAME})",
    rf"(?i:\bpublished\s+(?:at|in|on|by)\s+)(?P<name>{_NAME})",
    rf"^(?i:\W*sources?\s*:\s*)(?P<name>{_NAME})",
    rf"^\W*(?i:with (?:inputs|reporting|files) from\s+)(?P<name>{_NAME})",
))


#: Labels in capitals that stand before a dash as a place does.
_NO_PLACES = frozenset("UPDATE UPDATED BREAKING EXCLUSIVE OPINION ANALYSIS NEWS VIDEO WATCH LIVE NOTE NATO UN EU US USA UK".split())


@dataclass(frozen=True)
class Given:
    """What markup or front matter says; it goes before anything found in the text."""

    title: str | None = None
    publisher: str | None = None
    original_source: str | None = None
    author: str | None = None
    issued: str | None = None
    source: str | None = None
    language: str | None = None


@dataclass(frozen=True)
class Dateline:
    """The opening of a first paragraph: "BEIRUT, Nov 19 (Agency) -"."""

    place: str | None
    agency: str | None
    date: str | None
    span: Span | None = None


def is_outlet(name: str) -> bool:
    """True where a name looks like that of a newspaper, agency, station or site."""
    plain = re.sub(r"^[Tt]he\s+", "", name.strip())
    if re.sub(r"\s+", "-", plain).lower() in _OUTLETS or _HOST.fullmatch(plain):
        return True
    if not plain[:1].isupper() or len(plain.split()) > 7:
        return False
    return re.search(rf"\b(?:{_MEDIA_WORDS})\b|[a-z](?:{_MEDIA_WORDS})\b", plain) is not None


def title_line(lines: list[Line], given: str | None = None) -> Line | None:
    """The line of the headline: the given title where it stands in the text, else the likeliest line above the first paragraph."""
    if given:
        return next((line for line in lines if _alike(_bare(line.text), given)), None)
    wrapped = wrapped_blocks(lines)
    head: list[Line] = []
    for line in lines:
        paragraph = line.is_prose and (line.words > 16 or not line.text.endswith(("?", "!", "…")))
        if (paragraph or line.block in wrapped) and not is_furniture(line.text):
            break
        head.append(line)
    counts: dict[str, int] = {}
    for line in lines:
        counts[line.text] = counts.get(line.text, 0) + 1
    best: tuple[float, Line] | None = None
    for number, line in enumerate(head):
        text = _bare(line.text)
        listed = LIST_ITEM.match(line.text) is not None and not line.text.startswith("#")
        if is_furniture(line.text) or is_support_line(line.text) or listed or not any(c.isalpha() for c in text) or line.words > 30:
            continue
        score = 2.0 * (line.words >= 4) + 3.0 * (counts[line.text] > 1 and line.words >= 3) - 3.0 * (is_outlet(text) and line.words <= 4)
        score -= 1.5 * (re.search(r"[.:;,]$", text) is not None) + 0.1 * number
        score += 1.0 * line.text.startswith("# ")
        if best is None or score > best[0]:
            best = (score, line)
    if best is None or best[0] < -2.9:
        return None
    return best[1]


def headlines(lines: list[Line], title: Line | None, skipped: set[int]) -> list[Line]:
    """The title, its repetitions, and subheadings: short lines without end of sentence between paragraphs.

    in: ``skipped`` holds the offsets of furniture lines.
    """
    wrapped = wrapped_blocks(lines)
    prose = [line.start for line in lines if line.is_prose and line.start not in skipped]
    found = []
    for number, line in enumerate(lines):
        if line is title or (title is not None and not is_furniture(line.text) and _alike(_bare(line.text), _bare(title.text))):
            found.append(line)
        elif line.start in skipped or line.block in wrapped or not prose:
            continue
        elif line.text.startswith("#"):
            found.append(line)
        elif prose[0] < line.start < prose[-1] and line.words <= 8 and not re.search(r"[.,;:!…\"”’)]$", line.text) \
                and not LIST_ITEM.match(line.text) and not line.text.startswith(("\"", "“", "'", "‘")) \
                and (number + 1 < len(lines) and lines[number + 1].is_prose) and lines[number - 1].ends_sentence:
            found.append(line)
    return found


def split_title(text: str) -> tuple[str, str | None]:
    """Headline and the outlet that is appended to it ("Talks resume - Daily News"), or None."""
    text = _bare(text)
    match = re.fullmatch(r"(?P<title>.{8,}?)\s+[-–—|]\s+(?P<outlet>[^-–—|]{2,50})", text)
    if match and is_outlet(match["outlet"]):
        return match["title"], match["outlet"]
    return text, None


def dateline(lines: list[Line], skipped: set[int]) -> Dateline:
    """The dateline of one of the first three paragraphs, or an empty one."""
    for line in [x for x in lines if x.start not in skipped and x.words >= 8][:3]:
        for pattern in _DATELINES:
            match = pattern.match(line.text)
            if match is None:
                continue
            groups = match.groupdict()
            when = groups.get("date")
            if when and not has_day(when):
                continue
            agency = (groups.get("agency") or "").strip() or None
            if agency and not (is_outlet(agency) or re.fullmatch(r"[A-Z][\w.&'’/-]*(?: [A-Z][\w.&'’/-]*){0,5}", agency)):
                continue
            place: str | None = match["place"].strip()
            if place and place.upper() in _NO_PLACES:
                continue
            if place and is_outlet(place) and agency is None:
                place, agency = None, match["place"].strip()
            return Dateline(place, agency, when, Span(line.start, line.start + match.end()))
    return Dateline(None, None, None)


def publisher(lines: list[Line], title: Line | None, suffix: str | None, line_of_date: Dateline) -> str | None:
    """Who published the text, by its own marks: site name, copyright, dateline, closing line; None where it has none."""
    text = "\n".join(line.text for line in lines)
    names = _sites(lines, title)
    found = names[0] if names else None
    if found is None and line_of_date.agency:
        found = line_of_date.agency
    last = next((line for line in reversed(lines) if not is_furniture(line.text)), None)
    if found is None and last is not None and _is_name_line(last) and is_outlet(last.text):
        found = last.text
    if found is None and suffix is None:
        match = re.search(rf"(?P<name>{_NAME}) \([A-Z]{{2,8}}\) reported\b", text)
        found = match["name"] if match and is_outlet(match["name"]) else None
    found = found or suffix
    return _spelled_out(found, text) if found else None


def _spelled_out(name: str, text: str) -> str:
    """The long form of an acronym that the text gives: ABC -> Actual Broadcasting Company."""
    if not re.fullmatch(r"[A-Z]{2,8}", name):
        return name
    for match in re.finditer(rf"(?P<name>{_NAME})\s+\({name}\)", text):
        if match["name"][0].lower() == name[0].lower():
            return f"{match['name']} ({name})"
    return name


def _sites(lines: list[Line], title: Line | None) -> list[str]:
    """Names of the site, the surest first."""
    found: list[tuple[int, str]] = []
    texts = [line.text for line in lines]
    holder = next((m[1] for t in texts if (m := re.match(
        rf"(?:©|\(c\)|[Cc]opyright)\s*(?:©\s*)?(?:[\d\s–,-]*)(?:by\s+)?({_NAME})", t, re.IGNORECASE)) and m[1][:1].isupper()), None)
    holder = re.split(r"\.\s|\. ?$|\s+All\b", holder)[0] if holder else None
    for line in lines:
        if title is not None and line.start >= title.start:
            break
        plain = line.text
        if holder and holder.lower() in plain.lower() and line.words <= 6:
            found.append((0, plain))
        elif _is_name_line(line) and is_outlet(plain) and not is_date_line(plain):
            found.append((2, plain))
    if title is not None:
        at = lines.index(title)
        for line in lines[at + 1:at + 5]:
            if line.is_prose:
                break
            if host := _HOST.fullmatch(line.text):
                found.append((1, host[1]))
            elif _is_name_line(line) and is_outlet(line.text):
                found.append((2, line.text))
    if holder:
        found.append((3, holder))
    for text in texts:
        name = is_support_line(text)
        if name and (re.search(r"[a-z][A-Z]|\.\w", name) or texts.count(text) > 1) and name.lower() not in ("us", "our work"):
            found.append((1, name))
        if match := re.search(rf"\bexclusively for ({_NAME})", text):
            found.append((1, match[1]))
    return [name for _, name in sorted(found, key=lambda item: item[0])]


def _is_name_line(line: Line) -> bool:
    """True for a line that is a name alone: few words, every longer one with a capital, no end of a sentence."""
    if _HOST.fullmatch(line.text):
        return True
    if is_furniture(line.text):
        return False
    words = line.text.replace("(", "").replace(")", "").split()
    return 0 < len(words) <= 7 and not re.search(r"[.!?:;,\"”]$", line.text) \
        and all(w[:1].isupper() or w in ("of", "the", "for", "and") for w in words)


def name_lines(lines: list[Line], title: Line | None, publisher: str | None) -> list[Line]:
    """Lines above the first paragraph, and the last line, that only name the publisher or an outlet."""
    prose = [line.start for line in lines if line.is_prose and not is_furniture(line.text)]
    if not prose:
        return []
    return [
        line for line in lines
        if line is not title and (line.start < prose[0] or line.start > prose[-1]) and _is_name_line(line)
        and (is_outlet(line.text) or (publisher is not None and _alike(line.text, publisher)))
    ]


def original_source(lines: list[Line], publisher: str | None, suffix: str | None, line_of_date: Dateline) -> str | None:
    """The agency or outlet that the text repeats, where it says so and is not the publisher itself."""
    candidates: list[str | None] = []
    for line in lines:
        if line.is_prose and not is_furniture(line.text):
            continue
        if line.text.startswith("("):
            continue  # a closing remark on the retelling names the publisher, not a source of the publisher
        for pattern in _SOURCES:
            if match := pattern.search(line.text):
                candidates.append(match["name"].rstrip(".,"))
    first = [line for line in lines if line.is_prose and not is_furniture(line.text)][:3]
    short = re.findall(r"\(([A-Z]{2,8})\)", publisher or "") + ([publisher] if publisher else [])
    for line in first:
        match = re.search(rf"\breported,?\s+(?:quoting|citing)\s+(?:the\s+)?(?P<name>{_NAME})", line.text)
        if match and is_outlet(match["name"]) and any(s and s in line.text for s in short):
            candidates.append(match["name"])
    if publisher is not None:
        candidates += [line_of_date.agency, suffix]
    for name in candidates:
        if name and not _same_outlet(name, publisher):
            return name.rstrip(".,")
    return None


def _same_outlet(name: str, other: str | None) -> bool:
    if other is None:
        return False
    one, two = (re.sub(r"^the\s+|[^\w]+", "", n.lower()) for n in (name, other))
    return one in two or two in one or f"({name.lower()})" in other.lower()


def author(lines: list[Line]) -> str | None:
    """The author of a byline, else the translator whom a note names."""
    for line in lines[:15]:
        match = re.fullmatch(rf"(?:[Ww]ritten\s+)?(?:[Bb]y|BY)\s+(?P<name>{_PERSONS})(?:,.*|\s*[|/].*|\s+(?:in|for|at)\s.*)?", line.text)
        if match and is_furniture(line.text):
            return match["name"]
    for line in lines:
        if not line.is_prose or is_furniture(line.text):
            if match := re.search(rf"\b(?:[Tt]ranslated|[Rr]endered in English)\s+by\s+(?P<name>{_PERSONS})", line.text):
                return match["name"]
    return None


def issued(lines: list[Line], skipped: set[int], line_of_date: Dateline, comments: int) -> str | None:
    """Day of publication, ISO: posting line, date line, dateline or feed stamp, in this order; never from a list or a comment.

    in: ``comments`` is the offset at which readers' comments begin.
    """
    own = [line for line in lines if line.start < comments and not LIST_ITEM.match(line.text)]
    marks = [line for line in own if line.start in skipped]
    posted = [x.text for x in marks if _POSTED.match(x.text)]
    stamps = [x.text for x in marks if is_date_line(x.text)]
    inline = [line_of_date.date] if line_of_date.date else []
    updated = [x.text for x in marks if _UPDATED.match(x.text)]
    prose = [x.start for x in lines if x.is_prose and x.start not in skipped]
    head = [x.text for x in marks if is_date_line(x.text) and prose and x.start < prose[0]]
    first = prose[0] if prose else comments
    opening = [x.text for x in own if x.start <= first and closes_with_date(x.text)]
    for group in (posted, head, inline, opening, stamps, updated):
        for text in group:
            if day := parse_date(text):
                return day
    if line_of_date.date:
        return complete(line_of_date.date, [day for line in own for _, _, day in full_dates(line.text)])
    return None


_POSTED = re.compile(r"\W*(?:posted|published|first published|issued|filed|date|by)\b", re.IGNORECASE)
_UPDATED = re.compile(r"\W*(?:last )?(?:updated|modified|edited)\b", re.IGNORECASE)


def _bare(text: str) -> str:
    """A line without the marks of a Markdown heading or emphasis, and without a label."""
    return re.sub(r"^(?:[Tt]itle|TITLE|[Hh]eadline)\s*:\s*", "", re.sub(r"^#{1,6}\s+|\s+#+$", "", text)).strip(" *_")


def _alike(one: str, two: str) -> bool:
    a, b = (re.sub(r"\W+", " ", t).strip().lower() for t in (one, two))
    if not a or not b:
        return False
    return a == b or (len(a) > 20 and abs(len(a) - len(b)) < 20 and SequenceMatcher(None, a, b).ratio() > 0.9)
