"""Nothing that was published is lost: killed builds, readers that stay open, articles that were withdrawn."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kg.build import build, remove
from kg.settings import Settings
from kg.store import Reader, Writer, open_current
from kg.web import create_app

STORY = "Officials in {place} said on Monday that {n} soldiers were killed when gunmen attacked a checkpoint near the river."


def stories(folder: Path, first: int, count: int) -> None:
    """Writes ``count`` small articles."""
    folder.mkdir(exist_ok=True)
    for n in range(first, first + count):
        (folder / f"story-{n}.txt").write_text(f"Attack number {n}\n\n{STORY.format(place=f'Town{n}', n=n + 2)}\n", "utf-8")


def articles(data: Path) -> int:
    """Number of articles in the published graph."""
    row = next(iter(open_current(data).rows("SELECT (COUNT(*) AS ?n) { ?a a <https://w3id.org/conflict-kg/ontology#Article> }")))
    return int(row[0].value)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose data hold three published articles."""
    folder = tmp_path_factory.mktemp("durable")
    stories(folder / "in", 0, 3)
    build(sorted(str(p) for p in (folder / "in").iterdir()), Settings(data=folder / "data"))
    return folder


@pytest.mark.parametrize("delay", [0.6, 2.5, 4.0, 5.0])
def test_a_killed_build_loses_nothing(published: Path, delay: float) -> None:
    before = articles(published / "data")
    stories(published / "in", before, 6)
    env = {**os.environ, "KG_DATA": str(published / "data")}
    process = subprocess.Popen([sys.executable, "-m", "kg", "build", "--quiet", str(published / "in")], env=env, stderr=subprocess.DEVNULL)
    time.sleep(delay)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert articles(published / "data") in {before, before + 6}
    done = subprocess.run([sys.executable, "-m", "kg", "build", "--quiet", str(published / "in")], env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert articles(published / "data") == before + 6


def test_what_a_stopped_build_wrote_is_published_by_the_next(published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(data=published / "data")
    before = articles(settings.data)
    stories(published / "in", 800, 2)
    sources = [str(published / "in" / f"story-{n}.txt") for n in (800, 801)]

    def stop(_: Writer) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Writer, "publish", stop)
        build(sources, settings)
    assert articles(settings.data) == before
    again = build(sources, settings)
    assert (again.unchanged, again.published, articles(settings.data)) == (2, True, before + 2)


def test_a_reader_keeps_its_snapshot_until_it_asks_again(published: Path) -> None:
    reader = Reader(published / "data")
    old = reader.current()
    triples = old.count()
    stories(published / "in", 900, 1)
    build([str(published / "in" / "story-900.txt")], Settings(data=published / "data"))
    assert old.count() == triples
    assert reader.current().number == old.number + 1 and reader.current().count() > triples


def test_a_withdrawn_article_answers_410(published: Path) -> None:
    settings = Settings(data=published / "data")
    client = create_app(settings).test_client()
    stories(published / "in", 901, 1)
    build([str(published / "in" / "story-901.txt")], settings)
    withdrawn = remove("story-901.txt", settings)
    assert client.get(f"/doc/article/{withdrawn}.ttl").status_code == 410
    assert client.get("/doc/article/never-there-00000000.ttl").status_code == 404
    assert articles(published / "data") > 3
