"""The command line: each command parses, calls one function, prints the answer. Exit 1: something failed; 2: wrong usage."""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path

import click
import pyoxigraph as ox
from rdflib import Graph
from tqdm import tqdm

from kg import __version__
from kg.articles import find, read
from kg.authority import load
from kg.build import build as build_articles
from kg.build import remove as remove_article
from kg.dump import dump as dump_snapshot
from kg.errors import KGError
from kg.explain import as_text, explain
from kg.index import open_index
from kg.index.words import expanded
from kg.namespaces import PREFIXES
from kg.settings import RESOURCES, Settings
from kg.store import open_current
from kg.validate import load_shapes, report_graph, report_text, validate


class _Commands(click.Group):
    """Shows our own errors as one line."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except KGError as error:
            click.echo(f"kg: {error}", err=True)
            sys.exit(1)


@click.group(cls=_Commands)
@click.version_option(__version__, prog_name="kg")
def main() -> None:
    """A knowledge graph of conflict reporting. KG_DATA names the data folder (default ./data)."""


@main.command()
@click.argument("sources", nargs=-1)
@click.option("--authority", multiple=True, type=click.Path(path_type=Path), help="A further table of actors or places.")
@click.option("--strict", is_flag=True, help="Exit with 1 if anything was quarantined or not read.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
def build(sources: tuple[str, ...], authority: tuple[Path, ...], strict: bool, quiet: bool) -> None:
    """Read, extract, map, validate, load and publish articles: files, folders or URLs.

    Without SOURCES the bundled sample is built. Example: kg build articles/ https://example.org/report.html
    """
    settings = Settings.from_env()
    settings = dataclasses.replace(settings, authority=(*settings.authority, *authority))
    found = find(list(sources) or [str(RESOURCES / "corpus")])
    summary = build_articles(found, settings, lambda items: tqdm(items, unit=" articles", disable=quiet or None, file=sys.stderr))
    click.echo(summary.text(), err=True)
    if summary.failed and len(summary.failed) == len(found) or strict and (summary.failed or summary.quarantined):
        sys.exit(1)


@main.command()
@click.argument("sources", nargs=-1, required=True)
def extract(sources: tuple[str, ...]) -> None:
    """Print the records of articles as JSON lines. Example: kg extract report.txt | head"""
    from kg.extract import Extractor  # only this command needs the parser itself

    settings = Settings.from_env()
    extractor = Extractor(settings, load(settings.authority))
    for source in find(list(sources)):
        click.echo(json.dumps(dataclasses.asdict(extractor.extract(read(source, settings))), ensure_ascii=False))


@main.command(name="validate")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--rdf", type=click.Path(path_type=Path), help="Write the report as Turtle, too.")
def validate_command(file: Path | None, rdf: Path | None) -> None:
    """SHACL report on an RDF file, or on the published graph. Example: kg validate dump.ttl"""
    settings = Settings.from_env()
    data = Graph()
    if file is not None:
        kind = ox.RdfFormat.from_extension(file.suffix.lstrip("."))
        if kind is None:
            raise KGError(f"{file}: no RDF format has this suffix; use .ttl, .nt, .nq, .trig, .rdf or .jsonld")
        try:
            triples = [q.triple for q in ox.parse(path=str(file), format=kind)]
        except SyntaxError as error:
            raise KGError(f"{file}: not well-formed: {error}") from error
    else:
        triples = [q.triple for q in open_current(settings.data).store]
    nt = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    data.parse(data=nt or b"", format="nt")
    findings = validate(data, load_shapes())
    click.echo(report_text(findings), nl=False)
    if rdf is not None:
        report_graph(findings, settings.base_iri).serialize(rdf, format="turtle")
    sys.exit(1 if any(f.severity == "Violation" for f in findings) else 0)


_RESULTS = {"json": ox.QueryResultsFormat.JSON, "csv": ox.QueryResultsFormat.CSV, "tsv": ox.QueryResultsFormat.TSV,
            "xml": ox.QueryResultsFormat.XML}


@main.command(name="query")
@click.argument("query")
@click.option("--format", "kind", default="table", type=click.Choice(["table", "json", "csv", "tsv", "xml", "turtle"]))
def query_command(query: str, kind: str) -> None:
    """Run a SPARQL query, from a file or as text, on the published graph.

    Example: kg query queries/reports.rq --format csv > reports.csv
    """
    text = Path(query).read_text("utf-8") if query.endswith(".rq") else query
    if not query.endswith(".rq"):
        text = "".join(f"PREFIX {p}: <{iri}>\n" for p, iri in PREFIXES.items()) + text
    data_folder = Settings.from_env().data
    snapshot = open_current(data_folder)
    if "matches" in text:
        text = expanded(text, open_index(snapshot, data_folder))
    try:
        found = snapshot.query(text)
    except SyntaxError as error:
        raise KGError(f"the query is malformed: {error}") from error
    if isinstance(found, ox.QueryTriples):
        data = ox.serialize(found, format=ox.RdfFormat.TURTLE, prefixes=PREFIXES)
    elif kind in _RESULTS:
        data = found.serialize(format=_RESULTS[kind])
    elif kind == "turtle":
        raise KGError("--format turtle needs a CONSTRUCT or DESCRIBE query; use table, json, csv, tsv or xml")
    elif isinstance(found, ox.QueryBoolean):
        data = (str(bool(found)).lower() + "\n").encode()
    else:
        data = _table(found).encode()
    sys.stdout.buffer.write(data or b"")


def _table(found: ox.QuerySolutions) -> str:
    names = [v.value for v in found.variables]
    rows = [[getattr(v, "value", "") if v is not None else "" for v in row] for row in found]
    widths = [min(60, max([len(n), *(len(r[i]) for r in rows)])) for i, n in enumerate(names)]
    lines = [" | ".join(n.ljust(w) for n, w in zip(names, widths, strict=True)), "-+-".join("-" * w for w in widths)]
    lines += [" | ".join(" ".join(c.split()).ljust(w) for c, w in zip(r, widths, strict=True)).rstrip() for r in rows]
    return "\n".join(lines) + f"\n{len(rows)} rows\n"


@main.command(name="explain")
@click.argument("iri")
def explain_command(iri: str) -> None:
    """Say which rule and which words led to an event, a relation or a report, and show the quotation.

    IRI: in full, or from event/ or relation/ on. Example: kg explain event/shots-at-keld-0123abcd/action-120
    """
    settings = Settings.from_env()
    full = iri if "://" in iri else f"{settings.base_iri}/id/{iri.lstrip('/').removeprefix('id/')}"
    click.echo("\n\n".join(as_text(e) for e in explain(open_current(settings.data), full)))


@main.command()
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="The suffix gives the format, also with .gz.")
@click.option("--quotes", default="full", type=click.Choice(["full", "short", "none"]), help="How much of the words is given on.")
def dump(output: Path, quotes: str) -> None:
    """Write the published graph to a file. Example: kg dump -o graph.trig.gz --quotes short"""
    written = dump_snapshot(open_current(Settings.from_env().data), output, quotes)
    click.echo(f"{written} statements in {output}", err=True)


@main.command()
@click.argument("article")
def remove(article: str) -> None:
    """Take an article out of the graph; its address then answers 410. Example: kg remove report.txt"""
    click.echo(f"removed {remove_article(article, Settings.from_env())}", err=True)


@main.command()
def serve() -> None:
    """Serve the published graph on http://127.0.0.1:8000/ (KG_HOST, KG_PORT). Example: KG_PORT=8080 kg serve"""
    from kg.web import serve as serve_forever  # only this command needs the server

    serve_forever(Settings.from_env())
