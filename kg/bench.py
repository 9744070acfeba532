"""``make bench``: speed from file to snapshot on the bundled corpus, copied 20 times under changed names; then from text to records."""

from __future__ import annotations

import resource
import tempfile
import time
from pathlib import Path

from kg.articles import find, read
from kg.authority import load
from kg.build import build
from kg.extract import Extractor
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
    records()


def records() -> None:
    """Prints the speed from text to records in one process: the parser's part, and that of the project's own rules."""
    settings = Settings()
    extractor = Extractor(settings, load(settings.authority))
    articles = [read(path, settings) for path in find([str(RESOURCES / "corpus")])] * 5
    words = sum(len(a.text.split()) for a in articles)
    extractor.extract(articles[0])  # what is loaded at first use does not count
    began = time.perf_counter()
    parsed = [extractor.parse(a) for a in articles]
    between = time.perf_counter()
    for one in parsed:
        extractor.read(one)
    ended = time.perf_counter()
    print(f"text to records, one process: {words / (ended - began):.0f} words/s; parser {(between - began) / words * 1e6:.0f} "
          f"us a word, own rules {(ended - between) / words * 1e6:.0f} us a word")


if __name__ == "__main__":
    main()
