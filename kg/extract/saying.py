"""Labels of statements: who says what, in the words of the text: "Northland denies that its aircraft struck the town"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kg.extract.acts import CUES, SAYING
from kg.extract.context import Context
from kg.extract.wording import called, cut, many, verb
from kg.records import Span

_LONGEST = 140  # characters of what is said
#: Never without the hearer: "tells reporters that".
_TOLD = {"tell", "notify", "brief", "inform", "assure", "warn", "remind", "advise"}
_BEFORE = {"that", "to", "for", "of", "about", "against", "on"}
_GAP = 9  # words between a cue and what is said that a label keeps
_COMMA = re.compile(r",(?=[\"”’']$)")  # "“We are ready,” he said"
_MUTUAL = re.compile(r"^(?:one another|each other)\b")  # each of the two has a statement of its own
#: When it was said: a label in the present tense has no place for it.
_WHEN = re.compile(r"\b(?:(?:on|since|in) )?(?:(?:last|this|next|early|late|earlier|\d+) )*(?:today|yesterday|week|month|year|"
                   r"morning|evening|night|spring|summer|autumn|winter|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|"
                   r"January|February|March|April|May|June|July|August|September|October|November|December)\b(?: \d+\b)? ?")


@dataclass(frozen=True)
class Telling:
    """How the text tells of a saying: the cue, and where it and what is said stand."""

    lemma: str
    noun: bool
    negated: bool
    span: Span
    content: tuple[Span, ...]


def told(context: Context, speaker: str | None, content: str, cue: Telling | None = None) -> str:
    """"The Border Monitor: ..." for plain saying, else with the cue's verb or noun; no ``cue``: speech without one."""
    who = called(context, speaker) if speaker else "unnamed source"
    said = cut(_COMMA.sub("", _MUTUAL.sub("the other side", content)), _LONGEST)
    if cue is None:
        return f"{who}: {said}"
    gap = _between(context, cue, content)
    if cue.noun:
        whose = who + ("’" if who.endswith("s") else "’s")
        last = gap.split()[-1] if gap else ""
        return f"{whose} {cue.lemma} {last} {said}" if last in _BEFORE else f"{whose} {cue.lemma}: {said}"
    plural = speaker is not None and many(context.label(speaker), context.kind(speaker))
    says = f"{'do' if plural else 'does'} not {cue.lemma}" if cue.negated else verb(cue.lemma, plural)
    particle = "on" if cue.lemma == "go" else "out"
    if gap is not None and gap.split(" ")[0] == particle:  # "points out", "goes on"
        says, gap = f"{says} {particle}", gap[len(particle):].strip()
    plain = cue.lemma in SAYING or cue.lemma != "call" and CUES.get(cue.lemma, "Claim") == "Claim"
    if gap is not None and gap.endswith("that") and cue.lemma not in _TOLD:
        return f"{who} {says} that {said}"
    if gap == "" or gap is not None and (not plain or cue.lemma in _TOLD) and not gap.startswith("by "):
        return f"{who} {says} {gap} {said}".replace("  ", " ")
    if plain:
        return f"{who}: {said}"
    return f"{who} {says} {said}" if said.startswith(("to ", "that ")) else f"{who} {says}: {said}"


def _between(context: Context, cue: Telling, content: str) -> str | None:
    """The words from the cue to what is said, where both make one phrase ("that", "the strike").

    None where a pause or the beginning of a quoted sentence parts them.
    """
    first = cue.content[0]
    if first.start < cue.span.end or re.match(r"[\"“‘'][A-Z]", content):
        return None
    gap = _WHEN.sub("", " ".join(context.text(Span(cue.span.end, first.start)).split())).strip()
    return None if re.search(r"[^\w\s'’.-]|\.$", gap) or len(gap.split()) > _GAP else gap
