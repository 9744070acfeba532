"""``make bench``: speed from file to snapshot on the bundled corpus, copied 20 times under changed names."""

from __future__ import annotations

import resource
import tempfile
from pathlib import Path

from kg.articles import find
from kg.build import build
from kg.settings import RESOURCES, Settings

COPIES = 20


def main() -> None:
    """Prints articles and words per second, peak memory, and the share of each stage."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "in"
        source.mkdir()
        for path in sorted((RESOURCES / "corpus").glob("*.txt")):
            for number in range(COPIES):
                (source / f"{path.stem}-{number}.txt").write_bytes(path.read_bytes())
        summary = build(find([str(source)]), Settings(data=Path(folder) / "data"))
    print(f"articles      {summary.added}\narticles/s    {summary.added / summary.seconds:.1f}\n"
          f"words/s       {summary.words / summary.seconds:.0f}\n"
          f"peak memory   {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")
    total = sum(summary.stages.values())
    for stage, seconds in summary.stages.most_common():
        print(f"{stage:<13} {seconds / total:.0%}")


if __name__ == "__main__":
    main()
