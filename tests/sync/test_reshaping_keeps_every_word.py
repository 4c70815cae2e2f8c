"""Split and merge: the words of a chapter go where they should, and never nowhere."""

from __future__ import annotations

from typing import Any

from app.manuscript import plain
from app.manuscript.tree import Node, Text
from tests.people_at_work import Browser, People, notices


def paragraph(words: str) -> Node:
    return Node("paragraph", {}, (Text(words),))


def heading(words: str) -> Node:
    return Node("heading", {"level": 2}, (Text(words),))


async def chapter_with(people: People, ana: Browser, title: str, *blocks: Node) -> dict[str, Any]:
    chapter = await ana.chapter(title)
    await people._app.state.sync.append(chapter["document_id"], blocks, None)
    return chapter


async def words_of(people: People, chapter: dict[str, Any]) -> list[str]:
    tree = await people._app.state.sync.read_tree(chapter["document_id"])
    return plain.text(tree).splitlines()


async def test_a_split_moves_the_end_of_a_chapter_into_one_of_its_own_right_behind(people: People):
    ana = await people.start_guide()
    chapter = await chapter_with(
        people, ana, "Long", paragraph("before"), heading("After"), paragraph("after")
    )
    await chapter_with(people, ana, "Next", paragraph("next"))
    outline = (await ana.yes("GET", f"chapters/{chapter['id']}/outline"))["items"]
    assert [item["text"] for item in outline] == ["After"]

    splitting = ana.yes(
        "POST",
        f"chapters/{chapter['id']}/split",
        json={"at": outline[0]["index"], "title": "After"},
    )
    [notice] = await notices(people._app, ana, splitting)
    new = (await ana.yes("GET", "chapters"))["items"][1]

    assert notice.payload == {
        "text": "Fay split “Long”: what followed is now “After”.",
        "chapter_id": new["id"],
        "by": ana.id,
    }
    assert await words_of(people, chapter) == ["before"]
    assert await words_of(people, new) == ["after"]
    assert await ana.titles() == ["Long", "After", "Next"]


async def test_words_typed_during_a_split_are_in_one_of_the_two(people: People, monkeypatch: Any):
    ana = await people.start_guide()
    chapter = await chapter_with(people, ana, "Long", paragraph("before"), heading("After"))
    sync = people._app.state.sync
    seed = sync.seed

    async def somebody_types(node: Node) -> bytes:
        await sync.append(chapter["document_id"], [paragraph("typed meanwhile")], None)
        return await seed(node)

    monkeypatch.setattr(sync, "seed", somebody_types)
    new = await ana.yes(
        "POST", f"chapters/{chapter['id']}/split", json={"at": 2, "title": "The rest"}
    )
    assert await words_of(people, chapter) == ["before"]
    assert await words_of(people, new) == ["After", "typed meanwhile"]


async def test_a_split_needs_text_on_both_sides(people: People):
    ana = await people.start_guide()
    chapter = await chapter_with(people, ana, "Short", paragraph("one"))
    for at in (0, 2, 99):
        problem = await ana.no(
            422, "POST", f"chapters/{chapter['id']}/split", json={"at": at, "title": "New"}
        )
        assert "before and after" in problem["detail"]
    assert await ana.titles() == ["Short"]


async def test_a_merge_brings_words_people_and_open_tasks_along(people: People):
    ana = await people.start_guide()
    ben = await people.join("writer", "Ben")
    into = await chapter_with(people, ana, "Into", paragraph("first"))
    gone = await chapter_with(people, ana, "Gone", paragraph("second"))
    await ben.yes("PUT", f"chapters/{gone['id']}/assignees/{ben.id}")
    await ana.yes("POST", "tasks", json={"title": "Read it", "chapter_id": gone["id"]})

    merged = await ana.yes("POST", f"chapters/{gone['id']}/merge", json={"into": into["id"]})

    assert await words_of(people, into) == ["first", "Gone", "second"]
    assert merged["assignees"] == [ben.id]
    assert await ana.titles() == ["Into"]
    tasks = (await ana.yes("GET", "tasks"))["items"]
    assert [task["chapter_id"] for task in tasks] == [into["id"]]
    assert [item["title"] for item in (await ana.yes("GET", "bin"))["items"]] == ["Gone"]


async def test_a_chapter_out_of_the_bin_has_its_words_again(people: People):
    ana = await people.start_guide()
    chapter = await chapter_with(people, ana, "Kept", paragraph("still here"))
    await ana.yes("DELETE", f"chapters/{chapter['id']}")
    assert await ana.titles() == []
    await ana.yes("POST", f"bin/{chapter['id']}/restore")
    assert await words_of(people, chapter) == ["still here"]
