"""After a restore the old documents are gone: no client of any make merges what it still holds."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus

from tests.conftest import Databases
from tests.interop.peers import node
from tests.people_at_work import Browser, People
from tests.servers import Server
from tests.sync.clients import Client
from tests.sync.stage import cookie

BEFORE, AFTER, OFFLINE = "before the backup", "after the backup", "while the server was away"


async def test_what_a_standard_client_still_holds_is_not_merged(
    server: Server, databases: Databases, tmp_path: Path
) -> None:
    backup = tmp_path / "backup.zip"
    settings = databases.empty(tmp_path / "again").model_copy(update={"port": server.settings.port})
    restored = Server(settings, log=tmp_path / "again.log")
    async with People(server.base) as people:
        fay = await people.start_guide()
        document = (await fay.chapter("One"))["document_id"]
        async with node(server.socket_base, document, cookie(fay)) as peer:
            await peer.until(lambda s: s["synced"])
            await peer.do("paragraph", words=BEFORE)
            await one_reads(server, fay, document, BEFORE)
            assert server.run("backup", str(backup)).returncode == 0
            await peer.do("paragraph", words=AFTER)
            await one_reads(server, fay, document, AFTER)
            await asyncio.to_thread(server.stop)
            assert restored.run("restore", str(backup)).returncode == 0
            await peer.do("paragraph", words=OFFLINE)
            await asyncio.to_thread(restored.start)
            try:
                # It knocks again and again by itself, and is never let in.
                before = (await peer.state())["failures"]
                state = await peer.until(lambda s: s["failures"] >= before + 2, 30)
                assert not state["connected"]
                # It has lost nothing of what it had.
                assert state["lines"][-3:] == [BEFORE, AFTER, OFFLINE]
                [chapter] = (await fay.yes("GET", "chapters"))["items"]
                new = chapter["document_id"]
                assert new != document
                assert await one_reads(restored, fay, new, BEFORE) == f"\n{BEFORE}"
            finally:
                restored.stop()


async def one_reads(server: Server, fay: Browser, document: str, words: str) -> str:
    """The text of a document once these words are in it."""
    client = Client(f"{server.socket_base}/api/sync/{document}?durable=1", cookie(fay))
    await client.open()
    await client.until(lambda: words in client.text())
    await client.close()
    return client.text()


async def test_a_client_that_knows_the_new_id_but_the_old_epoch_keeps_its_words(
    server: Server, databases: Databases, tmp_path: Path
) -> None:
    """As when somebody copies an address: the words are refused with the reason, not merged."""
    backup = tmp_path / "backup.zip"
    restored = Server(databases.empty(tmp_path / "again"), log=tmp_path / "again.log")
    async with People(server.base) as people:
        fay = await people.start_guide()
        old = (await fay.chapter("One"))["document_id"]
        client = Client(f"{server.socket_base}/api/sync/{old}?durable=1", cookie(fay))
        await client.open()
        await client.until(lambda: client.synced and client.hello)
        assert client.hello is not None
        epoch = client.hello[0]
        assert server.run("backup", str(backup)).returncode == 0
        await client.close()
    assert restored.run("restore", str(backup)).returncode == 0
    restored.start()
    try:
        async with People(restored.base) as people:
            again = await people.browser()
            again.cookies.update(fay.cookies)
            again.slug = fay.slug
            [chapter] = (await again.yes("GET", "chapters"))["items"]
            base = f"{restored.socket_base}/api/sync"
            with pytest.raises(InvalidStatus) as refused:
                await Client(f"{base}/{old}?durable=1&epoch={epoch}", cookie(fay)).open()
            assert refused.value.response.status_code == 404
            client.address = f"{base}/{chapter['document_id']}?durable=1&epoch={epoch}"
            client.paragraph().insert(0, OFFLINE)
            await client.open()
            await client.until(lambda: client.refused)
            assert {code for _, code in client.refused} == {"epoch"}
            assert OFFLINE in client.text()
            await client.close()
            new = Client(f"{base}/{chapter['document_id']}?durable=1", cookie(fay))
            await new.open()
            await new.until(lambda: new.synced)
            assert OFFLINE not in new.text()
            await new.close()
    finally:
        restored.stop()
