"""What the hostile tests share: the files, and a server that lets tests use their root names."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from app.sync import grammar
from app.sync.structs import Limits
from tests.conftest import Databases
from tests.sync.bare import Bare

# The files use these names so that each is refused for its own reason and not for its root.
LIMITS = Limits(roots=frozenset({"content", "x", "t", "a", "m"}), elements=grammar.ELEMENTS | {"p"})


@pytest.fixture(scope="module")
async def bare(
    _all_databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[Bare]:
    """One server for all files of a module: it has to survive them in a row."""
    settings = _all_databases.migrated(tmp_path_factory.mktemp("hostile"))
    async with Bare(settings, LIMITS) as made:
        yield made


@pytest.fixture(scope="session")
def hostile(shared: Path) -> Path:
    return shared / "hostile"
