"""Bytes to text, with every newline kept: offsets of the graph count characters of what stands here."""

from __future__ import annotations

from pathlib import Path

from charset_normalizer import from_bytes

from kg.errors import ReadingError

MAX_FILE_BYTES = 20_000_000
_CONTROLS = frozenset(chr(c) for c in range(32)) - frozenset("\t\n\r\f\v\x1b")
#: Encodings that a news text that is not UTF-8 comes in; the first that the detector agrees with is taken.
_FALLBACKS = ["cp1252", "latin_1", "cp1250", "cp1251", "iso8859_15", "cp1254", "cp1256"]


def read_bytes(path: Path) -> bytes:
    """The bytes of a file. Errors: ReadingError for a missing, unreadable, empty or too large file."""
    try:
        if path.is_dir():
            raise ReadingError(f"{path} is a folder, not an article; name the files in it, or give the folder to `kg build`.")
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            raise ReadingError(
                f"{path} has {size / 1e6:.1f} MB; an article has at most {MAX_FILE_BYTES / 1e6:.0f} MB. Split the file into its articles.")
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except FileNotFoundError:
        raise ReadingError(f"{path} does not exist; check the spelling of the path.") from None
    except OSError as error:
        raise ReadingError(f"{path} cannot be read ({error.strerror or error}); check the permissions of the file.") from error
    if len(data) > MAX_FILE_BYTES:
        raise ReadingError(f"{path} is larger than {MAX_FILE_BYTES / 1e6:.0f} MB; split it into its articles.")
    return data


def decode(data: bytes, where: str, charset: str | None = None) -> str:
    """Text of ``data``: UTF-8, else ``charset``, else what the detector finds; nothing is normalised.

    in: ``where`` names the source in messages. Errors: ReadingError for empty or binary data and unknown encodings.
    """
    if not data.strip():
        raise ReadingError(f"{where} is empty; there is no article to read.")
    # UTF-16 is full of NUL bytes, so its byte order mark is looked at before binary data is refused.
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) and len(data) % 2 == 0:
        charset = "utf-16"
    elif b"\0" in data:
        raise ReadingError(f"{where} is binary data, not text; give plain text, Markdown or HTML.")
    text = _decoded(data, charset)
    if text is None:
        raise ReadingError(f"{where} is neither UTF-8 nor an encoding that can be told; save it as UTF-8.")
    if sum(character in _CONTROLS for character in text) > len(text) // 500:
        raise ReadingError(f"{where} is binary data, not text; give plain text, Markdown or HTML.")
    if not text.strip().strip("\ufeff"):
        raise ReadingError(f"{where} is empty; there is no article to read.")
    return text


def _decoded(data: bytes, charset: str | None) -> str | None:
    for name in ("utf-16",) if charset == "utf-16" else ("utf-8", charset):
        try:
            if name:
                return data.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    best = from_bytes(data[:200_000], cp_isolation=_FALLBACKS).best()
    for name in (best.encoding if best else None, "cp1252"):
        try:
            if name:
                return data.decode(name)
        except UnicodeDecodeError:
            continue
    return None
