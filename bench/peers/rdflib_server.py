"""rdflib-endpoint over one store. Runs in an environment of its own: see bench/servers.py.

Arguments: memory FILE.nq PORT, or oxigraph FOLDER PORT. Each line on standard input starts the server anew, in a child process,
so that a query that does not end can be ended without loading the graph again.
"""

import os
import signal
import sys

import uvicorn
from rdflib import Dataset
from rdflib_endpoint import SparqlEndpoint


def opened(kind: str, path: str) -> Dataset:
    """The graph, as the command line of rdflib-endpoint would make it: the default graph is the union."""
    if kind == "oxigraph":
        graph = Dataset(store="Oxigraph", default_union=True)
        graph.open(path)
        return graph
    graph = Dataset(default_union=True)
    graph.parse(path, format="nquads")
    return graph


def main() -> None:
    kind, path, port = sys.argv[1:]
    graph = opened(kind, path) if kind == "memory" else None  # a RocksDB that is open does not survive a fork
    child = 0
    for _ in sys.stdin:
        if child:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        child = os.fork()
        if not child:
            uvicorn.run(SparqlEndpoint(graph=graph or opened(kind, path)), host="127.0.0.1", port=int(port), log_level="error")
            os._exit(0)
    if child:
        os.kill(child, signal.SIGKILL)


if __name__ == "__main__":
    main()
