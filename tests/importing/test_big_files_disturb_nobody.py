"""Big files: what fits a chapter comes in, what does not is said so, and whoever writes notices nothing."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from pycrdt import XmlText

from tests.importing.uploads import bring
from tests.people_at_work import Browser, People
from tests.servers import Server
from tests.sync.clients import Client
from tests.sync.stage import cookie
from tests.waiting import until

SENTENCE = "This is a sentence about organising in a workplace with some words in it."


def paragraphs(megabytes: float) -> bytes:
    """Markdown of so many megabytes in short paragraphs."""
    return b"# Big\n\n" + f"{SENTENCE}\n\n".encode() * round(megabytes * 1_000_000 / 76)


def headings(count: int) -> bytes:
    """Markdown with so many headings, each with a paragraph."""
    return b"# Long\n\n" + b"".join(
        f"## Heading {at}\n\nUnder it stands a line.\n\n".encode() for at in range(count)
    )


@asynccontextmanager
async def typing(server: Server, document: str, who: Browser) -> AsyncGenerator[Counter[str]]:
    """Somebody types ten characters a second; counts the acknowledged ones as "letters".

    It was half a minute before a letter was stored. A third of that is given up on.
    """
    client = Client(f"{server.socket_base}/api/sync/{document}?durable=1", cookie(who))
    await client.open()
    await client.until(lambda: client.synced)
    text: XmlText = client.paragraph()
    await client.settled()
    stored: Counter[str] = Counter()

    async def type_on() -> None:
        while True:
            text.insert(0, "x")
            await client.settled(within=10)
            stored["letters"] += 1
            await asyncio.sleep(0.1)

    task = asyncio.create_task(type_on())
    try:
        yield stored
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await client.close()


async def test_whoever_writes_is_not_disturbed_and_the_other_files_come_in(
    visitors: People, shared_server: Server
) -> None:
    fay = await visitors.start_guide()
    mine = (await fay.chapter("Mine"))["document_id"]
    files = {"big.md": paragraphs(5), "long.md": headings(10_000), "small.md": b"# Small\n\nA"}
    async with typing(shared_server, mine, fay) as stored:
        report = await bring(fay, files)
        assert report["status"] == "done"
        assert stored["letters"] > 5
        assert [(one["title"], one["words"]) for one in report["chapters"]] == [
            ("Long", 70_000),
            ("Small", 1),
        ]
        [lost] = report["lost"]
        assert (lost["file"], lost["what"]) == ("big.md", "The whole file")
        assert "too long for one chapter (about 921,000 words" in lost["why"]
        assert "import the parts." in lost["why"]
        # Nor when somebody opens the long one.
        items = (await fay.yes("GET", "chapters"))["items"]
        long = next(item["document_id"] for item in items if item["title"] == "Long")
        async with typing(shared_server, long, fay) as in_the_long_one:
            await until(lambda: in_the_long_one["letters"] > 10, within=30)
    assert "has not answered" not in shared_server.said()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("word " * 100_001, "(100,001 words; a chapter holds up to 100,000)"),
        ("word " * 250_000, "(about 250,000 words;"),
        ("字" * 250_000, "(about 250,000 words;"),
        ("*a*b\n\n" * 20_000, "it has 60,001 paragraphs, table cells and runs of marked text"),
    ],
    ids=["words", "many words", "characters", "pieces"],
)
@pytest.mark.parametrize("form", ["md", "html"])
async def test_more_than_a_chapter_holds_is_said_with_its_size(
    people: People, form: str, text: str, says: str
) -> None:
    fay = await people.start_guide()
    if form == "html":
        text = text.replace("*a*", "<em>a</em>").replace("\n\n", "<p>")
    report = await bring(fay, {f"a.{form}": text.encode(), "b.md": b"# B"})
    assert await fay.titles() == ["B"]
    [lost] = report["lost"]
    assert says in lost["why"]


async def test_as_much_as_a_chapter_holds_comes_in(people: People) -> None:
    fay = await people.start_guide()
    report = await bring(fay, {"a.md": ("word " * 20 + "\n\n").encode() * 5_000})
    assert [one["words"] for one in report["chapters"]] == [100_000]
