"""Why the graph says something: rule, words, steps of resolution and quotation of each report of an event or relation."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyoxigraph as ox
from rdflib.namespace import DCTERMS, PROV, RDFS, SKOS

from kg.errors import KGError
from kg.namespaces import CK, OA
from kg.store import Snapshot

_ROLES = ("perpetrator", "target", "location", "party", "mediator", "attributedTo")
#: What the words at each span of a report do.
SPANS = {"trigger": "names the event", "cueSpan": "tells of the speaking", "sourceSpan": "names the speaker", "contentSpan": "is what was said"}


@dataclass(frozen=True)
class Step:
    """Words of the passage (None: no word stands for it), whom they mean, by which method, and where the text names it before."""

    words: str | None
    meaning: str
    method: str
    antecedent: str | None

    def text(self) -> str:
        """The step as a sentence."""
        said = f"“{self.words}” means {self.meaning}" if self.words else f"{self.meaning} follows from the context"
        return f"{said} ({self.method})" + (f", named before as “{self.antecedent}”" if self.antecedent else "")


@dataclass(frozen=True)
class Explanation:
    """One report: where it stands, what found it, and what leads from its words to its actors and places."""

    report: str
    article: str
    start: int
    end: int
    prefix: str
    quote: str
    suffix: str
    modality: str
    rule: str
    meaning: str  # of the rule
    words: tuple[tuple[str, str], ...]  # (words, what they do)
    roles: tuple[tuple[str, str], ...]  # (role, label)
    steps: tuple[Step, ...]
    stated_in: str | None
    run: str


@cache
def rules() -> dict[str, str]:
    """What each rule looks for, by the part of its name before the colon."""
    path = Path(__file__).parent / "extract" / "lexicon" / "rules.tsv"
    with path.open(encoding="utf-8") as handle:
        return {row["rule"]: row["meaning"] for row in csv.DictReader(handle, delimiter="\t", quoting=csv.QUOTE_NONE)}


def explain(snapshot: Snapshot, iri: str) -> list[Explanation]:
    """The explanations of all reports of an event or relation, or of one report, in the order of the text.

    :raises KGError: where the graph has no such event, relation or report
    """
    node = ox.NamedNode(iri)
    reports = [q.subject for q in snapshot.store.quads_for_pattern(None, _ck("reports"), node)]
    if not reports and _one(snapshot, node, _ck("reports")) is not None:
        reports = [node]
    found = [_explanation(snapshot, r) for r in reports if isinstance(r, ox.NamedNode)]
    if not found:
        raise KGError(f"{iri}: no report tells of this; give the IRI of an event, a relation or a report (kg query lists them)")
    return sorted(found, key=lambda e: (e.start, e.report))


def as_text(found: Explanation) -> str:
    """The explanation in lines for a terminal."""
    lines = [f"{found.report}", f"  in          {found.article}, characters {found.start} to {found.end}",
             f"  quote       {found.prefix}[{found.quote}]{found.suffix}".replace("\n", " "),
             f"  modality    {found.modality}", f"  found by    {found.rule}: {found.meaning}"]
    lines += [f"  words       “{' '.join(words.split())}” {does}" for words, does in found.words]
    lines += [f"  {role:<11} {label}" for role, label in found.roles]
    lines += [f"  resolved    {step.text()}" for step in found.steps]
    lines += [f"  stated in   {found.stated_in}"] if found.stated_in else []
    return "\n".join([*lines, f"  run         {found.run}"])


def _explanation(snapshot: Snapshot, report: ox.NamedNode) -> Explanation:
    evidence = _one(snapshot, report, _ck("evidence"))
    start = end = 0
    words = {"exact": "", "prefix": "", "suffix": ""}
    for selector in _all(snapshot, evidence, ox.NamedNode(str(OA.hasSelector))):
        start, end = _range(snapshot, selector) or (start, end)
        words |= {k: v for k in words if (v := _text(snapshot, selector, ox.NamedNode(str(OA[k]))))}
    spans = [(found, name) for name in SPANS for s in _all(snapshot, report, _ck(name)) if (found := _range(snapshot, s))]
    told = tuple((words["exact"][a - start:b - start], SPANS[name]) for (a, b), name in sorted(spans) if start <= a and b <= end)
    rule = _text(snapshot, report, _ck("rule"))
    stated = _one(snapshot, report, _ck("statedIn"))
    return Explanation(
        report=report.value, article=_label(snapshot, _one(snapshot, evidence, ox.NamedNode(str(OA.hasSource)))), start=start, end=end,
        prefix=words["prefix"], quote=words["exact"], suffix=words["suffix"],
        modality=_label(snapshot, _one(snapshot, report, _ck("modality"))), rule=rule, meaning=rules().get(rule.split(":")[0], ""),
        words=told, roles=tuple((r, _label(snapshot, o)) for r in _ROLES for o in _all(snapshot, report, _ck(r))),
        steps=tuple(sorted((_step(snapshot, s) for s in _all(snapshot, report, _ck("resolutionStep"))), key=lambda s: (s.meaning, s.method))),
        stated_in=_label(snapshot, stated) if stated is not None else None,
        run=_label(snapshot, _one(snapshot, report, ox.NamedNode(str(PROV.wasGeneratedBy)))))


def _step(snapshot: Snapshot, node: ox.NamedNode) -> Step:
    return Step(_text(snapshot, node, _ck("wordsInText")) or None, _label(snapshot, _one(snapshot, node, _ck("resolvedTo"))),
                _text(snapshot, node, _ck("method")), _text(snapshot, node, _ck("antecedentInText")) or None)


def _ck(name: str) -> ox.NamedNode:
    return ox.NamedNode(str(CK[name]))


def _all(snapshot: Snapshot, subject: ox.NamedNode | None, predicate: ox.NamedNode) -> list[ox.NamedNode]:
    found = snapshot.store.quads_for_pattern(subject, predicate, None) if subject is not None else iter(())
    return sorted((q.object for q in found if isinstance(q.object, ox.NamedNode)), key=str)


def _one(snapshot: Snapshot, subject: ox.NamedNode | None, predicate: ox.NamedNode) -> ox.NamedNode | None:
    return next(iter(_all(snapshot, subject, predicate)), None)


def _text(snapshot: Snapshot, subject: ox.NamedNode, predicate: ox.NamedNode) -> str:
    found = (q.object for q in snapshot.store.quads_for_pattern(subject, predicate, None))
    return next((o.value for o in found if isinstance(o, ox.Literal)), "")


def _range(snapshot: Snapshot, selector: ox.NamedNode) -> tuple[int, int] | None:
    start, end = (_text(snapshot, selector, ox.NamedNode(str(OA[k]))) for k in ("start", "end"))
    return (int(start), int(end)) if start and end else None


def _label(snapshot: Snapshot, node: ox.NamedNode | None) -> str:
    """Label or title of a thing, else the last part of its IRI."""
    if node is None:
        return ""
    names = (SKOS.prefLabel, RDFS.label, DCTERMS.title, DCTERMS.identifier)
    return next((t for n in names if (t := _text(snapshot, node, ox.NamedNode(str(n))))), node.value.rsplit("#", 1)[-1].rsplit("/", 1)[-1])
