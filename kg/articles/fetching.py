"""An address to bytes: http and https only, no private addresses, with limits of time, size and redirects.

Each host name is resolved once for each hop, every address that it gives is checked, and the connection goes to a
checked address: a name that changes its answer between check and connection gains nothing. Proxies of the environment
are not used, since what they connect to cannot be checked.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import threading
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, NewConnectionError

from kg import __version__
from kg.errors import ReadingError
from kg.settings import Settings

CONNECT_SECONDS = 5.0
READ_SECONDS = 10.0
TOTAL_SECONDS = 30.0
MAX_BYTES = 10_000_000
MAX_REDIRECTS = 5
_KINDS = {"text/html": "html", "application/xhtml+xml": "html", "text/plain": "text",
          "text/markdown": "markdown", "text/x-markdown": "markdown"}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True)
class Response:
    """What an address gave. ``kind``: html, text or markdown. ``charset``: what the header names, or None."""

    body: bytes
    kind: str
    charset: str | None


class _Refused(Exception):
    """A host that resolves to an address that articles are not fetched from."""


def is_public(address: str) -> bool:
    """True for an address of the open internet; addresses that carry another inside are judged by both.

    >>> is_public("93.184.215.14"), is_public("::ffff:127.0.0.1"), is_public("169.254.169.254")
    (True, False, False)
    """
    ip = ipaddress.ip_address(address.split("%")[0])
    inner: list[ipaddress.IPv4Address | None] = []
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        inner = [ip.sixtofour, *(ip.teredo or ())]
        if ip in _NAT64:
            inner.append(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
    return ip.is_global and not ip.is_multicast and not ip.is_reserved and all(is_public(str(i)) for i in inner if i is not None)


class _Deadline:
    """Closes every connection of one fetch at its end of time, so that a server that trickles bytes cannot hold it."""

    def __init__(self, seconds: float) -> None:
        self.end = time.monotonic() + seconds
        self._handles: list[socket.socket] = []
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True
        self._timer.start()

    @property
    def passed(self) -> bool:
        return time.monotonic() >= self.end

    def watch(self, connection: socket.socket) -> None:
        """A second handle of the connection is kept: TLS takes the first one over."""
        with self._lock:
            self._handles.append(connection.dup())
        if self.passed:
            self._cut()

    def _cut(self) -> None:
        with self._lock:
            for handle in self._handles:
                try:
                    handle.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # the other side has closed it already

    def close(self) -> None:
        self._timer.cancel()
        with self._lock:
            for handle in self._handles:
                handle.close()
            self._handles.clear()


class _Adapter(HTTPAdapter):
    """Connects to checked addresses only; names in TLS and in the Host header stay those of the URL."""

    def __init__(self, allow_private: bool, deadline: _Deadline) -> None:
        self._allow_private = allow_private
        self._deadline = deadline
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        allow_private, deadline = self._allow_private, self._deadline

        def connect(connection: HTTPConnection) -> socket.socket:
            try:
                made = _connect(connection.host, connection.port or connection.default_port, allow_private)
            except OSError as error:
                raise NewConnectionError(connection, str(error)) from error
            deadline.watch(made)
            return made

        class Plain(HTTPConnection):
            def _new_conn(self) -> socket.socket:
                return connect(self)

        class Secure(HTTPSConnection):
            def _new_conn(self) -> socket.socket:
                return connect(self)

        plain = type("PlainPool", (HTTPConnectionPool,), {"ConnectionCls": Plain})
        secure = type("SecurePool", (HTTPSConnectionPool,), {"ConnectionCls": Secure})
        self.poolmanager = PoolManager(num_pools=2, maxsize=1)
        self.poolmanager.pool_classes_by_scheme = {"http": plain, "https": secure}


def _connect(host: str, port: int, allow_private: bool) -> socket.socket:
    """A connection to the first address of ``host`` that answers; refused where any of them is not public."""
    name = host.strip("[]")
    found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(info[4][0]) for info in found))
    if not allow_private:
        for address in addresses:
            if not is_public(address):
                raise _Refused(f"{name} leads to {address}")
    error: OSError | None = None
    for address in addresses:
        try:
            made = socket.create_connection((address, port), timeout=CONNECT_SECONDS)
        except OSError as failure:
            error = failure
            continue
        made.settimeout(READ_SECONDS)
        return made
    raise error or OSError("the name has no address")


def fetch(url: str, settings: Settings) -> Response:
    """Body and kind of ``url``.

    Errors: ReadingError for another scheme, an address that is not public (unless ``settings.allow_private``), more than
    5 redirects, more than 10 MB, more than 30 seconds, an HTTP error, and content that is not HTML, text or Markdown.
    """
    deadline = _Deadline(TOTAL_SECONDS)
    try:
        with requests.Session() as session:
            session.trust_env = False
            session.headers["User-Agent"] = f"conflict-kg/{__version__}"
            session.headers["Accept"] = "text/html, application/xhtml+xml, text/plain;q=0.9, text/markdown;q=0.9"
            adapter = _Adapter(settings.allow_private, deadline)
            session.mount("http://", adapter)
            session.mount("https://", adapter)
            return _follow(session, url, deadline)
    except _Refused as error:
        raise ReadingError(
            f"{url} is refused: {error}, which is not a public address. Set KG_ALLOW_PRIVATE=1 to read from your own network.") from None
    except (requests.RequestException, HTTPError, OSError, UnicodeError) as error:
        if deadline.passed or isinstance(error, requests.Timeout):
            raise ReadingError(
                f"{url} did not answer in time (at most {TOTAL_SECONDS:.0f} s); try again, or save the page to a file.") from error
        raise ReadingError(f"{url} cannot be fetched ({_reason(error)}); check the address, or save the page to a file.") from error
    finally:
        deadline.close()


def _follow(session: requests.Session, url: str, deadline: _Deadline) -> Response:
    current = url
    for _ in range(MAX_REDIRECTS + 1):
        parts = urlsplit(current)
        if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
            raise ReadingError(f"{current} is refused: only addresses that begin with http:// or https:// are read.")
        if parts.username is not None:
            raise ReadingError(f"{url} is refused: an address with a user name in it is not read; leave the part before @ out.")
        with session.get(current, allow_redirects=False, stream=True, timeout=(CONNECT_SECONDS, READ_SECONDS)) as answer:
            if answer.is_redirect:
                current = urljoin(current, answer.headers["Location"])
                continue
            if answer.status_code != 200:
                raise ReadingError(f"{url} answered with status {answer.status_code} {answer.reason or ''}".rstrip()
                                   + "; check the address, or save the page to a file.")
            return _body(answer, url, deadline)
    raise ReadingError(f"{url} redirects more than {MAX_REDIRECTS} times; give the address that it leads to.")


def _body(answer: requests.Response, url: str, deadline: _Deadline) -> Response:
    header = answer.headers.get("Content-Type", "")
    kind = _KINDS.get(header.split(";")[0].strip().lower())
    if kind is None:
        raise ReadingError(f"{url} is {header or 'of no stated type'}, not an article; HTML, plain text and Markdown are read.")
    body = bytearray()
    too_large = f"{url} has more than {MAX_BYTES / 1e6:.0f} MB; an article is smaller. Save the part that is the article to a file."
    length = answer.headers.get("Content-Length", "")
    if length.isdigit() and int(length) > MAX_BYTES:
        raise ReadingError(too_large)
    while chunk := answer.raw.read1(65536, decode_content=True):
        body += chunk
        if len(body) > MAX_BYTES:
            raise ReadingError(too_large)
        if deadline.passed:
            break
    if deadline.passed:  # a connection cut at the deadline looks like the end of the body
        raise requests.Timeout()
    charset = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", header, re.IGNORECASE)
    return Response(bytes(body), kind, charset[1] if charset else None)


def _reason(error: BaseException) -> str:
    """The innermost reason of a failure, in one line."""
    text = str(getattr(error, "reason", None) or (error.args[0] if error.args else error))
    return " ".join(re.sub(r"<[^<>]*>:?\s*|\w+(?:Pool|Connection)\([^()]*\):\s*", "", text).split())[:200] or type(error).__name__
