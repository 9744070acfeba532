"""The ledger of reports: who asserts what of an event, through whom, with which figures, in which words. Asked in batches."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox
from rdflib.namespace import DCTERMS

from kg.explain import SPANS, rules
from kg.index.passages import of_events, of_reports
from kg.namespaces import CK
from kg.web.look import Look, date

#: Modalities that say it happened, and that say it did not; the others say that it may.
HAPPENED, DENIED = ("Asserted", "Alleged"), ("Denied",)
_TELLING = 25  # characters; what is shorter tells little without the passage around it
_NESTED = ("casualties", "quantity", "resolutionStep", *SPANS)
#: What lists show of events and reports; each further property is looked up for every row of every list.
_LISTED = ", ".join(f"<{CK[name]}>" for name in ("quotation", "content", "speaker", "addressee", "date", "startDate", "endDate", "modality", "attributedTo",
                                                "casualties", "quantity"))


@dataclass
class Figure:
    """A number of people killed, wounded or displaced, or a quantity of things."""

    values: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The figure in words: ``at least 12 people killed``."""
        v = self.values
        low, high = v.get("minimum", ""), v.get("maximum", "")
        number = v.get("count") or (f"{low}–{high}" if low and high and low != high else low or high)
        bound = "" if low and high or v.get("count") else "at least" if low else "up to" if high else ""
        return " ".join(part for part in (v.get("hedge", "") or bound, number, v.get("victims") or v.get("unit", ""), self.kind) if part)

    @property
    def number(self) -> int:
        """The lowest number that it allows, or the highest where it gives no lowest."""
        given = next((v for n in ("minimum", "maximum", "count") if (v := self.values.get(n, ""))), "")
        return int(given) if given.isdecimal() else 0

    @property
    def kind(self) -> str:
        """killed, wounded, displaced; nothing for a quantity of things."""
        return self.values.get("casualtyKind", "").lower()


@dataclass
class Hop:
    """One step of a chain: somebody's statement."""

    statement: str
    speaker: str


@dataclass
class Valued:
    """Something with values of properties, by the last part of the property's IRI. IRIs are plain strings."""

    values: dict[str, list[str]] = field(default_factory=dict, kw_only=True)

    def all(self, name: str) -> list[str]:
        """The values of one of our properties."""
        return self.values.get(name, [])

    def one(self, name: str) -> str:
        """A value of a property, or nothing."""
        return next(iter(self.all(name)), "")


@dataclass
class Report(Valued):
    """One passage that reports something."""

    iri: str
    event: str
    article: str = ""
    start: int = 0
    end: int = 0
    prefix: str = ""
    exact: str = ""
    suffix: str = ""
    figures: list[Figure] = field(default_factory=list)
    chain: list[Hop] = field(default_factory=list)
    words: list[tuple[str, str]] = field(default_factory=list)
    steps: list[dict[str, str]] = field(default_factory=list)

    @property
    def modality(self) -> str:
        """Asserted, Alleged, Denied, …"""
        return self.one("modality").rpartition("#")[2]

    @property
    def when(self) -> str:
        """The date as the text gives it."""
        return span_of_dates(self.values)

    @property
    def rule(self) -> tuple[str, str]:
        """Name of the rule that found it, and what that rule looks for."""
        name = self.one("rule")
        return name, rules().get(name.split(":")[0], "")


@dataclass
class Event(Valued):
    """An event or relation with its own properties and its reports in the order of the text."""

    iri: str
    reports: list[Report] = field(default_factory=list)

    @property
    def when(self) -> str:
        """The date of the event itself, else the first that a report gives."""
        return span_of_dates(self.values) or next((r.when for r in self.reports if r.when), "")

    def said(self) -> tuple[str, bool]:
        """What was said, and whether these are the speaker's words: a quotation, else the content, else the passage: "it" alone says nothing."""
        quotations = self.all("quotation")
        quoted = quotations[0].rstrip(" ,") if len(quotations) == 1 else ""
        told, passage = self.one("content"), next((r.exact for r in self.reports), "")
        text = next((t for t in (quoted, told) if len(t) > _TELLING), "") or passage or quoted or told
        return text, bool(text) and text == quoted

    def figures(self) -> list[tuple[str, list[tuple[Figure, Report]]]]:
        """(killed, wounded, …, the figures of that kind with the reports that give them), so that they can be compared."""
        found: dict[str, list[tuple[Figure, Report]]] = {}
        for report in self.reports:
            for figure in report.figures:
                if figure.text:
                    found.setdefault(figure.kind or "other", []).append((figure, report))
        return sorted(found.items(), key=lambda item: (item[0] == "other", item[0]))

    def adds_content(self) -> bool:
        """Whether what was said has words that its quotations do not have."""
        bare = [re.sub(r"\W+", " ", t).strip() for t in (self.one("content"), " ".join(self.all("quotation")))]
        return bool(bare[0]) and bare[0] not in bare[1]

    def sides(self) -> list[tuple[str, str, list[Report]]]:
        """The reports by what they say of the event: (name, heading, reports); only sides that there are."""
        sides: dict[str, list[Report]] = {"for": [], "against": [], "open": []}
        for report in self.reports:
            sides["for" if report.modality in HAPPENED else "against" if report.modality in DENIED else "open"].append(report)
        heads = {"for": "Those who say so", "against": "Those who deny it", "open": "Planned, demanded or supposed"}
        return [(name, heads[name], found) for name, found in sides.items() if found]


def span_of_dates(values: dict[str, list[str]]) -> str:
    """ck:date, else ck:startDate to ck:endDate, in words."""
    if values.get("date"):
        return date(values["date"][0])
    first, last = (date(next(iter(values.get(n, [])), "")) for n in ("startDate", "endDate"))
    return f"{first or '…'} to {last or '…'}" if first or last else ""


def name_of(predicate: ox.NamedNode) -> str:
    """The last part of a property's IRI."""
    return predicate.value.rpartition("#")[2].rpartition("/")[2]


def _values(iris: Iterable[str]) -> str:
    return " ".join(str(ox.NamedNode(i)) for i in iris)


def events(look: Look, iris: Sequence[str], reports_each: int = 2) -> dict[str, Event]:
    """Events as lists show them (see _LISTED), with some of their reports, in at most three queries for all of them."""
    found = {iri: Event(iri) for iri in iris}
    if not found:
        return found
    for row in look.rows(f"SELECT ?e ?p ?o {{ VALUES ?e {{ {_values(found)} }} ?e ?p ?o FILTER(?p IN ({_LISTED})) }}"):
        found[row["e"].value].values.setdefault(name_of(row["p"]), []).append(row["o"].value)
    chosen = [r for rs in of_events(look.index, found).values() for r in rs[:reports_each]]
    for report in reports(look, chosen):
        if report.event in found:
            found[report.event].reports.append(report)
    for event in found.values():
        for names in event.values.values():
            names.sort()
    return found


def reports(look: Look, iris: Sequence[str], why: bool = False) -> list[Report]:
    """Reports with evidence and figures as lists show them (see _LISTED), in the order of the text; ``why`` adds all their other properties,
    their chains, and the words and steps that led to them."""
    found = {iri: Report(iri, "") for iri in iris}
    if not found:
        return []
    given = _values(found)
    among = "" if why else f"FILTER(?p IN ({_LISTED}))"
    for row in look.rows(f"SELECT ?r ?p ?o {{ VALUES ?r {{ {given} }} ?r ?p ?o {among} }}"):
        found[row["r"].value].values.setdefault(name_of(row["p"]), []).append(row["o"].value)
    for passage in of_reports(look.index, found).values():
        report = found[passage.report]
        report.event, report.article, report.start, report.end = passage.event, passage.article, passage.start, passage.end
        report.prefix, report.exact, report.suffix = passage.prefix, passage.exact, passage.suffix
    names = _NESTED if why else _NESTED[:2]
    nesting = [iri for iri, r in found.items() if any(r.all(n) for n in names)]
    if nesting:
        _nest(look, found, _values(nesting), names)
    for report in found.values():
        for values in report.values.values():
            values.sort()
    if why and any(r.all("statedIn") for r in found.values()):
        _chains(look, found, given)
    return sorted(found.values(), key=lambda r: (r.article, r.start, r.iri))


def _nest(look: Look, found: dict[str, Report], given: str, names: tuple[str, ...]) -> None:
    """Figures; with the words that led to the report and its steps of resolution."""
    among = ", ".join(f"<{CK[n]}>" for n in names)
    nodes: dict[tuple[str, str, str], dict[str, str]] = {}
    for row in look.rows(f"SELECT ?r ?p ?n ?q ?o {{ VALUES ?r {{ {given} }} ?r ?p ?n . FILTER(?p IN ({among})) ?n ?q ?o }}"):
        value = row["o"].value
        name = name_of(row["q"])
        nodes.setdefault((row["r"].value, name_of(row["p"]), row["n"].value), {})[name] = value.rpartition("#")[2] if name == "casualtyKind" else value
    for (iri, name, _), values in sorted(nodes.items()):
        if name in {"casualties", "quantity"}:
            found[iri].figures.append(Figure(values))
        elif name == "resolutionStep":
            found[iri].steps.append(values)
    for (iri, name, _), values in sorted(nodes.items(), key=lambda item: item[1].get("start", "").zfill(12)):
        report = found[iri]
        start, end = values.get("start", ""), values.get("end", "")
        if name in SPANS and start.isdecimal() and end.isdecimal() and report.start <= int(start) < int(end) <= report.end:
            report.words.append((report.exact[int(start) - report.start:int(end) - report.start], SPANS[name]))


def _chains(look: Look, found: dict[str, Report], given: str) -> None:
    """Whose statements lead to the report, the nearest first: two steps."""
    text = (f"SELECT DISTINCT ?r ?s ?who ?s2 ?who2 {{ VALUES ?r {{ {given} }} ?r <{CK.statedIn}> ?s . OPTIONAL {{ ?s <{CK.speaker}> ?who }} "
            f"OPTIONAL {{ ?sr <{CK.reports}> ?s ; <{CK.statedIn}> ?s2 . OPTIONAL {{ ?s2 <{CK.speaker}> ?who2 }} }} }}")
    for row in look.rows(text):
        chain = found[row["r"].value].chain
        for statement, speaker in (("s", "who"), ("s2", "who2")):
            if statement in row and row[statement].value not in {h.statement for h in chain}:
                chain.append(Hop(row[statement].value, row[speaker].value if speaker in row else ""))


class Source(Valued):
    """An article as the end of a chain."""


def sources(look: Look, iris: Iterable[str]) -> dict[str, Source]:
    """Publisher, origin and date of articles."""
    found = {iri: Source() for iri in sorted(set(iris)) if iri}
    if found:
        among = ", ".join(f"<{p}>" for p in (DCTERMS.publisher, DCTERMS.issued, CK.originalSource))
        for row in look.rows(f"SELECT ?a ?p ?o {{ VALUES ?a {{ {_values(found)} }} ?a ?p ?o FILTER(?p IN ({among})) }}"):
            found[row["a"].value].values.setdefault(name_of(row["p"]), []).append(row["o"].value)
    return found


def iris_of(found: Iterable[Event | Report | Source]) -> set[str]:
    """All IRIs in events, reports and sources, for their labels."""
    iris: set[str] = set()
    for thing in found:
        iris |= {v for values in thing.values.values() for v in values if v.startswith("http")}
        if isinstance(thing, Event):
            iris |= iris_of(thing.reports)
        if isinstance(thing, Report):
            iris |= {thing.iri, thing.event, thing.article} | {x for h in thing.chain for x in (h.statement, h.speaker)}
            iris |= {s["resolvedTo"] for s in thing.steps if "resolvedTo" in s}
    return {i for i in iris if i}
