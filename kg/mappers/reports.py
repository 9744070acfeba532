"""Reports: the passage, its words and offsets, whose claim it is, and the roles, figures and dates that it gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rdflib import Literal, URIRef
from rdflib.namespace import PROV, RDF, XSD

from kg.errors import MappingError
from kg.mappers.terms import MODALITIES, STATUSES
from kg.namespaces import CK, OA
from kg.records import Article, Casualties, Date, Quantity, Report, Resolution, Span

Node = URIRef | Literal
Triple = tuple[URIRef, URIRef, Node]
_AROUND = 10  # characters of oa:prefix and oa:suffix


@dataclass(frozen=True)
class Scope:
    """What every mapper needs: the article, the base of its IRIs and the run."""

    article: Article
    base: str
    run: str

    def iri(self, ref: str) -> URIRef:
        """IRI of a ref such as ``actor/russia``."""
        return URIRef(f"{self.base}/id/{ref}")

    @property
    def article_iri(self) -> URIRef:
        """IRI of the article."""
        return self.iri(f"article/{self.article.id}")


def map_reports(event: URIRef, reports: tuple[Report, ...], scope: Scope) -> Iterator[Triple]:
    """All reports of one event or relation.

    :raises MappingError: for a modality or status that the ontology does not have, or a span outside the text
    """
    taken: set[str] = set()
    for report in reports:
        name = f"report-{report.evidence.start}"
        number = 2
        while name in taken:
            name = f"report-{report.evidence.start}-{number}"
            number += 1
        taken.add(name)
        yield from _report(event, URIRef(f"{event}/{name}"), report, scope)


def _report(event: URIRef, iri: URIRef, report: Report, scope: Scope) -> Iterator[Triple]:
    where = f"{scope.article.identifier}, characters {report.evidence.start} to {report.evidence.end}"
    if report.modality not in MODALITIES:
        raise MappingError(f"{where}: modality {report.modality!r} is not in the ontology; correct kg/extract/modality.py")
    if report.status is not None and report.status not in STATUSES:
        raise MappingError(f"{where}: status {report.status!r} is not in the ontology; correct kg/extract/negotiations.py")
    yield iri, RDF.type, CK.Report
    yield iri, CK.reports, event
    yield iri, CK.modality, CK[report.modality]
    for source in report.attributed_to:
        yield iri, CK.attributedTo, scope.iri(source)
    if not report.attributed_to:
        yield iri, CK.attributedTo, scope.article_iri
    if report.stated_in:
        yield iri, CK.statedIn, scope.iri(report.stated_in)
    yield from _evidence(iri, report.evidence, scope)
    for predicate, kind, spans in ((CK.trigger, "trigger", (report.trigger,)), (CK.sourceSpan, "source", (report.source_span,)),
                                   (CK.cueSpan, "cue", (report.cue_span,)), (CK.contentSpan, "content", report.content_spans)):
        for span in spans:
            if span is not None:
                yield from _selector(iri, predicate, URIRef(f"{iri}/{kind}-{span.start}"), span, scope)
    for predicate, refs in ((CK.perpetrator, report.perpetrators), (CK.target, report.targets), (CK.location, report.locations),
                            (CK.party, report.parties), (CK.mediator, report.mediators)):
        for ref in refs:
            yield iri, predicate, scope.iri(ref)
    for predicate, text in ((CK.weapon, report.weapon), (CK.subject, report.subject), (CK.titleInText, report.title_in_text),
                            (CK.rule, report.rule)):
        if text:
            yield iri, predicate, Literal(text)
    if report.status:
        yield iri, CK.status, CK[report.status]
    if report.date:
        yield from map_date(iri, report.date)
    yield from _figures(iri, report)
    for step in report.resolutions:
        yield from _resolution(iri, step, scope)
    yield iri, PROV.wasGeneratedBy, scope.iri(f"run/{scope.run}")


def _resolution(iri: URIRef, step: Resolution, scope: Scope) -> Iterator[Triple]:
    node, text = URIRef(f"{iri}/resolution-{step.ref.replace('/', '-')}"), scope.article.text
    yield iri, CK.resolutionStep, node
    yield node, RDF.type, CK.ResolutionStep
    yield node, CK.resolvedTo, scope.iri(step.ref)
    yield node, CK.method, Literal(step.method)
    for predicate, words, name, span in ((CK.words, CK.wordsInText, "words", step.words),
                                         (CK.antecedent, CK.antecedentInText, "antecedent", step.antecedent)):
        if span is not None:
            yield from _selector(node, predicate, URIRef(f"{node}/{name}"), span, scope)
            yield node, words, Literal(text[span.start:span.end])


def _evidence(iri: URIRef, span: Span, scope: Scope) -> Iterator[Triple]:
    text = scope.article.text
    evidence, quote = URIRef(f"{iri}/evidence"), URIRef(f"{iri}/quote")
    yield iri, CK.evidence, evidence
    yield evidence, RDF.type, OA.SpecificResource
    yield evidence, OA.hasSource, scope.article_iri
    yield from _selector(evidence, OA.hasSelector, URIRef(f"{iri}/position"), span, scope)
    yield evidence, OA.hasSelector, quote
    yield quote, RDF.type, OA.TextQuoteSelector
    yield quote, OA.exact, Literal(text[span.start:span.end])
    if span.start:
        yield quote, OA.prefix, Literal(text[max(0, span.start - _AROUND):span.start])
    if span.end < len(text):
        yield quote, OA.suffix, Literal(text[span.end:span.end + _AROUND])


def _selector(iri: URIRef, predicate: URIRef, node: URIRef, span: Span, scope: Scope) -> Iterator[Triple]:
    if not 0 <= span.start < span.end <= len(scope.article.text):
        raise MappingError(f"{scope.article.identifier}: characters {span.start} to {span.end} lie outside the text of "
                           f"{len(scope.article.text)} characters; the extractor that made {iri} is wrong")
    yield iri, predicate, node
    yield node, RDF.type, OA.TextPositionSelector
    yield node, OA.start, Literal(span.start)
    yield node, OA.end, Literal(span.end)


def _figures(iri: URIRef, report: Report) -> Iterator[Triple]:
    nodes = {(c.kind, c.start): _casualties_iri(iri, c) for c in report.casualties}
    for c in report.casualties:
        node = _casualties_iri(iri, c)
        yield iri, CK.casualties, node
        yield node, RDF.type, CK.Casualties
        yield node, CK.casualtyKind, CK[c.kind]
        if c.minimum is not None:
            yield node, CK.minimum, Literal(c.minimum)
        if c.maximum is not None:
            yield node, CK.maximum, Literal(c.maximum)
        if c.victims:
            yield node, CK.victims, Literal(c.victims)
        if c.hedge:
            yield node, CK.hedge, Literal(c.hedge)
        if c.included_in is not None and c.included_in != c.start and (c.kind, c.included_in) in nodes:
            yield node, CK.includedIn, nodes[c.kind, c.included_in]
    for q in report.quantities:
        yield from _quantity(iri, q)


def _casualties_iri(iri: URIRef, c: Casualties) -> URIRef:
    return URIRef(f"{iri}/{c.kind.lower()}-{c.start}")


def _quantity(iri: URIRef, q: Quantity) -> Iterator[Triple]:
    node = URIRef(f"{iri}/quantity-{q.start}")
    yield iri, CK.quantity, node
    yield node, RDF.type, CK.Quantity
    yield node, CK["count"], Literal(q.count)
    yield node, CK.unit, Literal(q.unit)


_PRECISION = {4: XSD.gYear, 7: XSD.gYearMonth, 10: XSD.date}


def map_date(iri: URIRef, date: Date) -> Iterator[Triple]:
    """A date in the precision of the text, and its first and last day."""
    if date.end is None and not date.open_end:
        yield iri, CK.date, Literal(date.start, datatype=_PRECISION[len(date.start)])
    else:
        yield iri, CK.startDate, Literal(date.start, datatype=_PRECISION[len(date.start)])
        if date.end:
            yield iri, CK.endDate, Literal(date.end, datatype=_PRECISION[len(date.end)])
    yield iri, CK.earliest, Literal(date.earliest, datatype=XSD.date)
    if date.latest:
        yield iri, CK.latest, Literal(date.latest, datatype=XSD.date)
