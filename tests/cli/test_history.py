"""`chapterhouse history`: when chapters were written in, and what they were at a moment."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from app.exporting import past
from app.kit import migrations
from app.manuscript.tree import Node, Text
from tests.importing.reading import read
from tests.manuscript.trees import ONE_OF_EVERYTHING
from tests.people_at_work import Browser, People
from tests.servers import Server
from tests.sync.clients import Client
from tests.sync.stage import cookie


@pytest.fixture
async def ana(server: Server) -> AsyncGenerator[Browser]:
    """A facilitator with a chapter whose words she has written and then deleted."""
    async with People(server.base) as people:
        ana = await people.start_guide()
        chapter = await ana.chapter("Food for 300")
        address = f"{server.socket_base}/api/sync/{chapter['document_id']}?durable=1"
        client = Client(address, cookie(ana))
        await client.open()
        await client.until(lambda: client.synced)
        words = client.paragraph()
        words.insert(0, "Soup and bread.")
        await client.settled()
        del client.fragment.children[0 : len(client.fragment.children)]
        await client.settled()
        await client.close()
        yield ana


async def test_deleted_words_are_brought_back(ana: Browser, server: Server, tmp_path: Path) -> None:
    listed = server.json("history", ana.slug, "--chapter", "1")["chapters"]
    assert [(one["number"], one["title"]) for one in listed] == [(1, "Food for 300")]
    [stretch] = listed[0]["stretches"]
    assert stretch["people"] == [ana.name]
    assert stretch["words"] == 0
    said = server.run("history", ana.slug).stdout.splitlines()
    assert said[0] == "1. Food for 300"
    assert re.fullmatch(r"   \S+ – \S+  \d+ changes; " + re.escape(ana.name), said[1])

    # What the list prints is what --at takes, and it means the whole second.
    assert "Soup" not in at(server, ana, stretch["until"][:19], tmp_path / "now.md")
    engine = migrations.sync_engine(server.settings)
    with engine.begin() as connection:
        # The words were there for an hour, says the log.
        for seq, back in connection.execute(text("SELECT seq, at FROM updates")).all():
            when = back if isinstance(back, datetime) else datetime.fromisoformat(back)
            rows = connection.execute(text("SELECT max(seq) FROM updates")).scalar_one()
            earlier = when - timedelta(hours=2 if seq < rows else 1)
            connection.execute(
                text("UPDATE updates SET at = :at WHERE seq = :seq"),
                {"at": earlier.isoformat(" ", "microseconds"), "seq": seq},
            )
    engine.dispose()
    written, deleted = server.json("history", ana.slug, "--chapter", "1")["chapters"][0][
        "stretches"
    ]
    assert (written["words"], deleted["words"]) == (3, 0)
    found = at(server, ana, written["until"][:19], tmp_path / "soup.md")
    matter = "---\ntitle: Food for 300\nmade_with: Chapterhouse\n---\n\n"
    assert found == f"{matter}Soup and bread.\n"
    said = server.run("import", ana.slug, str(tmp_path / "soup.md"))
    assert said.stdout.startswith("Food for 300: 3 words")


def at(server: Server, ana: Browser, time: str, file: Path) -> str:
    done = server.run("history", ana.slug, "--chapter", "1", "--at", time, "--to", str(file))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{file}: “Food for 300” as of ")
    return file.read_text()


async def test_what_cannot_be_brought_back_is_one_sentence(
    ana: Browser, server: Server, tmp_path: Path
) -> None:
    file = tmp_path / "file.md"
    where = ["--chapter", "1", "--at"]
    whole = [*where, "2126-01-01T00:00", "--to", str(file)]
    for arguments, says in (
        (["--chapter", "2"], "chapters 1 to 1"),
        (["--chapter", "1", "--at", "2026-01-01"], "--to"),
        ([*where, "2020-01-01T00:00", "--to", str(file)], "so long ago"),
        ([*where, "yesterday", "--to", str(file)], "At"),
    ):
        done = server.run("history", ana.slug, *arguments)
        assert done.returncode == 2
        assert says in done.stderr
        assert done.stderr.count("\n") == 1
        assert not file.exists()
    assert server.run("history", ana.slug, *whole).returncode == 0
    assert "already" in server.run("history", ana.slug, *whole).stderr
    file.unlink()
    engine = migrations.sync_engine(server.settings)
    with engine.begin() as connection:
        connection.execute(text("UPDATE updates SET bytes = :b WHERE seq = 2"), {"b": b"\0\0"})
    engine.dispose()
    done = server.run("history", ana.slug, *whole)
    assert done.returncode == 2
    assert "row 2" in done.stderr
    assert not file.exists()


async def test_a_chapter_brought_back_and_imported_has_every_word(tmp_path: Path) -> None:
    class Chapter:
        title = "Everything"

    markdown = await past._markdown(Chapter(), ONE_OF_EVERYTHING, "http://here/")  # type: ignore[arg-type]
    again = await read(tmp_path, "everything.md", markdown)
    assert again.draft.title == "Everything"
    assert words(again.tree) == words(ONE_OF_EVERYTHING)
    empty_last_line = 1
    assert kinds(again.tree) == kinds(ONE_OF_EVERYTHING)[:-empty_last_line]


def kinds(tree: Node) -> list[str]:
    return [child.type for child in tree.content if isinstance(child, Node)]


def words(node: Node | Text) -> list[str]:
    if isinstance(node, Text):
        return node.text.split()
    inside = [word for child in node.content for word in words(child)]
    return inside + (node.attrs.get("credit") or "").split()
