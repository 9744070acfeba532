"""What a graph was made by: versions of the code, the rules and the model; no clock times, which would make two builds differ."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from kg import __version__
from kg.errors import KGError
from kg.iris import slug
from kg.settings import Settings

_PACKAGE = Path(__file__).parent
_RULES = ("articles", "nlp", "resolve", "extract", "mappers")


@cache
def rules_version() -> str:
    """Eight hex digits of the SHA-256 of all code and lexicon that decides what is extracted."""
    digest = hashlib.sha256()
    for part in _RULES:
        for path in sorted((_PACKAGE / part).rglob("*")):
            if path.suffix in {".py", ".tsv"}:
                digest.update(path.relative_to(_PACKAGE).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:8]


@cache
def pipeline_version(name: str) -> str:
    """Name and version of the spaCy pipeline ``name`` (a folder or an installed package), read without loading it.

    :raises KGError: where there is no such pipeline
    """
    folder = Path(name)
    if not folder.is_dir():
        spec = find_spec(name) if name.isidentifier() else None
        folder = Path(spec.origin).parent if spec is not None and spec.origin else folder
    try:
        meta = json.loads((folder / "meta.json").read_text("utf-8"))
        return f"{meta['name']}-{meta['version']}"
    except (OSError, ValueError, KeyError) as error:
        raise KGError(f"no spaCy pipeline at {name!r} ({error}); correct KG_PIPELINE or leave it unset") from error


def run_id(settings: Settings) -> str:
    """Local id of the run."""
    return f"{__version__}-rules-{rules_version()}-model-{slug(pipeline_version(settings.pipeline))}"
