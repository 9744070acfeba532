"""The records that stages hand on: what an article says, before it becomes RDF. No spaCy, no RDF here.

Offsets are characters in ``Article.text``, end exclusive. A *ref* names a resource below ``/id/``:
``actor/<key>``, ``place/<key>``, ``event/<article id>/<family>-<offset>``, ``relation/<article id>/<offset>``.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, field
from typing import Literal

Family = Literal["statement", "action", "negotiation"]
Modality = Literal["Asserted", "Alleged", "Denied", "Planned", "Demanded", "Hypothetical"]


@dataclass(frozen=True, order=True)
class Span:
    """Characters ``start`` to ``end`` (exclusive) of the article text."""

    start: int
    end: int

    def covers(self, other: Span) -> bool:
        """True where ``other`` lies wholly inside this span."""
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True)
class Article:
    """One document as it was read. ``issued`` is ISO day, month or year; absent where the text gives none.

    ``skipped``: lines that are site furniture; nothing is extracted from them. ``headlines``: title lines and their
    repetitions. ``dateline``: the words "BEIRUT, Nov 19 (Agency) -", ``dateline_place`` the place in them.
    """

    identifier: str
    id: str
    text: str
    title: str | None = None
    publisher: str | None = None
    original_source: str | None = None
    author: str | None = None
    issued: str | None = None
    source: str | None = None
    language: str = "en"
    dateline: Span | None = None
    dateline_place: str | None = None
    skipped: tuple[Span, ...] = ()
    headlines: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Actor:
    """An actor. ``known``: stands in the authority table (only labels found here are then new)."""

    ref: str
    label: str
    kind: str  # Person, State, GovernmentBody, ArmedForce, ArmedGroup, Organization, Coalition, MediaOrganization, ...
    aliases: tuple[str, ...] = ()
    known: bool = False


@dataclass(frozen=True)
class Place:
    """A place; ``within`` is the ref of the place around it, where the text or the authority gives it."""

    ref: str
    label: str
    aliases: tuple[str, ...] = ()
    within: str | None = None
    known: bool = False


@dataclass(frozen=True)
class Date:
    """A date in the precision of the text: ``start`` alone (ISO day, month, year), or ``start`` to ``end`` (ISO days).

    ``open_end``: "since September": the start is known and no end is given.
    """

    start: str
    end: str | None = None
    open_end: bool = False

    @property
    def earliest(self) -> str:
        """First day, ISO."""
        return (self.start + "-01-01")[:10] if len(self.start) == 4 else (self.start + "-01")[:10]

    @property
    def latest(self) -> str | None:
        """Last day, ISO, inclusive; None where the end is open."""
        if self.open_end and self.end is None:
            return None
        last = self.end or self.start
        if len(last) == 4:
            return f"{last}-12-31"
        if len(last) == 7:
            year, month = int(last[:4]), int(last[5:])
            return f"{last}-{monthrange(year, month)[1]:02d}"
        return last


@dataclass(frozen=True)
class Casualties:
    """One figure. ``kind`` is Killed, Wounded or Displaced; None for an end that the text does not give.

    ``included_in`` is the ``start`` of the figure that includes this one ("12, including 3 children").
    """

    kind: str
    start: int
    minimum: int | None = None
    maximum: int | None = None
    victims: str | None = None
    hedge: str | None = None
    included_in: int | None = None


@dataclass(frozen=True)
class Quantity:
    """A counted thing that is not a casualty: 900, "operational flights"."""

    start: int
    count: int
    unit: str


@dataclass(frozen=True)
class Resolution:
    """How a passage that does not name an actor or place in full leads to it.

    ``method``: pronoun, title, nationality, part (of a longer name), spelling, description, or context (nothing in the passage stands for it).
    ``words``: those in the passage; ``antecedent``: where the text names it before, None where it never does.
    """

    ref: str
    method: str
    words: Span | None = None
    antecedent: Span | None = None


@dataclass(frozen=True)
class Report:
    """One passage that reports an event or a relation. An empty ``attributed_to`` means the article's own voice."""

    evidence: Span
    modality: Modality = "Asserted"
    attributed_to: tuple[str, ...] = ()
    stated_in: str | None = None  # ref of the statement
    trigger: Span | None = None
    source_span: Span | None = None
    cue_span: Span | None = None
    content_spans: tuple[Span, ...] = ()
    title_in_text: str | None = None
    perpetrators: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    locations: tuple[str, ...] = ()
    weapon: str | None = None
    casualties: tuple[Casualties, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    parties: tuple[str, ...] = ()
    mediators: tuple[str, ...] = ()
    subject: str | None = None
    status: str | None = None  # Held, Planned, Ongoing, Suspended, Agreed, Violated, Rejected, Proposed
    date: Date | None = None
    rule: str = ""  # name of the rule that found it
    resolutions: tuple[Resolution, ...] = ()


@dataclass(frozen=True)
class Statement:
    """An act of saying; roles stand on the statement, its reports say where and by whom it is told."""

    ref: str
    kind: str | None
    label: str
    speaker: str | None
    reports: tuple[Report, ...]
    addressees: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    content: str | None = None
    quotations: tuple[str, ...] = ()
    medium: str | None = None
    date: Date | None = None


@dataclass(frozen=True)
class MilitaryAction:
    """A military action as one article tells it; roles stand on its reports."""

    ref: str
    kind: str | None
    label: str
    reports: tuple[Report, ...]


@dataclass(frozen=True)
class Negotiation:
    """A negotiation, agreement or proposal as one article tells it; roles stand on its reports."""

    ref: str
    kind: str | None
    label: str
    reports: tuple[Report, ...]


@dataclass(frozen=True)
class Relation:
    """What a passage says of two actors: ``predicate`` is the local name (holdsOffice, memberOf, backedBy, ...)."""

    ref: str
    label: str
    subject: str
    predicate: str
    object: str | None
    office: str | None
    reports: tuple[Report, ...]


@dataclass(frozen=True)
class Records:
    """All that one article says."""

    article: Article
    actors: tuple[Actor, ...] = ()
    places: tuple[Place, ...] = ()
    publisher: str | None = None  # ref of the actor
    original_source: str | None = None  # ref of the actor
    mentions: tuple[str, ...] = ()  # refs of the actors and places that the text names, in a role or not
    statements: tuple[Statement, ...] = ()
    actions: tuple[MilitaryAction, ...] = ()
    negotiations: tuple[Negotiation, ...] = ()
    relations: tuple[Relation, ...] = field(default_factory=tuple)
