"""Settings: the environment is read here, once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

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
    """

    data: Path = Path("data")
    base_iri: str = "https://w3id.org/conflict-kg"
    pipeline: str = str(RESOURCES / "model" / "en_conflict_encoder")
    authority: tuple[Path, ...] = ()
    host: str = "127.0.0.1"
    port: int = 8000
    allow_private: bool = False
    query_seconds: float = 20.0

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
            query_seconds=float(env.get("KG_QUERY_SECONDS", str(cls.query_seconds))),
        )
