"""What tests of preflight say: put words into a chapter, look what there is to fix."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from app.manuscript.tree import Mark, Node, Text
from tests.importing.uploads import finished
from tests.people_at_work import Browser, People


def text(words: str, *marks: Mark) -> Text:
    return Text(words, marks)


def link(words: str, href: str) -> Text:
    return Text(words, (Mark("link", {"href": href}),))


def p(*content: Text | Node | str) -> Node:
    return Node(
        "paragraph", {}, tuple(Text(one) if isinstance(one, str) else one for one in content)
    )


def h(level: int, words: str) -> Node:
    return Node("heading", {"level": level}, (Text(words),) if words else ())


def figure(asset: str | None, alt: str = "A dog", credit: str = "Jo") -> Node:
    return Node("figure", {"asset": asset, "alt": alt, "credit": credit, "decorative": False})


def table(*rows: tuple[str, ...], head: bool = False) -> Node:
    return Node(
        "table",
        {},
        tuple(
            Node(
                "tableRow",
                {},
                tuple(
                    Node("tableHeader" if head and not at else "tableCell", {}, (p(cell),))
                    for cell in row
                ),
            )
            for at, row in enumerate(rows)
        ),
    )


async def a_guide(people: People) -> Browser:
    """A guide about which everything is said, and its facilitator."""
    fay = await people.start_guide(region="New York")
    await fay.yes("PATCH", "details", json={"summary": "What people at work can do together."})
    return fay


async def write(app: FastAPI, chapter: dict[str, Any], *blocks: Node) -> None:
    """Put blocks behind the words of a chapter, as an edit of nobody."""
    await app.state.sync.append(chapter["document_id"], blocks, None)


async def to_fix(app: FastAPI, who: Browser, **query: str) -> list[dict[str, Any]]:
    """Everything to fix, after every chapter that was changed has been looked at."""
    listed = await who.yes("GET", "findings", params=query)
    if listed["waiting"]:
        chapters = await who.yes("GET", "chapters")
        await app.state.preflight.watch.now([one["id"] for one in chapters["items"]])
        listed = await who.yes("GET", "findings", params=query)
    assert listed["waiting"] == 0
    items: list[dict[str, Any]] = listed["items"]
    return items


async def codes(app: FastAPI, who: Browser, **query: str) -> list[str]:
    """The codes of what there is to fix, without those every new guide has."""
    always = {"chapter_not_done", "region_missing", "summary_missing"}
    return [one["code"] for one in await to_fix(app, who, **query) if one["code"] not in always]


async def check(who: Browser, *, files: bool = False) -> dict[str, Any]:
    """A complete check, at its end."""
    started = await who.yes("POST", "checks", json={"files": files})
    done = await finished(who, f"checks/{started['id']}")
    assert done["status"] == "done", done["error"]
    return done


def one(items: list[dict[str, Any]], code: str) -> dict[str, Any]:
    """The only finding with that code."""
    [found] = [item for item in items if item["code"] == code]
    return found
