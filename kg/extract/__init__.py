"""Parsed article to records: names, statements, military actions, negotiations, relations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from kg.authority import Authority
from kg.extract import denials
from kg.extract.actions import extract_actions
from kg.extract.context import Context
from kg.extract.negotiations import extract_negotiations
from kg.extract.relations import extract_relations
from kg.extract.statements import extract_statements
from kg.extract.steps import resolutions
from kg.extract.wording import as_label, called, many, verb
from kg.iris import slug
from kg.nlp.parsing import Parsed, Parser
from kg.records import Actor, Article, MilitaryAction, Negotiation, Place, Records, Relation, Report, Statement
from kg.resolve.names import Gazetteer
from kg.settings import Settings


class Extractor:
    """Reads one article after the other; holds the pipeline and the authority's names.

    :raises KGError: where the pipeline cannot be loaded
    """

    def __init__(self, settings: Settings, authority: Authority) -> None:
        self._parser = Parser(settings.pipeline)
        self._gazetteer = Gazetteer(self._parser.nlp, authority)
        self.authority = authority

    def extract(self, article: Article) -> Records:
        """All that ``article`` says; the same article gives the same records."""
        return self.read(self.parse(article))

    def parse(self, article: Article) -> Parsed:
        """The first half: sentences, dependencies, names, quotations."""
        return self._parser.parse(article)

    def read(self, parsed: Parsed) -> Records:
        """The second half: the records of a parsed article."""
        article, context = parsed.article, Context(parsed, self._gazetteer)
        extract_statements(context)
        actions = extract_actions(context)
        negotiations = extract_negotiations(context)
        relations = extract_relations(context)
        publisher = self._outlet(context, article.publisher)
        source = self._outlet(context, article.original_source)
        statements = [_denying(context, _about_events(s, [*actions, *negotiations]), actions) for s in context.statements]
        records = Records(article, (), (), publisher, source, context.mentions(), _explained(context, statements),
                          _explained(context, actions), _explained(context, negotiations), _explained(context, relations))
        return replace(records, actors=self._actors(context, records), places=self._places(context, records))

    def _outlet(self, context: Context, name: str | None) -> str | None:
        """Ref of a publisher or source: the authority's, else a new media organization."""
        if not name or not slug(name):
            return None
        actor, _, weak, demonym = self._gazetteer.lookup(name)
        if actor and not weak and not demonym:
            return actor
        ref = f"actor/{slug(name)}"
        if ref[6:] not in self.authority.actors:
            context.registry.actors.setdefault(ref, Actor(ref, name, "MediaOrganization"))
        return ref

    def _actors(self, context: Context, records: Records) -> tuple[Actor, ...]:
        made: list[Actor] = []
        for ref in sorted(r for r in _refs(records) if r.startswith("actor/")):
            known = self.authority.actors.get(ref[6:])
            if known:
                made.append(Actor(ref, known.label, known.kind, known.aliases, known=True))
            else:
                made.append(replace(context.registry.actors[ref], aliases=context.aliases(ref)))
        return tuple(made)

    def _places(self, context: Context, records: Records) -> tuple[Place, ...]:
        made: list[Place] = []
        for ref in sorted(r for r in _refs(records) if r.startswith("place/")):
            known = self.authority.places.get(ref[6:])
            made.append(Place(ref, known.label, known.aliases, f"place/{known.within}" if known.within else None, True)
                        if known else context.registry.places[ref])
        return tuple(made)


def _refs(records: Records) -> set[str]:
    """Every actor and place that the records name."""
    found = {r for r in (records.publisher, records.original_source, *records.mentions) if r}
    events: tuple[Statement | MilitaryAction | Negotiation | Relation, ...] = (
        *records.statements, *records.actions, *records.negotiations, *records.relations)
    for event in events:
        for report in event.reports:
            found.update(_report_refs(report))
    for s in records.statements:
        found.update(r for r in (s.speaker, s.medium, *s.addressees, *s.about) if r)
    for relation in records.relations:
        found.update(r for r in (relation.subject, relation.object) if r)
    return {r for r in found if r.startswith(("actor/", "place/"))}


def _report_refs(report: Report) -> set[str]:
    return {*report.attributed_to, *report.perpetrators, *report.targets, *report.locations, *report.parties,
            *report.mediators}


_Event = TypeVar("_Event", Statement, MilitaryAction, Negotiation, Relation)


def _explained(context: Context, events: Iterable[_Event]) -> tuple[_Event, ...]:
    """Adds to each report the steps from its words to its actors and places."""
    made: list[_Event] = []
    for event in events:
        own = set(_own_refs(event))
        made.append(replace(event, reports=tuple(replace(r, resolutions=resolutions(
            context, r, sorted(own | (_report_refs(r) - (set(r.attributed_to) if r.stated_in else set()))))) for r in event.reports)))
    return tuple(made)


def _own_refs(event: Statement | MilitaryAction | Negotiation | Relation) -> list[str]:
    """The actors that stand on the event itself: who speaks to whom, what is related."""
    found: tuple[str | None, ...] = ()
    if isinstance(event, Statement):
        found = (event.speaker, *event.addressees)
    elif isinstance(event, Relation):
        found = (event.subject, event.object)
    return [r for r in found if r]


def _about_events(statement: Statement, events: list[MilitaryAction | Negotiation]) -> Statement:
    """Adds the events that are told in the statement to what it is about."""
    told = tuple(e.ref for e in events if any(r.stated_in == statement.ref for r in e.reports))
    return replace(statement, about=(*statement.about, *(t for t in told if t not in statement.about)))


def _denying(context: Context, statement: Statement, actions: list[MilitaryAction]) -> Statement:
    """A denial that points back says in its label what it denies: "Northland denies the air strike on a market in Eastport"."""
    denied = next((a.label for a in actions if any(r.rule == denials.RULE and r.stated_in == statement.ref for r in a.reports)), "")
    if not denied or statement.speaker is None:
        return statement
    who = called(context, statement.speaker)
    what = denied.partition(": ")[2].replace(f" by {who}", "", 1)  # what is denied has its modalities in front
    return replace(statement, label=as_label(f"{who} {verb('deny', many(context.label(statement.speaker), context.kind(statement.speaker)))} the {what}"))
