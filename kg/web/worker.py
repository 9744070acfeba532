"""Evaluates one query in a process of its own, so that it can be stopped: ``python -m kg.web.worker SNAPSHOT FORMAT...``.

The query comes on standard input; the result goes to standard output after a line with its media type.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

import pyoxigraph as ox

from kg.store import Snapshot
from kg.web.negotiate import GRAPHS, RESULTS

MEMORY = 2_000_000_000  # bytes of address space that one query may take


def main() -> int:
    """Exit status 0: answered; 3: malformed query; 4: any other failure. The message goes to standard error."""
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    order = json.loads(sys.stdin.read())
    snapshot = Snapshot(Path(order["snapshot"]))
    try:
        found = snapshot.query(order["query"], default_graphs=order["default"], named_graphs=order["named"])
        if isinstance(found, ox.QueryTriples):
            media = order["graph"]
            data = found.serialize(format=GRAPHS[media][1])
        else:
            media = order["result"]
            data = found.serialize(format=RESULTS[media][1])
    except SyntaxError as error:
        print(error, file=sys.stderr)
        return 3
    except (OSError, RuntimeError, ValueError, MemoryError) as error:
        print(error, file=sys.stderr)
        return 4
    sys.stdout.buffer.write(media.encode() + b"\n" + (data or b""))
    return 0


if __name__ == "__main__":
    sys.exit(main())
