"""What a run of the suites found, as Markdown and as a verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tests.w3c.evaluate import BY_VALUE, Outcome
from tests.w3c.manifests import Case

#: Suites in the order of the report, with their titles.
TITLES = {
    "protocol": "SPARQL 1.1 Protocol", "gsp-indirect": "Graph Store Protocol, indirect", "gsp-direct": "Graph Store Protocol, direct",
    "sd": "Service description", "query": "Query evaluation", "formats": "Results as CSV, TSV and JSON", "update": "Update evaluation",
    "syntax-query": "Query syntax", "syntax-update": "Update syntax",
}
#: Suites that test HTTP itself: all of them must pass.
HTTP_ONLY = ("protocol", "gsp-indirect", "gsp-direct", "sd")
#: What the store does differently, by the tests that show it.
STORE_CAUSES = {
    "zero_or_more_set_start": "a `*` path from a constant that is in no triple gives no row",
    "zero_or_more_set_end": "a `*` path to a constant that is in no triple gives no row",
    "zero_or_one_set_start": "a `?` path from a constant that is in no triple gives no row",
    "zero_or_one_set_end": "a `?` path to a constant that is in no triple gives no row",
    "graph": "`GRAPH ?g` around VALUES leaves ?g unbound",
    "graph-minus": "MINUS inside `GRAPH ?g` takes the graph name for a shared variable",
    "agg-empty-group-count-graph": "COUNT inside `GRAPH ?g` counts over all graphs",
    "agg-groupconcat-04": "GROUP_CONCAT of language-tagged strings keeps the tag",
    "agg-groupconcat-06": "GROUP_CONCAT of language-tagged strings keeps the tag",
    "bnode01": "BNODE(text) gives the same node in different rows",
    "tsv03": "a stored xsd:negativeInteger comes back as xsd:integer",
}


@dataclass(frozen=True)
class Result:
    """One test: what came over HTTP, and what the store does in process where it has a say. ``http`` is absent for a skipped test."""

    case: Case
    http: Outcome | None = None
    store: Outcome | None = None

    @property
    def ours(self) -> bool:
        """Whether the test fails over HTTP though the store passes it, or though it is of HTTP alone."""
        return self.http is not None and not self.http.passed and (self.store is None or self.store.passed)


def failed(results: Sequence[Result]) -> bool:
    """Whether the server loses anything that the store can do, or misses a test of HTTP itself."""
    return not any(r.http for r in results) or any(r.ours for r in results)


def table(results: Sequence[Result]) -> str:
    """A row for each suite."""
    lines = ["| Suite | Tests | Skipped | Run | Passed over HTTP | of these by value | Passed in process |", "|---|---|---|---|---|---|---|"]
    for suite, title in TITLES.items():
        rows = [r for r in results if r.case.suite == suite]
        run = [r for r in rows if r.http]
        if not rows:
            continue
        http = sum(r.http.passed for r in run if r.http)
        value = sum(r.http.level == BY_VALUE for r in run if r.http)
        store = "not applicable" if suite in HTTP_ONLY else str(sum(r.store.passed for r in run if r.store))
        lines.append(f"| {title} | {len(rows)} | {len(rows) - len(run)} | {len(run)} | {http} | {value} | {store} |")
    return "\n".join(lines) + "\n"


def failures(results: Sequence[Result]) -> str:
    """Each failure over HTTP with its cause."""
    lines = []
    for r in results:
        if r.http is None or r.http.passed:
            continue
        if r.ours:
            cause = f"**the server's**: {r.http.why}"
        else:
            assert r.store is not None, "a failure that is not the server's is the store's"
            cause = f"the store's, in process too: {STORE_CAUSES.get(r.case.name, r.store.why)}"
        lines.append(f"| {TITLES[r.case.suite]} | {r.case.name} | {cause.replace('|', '&#124;')} |")
    return "| Suite | Test | Cause |\n|---|---|---|\n" + "\n".join(lines) + "\n" if lines else "None.\n"


def skipped(results: Sequence[Result]) -> str:
    """Why tests were not run."""
    reasons = Counter((TITLES[r.case.suite], r.case.skip) for r in results if r.case.skip)
    return "".join(f"- {suite}, {number}: {reason}\n" for (suite, reason), number in sorted(reasons.items()))


def document(results: Sequence[Result], newer: Sequence[Result]) -> str:
    """docs/conformance.md"""
    return f"""# Conformance
The W3C test suites for SPARQL 1.1, read from their manifests (`sparql11/manifest-all.ttl`) and run by `make conformance` over HTTP
against a server of its own: an empty graph, a separate default graph (`KG_DEFAULT_GRAPH=separate`, as the suites assume), updates
on the operator's port. Each test of a query, an update or of syntax is run in process on the store (pyoxigraph), too, so that every failure
is known to be the server's or the store's. The command fails where the server loses what the store can do, or misses a test of
the protocol, the Graph Store Protocol or the service description. Written by `make conformance`; do not edit.

{table(results)}
Solutions are compared as multisets, in their order where the query sorts; blank nodes by isomorphism; terms must be identical.
*By value*: the right number, truth value or time, written in another way (2 for 2.0): the store keeps literals by value.

## Failures
{failures(results)}
## Not run
{skipped(results)}
## SPARQL 1.2, for information
The suite of `sparql12/manifest.ttl`, in which most tests are proposals.

{table(newer)}
{failures(newer)}"""
