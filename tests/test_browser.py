"""The pages in a real browser: the way to the words, on a desk and in a hand, with scripts and without; nothing leaves the host."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kg.index import open_index
from kg.settings import Settings
from kg.store import open_current
from kg.web.extras import LIBRARIES, MODULES, has
from tests.browsing import chromium
from tests.serving import Served, serving

AXE = MODULES / "axe-core" / "axe.min.js"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def served(built: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(built.data, tmp_path_factory.mktemp("log") / "log", KG_SHOW_TEXT="1") as found:
        yield found


class Watched:
    """A page whose console, errors and requests are looked at."""

    def __init__(self, browser: Any, served: Served, **context: Any) -> None:
        self.root = f"http://127.0.0.1:{served.port}"
        self.context = browser.new_context(**context)
        self.page = self.context.new_page()
        self.faults: list[str] = []
        self.page.on("console", lambda m: self.faults.append(f"console: {m.text}") if m.type in {"error", "warning"} else None)
        self.page.on("pageerror", lambda e: self.faults.append(f"error: {e}"))
        self.page.on("request", lambda r: self.faults.append(f"request: {r.url}") if not r.url.startswith((self.root, "data:", "blob:")) else None)
        self.page.on("response", lambda r: self.faults.append(f"{r.status}: {r.url}") if r.status >= 400 else None)

    def open(self, path: str) -> Any:
        settle(self.page, self.root + path)
        return self.page

    def close(self) -> None:
        self.context.close()
        assert not self.faults, self.faults


def settle(page: Any, address: str) -> None:
    """Opens an address; waits until its scripts, where it has any, have loaded what they draw."""
    page.goto(address)
    if "<script src" in page.content():
        page.wait_for_load_state("networkidle")


def kinds(settings: Settings) -> dict[str, str]:
    """Address of one page of each kind."""
    index = open_index(open_current(settings.data), settings.data)
    found = {family: "/doc/" + (index.prominent(family, 1)[0][0] if family in {"Actor", "Place"} else index.page_of(family, 0, 1)[0]).iri.partition("/id/")[2]
             for family in ("Actor", "Place", "Article", "Statement", "MilitaryAction", "Negotiation", "Relation")}
    found["Contested"] = "/doc/" + index.contested(1)[0].iri.partition("/id/")[2]
    report = next(iter(open_current(settings.data).rows("SELECT ?r { ?r a <https://w3id.org/conflict-kg/ontology#Report> } LIMIT 1")))["r"].value
    return found | {"Report": "/doc/" + report.partition("/id/")[2], "List": found["Actor"] + "?list=about", "Home": "/", "Search": "/search?q=Russia",
                    "Reports": "/reports", "Timeline": "/timeline", "Network": "/network", "Map": "/map", "Query": "/sparql", "Dumps": "/dumps/",
                    "Ontology": "/ontology", "Shapes": "/shapes", "Results": "/sparql?format=html&query=SELECT+*+%7B+%3Fs+%3Fp+%3Fo+%7D+LIMIT+3"}


@pytest.mark.parametrize("context", [{"viewport": {"width": 1280, "height": 900}}, {"viewport": {"width": 360, "height": 740}},
                                     {"viewport": {"width": 1280, "height": 900}, "java_script_enabled": False}], ids=["desk", "hand", "no-script"])
def test_from_home_to_the_words(browser: Any, served: Served, context: dict[str, Any]) -> None:
    watched = Watched(browser, served, **context)
    page = watched.open("/")
    page.fill("#q", "Lavrov")
    page.click("form[role=search] button")
    page.click(".hits .label a >> nth=0")
    assert page.inner_text("h1") == "Sergey Lavrov"
    page.click("#speaker .said a >> nth=0")
    words = page.inner_text(".report mark >> nth=0")
    page.click(".report .links a >> nth=0")
    assert "/doc/article/" in page.url and words in page.inner_text(".prose"), "the words of the statement stand in the text of the article"
    width = page.evaluate("() => document.documentElement.scrollWidth") if context.get("java_script_enabled", True) else 0
    assert width <= context["viewport"]["width"], "nothing is wider than the screen"
    watched.close()


def test_no_page_of_any_kind_complains_or_leaves_the_host_or_the_screen(browser: Any, served: Served, built: Settings) -> None:
    for kind, path in kinds(built).items():
        for width in (1280, 360):
            watched = Watched(browser, served, viewport={"width": width, "height": 800})
            page = watched.open(path)
            assert page.locator("h1").count() == 1, kind
            assert page.evaluate("() => document.documentElement.scrollWidth") <= width, f"{kind} is wider than {width} px"
            watched.close()


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed: npm ci --prefix kg/web")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(browser: Any, served: Served, built: Settings, scheme: str) -> None:
    script = AXE.read_text("utf-8")
    serious = []
    for kind, path in kinds(built).items():
        context = browser.new_context(color_scheme=scheme, bypass_csp=True, reduced_motion="reduce")
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{served.port}{path}")
        page.wait_for_load_state("networkidle")
        page.evaluate(script)
        found = page.evaluate("() => axe.run()")
        assert len(found["passes"]) > 10, "axe has looked"
        serious += [(kind, v["id"], [n["target"] for n in v["nodes"]][:3]) for v in found["violations"] if v["impact"] in {"serious", "critical"}]
        context.close()
    assert not serious, serious


@pytest.mark.skipif(not has(*LIBRARIES), reason="the packages of npm are not installed: npm ci --prefix kg/web")
def test_drawings_and_editor_come_alive(browser: Any, served: Served) -> None:
    watched = Watched(browser, served, viewport={"width": 1280, "height": 900})
    for path, mark in (("/timeline", "#timeline svg .spot"), ("/map", "#map svg .land"), ("/network", "#network canvas")):
        page = watched.open(path)
        page.wait_for_selector(mark, state="attached")
        assert page.locator(mark).count() > 2, path
    page = watched.open("/sparql")
    page.select_option("#examples", index=3)
    page.click("text=Run")
    page.wait_for_selector("#answer table td")
    assert "rows" in page.inner_text("#answer p")
    watched.close()


def test_a_click_on_words_shows_their_facts(browser: Any, served: Served, built: Settings) -> None:
    watched = Watched(browser, served, viewport={"width": 1280, "height": 900})
    page = watched.open(kinds(built)["Article"])
    page.click(".ev >> nth=0")
    assert page.locator(".entry.lit").count() >= 1
    page.click(".entry .back >> nth=1")
    assert "#c-" in page.url and page.locator(".ev:target").count() == 1
    watched.close()


def test_screenshots_are_small(built: Settings) -> None:
    pictures = sorted((Path(__file__).parent.parent / "docs" / "images").glob("*.png"))
    assert len(pictures) >= 13 and all(p.stat().st_size < 300_000 for p in pictures)
