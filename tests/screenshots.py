"""Takes the pictures of docs/images/: ``python -m tests.screenshots`` with a built graph in KG_DATA, or builds one of the bundled articles."""

from __future__ import annotations

import tempfile
from pathlib import Path

from kg.articles import find
from kg.build import build
from kg.index import open_index
from kg.settings import RESOURCES, Settings
from kg.store import open_current
from tests.browsing import chromium
from tests.serving import serving

IMAGES = RESOURCES / "docs" / "images"
LARGEST = 300_000  # bytes
_WIDE, _NARROW = {"width": 1280, "height": 860}, {"width": 360, "height": 740}


def pages(data: Path) -> dict[str, str]:
    """Name of the picture -> address."""
    index = open_index(open_current(data), data)

    def path(family: str, words: str) -> str:
        rows = index.rows("SELECT iri FROM thing WHERE family = ? AND label LIKE ? ORDER BY LENGTH(label), id", family, f"%{words}%")
        return "/doc/" + str(rows[0][0]).partition("/id/")[2]

    return {"home": "/", "search": "/search?q=Lawrov", "actor": path("Actor", "Sergey Lavrov"), "event": path("MilitaryAction", "air strike by Northland"),
            "statement": path("Statement", "Two aircraft"), "article": path("Article", "Strike on Eastport"), "place": path("Place", "Syria"),
            "timeline": "/timeline", "network": "/network", "map": "/map", "query": "/sparql", "ontology": "/ontology", "dumps": "/dumps/"}


def main() -> None:
    """Takes all pictures, each of the first screen; those of home and event also dark and narrow."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        settings = Settings(data=Path(folder) / "data")
        build(find([str(RESOURCES / "corpus")]), settings)
        with serving(settings.data, Path(folder) / "log", KG_SHOW_TEXT="1") as served:
            for name, path in pages(settings.data).items():
                looks = [("", _WIDE, "light"), *([("-dark", _WIDE, "dark"), ("-narrow", _NARROW, "light")] if name in {"home", "event"} else [])]
                for suffix, size, scheme in looks:
                    page = browser.new_page(viewport=size, color_scheme=scheme, reduced_motion="reduce")
                    page.goto(f"http://127.0.0.1:{served.port}{path}")
                    page.wait_for_load_state("networkidle")
                    page.wait_for_timeout(600)  # drawings settle
                    file = IMAGES / f"{name}{suffix}.png"
                    page.screenshot(path=str(file))
                    page.close()
                    size_in_bytes = file.stat().st_size
                    print(f"{file.relative_to(RESOURCES)}: {size_in_bytes} bytes")
                    assert size_in_bytes < LARGEST, f"{file} is larger than {LARGEST} bytes"


if __name__ == "__main__":
    main()
