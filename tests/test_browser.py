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


#: Words of tables that stand in more than one line; what is no word, an IRI or a sum, is none.
_BROKEN = """() => [...document.querySelectorAll('.wide th, .wide td')].flatMap((cell) => {
  const found = [], texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
  for (let text; (text = texts.nextNode());) {
    if (text.parentElement.closest('code, svg') || /:\\/\\//.test(text.data)) continue;
    for (const word of text.data.matchAll(/\\p{L}{1,24}/gu)) {
      const range = document.createRange();
      range.setStart(text, word.index);
      range.setEnd(text, word.index + word[0].length);
      if (new Set([...range.getClientRects()].map((r) => Math.round(r.top))).size > 1) found.push(word[0]);
    }
  }
  return found;
})"""
#: What a mark looks like, by its outline: circle, diamond, square or bar.
_MARKS = """() => Object.fromEntries([...document.querySelectorAll('.plot a:has(.spot)')].map((a) => {
  const path = a.querySelector('.spot'), d = path.getAttribute('d'), box = path.getBBox();
  const shape = /A/.test(d) ? 'circle' : /^M0,/.test(d) ? 'diamond' : box.width > 2 * box.height ? 'bar' : 'square';
  return [a.getAttribute('class').replace('f-', ''), [shape, getComputedStyle(path).fill]];
}))"""
#: The same of a legend, by the style of what stands before its words.
_LEGEND = """() => Object.fromEntries([...document.querySelectorAll('.legend .kind')].map((kind) => {
  const mark = getComputedStyle(kind, '::before');
  const shape = mark.borderRadius === '50%' ? 'circle' : mark.transform !== 'none' ? 'diamond' : parseFloat(mark.width) > 2 * parseFloat(mark.height) ? 'bar' : 'square';
  return [kind.className.replace('kind f-', ''), [shape, mark.backgroundColor]];
}))"""
_DRAWN = pytest.mark.skipif(not has(*LIBRARIES), reason="the packages of npm are not installed: npm ci --prefix kg/web")


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
    found["Contested"] = "/doc/" + index.contested(1)[0][0].iri.partition("/id/")[2]
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
            # Names of actors get long: what the reader chooses from must not push the page out of the screen.
            page.evaluate("() => document.querySelectorAll('select').forEach((s) => s.add(new Option('Organisation '.repeat(9))))")
            assert page.evaluate("() => document.documentElement.scrollWidth") <= width, f"{kind} is wider than {width} px"
            assert not (broken := page.evaluate(_BROKEN)), f"{kind}, {width} px: words of a table are broken: {broken}"
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


@_DRAWN
def test_drawings_and_editor_come_alive(browser: Any, served: Served) -> None:
    watched = Watched(browser, served, viewport={"width": 1280, "height": 900})
    for path, mark in (("/timeline", "#timeline svg .spot"), ("/map", "#map svg .spot"), ("/network", "#network svg .tie")):
        page = watched.open(path)
        page.wait_for_selector(mark, state="attached")
        assert page.locator(mark).count() > 2, path
    page = watched.open("/sparql")
    page.select_option("#examples", index=3)
    page.click("text=Run")
    page.wait_for_selector("#answer table td")
    assert "rows" in page.inner_text("#answer p")
    watched.close()


@_DRAWN
def test_legends_and_drawings_have_the_same_shapes_and_colours(browser: Any, served: Served) -> None:
    expected = {"Statement": "circle", "MilitaryAction": "square", "Negotiation": "diamond", "Relation": "bar"}
    for path in ("/map", "/timeline"):
        watched = Watched(browser, served, viewport={"width": 1280, "height": 900})
        page = watched.open(path)
        marks, legend = page.evaluate(_MARKS), page.evaluate(_LEGEND)
        assert len(marks) >= 3, path
        for family, (shape, colour) in marks.items():
            assert shape == expected[family] and legend[family] == [shape, colour], f"{path}: {family}"
        watched.close()


@_DRAWN
@pytest.mark.parametrize(("width", "actors"), [(1280, 20), (360, 4)])
def test_names_of_the_network_are_readable_and_lie_in_the_frame_apart(browser: Any, served: Served, width: int, actors: int) -> None:
    watched = Watched(browser, served, viewport={"width": width, "height": 900})
    page = watched.open("/network")
    frame, *boxes = page.evaluate("""() => [document.querySelector('#network svg'), ...document.querySelectorAll('#network .actor')]
        .map((e) => e.getBoundingClientRect()).map((r) => [r.left, r.top, r.right, r.bottom])""")
    assert len(boxes) >= actors
    for number, one in enumerate(boxes):
        assert frame[0] <= one[0] and frame[1] <= one[1] and one[2] <= frame[2] and one[3] <= frame[3]
        for other in boxes[number + 1:]:
            assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
    sizes = page.evaluate("() => [...document.querySelectorAll('#network .actor text')].map((t) => parseFloat(getComputedStyle(t).fontSize) * t.getScreenCTM().a)")
    assert min(sizes) >= 11
    first = page.inner_html("#network svg")
    assert watched.open("/network").inner_html("#network svg") == first, "the same ties give the same drawing"
    page.hover("#network .actor >> nth=0")
    assert 0 < page.locator("#network .actor.faded").count() < len(boxes)
    assert page.locator("#network .tie title >> nth=0").text_content().endswith(" events")
    watched.close()


@_DRAWN
def test_the_drawing_and_the_table_obey_the_same_modality(browser: Any, served: Served) -> None:
    watched = Watched(browser, served, viewport={"width": 1280, "height": 900})
    for path, mark, rows in (("/network", "#network .tie", "tbody tr"), ("/map", "#map .spot", "tbody tr")):
        page = watched.open(path)
        before = page.locator(mark).count(), page.locator(rows).count()
        page.select_option("#modality", "Alleged")
        page.click("text=Filter")
        page.wait_for_load_state("networkidle")
        after = page.locator(mark).count(), page.locator(rows).count()
        assert page.input_value("#modality") == "Alleged" and 0 < after[0] < before[0] and 0 < after[1] < before[1], path
    watched.close()


@_DRAWN
@pytest.mark.parametrize("path", ["/network", "/map", "/timeline"])
def test_wheel_and_finger_scroll_the_page_and_zoom_only_as_the_hint_says(browser: Any, served: Served, path: str) -> None:
    state = "() => JSON.stringify(document.querySelector('.plot svg').__zoom)"
    watched = Watched(browser, served, viewport={"width": 900, "height": 700})
    page = watched.open(path)
    assert "Ctrl and wheel" in page.inner_text(".hint")
    x, y = middle(page)
    first, top = page.evaluate(state), page.evaluate("() => scrollY")
    page.mouse.move(x, y)
    page.mouse.wheel(0, 100)
    page.wait_for_function("(top) => scrollY > top", arg=top)
    assert page.evaluate(state) == first
    page.keyboard.down("Control")
    page.mouse.wheel(0, -100)
    page.keyboard.up("Control")
    page.wait_for_function(f"(first) => ({state})() !== first", arg=first)
    watched.close()
    watched = Watched(browser, served, viewport={"width": 900, "height": 700}, has_touch=True)
    page = watched.open(path)
    assert "Two fingers" in page.inner_text(".hint")
    x, y = middle(page)
    touch = page.context.new_cdp_session(page)
    for fingers in (1, 2):
        first = page.evaluate(state)
        for kind, apart in (("touchStart", 40), ("touchMove", 60), ("touchMove", 90)):
            points = [{"x": x - apart, "y": y, "id": 0}, {"x": x + apart, "y": y, "id": 1}][:fingers]
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        assert (page.evaluate(state) != first) == (fingers == 2), f"{fingers} fingers"
    watched.close()


def middle(page: Any) -> tuple[float, float]:
    """The middle of the drawing, which is scrolled into view."""
    page.evaluate("() => document.querySelector('.plot').scrollIntoView({ behavior: 'instant', block: 'end' })")
    box = page.locator(".plot svg").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


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
