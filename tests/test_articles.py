"""Reading articles: what a text says of itself, what of it is furniture, and what is refused with which message."""

from __future__ import annotations

import contextlib
import json
import os
import re
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from kg.articles import fetching, find, read
from kg.articles.boilerplate import is_furniture
from kg.articles.dates import complete, is_date_line, parse_date
from kg.errors import ReadingError
from kg.iris import article_id
from kg.records import Article, Span
from kg.settings import Settings

DATA = Path(__file__).parent / "articles"
CORPUS = Path(__file__).parents[1] / "corpus"
SHARED = Path(__file__).parents[1].parent / "shared"
SETTINGS = Settings()
LOCAL = Settings(allow_private=True)
PROSE = "The coast guard of Norvale said on Monday that its boats had fired no shots near the island of Keld."


def lines(article: Article, spans: tuple[Span, ...]) -> list[str]:
    return [article.text[s.start:s.end] for s in spans]


def write(folder: Path, text: str | bytes, name: str = "a.txt") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return path


# --- texts ----------------------------------------------------------------------------------------------------------

def test_reprint_on_a_site_with_an_appeal() -> None:
    article = read(DATA / "reprint.txt", SETTINGS)
    assert article.identifier == "reprint.txt"
    assert article.id == article_id("reprint.txt")
    assert article.title == "Ferry Company Stops Crossings After Shots at Sea"
    assert article.publisher == "LagoonPost"
    assert article.original_source == "Hafenblatt.de"
    assert article.author == "Anna Tolle"
    assert article.issued is None  # the month of the appeal is no day of publication
    assert lines(article, article.headlines) == ["Ferry Company Stops Crossings After Shots at Sea", "What the crews say"]
    kept = [line for line in article.text.splitlines() if line and line not in lines(article, article.skipped)]
    assert [line[:14] for line in kept] == [
        "Ferry Company ", "The ferry comp", "What the crews", "\"Two boats cam", "A ferry lies i", "The coast guar", "“We will find "]


def test_agency_text_with_two_calendars_and_a_quoted_agency() -> None:
    article = read(DATA / "agency.txt", SETTINGS)
    assert article.publisher == "Tidal News Agency (TNA)"
    assert article.original_source == "Keld Press Agency"
    assert (article.issued, article.dateline_place) == ("2030-10-30", "Norvale")
    assert lines(article, article.skipped) == [
        "Photo: Keld Press Agency", "Read more: Harbour prices rise again", "Tidal News Agency (TNA)"]


def test_outlet_in_the_title_of_a_blog_is_the_original_source(tmp_path: Path) -> None:
    title = "Ferries to Keld Sail Again After a Week - Newsweek"
    text = f"Search\n\n{title}\n\nkeldnotes.blogspot.com\n\n{PROSE}\n\nSea - Latest - Google News\nMarch 4, 2031 at 06:49AM\n" \
           f"https://example.org/x\n\n0 Response to \"{title}\"\nPost a Comment\n"
    article = read(write(tmp_path, text), SETTINGS)
    assert article.title == "Ferries to Keld Sail Again After a Week"
    assert (article.publisher, article.original_source, article.issued) == ("keldnotes.blogspot.com", "Newsweek", "2031-03-04")
    assert [x for x in text.splitlines() if x and x not in lines(article, article.skipped)] == [title, PROSE]


def test_a_speaker_at_the_end_of_a_title_is_no_outlet(tmp_path: Path) -> None:
    article = read(write(tmp_path, f"Talks With Norvale Will Go On - Holm\n\n{PROSE}\n"), SETTINGS)
    assert (article.title, article.publisher) == ("Talks With Norvale Will Go On - Holm", None)


def test_dateline_names_place_and_agency_but_no_year(tmp_path: Path) -> None:
    text = f"Coast Guard Denies Shots at Ferry\n\nKELD, Nov 19 (Tidal Wire) - {PROSE}\n"
    article = read(write(tmp_path, text), SETTINGS)
    assert (article.publisher, article.dateline_place, article.issued) == ("Tidal Wire", "KELD", None)
    dated = read(write(tmp_path, text + "\nThe shots fell on 17 November 2030, the mayor of the island said later.\n"), SETTINGS)
    assert dated.issued == "2030-11-19"


def test_agency_of_the_dateline_under_another_publisher(tmp_path: Path) -> None:
    text = f"Coast Guard Denies Shots at Ferry\n\nSouthmark Courier\n\nBy Jane Roe\n\n4 May 2031\n\nKELD (Reuters) - {PROSE}\n"
    article = read(write(tmp_path, text), SETTINGS)
    assert (article.publisher, article.original_source, article.author) == ("Southmark Courier", "Reuters", "Jane Roe")
    assert (article.issued, article.dateline_place) == ("2031-05-04", "KELD")
    assert lines(article, article.skipped) == ["Southmark Courier", "By Jane Roe", "4 May 2031"]


def test_date_of_a_comment_is_no_day_of_publication(tmp_path: Path) -> None:
    text = f"Coast Guard Denies Shots at Ferry\n\n{PROSE} {PROSE} {PROSE}\n\nLeave a Reply\n\nola\n5 May 2031\nI was there.\n"
    assert read(write(tmp_path, text), SETTINGS).issued is None


def test_short_paragraphs_behind_an_advertisement_stay(tmp_path: Path) -> None:
    text = f"Coast Guard Denies Shots at Ferry\n\n{PROSE}\n\nAdvertisement\n\n“We saw nothing.”\n\nShare\n"
    article = read(write(tmp_path, text), SETTINGS)
    assert lines(article, article.skipped) == ["Advertisement", "Share"]


def test_lines_broken_at_a_column_are_neither_furniture_nor_headings(tmp_path: Path) -> None:
    text = "Coast Guard Denies Shots at Ferry\n\nThe coast guard of Norvale said on Monday that its boats had fired no\n" \
           "shots near the island of Keld, and that the news on both ferries was\nnew to it, a spokesman said.\n"
    article = read(write(tmp_path, text), SETTINGS)
    assert article.skipped == ()
    assert lines(article, article.headlines) == ["Coast Guard Denies Shots at Ferry"]


@pytest.mark.parametrize("sentence", [
    "Terms of the truce were not disclosed by either side.",
    "Reported by officials as an accident, the blast killed 12 people.",
    "12 responses were recorded by the ministry on Monday.",
    "Published on 3 May, the report accuses Norvale of arms sales.",
    "This report was published by the United Nations on Monday.",
    "The views expressed by the minister were criticized abroad.",
    "Support for the truce is falling in both states.",
    "He was killed, she was wounded, they fled.",
    "Share prices fell after the strike on the port.",
    "Also read out was a letter from the minister.",
    "“We will not leave,” he said.",
    "(The governor could not be reached.)",
    "Rebels Take Bridge at Kesten",
    "1. Both sides withdraw their guns from the valley by June.",
])
def test_sentences_are_no_furniture(sentence: str) -> None:
    assert not is_furniture(sentence)


@pytest.mark.parametrize("line", [
    "Share", "ADVERTISEMENT", "2,500 $", "$1.2 of $5", "JUNE 2031", "Also Read:  Something else", "tide, ferry, keld", "https://example.org/a?b=1",
    "Powered by Pressmaker.", "Home | World | Sport", "Home > World > Keld", "(Reporting by M. Odal; editing by Jo Bly)", "(T/P010/R03)",
    "Photo: Jane Roe/Keld Press", "Let's block ads! (Why?)", "By Jane Roe and Ole Brant",
    "Posted by admin on November 24, 2030 | 37 comments",
    "© 2009-2030 LagoonPost", "Leave a Reply", "(Retold by the project from an article; not the original wording.)",
    "(Exercise text: all invented.)",
    "We use cookies to improve this site.", "Source: Keld Press Agency", "Filed under: News, Navies",
])
def test_furniture(line: str) -> None:
    assert is_furniture(line)


@pytest.mark.parametrize(("text", "day"), [
    ("7 February 2016", "2016-02-07"), ("Feb. 7, 2016", "2016-02-07"), ("October 27, 2020 at 06:49AM", "2020-10-27"),
    ("2020-11-19", "2020-11-19"),
    ("24.11.2020", "2020-11-24"), ("28 Rabiul Akhir 1437/7 February 2016", "2016-02-07"),
    ("7 February 2016/28 Rabiul Akhir 1437", "2016-02-07"),
    ("Posted by admin on November 24, 2020", "2020-11-24"), ("Thursday, 19th of November 2020", "2020-11-19"),
    ("2020-11-19T08:00:00Z", "2020-11-19"),
    ("25/12/2020", "2020-12-25"), ("12/25/2020", "2020-12-25"), ("03/04/2020", None), ("31 February 2020", None), ("JUNE 2021", None),
    ("BEIRUT, Nov 19 (Agency) -", None), ("", None),
])
def test_spellings_of_a_day(text: str, day: str | None) -> None:
    assert parse_date(text) == day


def test_date_lines_and_days_without_a_year() -> None:
    assert is_date_line("Published: Thursday, 19 November 2020, 14:05 GMT")
    assert not is_date_line("The talks of 19 November 2020 failed")
    assert complete("Dec 30", ["2021-01-02"]) == "2020-12-30"
    assert complete("Nov 19", ["2015-01-01"]) is None


# --- files ----------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("data", [
    f"A Title of Four Words\r\n\r\n{PROSE}\r\nÄnd more of it.\r\n".encode(), ("\ufeffA Title of Four Words\n\n" + PROSE).encode(),
    f"A Title of Four Words\r\r{PROSE}".encode()], ids=["crlf", "bom", "cr"])
def test_text_is_the_file_to_the_letter(tmp_path: Path, data: bytes) -> None:
    article = read(write(tmp_path, data), SETTINGS)
    assert article.text == data.decode("utf-8")
    assert article.title == "A Title of Four Words"
    assert lines(article, article.headlines) == ["A Title of Four Words"]


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.txt")), ids=lambda p: p.stem)
def test_bundled_articles(path: Path) -> None:
    article = read(path, SETTINGS)
    assert article.text == path.read_bytes().decode("utf-8")
    assert article.title
    skipped = lines(article, article.skipped)
    assert skipped[-1] == article.text.rstrip().splitlines()[-1]  # the note on where the words come from
    assert not any(len(line.split()) > 16 for line in skipped[:-1])


def test_latin_1_bytes_are_read(tmp_path: Path) -> None:
    text = "Bürgermeister Müller Visits Orm\n\nThe mayor of Zürich, Jörg Müller, said that the café at the bridge would open again."
    assert read(write(tmp_path, text.encode("cp1252")), SETTINGS).text == text


@pytest.mark.parametrize(("data", "message"), [
    (b"", "empty"), (b" \n\n", "empty"), (b"\xef\xbb\xbf", "empty"), (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "binary"),
    (bytes(range(1, 32)) * 20, "binary"), (b"<!DOCTYPE html><html><body><p>x</p></body></html>", "web page"),
])
def test_files_that_are_no_text(tmp_path: Path, data: bytes, message: str) -> None:
    path = write(tmp_path, data)
    with pytest.raises(ReadingError, match=message) as caught:
        read(path, SETTINGS)
    assert str(path) in str(caught.value)


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(50_000_000)  # sparse: nothing is written
    with pytest.raises(ReadingError, match=r"50\.0 MB"):
        read(path, SETTINGS)


def test_missing_and_unreadable_paths(tmp_path: Path) -> None:
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere.txt")
    with pytest.raises(ReadingError, match="does not exist"):
        read(tmp_path / "gone.txt", SETTINGS)
    with pytest.raises(ReadingError, match="is a folder"):
        read(tmp_path, SETTINGS)
    loop = tmp_path / "loop.txt"
    loop.symlink_to(loop)
    with pytest.raises(ReadingError, match="cannot be read"):
        read(loop, SETTINGS)


def test_find(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    for name in ("b.txt", "a.md", "sub/c.html", "d.pdf", ".hidden.txt"):
        write(tmp_path, PROSE, name)
    expected = [str(tmp_path / n) for n in ("a.md", "b.txt", "sub/c.html")]
    assert find([str(tmp_path), "https://example.org/x", str(tmp_path / "b.txt")]) == [*expected, "https://example.org/x"]
    (tmp_path / "none").mkdir()
    with pytest.raises(ReadingError, match="holds no articles"):
        find([str(tmp_path / "none")])
    with pytest.raises(ReadingError, match="does not exist"):
        find([str(tmp_path / "gone")])


def test_markdown_with_front_matter(tmp_path: Path) -> None:
    front = "---\ntitle: Shots at Keld\npublisher: Southmark Courier\ndate: 2031-05-04\nauthor: Jane Roe\nsource: https://example.org/keld\n---\n"
    text = f"{front}\n# Shots at Keld\n\n{PROSE}\n\n## What is known\n\n{PROSE}\n"
    article = read(write(tmp_path, text, "a.md"), SETTINGS)
    assert article.text == text
    assert (article.title, article.publisher, article.issued) == ("Shots at Keld", "Southmark Courier", "2031-05-04")
    assert (article.author, article.source) == ("Jane Roe", "https://example.org/keld")
    assert lines(article, article.skipped) == front.splitlines()
    assert lines(article, article.headlines) == ["# Shots at Keld", "## What is known"]
    with pytest.raises(ReadingError, match="front matter"):
        read(write(tmp_path, "---\ntitle: [\n---\ntext", "b.md"), SETTINGS)


def test_half_characters_of_metadata_become_the_sign_for_them(tmp_path: Path) -> None:
    article = read(write(tmp_path, f'---\ntitle: "Shots \\ud83d at \\U0001F54A Keld"\nauthor: "\\udc00"\n---\n\n{PROSE}\n', "a.md"), SETTINGS)
    assert (article.title, article.author) == ("Shots \ufffd at \U0001f54a Keld", "\ufffd")


def test_a_file_whose_name_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    path = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt")
    try:
        Path(path).write_text(PROSE, "utf-8")
    except OSError:
        pytest.skip("this file system has no such names")
    with pytest.raises(ReadingError, match=r"caf\\udce9\.txt has a name that is not UTF-8; rename the file") as refused:
        read(find([str(tmp_path)])[0], SETTINGS)
    assert str(refused.value).encode("utf-8")


def test_page() -> None:
    article = read(DATA / "page.html", SETTINGS)
    assert (article.title, article.publisher, article.author) == ("Bridge at Orm closed after blast", "Southmark Courier", "Jane Roe")
    assert (article.issued, article.identifier, article.source) == ("2021-04-02", "page.html", None)
    assert "nobody had been hurt" in article.text and "Sport" not in article.text and "<p>" not in article.text
    assert lines(article, article.headlines) == ["Bridge at Orm closed after blast"]


def test_page_in_the_encoding_that_it_names(tmp_path: Path) -> None:
    page = (DATA / "page.html").read_text(encoding="utf-8").replace('charset="utf-8"', 'charset="windows-1251"').replace("Orm", "Орм")
    assert read(write(tmp_path, page.replace("©", "").encode("cp1251"), "a.html"), SETTINGS).title == "Bridge at Орм closed after blast"


def test_page_without_article(tmp_path: Path) -> None:
    page = "<html><body><nav><a href='/'>Home</a></nav><p>Log in</p></body></html>"
    with pytest.raises(ReadingError, match="holds no article"):
        read(write(tmp_path, page, "a.html"), SETTINGS)


# --- addresses ------------------------------------------------------------------------------------------------------

class _Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        kind, body = "text/html; charset=utf-8", (DATA / "page.html").read_bytes()
        if match := re.fullmatch(r"/hop/(\d+)", self.path):
            left = int(match[1])
            return self._redirect(f"/hop/{left - 1}" if left else "/page")
        if self.path == "/to-ftp":
            return self._redirect("ftp://example.org/a.txt")
        if self.path == "/pdf":
            kind = "application/pdf"
        elif self.path == "/large":
            kind, body = "text/plain", b"word " * 2_200_000
        elif self.path == "/latin":
            kind, body = "text/plain; charset=iso-8859-2", f"A Title of Łódź City\n\n{PROSE}".encode("iso-8859-2")
        elif self.path == "/missing":
            self.send_error(404)
            return None
        elif self.path == "/slow":
            self.send_response(200)
            self.send_header("Content-Type", "text/plain")
            self.end_headers()
            with contextlib.suppress(OSError):  # the reader hangs up, as it should
                while not self.server.stopped.wait(0.05):  # type: ignore[attr-defined]
                    self.wfile.write(b"x")
            return None
        self.send_response(200)
        self.send_header("Content-Type", kind)
        if self.path != "/large":
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(OSError):  # the reader hangs up at its limit
            self.wfile.write(body)
        return None

    def _redirect(self, target: str) -> None:
        self.send_response(302)
        self.send_header("Location", target)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    server.stopped = threading.Event()  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.stopped.set()  # type: ignore[attr-defined]
    server.shutdown()
    server.server_close()


def test_page_of_an_address(site: str) -> None:
    article = read(f"{site}/hop/4", LOCAL)
    assert (article.identifier, article.source) == (f"{site}/hop/4", f"{site}/hop/4")
    assert article.id == article_id(f"{site}/hop/4", "Bridge at Orm closed after blast")
    assert article.issued == "2021-04-02"


def test_charset_of_the_header_is_used(site: str) -> None:
    assert read(f"{site}/latin", LOCAL).title == "A Title of Łódź City"


@pytest.mark.parametrize(("path", "message"), [
    ("/hop/5", "redirects more than 5 times"), ("/to-ftp", "only addresses that begin with http"), ("/pdf", "application/pdf"),
    ("/large", "more than 10 MB"), ("/missing", "status 404"),
])
def test_answers_that_are_refused(site: str, path: str, message: str) -> None:
    with pytest.raises(ReadingError, match=message):
        read(site + path, LOCAL)


def test_a_server_that_trickles_is_cut_off(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "TOTAL_SECONDS", 0.4)
    with pytest.raises(ReadingError, match="in time"):
        read(f"{site}/slow", LOCAL)


def test_private_addresses_are_refused(site: str) -> None:
    with pytest.raises(ReadingError, match="not a public address"):
        read(f"{site}/page", SETTINGS)
    with pytest.raises(ReadingError, match="not a public address"):
        read(site.replace("127.0.0.1", "localhost"), SETTINGS)


def test_redirect_to_a_private_address_is_refused(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    port = int(site.rsplit(":", 1)[1])
    looked_up: list[str] = []

    def resolve(host: str, *args: Any, **kwargs: Any) -> list[Any]:
        looked_up.append(host)
        address = "93.184.215.14" if host == "news.example" else host
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    real = socket.socket
    monkeypatch.setattr(fetching.socket, "getaddrinfo", resolve)

    def connect(address: tuple[str, int], timeout: float) -> socket.socket:
        assert address[0] == "93.184.215.14"  # the address that was checked, not the name
        made = real(socket.AF_INET, socket.SOCK_STREAM)
        made.connect(("127.0.0.1", port))
        return made

    monkeypatch.setattr(fetching.socket, "create_connection", connect)
    monkeypatch.setattr(_Site, "_redirect", lambda self, target: _moved(self, f"http://127.0.0.1:{port}/page"))
    with pytest.raises(ReadingError, match=r"127\.0\.0\.1, which is not a public address"):
        read(f"http://news.example:{port}/hop/1", SETTINGS)
    assert looked_up == ["news.example", "127.0.0.1"]


def _moved(handler: BaseHTTPRequestHandler, target: str) -> None:
    handler.send_response(302)
    handler.send_header("Location", target)
    handler.send_header("Content-Length", "0")
    handler.end_headers()


@pytest.mark.parametrize("address", [
    "127.0.0.1", "10.0.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255", "::1",
    "fe80::1%eth0", "fc00::1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"])
def test_addresses_that_are_not_public(address: str) -> None:
    assert not fetching.is_public(address)


def test_other_schemes_are_refused() -> None:
    for url in ("ftp://example.org/a.txt", "file:///etc/hostname", "http://user:word@example.org/"):
        with pytest.raises(ReadingError, match="refused"):
            read(url, SETTINGS)


# --- annotated articles beside the checkout -------------------------------------------------------------------------

GOLD = sorted([*(SHARED / "gold").glob("0*.json"), *(SHARED / "gold" / "more").glob("*.json")])


@pytest.mark.parametrize("path", GOLD or [None], ids=lambda p: p.stem if p else "none")
def test_agrees_with_the_annotation(path: Path | None) -> None:
    if path is None:
        pytest.skip("the annotated articles are not beside this checkout")
    gold = json.loads(path.read_text(encoding="utf-8"))
    file = SHARED / "articles" / gold["file"] if "file" in gold else path.with_suffix(".txt")
    article = read(file, SETTINGS)
    assert article.text == file.read_bytes().decode("utf-8")
    assert article.title == gold["title"]
    # A publisher that only the annotator knows, and a day from outside of the text, are not to be found.
    publisher = re.sub(r" \(invented.*\)", "", gold["publisher"] or "")
    in_text = publisher if publisher.replace("'", "’") in article.text or publisher in article.text else ""
    assert (article.publisher or "").replace("’", "'") == in_text
    months = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
    year, month, day = (*map(int, gold["published"].split("-")), 0)[:3]
    name = months[month - 1]
    written = f"{day} {name} {year}" in article.text or f"{name} {day}, {year}" in article.text
    assert article.issued == (gold["published"] if written else None)
    skipped = lines(article, article.skipped)
    for line in gold.get("boilerplate", []):
        assert skipped.count(line) >= 1, line
    evidence = [(item["start"], item["end"]) for family in ("statements", "military_actions", "negotiations") for item in gold[family]]
    assert evidence
    for start, end in evidence:
        assert not any(s.start < end and start < s.end for s in article.skipped), article.text[start:end]
