"""What several test modules share: the bundled corpus, built once."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.articles import find
from kg.build import build
from kg.settings import RESOURCES, Settings


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings whose data folder holds the bundled corpus as a published graph."""
    data: Path = tmp_path_factory.mktemp("data")
    settings = Settings(data=data)
    summary = build(find([str(RESOURCES / "corpus")]), settings)
    assert summary.added == summary.articles == 6
    assert not summary.failed and not summary.quarantined
    return settings
