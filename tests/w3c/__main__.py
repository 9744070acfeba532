"""``make conformance``: the W3C SPARQL suites over HTTP and in process. Exit 1: something fails that must pass; 2: nothing could be run."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import click
from tqdm import tqdm

from tests.w3c import report, requests
from tests.w3c.endpoint import Endpoint, EndpointError, own_server
from tests.w3c.evaluate import in_process, over_http
from tests.w3c.manifests import Case, ManifestError, Suites

_REPOSITORY = Path(__file__).resolve().parents[2]


def run(cases: list[Case], endpoint: Endpoint, chosen: Callable[[Case], bool]) -> list[report.Result]:
    """All chosen tests, each over HTTP and, where it has a text, in process."""
    results = []
    for case in tqdm([c for c in cases if chosen(c)], unit=" tests", disable=None):
        if case.skip:
            results.append(report.Result(case))
        elif case.text is None:
            results.append(report.Result(case, requests.run(case, endpoint)))
        else:
            results.append(report.Result(case, over_http(case, endpoint), in_process(case)))
    return results


@click.command()
@click.option("--suites", type=click.Path(path_type=Path), default=_REPOSITORY.parent / "shared" / "w3c-rdf-tests" / "sparql",
              help="The folder that holds sparql11/ and sparql12/ of the W3C's rdf-tests.")
@click.option("--query-url", help="Test this endpoint in place of an instance of our own.")
@click.option("--update-url", help="Where it takes updates; the same address where this is not given.")
@click.option("--graph-store-url", help="Where it answers ?graph= and ?default.")
@click.option("--direct-url", help="The address below which graphs are named by their path; that of the graph store where this is not given.")
@click.option("--token", default="", help="Sent as Authorization: Bearer to the addresses that write.")
@click.option("--only", default="", help="Only tests whose name or suite contains this.")
@click.option("--write", type=click.Path(path_type=Path), help="Write the report here, too.")
def main(suites: Path, query_url: str | None, update_url: str | None, graph_store_url: str | None, direct_url: str | None, token: str,
         only: str, write: Path | None) -> None:
    """Run the W3C SPARQL suites. Example: python -m tests.w3c --query-url http://localhost:7878/query --update-url http://localhost:7878/update"""
    def chosen(case: Case) -> bool:
        return only in case.name or only == case.suite

    given = None
    if query_url:
        store_url = graph_store_url or query_url
        given = Endpoint(query_url, update_url or query_url, store_url, direct_url or store_url, token)
    try:
        found = Suites(suites)
        cases, newer = found.cases("sparql11/manifest-all.ttl"), found.cases("sparql12/manifest.ttl")
        with nullcontext(given) if given else own_server() as endpoint:
            results, later = run(cases, endpoint, chosen), run(newer, endpoint, chosen)
    except (ManifestError, EndpointError) as error:
        click.echo(f"conformance: {error}", err=True)
        sys.exit(2)
    text = report.document(results, later)
    click.echo(text[text.index("| Suite") :])
    if write is not None:
        write.write_text(text, "utf-8")
    if report.failed(results):
        click.echo("conformance: the server fails tests that it must pass, or no test was run", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
