"""The command line: serve, and everything an operator does to guides without a browser.

Every command but `serve`, `backup --offline` and `restore` is a request to the operator's routes:
of the running server through the socket in the data folder, or, when none runs, of the
application started for just that request. One implementation serves both.
"""

from __future__ import annotations

import logging

# In the order in which the help names the commands.
from app.cli import serving, guides, books, history, keeping  # isort: skip
from app.cli.shared import cli, fail
from app.kit.errors import AppError

__all__ = ["books", "cli", "guides", "history", "keeping", "main", "serving"]


def main() -> None:
    """Run a command; expected trouble is one sentence and exit code 2."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        cli()
    except (AppError, ValueError) as error:
        fail(str(error))
