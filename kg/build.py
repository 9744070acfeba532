"""The whole line for many articles: read, extract, map, validate, load, publish. Incremental and repeatable."""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rdflib import Graph, URIRef
from rdflib.namespace import RDF, SKOS

from kg.articles import read
from kg.authority import Authority, load
from kg.errors import KGError
from kg.index import open_index
from kg.iris import slug
from kg.mappers import MappedArticle, map_authority, map_records, merge_derived, new_graph
from kg.namespaces import CK
from kg.settings import RESOURCES, Settings
from kg.store import Writer, open_current
from kg.texts import text_path
from kg.validate import Finding, check_evidence, load_shapes, report_graph, report_text, validate
from kg.versions import run_id

if TYPE_CHECKING:
    from kg.extract import Extractor

Progress = Callable[[Iterable[str]], Iterable[str]]
FAMILIES = ("statements", "actions", "negotiations", "relations")


@dataclass
class Summary:
    """What a build did; ``stages`` has the seconds of each."""

    added: int = 0
    unchanged: int = 0
    failed: dict[str, str] = field(default_factory=dict)
    quarantined: dict[str, str] = field(default_factory=dict)
    events: Counter[str] = field(default_factory=Counter)
    articles: int = 0
    triples: int = 0
    words: int = 0
    snapshot: int | None = None
    published: bool = False
    seconds: float = 0.0
    stages: Counter[str] = field(default_factory=Counter)

    def text(self) -> str:
        """The summary for people."""
        counts = ", ".join(f"{self.events[f]} {f}" for f in FAMILIES)
        lines = [f"{self.articles} articles in the graph ({self.added} new or changed, {self.unchanged} unchanged): {counts}; "
                 f"{self.triples} triples; {len(self.quarantined)} quarantined; {len(self.failed)} not read; "
                 f"{self.seconds:.1f} s"]
        lines += [f"not read: {reason}" for reason in self.failed.values()]
        lines += [f"quarantined: {name}: see {path}" for name, path in self.quarantined.items()]
        lines.append(f"published snapshot {self.snapshot}" if self.published else
                     f"nothing changed; snapshot {self.snapshot} stays" if self.snapshot else "nothing to publish")
        return "\n".join(lines)


class _Clock:
    """Adds the time since the last tick to a stage."""

    def __init__(self, stages: Counter[str]) -> None:
        self._stages, self._last = stages, time.perf_counter()

    def tick(self, stage: str) -> None:
        now = time.perf_counter()
        self._stages[stage] += now - self._last  # type: ignore[assignment]
        self._last = now


def build(sources: list[str], settings: Settings, progress: Progress = iter) -> Summary:
    """Builds the articles of ``sources`` (files and URLs) into the data folder and publishes, if anything changed.

    One bad article never stops the others: it is listed in the summary, its report lies in ``quarantine/``.

    :raises KGError: for what concerns all articles (pipeline, authority, store)
    """
    began = time.perf_counter()
    summary = Summary()
    authority = load(settings.authority)
    with Writer(settings.data) as writer:
        line = _Line(settings, authority, writer, summary)
        line.common_graphs()
        for source in progress(sources):
            line.article(source)
        line.finish()
    summary.seconds = time.perf_counter() - began
    return summary


def remove(article: str, settings: Settings) -> str:
    """Takes an article (identifier, id or IRI) out of the graph, leaves a tombstone, publishes; gives its id.

    :raises KGError: where no such article is in the graph
    """
    folder = settings.data / "articles"
    for path in sorted(folder.glob("*.json")):
        manifest = json.loads(path.read_text("utf-8"))
        if article in {manifest["identifier"], path.stem, f"{settings.base_iri}/id/article/{path.stem}"}:
            with Writer(settings.data) as writer:
                writer.remove_graph(manifest["graph"])
                path.unlink()
                (settings.data / "derived" / f"{path.stem}.nt").unlink(missing_ok=True)
                text_path(settings.data, path.stem).unlink(missing_ok=True)
                _write_derived(settings, writer)
                stones = settings.data / "tombstones.json"
                known = json.loads(stones.read_text("utf-8")) if stones.exists() else {}
                known[path.stem] = manifest["identifier"]
                _write(stones, json.dumps(known, indent=1, sort_keys=True))
                writer.publish()
            return path.stem
    raise KGError(f"{article}: no such article in {settings.data}; give its file name, id or IRI")


def _write(path: Path, text: str) -> None:
    """Writes whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".tmp")
    part.write_text(text, "utf-8", newline="")
    part.replace(path)


def _parse(paths: list[Path]) -> Graph:
    graph = new_graph()
    for path in paths:
        graph.parse(path)
    return graph


def _write_derived(settings: Settings, writer: Writer) -> None:
    parts = [Graph().parse(p, format="nt") for p in sorted((settings.data / "derived").glob("*.nt"))]
    writer.replace_graph(f"{settings.base_iri}/graph/derived", merge_derived(parts))


class _Line:
    """The stages with what they share."""

    def __init__(self, settings: Settings, authority: Authority, writer: Writer, summary: Summary) -> None:
        self.settings, self.authority, self.writer, self.summary = settings, authority, writer, summary
        self.data = settings.data
        self.changed = False
        self.clock = _Clock(summary.stages)
        self.run = run_id(settings)
        self.clock.tick("start")

    # What only a changed article needs is loaded when the first one comes: most builds find little that is new.
    @cached_property
    def extractor(self) -> Extractor:
        from kg.extract import Extractor

        return Extractor(self.settings, self.authority)

    @cached_property
    def shapes(self) -> Graph:
        return load_shapes()

    @cached_property
    def known(self) -> Graph:
        return map_authority(self.authority, self.settings)

    def common_graphs(self) -> None:
        """Ontology and authority, where their sources differ from what the store was made of."""
        ontology = sorted((RESOURCES / "ontology").glob("*.ttl"))
        tables = [*sorted((RESOURCES / "ontology" / "authority").glob("*.tsv")), *self.settings.authority]
        for name, sources in (("ontology", ontology), ("authority", tables)):
            digest = hashlib.sha256(f"{self.settings.base_iri}\n{self.run}\n".encode())
            for path in sources:
                digest.update(path.read_bytes())
            mark = self.data / f"{name}.sha256"
            if not mark.exists() or mark.read_text("ascii") != digest.hexdigest():
                self.writer.replace_graph(f"{self.settings.base_iri}/graph/{name}", self.known if name == "authority" else _parse(ontology))
                _write(mark, digest.hexdigest())
                self.changed = True
        self.clock.tick("store")

    def article(self, source: str) -> None:
        """One article through all stages."""
        try:
            article = read(source, self.settings)
        except KGError as error:
            self.summary.failed[source] = str(error)
            _write(self.data / "quarantine" / (slug(source, 80) or "source") / "report.txt", f"{error}\n")
            return
        self.clock.tick("read")
        manifest = self.data / "articles" / f"{article.id}.json"
        digest = hashlib.sha256(repr(article).encode()).hexdigest()
        state = {"identifier": article.identifier, "digest": digest, "run": self.run}
        if manifest.exists():
            before = json.loads(manifest.read_text("utf-8"))
            if all(before.get(k) == v for k, v in state.items()) and not self.changed and text_path(self.data, article.id).exists():
                self.summary.unchanged += 1
                return
        quarantine = self.data / "quarantine" / article.id
        extractor = self.extractor
        self.clock.tick("start")
        try:
            records = extractor.extract(article)
            self.clock.tick("extract")
            mapped = map_records(records, self.settings, self.run)
            self.clock.tick("map")
        except Exception as error:  # one article's fault must not cost the others
            self._refuse(quarantine, article.identifier, f"{type(error).__name__}: {error}\n", None, [])
            return
        findings = validate(mapped.graph, self.shapes, self._context(mapped)) + check_evidence(mapped.graph, article.text)
        self.clock.tick("validate")
        if any(f.severity == "Violation" for f in findings):
            self._refuse(quarantine, article.identifier, report_text(findings), mapped, findings)
            return
        triples = self.writer.replace_graph(mapped.graph_iri, mapped.graph)
        derived = sorted(line + "\n" for line in mapped.derived.serialize(format="nt").split("\n") if line)  # a name may hold U+2028
        _write(self.data / "derived" / f"{article.id}.nt", "".join(derived))
        _write(text_path(self.data, article.id), article.text)
        state |= {"graph": mapped.graph_iri, "triples": str(triples), "words": str(len(article.text.split()))}
        _write(manifest, json.dumps(state | {f: str(len(getattr(records, f))) for f in FAMILIES}, indent=1, sort_keys=True))
        shutil.rmtree(quarantine, ignore_errors=True)
        self.changed_article = True
        self.summary.added += 1
        self.summary.words += len(article.text.split())
        self.clock.tick("store")

    changed_article = False

    def _context(self, mapped: MappedArticle) -> Graph:
        """The derived graph, and of the authority's only what the article or the derived graph leads to."""
        context = new_graph()
        context += mapped.derived
        for node in {o for graph in (mapped.graph, mapped.derived) for o in graph.objects() if isinstance(o, URIRef)}:
            for predicate in (RDF.type, SKOS.prefLabel):
                for value in self.known.objects(node, predicate):
                    context.add((node, predicate, value))
        return context

    def _refuse(self, folder: Path, name: str, report: str, mapped: MappedArticle | None, findings: list[Finding]) -> None:
        _write(folder / "report.txt", report)
        if mapped is not None:
            _write(folder / "article.ttl", mapped.graph.serialize(format="turtle"))
            _write(folder / "report.ttl", report_graph(findings, self.settings.base_iri).serialize(format="turtle"))
        self.summary.quarantined[name] = str(folder / "report.txt")

    def finish(self) -> None:
        """Derived graph, counts, publication."""
        changed = self.changed or self.changed_article or self.writer.ahead
        if changed:
            _write_derived(self.settings, self.writer)
        current = self.data / "current"
        if changed or not current.exists():
            self.summary.snapshot = self.writer.publish()
            self.summary.published = True
            open_index(open_current(self.data), self.data)  # so that the first reader need not wait for it
        else:
            self.summary.snapshot = int(current.resolve().name)
        for path in sorted((self.data / "articles").glob("*.json")):
            manifest: dict[str, Any] = json.loads(path.read_text("utf-8"))
            self.summary.articles += 1
            self.summary.triples += int(manifest["triples"])
            for f in FAMILIES:
                self.summary.events[f] += int(manifest[f])
        self.clock.tick("publish")


__all__ = ["CK", "Summary", "build", "remove"]
