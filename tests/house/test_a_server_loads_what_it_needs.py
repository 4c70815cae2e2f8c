"""What only some servers need is loaded by those: each of these takes megabytes."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize("library", ["psycopg", "httpx", "hiredis"])
def test_a_server_on_sqlite_does_without(library: str) -> None:
    code = f"import sys, app.main, app.operator, app.sync.service; sys.exit({library!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
