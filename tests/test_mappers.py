"""Records to triples: each field in its property with its datatype, each triple in one graph, the same bytes for the same records."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields, replace
from typing import Any

import pyoxigraph as ox
import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, RDFS, SKOS

from kg import records as r
from kg.errors import MappingError
from kg.mappers import MappedArticle, map_records, merge_derived, new_graph
from kg.mappers.reports import Scope
from kg.namespaces import CK, OA, PREFIXES
from kg.records import Records, Report, Span
from kg.settings import RESOURCES, Settings
from kg.validate import check_evidence, load_shapes, validate

TEXT = "Shots at Keld\n\nThe mayor said that aircraft struck a market in Keld, killing at least 12 people. He spoke on Monday."
SETTINGS = Settings()
ID = f"{SETTINGS.base_iri}/id/"
RUN = "0.1.0-rules-3"
SHOTS = Span(TEXT.index("aircraft"), TEXT.index(" He spoke"))
AT = SHOTS.start
MAYOR = Span(TEXT.index("The mayor"), TEXT.index(" said"))

ARTICLE = r.Article("a.txt", "a", TEXT)
REPORT = Report(SHOTS)
STATEMENT = r.Statement("event/a/statement-1", None, "The mayor speaks", None, (REPORT,))
ACTION = r.MilitaryAction("event/a/action-1", None, "Strike", (REPORT,))
NEGOTIATION = r.Negotiation("event/a/negotiation-1", None, "Talks", (REPORT,))
RELATION = r.Relation("relation/a/1", "The mayor serves Keld", "actor/mayor", "supports", None, None, (REPORT,))
DEAD = r.Casualties("Killed", 90)


def base(**families: Any) -> Records:
    return Records(ARTICLE, **families)


def article(**changes: Any) -> Records:
    return Records(replace(ARTICLE, **changes))


def reported(**changes: Any) -> Records:
    return base(actions=(replace(ACTION, reports=(replace(REPORT, **changes),)),))


def stated(**changes: Any) -> Records:
    return base(statements=(replace(STATEMENT, **changes),))


def related(**changes: Any) -> Records:
    return base(relations=(replace(RELATION, **changes),))


def found(thing: r.Actor | r.Place) -> Records:
    return base(actors=(thing,)) if isinstance(thing, r.Actor) else base(places=(thing,))


def mapped(records: Records) -> MappedArticle:
    return map_records(records, SETTINGS, RUN)


def turtle(text: str) -> Graph:
    """Triples in Turtle; relative names lie below ``/id/``."""
    prefixes = "".join(f"@prefix {p}: <{iri}> .\n" for p, iri in PREFIXES.items())
    return Graph().parse(data=f"@base <{ID}> .\n{prefixes}{text}", format="turtle")


def lines(graph: Graph) -> set[str]:
    return {line for line in graph.serialize(format="nt").split("\n") if line}  # splitlines() also breaks at U+2028


REP = f"<event/a/action-1/report-{AT}>"
IN = f"event/a/action-1/report-{AT}/"
NOBODY = r.Actor("actor/nobody", "Nobody", "Person")
KELD = r.Place("place/keld", "Keld")


def selector(node: str, start: int, end: int) -> str:
    return f"<{node}> a oa:TextPositionSelector ; oa:start {start} ; oa:end {end} ."


def casualties(extra: str = "") -> str:
    return f"{REP} ck:casualties <{IN}killed-90> . <{IN}killed-90> a ck:Casualties ; ck:casualtyKind ck:Killed {extra} ."


#: Field -> records that differ in it, those that they differ from, and the triples that come and go.
CASES: list[tuple[str, Records, Records, str, str]] = [
    ("Article.identifier", article(identifier="b.txt"), base(), '<article/a> dcterms:identifier "b.txt" .', '<article/a> dcterms:identifier "a.txt" .'),
    ("Article.title", article(title="Shots"), base(), '<article/a> dcterms:title "Shots" .', ""),
    ("Article.publisher", article(publisher="Herald"), base(), "", ""),
    ("Article.original_source", article(original_source="Agency"), base(), "", ""),
    ("Article.author", article(author="A. Reporter"), base(), '<article/a> dcterms:creator "A. Reporter" .', ""),
    ("Article.issued", article(issued="2031-05-04"), base(), '<article/a> dcterms:issued "2031-05-04"^^xsd:date .', ""),
    ("Article.issued", article(issued="2031-05"), base(), '<article/a> dcterms:issued "2031-05"^^xsd:gYearMonth .', ""),
    ("Article.issued", article(issued="2031"), base(), '<article/a> dcterms:issued "2031"^^xsd:gYear .', ""),
    ("Article.source", article(source="https://kg.example/a?b=1"), base(), "<article/a> dcterms:source <https://kg.example/a?b=1> .", ""),
    ("Article.language", article(language="de"), base(), '<article/a> dcterms:language "de" .', '<article/a> dcterms:language "en" .'),
    ("Article.dateline", article(dateline=Span(0, 5)), base(), "", ""),
    ("Article.dateline_place", article(dateline_place="Keld"), base(), "", ""),
    ("Article.skipped", article(skipped=(Span(0, 5),)), base(), "", ""),
    ("Article.headlines", article(headlines=(Span(0, 5),)), base(), "", ""),
    ("Records.publisher", base(publisher="actor/herald"), base(), "<article/a> dcterms:publisher <actor/herald> .", ""),
    ("Records.original_source", base(original_source="actor/agency"), base(), "<article/a> ck:originalSource <actor/agency> .", ""),
    ("Records.mentions", base(mentions=("actor/mayor", "place/keld")), base(), "<article/a> schema:mentions <actor/mayor>, <place/keld> .", ""),
    ("Records.actors", found(NOBODY), base(), '<actor/nobody> a ck:Actor, ck:Person ; skos:prefLabel "Nobody"@en .', ""),
    ("Records.places", found(KELD), base(), '<place/keld> a ck:Place, schema:Place, geo:Feature ; skos:prefLabel "Keld"@en .', ""),
    ("Actor.label", found(replace(NOBODY, label="No One")), found(NOBODY), '<actor/nobody> skos:prefLabel "No One"@en .', '<actor/nobody> skos:prefLabel "Nobody"@en .'),
    ("Actor.kind", found(replace(NOBODY, kind="ArmedGroup")), found(NOBODY), "<actor/nobody> a ck:ArmedGroup .", "<actor/nobody> a ck:Person ."),
    ("Actor.aliases", found(replace(NOBODY, aliases=("Nobody", "N. N."))), found(NOBODY), '<actor/nobody> skos:altLabel "N. N."@en .', ""),
    ("Actor.known", found(replace(NOBODY, known=True)), base(), "", ""),
    ("Place.label", found(replace(KELD, label="Old Keld")), found(KELD), '<place/keld> skos:prefLabel "Old Keld"@en .', '<place/keld> skos:prefLabel "Keld"@en .'),
    ("Place.aliases", found(replace(KELD, aliases=("Keld", "Kjeld"))), found(KELD), '<place/keld> skos:altLabel "Kjeld"@en .', ""),
    ("Place.within", found(replace(KELD, within="place/marl")), found(KELD), "<place/keld> ck:within <place/marl> .", ""),
    ("Place.known", found(replace(KELD, known=True)), base(), "", ""),
    ("Statement.kind", stated(kind="Denial"), stated(), "<event/a/statement-1> a ck:Denial .", ""),
    ("Statement.label", stated(label="Said"), stated(), '<event/a/statement-1> rdfs:label "Said" .', '<event/a/statement-1> rdfs:label "The mayor speaks" .'),
    ("Statement.speaker", stated(speaker="actor/mayor"), stated(), "<event/a/statement-1> ck:speaker <actor/mayor> .", ""),
    ("Statement.addressees", stated(addressees=("actor/b", "actor/c")), stated(), "<event/a/statement-1> ck:addressee <actor/b>, <actor/c> .", ""),
    ("Statement.about", stated(about=("actor/b", "event/a/action-1")), stated(), "<event/a/statement-1> ck:about <actor/b>, <event/a/action-1> .", ""),
    ("Statement.content", stated(content="aircraft struck"), stated(), '<event/a/statement-1> ck:content "aircraft struck" .', ""),
    ("Statement.quotations", stated(quotations=("a", "12")), stated(), '<event/a/statement-1> ck:quotation "a", "12" .', ""),
    ("Statement.medium", stated(medium="actor/herald"), stated(), "<event/a/statement-1> ck:medium <actor/herald> .", ""),
    ("Statement.date", stated(date=r.Date("2031-05-03")), stated(), '<event/a/statement-1> ck:date "2031-05-03"^^xsd:date ; '
     'ck:earliest "2031-05-03"^^xsd:date ; ck:latest "2031-05-03"^^xsd:date .', ""),
    ("MilitaryAction.kind", base(actions=(replace(ACTION, kind="Shelling"),)), reported(), "<event/a/action-1> a ck:Shelling .", ""),
    ("MilitaryAction.label", base(actions=(replace(ACTION, label="Shots"),)), reported(),
     '<event/a/action-1> rdfs:label "Shots" .', '<event/a/action-1> rdfs:label "Strike" .'),
    ("Negotiation.kind", base(negotiations=(replace(NEGOTIATION, kind="PhoneCall"),)), base(negotiations=(NEGOTIATION,)), "<event/a/negotiation-1> a ck:PhoneCall .", ""),
    ("Negotiation.label", base(negotiations=(replace(NEGOTIATION, label="Call"),)), base(negotiations=(NEGOTIATION,)),
     '<event/a/negotiation-1> rdfs:label "Call" .', '<event/a/negotiation-1> rdfs:label "Talks" .'),
    ("Relation.label", related(label="Serves"), related(), '<relation/a/1> rdfs:label "Serves" .', '<relation/a/1> rdfs:label "The mayor serves Keld" .'),
    ("Relation.subject", related(subject="actor/b"), related(), "<relation/a/1> ck:subject <actor/b> .", "<relation/a/1> ck:subject <actor/mayor> ."),
    ("Relation.predicate", related(predicate="opposes"), related(), "<relation/a/1> ck:predicate ck:opposes .", "<relation/a/1> ck:predicate ck:supports ."),
    ("Relation.object", related(object="place/keld"), related(), "<relation/a/1> ck:object <place/keld> .", ""),
    ("Relation.office", related(office="mayor of Keld"), related(), '<relation/a/1> ck:office "mayor of Keld" .', ""),
    ("Report.modality", reported(modality="Denied"), reported(), f"{REP} ck:modality ck:Denied .", f"{REP} ck:modality ck:Asserted ."),
    ("Report.attributed_to", reported(attributed_to=("actor/b", "actor/c")), reported(),
     f"{REP} ck:attributedTo <actor/b>, <actor/c> .", f"{REP} ck:attributedTo <article/a> ."),
    ("Report.stated_in", reported(stated_in="event/a/statement-1"), reported(), f"{REP} ck:statedIn <event/a/statement-1> .", ""),
    ("Report.trigger", reported(trigger=Span(30, 40)), reported(), f"{REP} ck:trigger <{IN}trigger-30> . {selector(f'{IN}trigger-30', 30, 40)}", ""),
    ("Report.source_span", reported(source_span=Span(15, 24)), reported(), f"{REP} ck:sourceSpan <{IN}source-15> . {selector(f'{IN}source-15', 15, 24)}", ""),
    ("Report.cue_span", reported(cue_span=Span(25, 29)), reported(), f"{REP} ck:cueSpan <{IN}cue-25> . {selector(f'{IN}cue-25', 25, 29)}", ""),
    ("Report.content_spans", reported(content_spans=(Span(35, 43), Span(44, 50))), reported(), f"{REP} ck:contentSpan <{IN}content-35>, <{IN}content-44> . "
     f"{selector(f'{IN}content-35', 35, 43)} {selector(f'{IN}content-44', 44, 50)}", ""),
    ("Report.title_in_text", reported(title_in_text="mayor"), reported(), f'{REP} ck:titleInText "mayor" .', ""),
    ("Report.perpetrators", reported(perpetrators=("actor/b", "actor/c")), reported(), f"{REP} ck:perpetrator <actor/b>, <actor/c> .", ""),
    ("Report.targets", reported(targets=("actor/b", "place/keld")), reported(), f"{REP} ck:target <actor/b>, <place/keld> .", ""),
    ("Report.locations", reported(locations=("place/keld", "place/marl")), reported(), f"{REP} ck:location <place/keld>, <place/marl> .", ""),
    ("Report.weapon", reported(weapon="aircraft"), reported(), f'{REP} ck:weapon "aircraft" .', ""),
    ("Report.parties", reported(parties=("actor/b", "actor/c")), reported(), f"{REP} ck:party <actor/b>, <actor/c> .", ""),
    ("Report.mediators", reported(mediators=("actor/b", "actor/c")), reported(), f"{REP} ck:mediator <actor/b>, <actor/c> .", ""),
    ("Report.subject", reported(subject="a truce"), reported(), f'{REP} ck:subject "a truce" .', ""),
    ("Report.status", reported(status="Held"), reported(), f"{REP} ck:status ck:Held .", ""),
    ("Report.rule", reported(rule="strike"), reported(), f'{REP} ck:rule "strike" .', ""),
    ("Report.date", reported(date=r.Date("2031-02")), reported(),
     f'{REP} ck:date "2031-02"^^xsd:gYearMonth ; ck:earliest "2031-02-01"^^xsd:date ; ck:latest "2031-02-28"^^xsd:date .', ""),
    ("Date.start", reported(date=r.Date("2031")), reported(),
     f'{REP} ck:date "2031"^^xsd:gYear ; ck:earliest "2031-01-01"^^xsd:date ; ck:latest "2031-12-31"^^xsd:date .', ""),
    ("Date.end", reported(date=r.Date("2031-05-03", "2032-02")), reported(), f'{REP} ck:startDate "2031-05-03"^^xsd:date ; ck:endDate "2032-02"^^xsd:gYearMonth ; '
     'ck:earliest "2031-05-03"^^xsd:date ; ck:latest "2032-02-29"^^xsd:date .', ""),
    ("Date.open_end", reported(date=r.Date("2031-09", open_end=True)), reported(),
     f'{REP} ck:startDate "2031-09"^^xsd:gYearMonth ; ck:earliest "2031-09-01"^^xsd:date .', ""),
    ("Report.casualties", reported(casualties=(DEAD,)), reported(), casualties(), ""),
    ("Casualties.kind", reported(casualties=(replace(DEAD, kind="Wounded"),)), reported(),
     f"{REP} ck:casualties <{IN}wounded-90> . <{IN}wounded-90> a ck:Casualties ; ck:casualtyKind ck:Wounded .", ""),
    ("Casualties.start", reported(casualties=(replace(DEAD, start=91),)), reported(),
     f"{REP} ck:casualties <{IN}killed-91> . <{IN}killed-91> a ck:Casualties ; ck:casualtyKind ck:Killed .", ""),
    ("Casualties.minimum", reported(casualties=(replace(DEAD, minimum=0),)), reported(), casualties("; ck:minimum 0"), ""),
    ("Casualties.maximum", reported(casualties=(replace(DEAD, maximum=12),)), reported(), casualties("; ck:maximum 12"), ""),
    ("Casualties.victims", reported(casualties=(replace(DEAD, victims="people"),)), reported(), casualties('; ck:victims "people"'), ""),
    ("Casualties.hedge", reported(casualties=(replace(DEAD, hedge="at least"),)), reported(), casualties('; ck:hedge "at least"'), ""),
    ("Casualties.included_in", reported(casualties=(DEAD, r.Casualties("Killed", 95, included_in=90))), reported(casualties=(DEAD,)), f"{REP} ck:casualties <{IN}killed-95> . "
     f"<{IN}killed-95> a ck:Casualties ; ck:casualtyKind ck:Killed ; ck:includedIn <{IN}killed-90> .", ""),
    ("Report.quantities", reported(quantities=(r.Quantity(70, 0, "sorties"),)), reported(),
     f'{REP} ck:quantity <{IN}quantity-70> . <{IN}quantity-70> a ck:Quantity ; ck:count 0 ; ck:unit "sorties" .', ""),
    ("Quantity.start", reported(quantities=(r.Quantity(71, 5, "sorties"), r.Quantity(75, 5, "sorties"))), reported(quantities=(r.Quantity(71, 5, "sorties"),)),
     f'{REP} ck:quantity <{IN}quantity-75> . <{IN}quantity-75> a ck:Quantity ; ck:count 5 ; ck:unit "sorties" .', ""),
    ("Quantity.count", reported(quantities=(r.Quantity(70, 7, "sorties"),)), reported(quantities=(r.Quantity(70, 5, "sorties"),)),
     f"<{IN}quantity-70> ck:count 7 .", f"<{IN}quantity-70> ck:count 5 ."),
    ("Quantity.unit", reported(quantities=(r.Quantity(70, 7, "12"),)), reported(quantities=(r.Quantity(70, 7, "tonnes"),)),
     f'<{IN}quantity-70> ck:unit "12" .', f'<{IN}quantity-70> ck:unit "tonnes" .'),
    ("Report.resolutions", reported(resolutions=(r.Resolution("actor/mayor", "context"),)), reported(),
     f'{REP} ck:resolutionStep <{IN}resolution-actor-mayor> . <{IN}resolution-actor-mayor> a ck:ResolutionStep ; ck:resolvedTo <actor/mayor> ; ck:method "context" .', ""),
    ("Resolution.ref", reported(resolutions=(r.Resolution("place/keld", "context"),)), reported(),
     f'{REP} ck:resolutionStep <{IN}resolution-place-keld> . <{IN}resolution-place-keld> a ck:ResolutionStep ; ck:resolvedTo <place/keld> ; ck:method "context" .', ""),
    ("Resolution.method", reported(resolutions=(r.Resolution("actor/mayor", "title"),)), reported(resolutions=(r.Resolution("actor/mayor", "context"),)),
     f'<{IN}resolution-actor-mayor> ck:method "title" .', f'<{IN}resolution-actor-mayor> ck:method "context" .'),
    ("Resolution.words", reported(resolutions=(r.Resolution("actor/mayor", "title", MAYOR),)), reported(resolutions=(r.Resolution("actor/mayor", "title"),)),
     f'<{IN}resolution-actor-mayor> ck:words <{IN}resolution-actor-mayor/words> ; ck:wordsInText "The mayor" . '
     f"{selector(f'{IN}resolution-actor-mayor/words', 15, 24)}", ""),
    ("Resolution.antecedent", reported(resolutions=(r.Resolution("actor/mayor", "title", None, MAYOR),)), reported(resolutions=(r.Resolution("actor/mayor", "title"),)),
     f'<{IN}resolution-actor-mayor> ck:antecedent <{IN}resolution-actor-mayor/antecedent> ; ck:antecedentInText "The mayor" . '
     f"{selector(f'{IN}resolution-actor-mayor/antecedent', 15, 24)}", ""),
]
#: Fields that name what is said of, or hold other records; the tests below read them in whole graphs.
STRUCTURE = {"Span.start", "Span.end", "Article.id", "Article.text", "Actor.ref", "Place.ref", "Report.evidence", "Records.article",
             *(f"Records.{family}" for family in ("statements", "actions", "negotiations", "relations")),
             *(f"{family}.{name}" for family in ("Statement", "MilitaryAction", "Negotiation", "Relation") for name in ("ref", "reports"))}


@pytest.mark.parametrize(("after", "before", "plus", "minus"), [pytest.param(*case[1:], id=f"{case[0]}-{n}") for n, case in enumerate(CASES)])
def test_a_field_comes_in_these_triples_and_no_others(after: Records, before: Records, plus: str, minus: str) -> None:
    one, other = (lines(m.graph) | lines(m.derived) for m in map(mapped, (after, before)))
    assert one - other == lines(turtle(plus))
    assert other - one == lines(turtle(minus))


def test_no_field_of_the_records_is_forgotten() -> None:
    kinds = [k for k in vars(r).values() if isinstance(k, type) and k.__module__ == r.__name__]
    every = {f"{kind.__name__}.{field.name}" for kind in kinds for field in fields(kind)}
    assert len(every) > 80
    assert every - STRUCTURE - {case[0] for case in CASES} == set()
    assert {case[0] for case in CASES} | STRUCTURE <= every


def test_an_article_without_events_is_these_triples() -> None:
    only = mapped(base())
    digest = (URIRef(f"{ID}article/a"), CK.textDigest, None)
    assert len(list(only.graph.triples(digest))) == 1
    only.graph.remove(digest)
    assert lines(only.graph) == lines(turtle("<article/a> a ck:Article, schema:NewsArticle, prov:Entity ; dcterms:identifier 'a.txt' ; dcterms:language 'en' ; "
                                             f"ck:graph <{SETTINGS.base_iri}/graph/article/a> ."))
    assert lines(only.derived) == lines(turtle(f"<run/{RUN}> a prov:Activity ; rdfs:label 'conflict-kg 0.1.0 rules 3' ."))
    assert only.graph_iri == f"{SETTINGS.base_iri}/graph/article/a"


def test_the_digest_is_that_of_the_text_in_utf_8() -> None:
    # printf 'Frieden für alle \360\237\225\212' | sha256sum
    text = mapped(article(text="Frieden für alle \N{DOVE OF PEACE}"))
    assert str(text.graph.value(URIRef(f"{ID}article/a"), CK.textDigest)) == "sha256:bc2e6de60fe2d8b75ae1993ecb5123c305f783882340b6dd5ec710c4e9f91162"


EVENTS = [("statements", STATEMENT, "a ck:Event, ck:Statement ; rdfs:label 'The mayor speaks'"), ("actions", ACTION, "a ck:Event, ck:MilitaryAction ; rdfs:label 'Strike'"),
          ("negotiations", NEGOTIATION, "a ck:Event, ck:Negotiation ; rdfs:label 'Talks'"),
          ("relations", RELATION, "a ck:Relation ; rdfs:label 'The mayor serves Keld' ; ck:subject <actor/mayor> ; ck:predicate ck:supports")]


@pytest.mark.parametrize(("family", "record", "said"), EVENTS, ids=[e[0] for e in EVENTS])
def test_an_event_and_its_report_are_these_triples(family: str, record: Any, said: str) -> None:
    report = f"{record.ref}/report-{AT}"
    expected = turtle(f"""<{record.ref}> {said} .
        <{report}> a ck:Report ; ck:reports <{record.ref}> ; ck:modality ck:Asserted ; ck:attributedTo <article/a> ; ck:evidence <{report}/evidence> ;
            prov:wasGeneratedBy <run/{RUN}> .
        <{report}/evidence> a oa:SpecificResource ; oa:hasSource <article/a> ; oa:hasSelector <{report}/position>, <{report}/quote> .
        <{report}/position> a oa:TextPositionSelector ; oa:start 35 ; oa:end 96 .
        <{report}/quote> a oa:TextQuoteSelector ; oa:exact "aircraft struck a market in Keld, killing at least 12 people." ;
            oa:prefix "said that " ; oa:suffix " He spoke " .""")
    assert lines(mapped(base(**{family: (record,)})).graph) - lines(mapped(base()).graph) == lines(expected)


def test_evidence_at_the_ends_of_the_text_has_nothing_around_it() -> None:
    graph = mapped(reported(evidence=Span(0, len(TEXT)))).graph
    quote = URIRef(f"{ID}event/a/action-1/report-0/quote")
    assert graph.value(quote, OA.exact) == Literal(TEXT)
    assert (quote, OA.prefix, None) not in graph and (quote, OA.suffix, None) not in graph


def test_reports_of_one_passage_get_names_of_their_own() -> None:
    graph = mapped(base(actions=(replace(ACTION, reports=(REPORT, replace(REPORT, modality="Denied"), replace(REPORT, evidence=Span(0, 5)), REPORT)),))).graph
    assert {str(s).rpartition("/")[2] for s in graph.subjects(RDF.type, CK.Report)} == {f"report-{AT}", f"report-{AT}-2", f"report-{AT}-3", "report-0"}
    assert graph.value(URIRef(f"{ID}event/a/action-1/report-{AT}-2"), CK.modality) == CK.Denied


def test_a_figure_is_included_only_in_another_one_of_its_kind() -> None:
    for odd in (replace(DEAD, included_in=90), replace(DEAD, included_in=5)):
        assert (None, CK.includedIn, None) not in mapped(reported(casualties=(odd, r.Casualties("Wounded", 5)))).graph


REFUSED: list[tuple[str, Records, str]] = [
    ("statement", stated(kind="Whisper"), r"statement-1: kind 'Whisper' is none of the ontology's; correct kg/extract/lexicon/cues\.tsv"),
    ("action", base(actions=(replace(ACTION, kind="Claim"),)), r"action-1: kind 'Claim' .*lexicon/actions\.tsv"),
    ("negotiation", base(negotiations=(replace(NEGOTIATION, kind="Chat"),)), r"negotiation-1: kind 'Chat' .*lexicon/negotiations\.tsv"),
    ("predicate", related(predicate="likes"), "relation/a/1: predicate 'likes' is not in the ontology"),
    ("modality", reported(modality="Certain"), "a.txt, characters 35 to 96: modality 'Certain' is not in the ontology"),
    ("status", reported(status="Over"), "a.txt, characters 35 to 96: status 'Over' is not in the ontology"),
    ("actor", found(replace(NOBODY, kind="Militia")), "actor/nobody: kind 'Militia' is none of the ontology's kinds of actor"),
    ("empty evidence", reported(evidence=Span(5, 5)), "a.txt: characters 5 to 5 lie outside the text of 116 characters"),
    ("evidence past the end", reported(evidence=Span(5, 500)), "characters 5 to 500 lie outside"),
    ("trigger before the start", reported(trigger=Span(-1, 4)), "characters -1 to 4 lie outside"),
    ("content past the end", reported(content_spans=(Span(0, 2), Span(100, 117))), "characters 100 to 117 lie outside"),
    ("words that end before they start", reported(resolutions=(r.Resolution("actor/mayor", "title", Span(9, 3)),)), "characters 9 to 3 lie outside"),
]


@pytest.mark.parametrize(("records", "message"), [pytest.param(c[1], c[2], id=c[0]) for c in REFUSED])
def test_what_has_no_place_in_the_ontology_is_refused(records: Records, message: str) -> None:
    with pytest.raises(MappingError, match=message):
        mapped(records)


def everything() -> Records:
    """One record of each family with all its fields, and things that the article brings and others that are known."""
    told = replace(REPORT, attributed_to=("actor/nobody",), stated_in=STATEMENT.ref, trigger=Span(44, 50), source_span=MAYOR, cue_span=Span(25, 29),
                   content_spans=(Span(35, 67), Span(69, 93)), title_in_text="mayor", locations=("place/keld",), date=r.Date("2031-05-03", "2031-05-04"),
                   rule="strike", resolutions=(r.Resolution("actor/nobody", "title", MAYOR, MAYOR), r.Resolution("place/keld", "context")))
    strike = replace(told, perpetrators=("actor/army",), targets=("place/keld", "actor/nobody"), weapon="aircraft",
                     casualties=(r.Casualties("Killed", 86, 12, None, "people", "at least"), r.Casualties("Killed", 90, 3, 3, "children", None, 86)),
                     quantities=(r.Quantity(70, 2, "sorties"),))
    talks = replace(told, parties=("actor/army", "actor/nobody"), mediators=("actor/herald",), subject="a truce", status="Planned", modality="Planned")
    return Records(
        replace(ARTICLE, title="Shots at Keld", author="A. Reporter", issued="2031-05", source="https://kg.example/a"),
        actors=(NOBODY, r.Actor("actor/army", "the army", "ArmedForce", ("the Army",)), r.Actor("actor/herald", "Herald", "MediaOrganization")),
        places=(replace(KELD, aliases=("Kjeld",), within="place/marl"), r.Place("place/marl", "Marl")),
        publisher="actor/herald", original_source="actor/herald", mentions=("actor/army", "place/keld"),
        statements=(replace(STATEMENT, kind="Claim", speaker="actor/nobody", addressees=("actor/army",), about=(ACTION.ref, "place/keld"), content="aircraft struck",
                            quotations=("struck",), medium="actor/herald", date=r.Date("2031-05")),),
        actions=(replace(ACTION, kind="AirStrike", reports=(strike, replace(strike, modality="Denied"))),),
        negotiations=(replace(NEGOTIATION, kind="Talks", reports=(talks,)),),
        relations=(replace(RELATION, subject="actor/nobody", object="place/keld", predicate="controls", reports=(told,)),
                   r.Relation("relation/a/2", "Office", "actor/nobody", "holdsOffice", None, "mayor", (told,))))


def test_all_together_conforms_and_its_quotations_are_those_of_the_text() -> None:
    one = mapped(everything())
    assert len(one.graph) > 200
    assert validate(one.graph, load_shapes(), one.derived) == []
    assert check_evidence(one.graph, TEXT) == []
    assert len(check_evidence(one.graph, "-" + TEXT)) == 6


def test_each_triple_stands_in_one_graph_and_no_node_is_blank() -> None:
    one = mapped(everything())
    assert lines(one.graph) & lines(one.derived) == set()
    assert all(isinstance(node, (URIRef, Literal)) for graph in (one.graph, one.derived) for triple in graph for node in triple)
    brought = {str(s).removeprefix(ID) for s in one.derived.subjects()}
    assert brought == {"actor/nobody", "actor/army", "actor/herald", "place/keld", "place/marl", f"run/{RUN}"}
    assert not any((URIRef(ID + ref), None, None) in one.graph for ref in brought)
    kept = replace(everything(), actors=tuple(replace(a, known=True) for a in everything().actors), places=tuple(replace(p, known=True) for p in everything().places))
    assert lines(mapped(kept).derived) == lines(mapped(base()).derived)
    assert lines(mapped(kept).graph) == lines(one.graph)


PRINT = "import sys; from tests.test_mappers import *; m = mapped(everything()); sys.stdout.write('\\n'.join(sorted(lines(m.graph) | lines(m.derived))))"


def test_the_same_records_give_the_same_bytes_in_every_process() -> None:
    told = {subprocess.run([sys.executable, "-c", PRINT], check=True, capture_output=True, cwd=RESOURCES, env={"PYTHONHASHSEED": seed}).stdout for seed in ("1", "2")}
    assert told == {"\n".join(sorted(lines(mapped(everything()).graph) | lines(mapped(everything()).derived))).encode()}


ODD = ['"quoted" and \'single\'', "back\\slash", "line\nbreak\r\nand\ttab", "قال المتحدث \u202eباسم", "🕊️👩‍👩‍👧‍👦", "e\u0301 and \u00e9", "a\u2028b\u0085c",
       "</script><!--", "]]>", '"""', "\ufeffmark", "12", "true", "2031-05-04", " around ", "\x01\x7f"]


@pytest.mark.parametrize("odd", ODD, ids=ascii)
def test_strange_strings_come_back_to_the_letter(odd: str) -> None:
    text = f"Before {odd} after"
    span = Span(7, 7 + len(odd))
    report = Report(span, title_in_text=odd, weapon=odd, subject=odd, rule=odd, casualties=(r.Casualties("Killed", 1, victims=odd, hedge=odd),),
                    quantities=(r.Quantity(1, 1, odd),), resolutions=(r.Resolution("actor/nobody", "title", span, span),))
    records = Records(
        r.Article(odd, "a", text, title=odd, author=odd), actors=(replace(NOBODY, label=odd, aliases=(f"{odd}!",)),), places=(replace(KELD, label=odd),),
        statements=(replace(STATEMENT, label=odd, content=odd, quotations=(odd,), reports=(report,)),), relations=(replace(RELATION, label=odd, office=odd, reports=(report,)),))
    one = mapped(records)
    assert check_evidence(one.graph, text) == []
    triples = "\n".join(lines(one.graph) | lines(one.derived))
    store = ox.Store()
    store.load(triples.encode(), format=ox.RdfFormat.N_TRIPLES)
    back = {(q.subject.value, q.predicate.value, q.object.value) for q in store}
    for ref, predicates in (("article/a", (DCTERMS.identifier, DCTERMS.title, DCTERMS.creator)), ("event/a/statement-1", (RDFS.label, CK.content, CK.quotation)),
                            ("relation/a/1", (RDFS.label, CK.office)), ("event/a/statement-1/report-7", (CK.titleInText, CK.weapon, CK.subject, CK.rule)),
                            ("event/a/statement-1/report-7/quote", (OA.exact,)), ("event/a/statement-1/report-7/killed-1", (CK.victims, CK.hedge)),
                            ("event/a/statement-1/report-7/quantity-1", (CK.unit,)), ("event/a/statement-1/report-7/resolution-actor-nobody", (CK.wordsInText, CK.antecedentInText)),
                            ("actor/nobody", (SKOS.prefLabel,)), ("place/keld", (SKOS.prefLabel,))):
        for predicate in predicates:
            assert (ID + ref, str(predicate), odd) in back, (ref, predicate)
    assert all(q.object.datatype.value == "http://www.w3.org/2001/XMLSchema#string" for q in store
               if isinstance(q.object, ox.Literal) and q.object.value == odd and q.object.language is None)


def derived(*things: tuple[str, str, str]) -> Graph:
    """Graphs of one article each: ref, kind and label of an actor, or of a place within another (kind is then the other)."""
    graph = new_graph()
    for ref, kind, label in things:
        one = mapped(found(r.Actor(ref, label, kind) if ref.startswith("actor") else r.Place(ref, label, within=kind)))
        graph += one.derived
    return graph


def test_where_articles_differ_most_of_them_are_kept_the_first_of_equals() -> None:
    a, b, c = derived(("actor/x", "Person", "B. X")), derived(("actor/x", "ArmedGroup", "A. X")), derived(("actor/x", "ArmedGroup", "B. X"))
    for parts in ((a, b, c), (c, b, a)):
        assert lines(merge_derived(parts)) == lines(turtle(
            f"<actor/x> a ck:Actor, ck:ArmedGroup ; skos:prefLabel 'B. X'@en ; skos:altLabel 'A. X'@en . <run/{RUN}> a prov:Activity ; rdfs:label 'conflict-kg 0.1.0 rules 3' ."))
    tie = merge_derived((a, b))
    x = URIRef(f"{ID}actor/x")
    assert set(tie.objects(x, SKOS.prefLabel)) == {Literal("A. X", "en")} and set(tie.objects(x, SKOS.altLabel)) == {Literal("B. X", "en")}
    assert set(tie.objects(x, RDF.type)) == {CK.Actor, CK.ArmedGroup}
    places = merge_derived((derived(("place/x", "place/b", "X")), derived(("place/x", "place/a", "X")), derived(("place/x", "place/b", "X"))))
    assert set(places.objects(URIRef(f"{ID}place/x"), CK.within)) == {URIRef(f"{ID}place/b")}


def test_refs_become_names_below_the_base() -> None:
    scope = Scope(ARTICLE, "https://kg.example/base", RUN)
    assert scope.iri("actor/x") == URIRef("https://kg.example/base/id/actor/x")
    assert scope.article_iri == URIRef("https://kg.example/base/id/article/a")
    elsewhere = map_records(everything(), replace(SETTINGS, base_iri="https://kg.example/base"), RUN)
    assert not [s for s in elsewhere.graph.subjects() if not str(s).startswith("https://kg.example/base/id/")]
