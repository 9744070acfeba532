"""Settings: the environment is read here, once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kg.errors import KGError

_TOKEN_LENGTH = 16
_PACKAGE = Path(__file__).resolve().parent
#: Where ontology/, shapes/, queries/, corpus/ and model/ lie: the checkout, or the installed package's data.
RESOURCES = _PACKAGE.parent if (_PACKAGE.parent / "ontology").is_dir() else _PACKAGE / "_data"


@dataclass(frozen=True)
class Settings:
    """What an operator may set.

    ``data``: folder of the store, its snapshots, quarantine and dumps (``KG_DATA``).
    ``base_iri``: base of resources and graphs, without a trailing slash (``KG_BASE_IRI``).
    ``pipeline``: folder or name of the spaCy pipeline (``KG_PIPELINE``).
    ``authority``: further actor or place tables, separated by the path separator (``KG_AUTHORITY``).
    ``host``, ``port``: where the server listens (``KG_HOST``, ``KG_PORT``).
    ``allow_private``: fetch articles from private and loopback addresses (``KG_ALLOW_PRIVATE`` = 1).
    ``query_seconds``: longest time that one query may take (``KG_QUERY_SECONDS``).
    ``query_memory``: megabytes that one query may take (``KG_QUERY_MEMORY``).
    ``query_processes``: processes that wait for queries (``KG_QUERY_PROCESSES``).
    ``cache_bytes``: memory for answers that may be asked again (``KG_CACHE_MB``, in megabytes; 0 turns it off).
    ``rate_limit``: requests of one client, as "600/minute"; empty for none (``KG_RATE_LIMIT``).
    ``proxies``: reverse proxies in front, whose X-Forwarded-For is believed (``KG_PROXIES``).
    ``public_url``: address under which clients reach the server, where a proxy changes it (``KG_PUBLIC_URL``).
    ``union``: whether the default graph is the union of all (``KG_DEFAULT_GRAPH`` = union or separate).
    ``show_text``: whether pages show the text of articles, not its quotations alone (``KG_SHOW_TEXT`` = 1).
    ``services``: endpoints that SERVICE may name, separated by blanks (``KG_SERVICE_ALLOW``).
    ``update_port``: the operator's port for changes, 0 for none; it needs ``update_token`` (``KG_UPDATE_PORT``, ``KG_UPDATE_TOKEN`` or
    ``KG_UPDATE_TOKEN_FILE``, of 16 characters at least).
    """

    data: Path = Path("data")
    base_iri: str = "https://w3id.org/conflict-kg"
    pipeline: str = str(RESOURCES / "model" / "en_conflict_encoder")
    authority: tuple[Path, ...] = ()
    host: str = "127.0.0.1"
    port: int = 8000
    allow_private: bool = False
    query_seconds: float = 20.0
    query_memory: int = 1000
    query_processes: int = 4
    cache_bytes: int = 64_000_000
    rate_limit: str = ""
    proxies: int = 0
    public_url: str = ""
    union: bool = True
    show_text: bool = False
    services: frozenset[str] = frozenset()
    update_port: int = 0
    update_token: str = field(default="", repr=False)

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> Settings:
        """Settings as the environment gives them; what it does not name keeps its default."""
        return cls(
            data=Path(env.get("KG_DATA", "data")),
            base_iri=env.get("KG_BASE_IRI", cls.base_iri).rstrip("/"),
            pipeline=env.get("KG_PIPELINE", cls.pipeline),
            authority=tuple(Path(p) for p in env.get("KG_AUTHORITY", "").split(os.pathsep) if p),
            host=env.get("KG_HOST", cls.host),
            port=int(env.get("KG_PORT", str(cls.port))),
            allow_private=env.get("KG_ALLOW_PRIVATE", "") == "1",
            query_seconds=_number(env, "KG_QUERY_SECONDS", cls.query_seconds),
            query_memory=int(_number(env, "KG_QUERY_MEMORY", cls.query_memory)),
            query_processes=int(_number(env, "KG_QUERY_PROCESSES", cls.query_processes)),
            cache_bytes=int(_number(env, "KG_CACHE_MB", cls.cache_bytes / 1e6) * 1e6),
            rate_limit=env.get("KG_RATE_LIMIT", ""),
            proxies=int(_number(env, "KG_PROXIES", 0)),
            public_url=env.get("KG_PUBLIC_URL", "").rstrip("/"),
            union=_one_of(env, "KG_DEFAULT_GRAPH", ("union", "separate")) == "union",
            show_text=env.get("KG_SHOW_TEXT", "") == "1",
            services=frozenset(env.get("KG_SERVICE_ALLOW", "").split()),
            update_port=int(_number(env, "KG_UPDATE_PORT", 0)),
            update_token=_token(env),
        )


def _number(env: Mapping[str, str], name: str, default: float) -> float:
    given = env.get(name) or str(default)
    try:
        number = float(given)
    except ValueError:
        number = -1.0
    if not 0 <= number < 1e12:
        raise KGError(f"{name} is {given!r}; it must be a number of at least 0")
    return number


def _one_of(env: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    given = env.get(name) or choices[0]
    if given not in choices:
        raise KGError(f"{name} is {given!r}; it must be {' or '.join(choices)}")
    return given


def _token(env: Mapping[str, str]) -> str:
    file = env.get("KG_UPDATE_TOKEN_FILE")
    try:
        token = Path(file).read_text("utf-8").strip() if file else env.get("KG_UPDATE_TOKEN", "")
    except (OSError, UnicodeDecodeError) as error:
        raise KGError(f"KG_UPDATE_TOKEN_FILE: {file} cannot be read ({error})") from error
    if token and len(token) < _TOKEN_LENGTH:
        raise KGError(f"the token of the operator's port has {len(token)} characters; give at least {_TOKEN_LENGTH}")
    return token
