"""Writes a migration for what the models have and the migrations do not.

python -m scripts.migration "chapters get a colour"
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic import command

from app.kit import clock, migrations
from app.kit.config import Settings


def main() -> None:
    """Compare against a database that has run all migrations so far."""
    message = " ".join(sys.argv[1:]).strip()
    if not message:
        raise SystemExit(__doc__)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder))  # pyright: ignore[reportCallIssue]
        migrations.upgrade(settings)
        config = migrations.alembic_config()
        config.set_main_option("sqlalchemy.url", settings.database.replace("+aiosqlite", ""))
        revision = f"{clock.now():%Y%m%d}_{'_'.join(message.lower().split()[:3])}"
        command.revision(config, message, autogenerate=True, rev_id=revision)


if __name__ == "__main__":
    main()
