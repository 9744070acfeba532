"""Site furniture, line by line: what stands on a page and is not the article. Whole lines only, never a sentence of it."""

from __future__ import annotations

import re

from kg.articles.dates import is_date_line
from kg.articles.lines import LIST_ITEM, Line, wrapped_blocks

_I = re.IGNORECASE
#: Lines that are furniture wherever they stand, compared without case, marks and surrounding signs.
_WORDS = frozenset("""
share|share this|share this article|share this story|share on|search|search this blog|advertisement|
advertisements|advertising|ad|ads|sponsored|sponsored content|promoted|menu|home|subscribe|subscribe now|
sign up|sign in|log in|login|register|donate|donate now|print|email|e-mail|tweet|facebook|twitter|
whatsapp|telegram|reddit|pinterest|linkedin|copy link|comments|comment|leave a reply|leave a comment|
write a reply|write a comment|post a comment|post comment|add a comment|join the discussion|notify of|
inline feedbacks|view all comments|view comments|show comments|load more|load more comments|loading|
skip to content|skip to main content|skip to navigation|follow us|contact us|about us|contact|about|
newsletter|read more|continue reading|show more|see more|related|related articles|related stories|
related posts|related news|related topics|more stories|more news|most read|most popular|popular|popular posts|
popular this week|trending|trending now|top stories|latest news|recent posts|recent comments|recent articles|
editor's picks|editors' picks|you might also like|you may also like|you may like|recommended|
recommended for you|next article|previous article|next post|previous post|next|previous|back to top|tags|
labels|archive|archives|categories|opinion|opinions|analysis|news|world|world news|politics|editorial|
commentary|breaking|breaking news|exclusive|middle east|africa|asia|europe|americas|business|sport|sports|
video|photos|gallery|live|listen|watch|save|bookmark|like|reply|cancel reply|accept|decline|accept all|
reject all|why am i seeing this|listen to this article|listen to article|reuse this content|site map|sitemap|
unsubscribe
""".replace("\n", "").split("|"))
#: Headings of lists: what follows in the same paragraph, or as list items, belongs to them.
_LIST_HEADING = re.compile(
    r"(?:you (?:might|may) (?:also )?like|related(?: \w+)?|more (?:stories|news|from .{1,40}|on this(?: story)?)|most (?:read|popular)|"
    r"popular(?: \w+){0,2}|trending(?: now)?|top stories|latest news|recent (?:posts|comments|articles)|editor'?s'? picks|"
    r"recommended(?: for you)?|archives?|categories|labels|tags|follow us)\W*$", _I)
#: From here on only readers speak.
_COMMENTS = re.compile(
    r"(?:leave a (?:reply|comment)|write a (?:reply|comment)|(?:post|add) (?:a )?comment|recent comments|(?:view|show) (?:all )?comments|"
    r"join the (?:discussion|conversation)|\d+ (?:comments?|responses?|replies|thoughts?)(?: (?:to|on)\b.*)?|notify of|comments)\W*$", _I)
_MONEY = r"(?:[$€£¥₽₴]|US\$|USD|EUR|GBP)"
#: Patterns of a whole line; each stands for a kind of furniture that news pages carry.
_LINES = tuple(re.compile(pattern, _I) for pattern in (
    rf"{_MONEY}?\s*\d[\d.,\s]*{_MONEY}?(?:\s*(?:of|/|raised|goal)\s*{_MONEY}?\s*[\d.,]+\s*{_MONEY}?)?\W*",  # money, counters
    r"[\W\d_]+",  # nothing but signs and digits
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december),? \d{4}",  # month of an archive or appeal
    r"[\d.,]+[km]? (?:shares?|views?|likes?|reads?|comments?|responses?|replies|followers|"
    r"min(?:ute)?s? read|(?:hour|day)s? ago)\b.{0,120}(?<!\.)",
    r"(?:share|comments?|views|likes|shares)\s*[:(]\s*[\w\W]{0,90}",
    r"share (?:this|on|via|with)\b.{0,80}[^.]",
    r"(?:photo|image|picture|credit|photograph)s?(?: credits?| by| courtesy(?: of)?| source)?\s*[:|/]\s*\S+(?:\s+\S+){0,6}(?<![.!?])",
    r"[(\[](?:photo|image|picture|file photo|credit)s?\b.{0,60}[)\]]",
    r"(?:©|\(c\)|copyright (?:\d|by|©|\(c\))).{0,160}",
    r"(?:all|some) (?:rights|wrongs) reserved\b.{0,60}",
    r"\W*(?:also read|read also|read more|read next|see also|also see|also on .{1,30}|more on this|related(?: \w+)?|don't miss|"
    r"recommended|up next|watch(?: now| live| video)?|listen(?: now)?|must read|tags?|topics?|keywords?|labels?|filed under|posted in|"
    r"categor(?:y|ies))\s*[:>»|].{0,240}",
    r"\[[^\]]{1,120}\]",
    r">>.*|.*<<",
    r"(?:https?://|www\.)\S+",
    r"(?:[a-z0-9-]+\.)+(?:com|org|net|info|ru|uk|de|ch|fr|tr|ua|ir|sy|co|news|tv|me|io|blog|eu|us)(?:\.[a-z]{2})?/?\S*",
    r"\S+@\S+\.[a-z]{2,}",
    r"powered by\b.{0,60}",
    r"let'?s block ads!?.*",
    r"(?:click|tap) (?:here|to|on)\b.{0,120}",
    r"(?:(?:sign up|subscribe|register|log ?in|sign in|donate) (?:now|here|for|to|with|via)|download our|get our|"
    r"follow (?:us|me|@)|like us|join us on)\b.{0,120}",
    r"support (?:us|our (?:work|journalism)|independent journalism|this site|the site)\b.{0,80}",
    r"your e-?mail (?:address )?(?:will not be published|stays hidden|is never shared).{0,90}",
    r"(?:required )?fields(?: are)? marked.{0,40}",
    r"would love your thoughts.{0,60}",
    r"save my name, e-?mail.{0,120}",
    r"this site (?:uses|is protected by)\b.{0,160}",
    r"(?:we|this (?:site|website|page)|our (?:site|partners)) (?:and our partners )?uses? cookies\b.{0,240}",
    r"cookies?\s*:.{0,80}|cookie (?:policy|settings|notice).{0,80}",
    r"(?:terms (?:of (?:use|service)|(?:and|&) conditions)|privacy (?:policy|notice)).{0,100}",
    r"the (?:views|opinions) expressed (?:here|in this|are|do not)\b.{0,240}",
    r"(?:bagikan|teilen|partager|compartir|condividi|paylaş|поделиться)\b.{0,30}",
    r".{0,80}(?:- google news|via ifttt|\brss feed)",
    r"(?:posted|published|updated|last (?:updated|modified|edited)|first published|filed|issued|modified)\b"
    r"(?: (?:by|on|at|in)\b|\s*:).{0,30}\d.{0,120}(?<![.!?])",
    r"(?:originally|first) (?:appeared|published|posted) (?:at|in|on|by)\b.{0,120}",
    r"this (?:article|story|piece|post) (?:was|is|has been|first|originally)\b.{0,30}"
    r"(?:appeared|published|produced|translated|reprinted)\b.{0,160}",
    r"(?:re-?posted|re-?published|re-?printed|syndicated|cross-?posted) (?:from|by|with permission|courtesy)\b.{0,120}",
    r"sources?\s*:\s*\S.{0,100}",
    r"(?:written|reported|reporting|compiled|edited|editing|translated) by "
    r"(?-i:[A-Z])[\w.'-]*(?:[ ,]+(?:and |in |for )?(?-i:[A-Z])[\w.'-]*){0,6}",
    r"(?:with (?:inputs|reporting|files) from) .{2,80}",
    r"\([A-Z]{1,2}/[A-Z0-9]+(?:/[A-Z0-9]+)*\)",
))
#: A remark in parentheses on the text itself: who reported, retold, translated or invented it.
_NOTE = re.compile(
    r"\((?=[^()]*(?:\([^()]*\)[^()]*)*\)$)"
    r"(?:.{0,40}\b(?:reporting|editing|writing|compiled|edited|written|translated|retold|adapted|rewritten|reported)\b.{0,12}\b(?:by|from)\b|"
    r"sources?\s*:|(?:exercise|sample|training|test|fiction|fictional|invented|editor'?s?|note|disclaimer|example)\b|"
    r"this (?:article|story|text|piece)\b|all (?:names|events|persons|states)\b|why\?).*\)$|retold (?:from|by|after)\b.{0,200}", _I)
_TAGS = re.compile(r"[^A-Z.!?:;\"“”]+$")
_BYLINE = re.compile(r"by (?-i:[A-Z])[\w.'’-]*(?:[ ,|&/]+(?:and |in |for |of |de |al-|el-|van |von )*(?-i:[A-Z])[\w.'’-]*){0,8}$", _I)
_NOTICE = re.compile(r"[|»›•·>]")


def _key(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("’", "'")).strip(" .,:;!?*#|-–—>»«<()[]_").lower()


def is_furniture(text: str) -> bool:
    """True where a line, taken alone, is site furniture.

    >>> is_furniture("Also Read: Ten recipes"), is_furniture("Also read out was a letter from the minister.")
    (True, False)
    """
    if len(text) > 500:
        return False
    key = _key(text)
    if not key or key in _WORDS:
        return True
    plain = text.strip(" *_#")
    straight = plain.replace("’", "'")
    if is_date_line(plain) or _BYLINE.match(plain) or _NOTE.match(straight):
        return True
    if any(pattern.fullmatch(straight) for pattern in _LINES):
        return True
    items = plain.split(",")
    if len(items) >= 3 and _TAGS.match(plain) and all(0 < len(i.split()) <= 3 for i in items):
        return True
    cells = [c.strip() for c in _NOTICE.split(plain)]
    return len(cells) >= 3 and all(len(c.split()) <= 6 for c in cells) and not plain.endswith(".")


def is_support_line(text: str) -> str | None:
    """The name in an appeal such as "Support SITE" or "Donate to SITE"; None for any other line."""
    match = re.fullmatch(r"(?:support|donate to|help) ((?:the )?[A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*){0,2})[.!]?", text, re.IGNORECASE)
    return match[1] if match and match[1][:1].isupper() else None


def starts_comments(text: str) -> bool:
    """True for a line that opens the comments of readers ("3 comments", "Leave a Reply")."""
    return _COMMENTS.match(text) is not None


def furniture(lines: list[Line], title: Line | None) -> list[Line]:
    """The lines that are site furniture, in order.

    in: all lines, and the headline, which is never furniture where it stands first.
    """
    wrapped = wrapped_blocks(lines)
    texts = [line.text for line in lines]
    marked = [line is not title and line.block not in wrapped and _alone(line, texts) for line in lines]
    _lists(lines, marked, title, wrapped)
    _stamps(lines, marked, title)
    _tail(lines, marked)
    return [line for line, is_marked in zip(lines, marked, strict=True) if is_marked]


def _alone(line: Line, texts: list[str]) -> bool:
    if is_furniture(line.text):
        return True
    name = is_support_line(line.text)
    if name is None:
        return False
    # "Support Rises" may be a subheading: the name must look like a site's, or the appeal must stand twice.
    return re.search(r"[a-z][A-Z]|\.\w", name) is not None or texts.count(line.text) > 1


def _lists(lines: list[Line], marked: list[bool], title: Line | None, wrapped: set[int]) -> None:
    """Marks the items under headings of lists ("Popular this week")."""
    for number, heading in enumerate(lines):
        if not (marked[number] and _LIST_HEADING.match(heading.text)):
            continue
        for position in range(number + 1, len(lines)):
            line = lines[position]
            if line is title or line.block in wrapped:
                break
            if not LIST_ITEM.match(line.text) and (line.block != heading.block or line.is_prose):
                break
            marked[position] = True


def _stamps(lines: list[Line], marked: list[bool], title: Line | None) -> None:
    """Marks the name of a feed or site directly above or below a date, an address or another mark of furniture."""
    for number, line in enumerate(lines):
        if marked[number] or line is title or line.words > 8 or line.ends_sentence or " - " not in line.text:
            continue
        near = [p for p in (number - 1, number + 1) if 0 <= p < len(lines) and lines[p].block == line.block]
        if any(marked[p] and (is_date_line(lines[p].text) or "://" in lines[p].text) for p in near):
            marked[number] = True


def _tail(lines: list[Line], marked: list[bool]) -> None:
    """Marks what follows the article: readers' comments, and short lines behind the first furniture after the last paragraph."""
    prose = [n for n, line in enumerate(lines) if line.is_prose and not marked[n]]
    for number, line in enumerate(lines):
        if marked[number] and _COMMENTS.match(line.text):
            before = sum(lines[n].words for n in prose if n < number)
            after = sum(lines[n].words for n in prose if n > number)
            # A link to the comments may stand above the article: the greater part of the words then follows it.
            if after > before or before < 40 and after:
                continue
            for position in range(number + 1, len(lines)):
                marked[position] = True
            break
    prose = [n for n in prose if not marked[n]]
    if not prose:
        return
    first = next((n for n in range(prose[-1] + 1, len(lines)) if marked[n]), len(lines))
    for position in range(first, len(lines)):
        line = lines[position]
        marked[position] = marked[position] or (not line.ends_sentence and line.words <= 20)
