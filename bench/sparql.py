"""``make bench-sparql``: the same graph, queries and clients against our server, Oxigraph's own and rdflib-endpoint, in one run."""

from __future__ import annotations

import os
import platform
import sys
from contextlib import ExitStack
from pathlib import Path

import click
from tqdm import tqdm

from bench import generate, tables
from bench.client import Sample
from bench.measure import Answered, Measured, Question, ask, questions, run
from bench.servers import BUILD, Server, ServerError, ours, oxigraph, rdflib_endpoint

OURS, CACHED, UNCHANGED, OXIGRAPH, RDFLIB, OXRDFLIB = tables.COLUMNS
_QUERIES = Path(__file__).parent / "queries"
_TIMES: list[int] = [0]


def fresh() -> int:
    """The first number of a run, so that no two runs send the same request."""
    _TIMES[0] += 1
    return _TIMES[0] * 100_000 % 90_000_000


def measured(question: Question, servers: dict[str, Server], clients: list[int], seconds: float, rounds: int, limit: float) -> list[tables.Line]:
    """A question at every server: first one answer, which must have as many rows as Oxigraph's, then load."""
    answers = {name: ask(server, question, limit) for name, server in servers.items()}
    for name, answered in answers.items():
        if answered.fault:
            servers[name].restart()
    lines = []
    for number in clients:
        line = tables.Line(question, number, answers[OXIGRAPH].rows, loaded(question, number, servers, answers, seconds, rounds, limit))
        tqdm.write(tables.brief(line), file=sys.stderr)
        lines.append(line)
    return lines


def loaded(question: Question, clients: int, servers: dict[str, Server], answers: dict[str, Answered], seconds: float, rounds: int,
           limit: float) -> dict[str, Measured]:
    """The load of one question and one number of clients, the servers taking turns; slow peers once only."""
    results: dict[str, Measured] = {}
    for turn in range(rounds):
        for name in tables.COLUMNS:
            server, answered = servers.get(name) or servers.get(CACHED), answers.get(name) or answers.get(CACHED)
            if server is None or answered is None or (name in {RDFLIB, OXRDFLIB} and (name not in servers or turn)):
                continue
            result = results.setdefault(name, Measured())
            if answered.fault or answered.rows != answers[OXIGRAPH].rows:
                result.fault = answered.fault or f"{answered.rows} rows"
                continue
            if name == UNCHANGED and not answered.tag:
                result.fault = "no ETag"
                continue
            sample = load_once(name, server, question, clients, lasting(seconds, name, answers[OXIGRAPH]), limit, answered.tag)
            result.samples.append(sample)
            if any(kind.startswith("no answer") for kind in sample.faults):
                server.restart()
    return results


def lasting(seconds: float, name: str, answered: Answered) -> float:
    """How long a run takes: longer for a query that is slow at Oxigraph's server, so that no rate rests on one answer."""
    return seconds if name in {CACHED, UNCHANGED} else max(seconds, min(4 * answered.seconds, 4 * seconds))


def load_once(name: str, server: Server, question: Question, clients: int, seconds: float, limit: float, tag: str) -> Sample:
    if name == CACHED:
        return run(server, question, clients, seconds, limit, varied=False)
    if name == UNCHANGED:
        return run(server, question, clients, seconds, limit, varied=False, tag=tag)
    return run(server, question, clients, seconds, limit, first=fresh())


@click.command()
@click.option("--triples", default=1_000_000, show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("--seconds", default=2.0, show_default=True, help="Length of one run.")
@click.option("--rounds", default=3, show_default=True, help="Runs at each server; the median counts. Peers based on rdflib run once.")
@click.option("--clients", default="1,16", show_default=True)
@click.option("--limit", default=20.0, show_default=True, help="Seconds after which a server counts as not answering.")
@click.option("--only", default="", help="Only queries whose name contains this.")
@click.option("--peers/--no-peers", default=True, help="With or without rdflib-endpoint.")
@click.option("--write", type=click.Path(path_type=Path), help="Write the tables here, too.")
def main(triples: int, seed: int, seconds: float, rounds: int, clients: str, limit: float, only: str, peers: bool, write: Path | None) -> None:
    """Measure the endpoint. Example: python -m bench.sparql --triples 100000 --only 08 --no-peers"""
    data, quads = BUILD / f"data-{triples}-{seed}", BUILD / f"data-{triples}-{seed}.nq"
    BUILD.mkdir(parents=True, exist_ok=True)
    lines: list[tables.Line] = []
    try:
        found = questions(_QUERIES, only)
        if not quads.exists():
            part = quads.with_suffix(".part.nq")
            generate.write(part, triples, seed)
            part.rename(quads)
        if not (data / "current").exists():
            generate.write(data, triples, seed)
        with ExitStack() as stack:
            servers = {OURS: stack.enter_context(ours(data, 0)), CACHED: stack.enter_context(ours(data, 64)),
                       OXIGRAPH: stack.enter_context(oxigraph(data))}
            if peers:
                servers[RDFLIB] = stack.enter_context(rdflib_endpoint("memory", quads))
                servers[OXRDFLIB] = stack.enter_context(rdflib_endpoint("oxigraph", (data / "current").resolve()))
            for server in servers.values():
                server.wait(900)
            for question in tqdm(found, unit=" queries", disable=None):
                lines += measured(question, servers, [int(c) for c in clients.split(",")], seconds, rounds, limit)
    except ServerError as error:
        click.echo(f"bench: {error}", err=True)
        if not lines:
            sys.exit(2)  # what was measured before is worth its table
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    text = tables.document(lines, triples, seconds, rounds, limit, machine)
    click.echo(text)
    if write is not None:
        write.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
