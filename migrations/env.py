"""Alembic's entry: all tables of all nouns, on whichever database it is given."""

from __future__ import annotations

import importlib
import pkgutil

from alembic import context
from sqlalchemy import Connection, NullPool, create_engine

import app
from app.kit.db import Base

for module in pkgutil.walk_packages(app.__path__, "app."):
    if module.name.endswith(".models"):
        importlib.import_module(module.name)


def run(connection: Connection) -> None:
    """Run the migrations in one transaction."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        # SQLite cannot alter most things in place: Alembic copies the table.
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        # SQLite can undo CREATE and ALTER too; Alembic does not expect it to.
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given: Connection | None = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    url = context.config.get_main_option("sqlalchemy.url") or ""
    with create_engine(url, poolclass=NullPool).connect() as opened:
        run(opened)
