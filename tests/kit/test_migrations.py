"""Migrations: an empty database becomes what the models say, and a newer one is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from app.kit import migrations
from app.kit.config import Settings
from app.kit.errors import Conflict
from tests.conftest import Databases


@pytest.fixture
def empty(databases: Databases, tmp_path: Path) -> Settings:
    return databases.empty(tmp_path / "empty")


def test_an_empty_database_becomes_what_the_models_say(empty: Settings) -> None:
    migrations.upgrade(empty)
    engine = migrations.sync_engine(empty)
    with engine.connect() as connection:
        config = migrations.alembic_config()
        config.attributes["connection"] = connection
        command.check(config)
    engine.dispose()


def test_bringing_it_up_to_date_twice_changes_nothing(empty: Settings) -> None:
    migrations.upgrade(empty)
    before = tables(empty)
    migrations.upgrade(empty)
    assert tables(empty) == before


def test_the_way_back_is_there_too(empty: Settings) -> None:
    migrations.upgrade(empty)
    engine = migrations.sync_engine(empty)
    with engine.connect() as connection:
        config = migrations.alembic_config()
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        connection.commit()
    engine.dispose()
    assert tables(empty) == {"alembic_version"}


def test_a_newer_database_is_refused_with_a_sentence(empty: Settings) -> None:
    migrations.upgrade(empty)
    engine = migrations.sync_engine(empty)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'from_the_future'"))
    engine.dispose()
    with pytest.raises(Conflict, match="newer Chapterhouse") as caught:
        migrations.upgrade(empty)
    assert caught.value.code == "newer_database"


def test_an_upgrade_that_breaks_off_leaves_nothing_behind(
    empty: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the power fails in the middle: the next start begins again from where it was."""
    done = MigrationContext.run_migrations

    def break_off(context: MigrationContext, **more: object) -> None:
        done(context, **more)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(MigrationContext, "run_migrations", break_off)
        with pytest.raises(KeyboardInterrupt):
            migrations.upgrade(empty)
    assert tables(empty) == set()
    migrations.upgrade(empty)
    assert "chapters" in tables(empty)


def tables(settings: Settings) -> set[str]:
    engine = migrations.sync_engine(settings)
    try:
        return set(inspect(engine).get_table_names())
    finally:
        engine.dispose()
