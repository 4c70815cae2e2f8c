"""People for tests: browsers with cookies of their own that start guides and join them by link.

They talk to an application in this process or, without one, to a server at an address.
"""

from __future__ import annotations

from collections.abc import Awaitable
from contextlib import AsyncExitStack
from typing import Any, Self

import httpx
from fastapi import FastAPI

from app.kit.events import Event

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


class Browser(httpx.AsyncClient):
    """One browser. After joining it has a person (`id`, `name`, `role`) and a guide (`slug`)."""

    slug = ""
    id = ""
    name = ""
    role = ""
    facilitator_link = ""

    def at(self, path: str = "") -> str:
        """An address within the guide: `ana.at("chapters")`."""
        return f"/api/guides/{self.slug}" + (f"/{path}" if path else "")

    async def yes(self, method: str, path: str, **more: Any) -> Any:
        """Ask within the guide, expect a yes, and return its body (None when it has none)."""
        answer = await self.request(method, self.at(path), **more)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    async def no(self, status: int, method: str, path: str, **more: Any) -> dict[str, Any]:
        """Ask within the guide, expect a refusal, and return its problem."""
        return refused(await self.request(method, self.at(path), **more), status)

    async def join(self, link: str, name: str = "", **more: Any) -> httpx.Response:
        """Open a link and type a name."""
        answer = await self.post("/api/join", json={"token": token_of(link), "name": name, **more})
        if answer.status_code == 200:
            self.entered(answer.json())
        return answer

    def entered(self, joined: dict[str, Any]) -> None:
        """Note who one is now."""
        self.slug = joined["guide"]
        person = joined["person"]
        self.id, self.name, self.role = person["id"], person["name"], person["role"]

    async def invite(self, role: str, **more: Any) -> dict[str, Any]:
        """Make a link, as a facilitator."""
        made: dict[str, Any] = await self.yes("POST", "invitations", json={"role": role, **more})
        return made

    async def chapter(self, title: str = "A chapter", **more: Any) -> dict[str, Any]:
        """Make a chapter."""
        made: dict[str, Any] = await self.yes("POST", "chapters", json={"title": title, **more})
        return made

    async def titles(self) -> list[str]:
        """The titles of the chapters in reading order."""
        return [item["title"] for item in (await self.yes("GET", "chapters"))["items"]]


class People:
    """Hands out browsers and lets people in."""

    def __init__(self, base: str, app: FastAPI | None = None) -> None:
        self.base = base
        self._app = app
        self._open = AsyncExitStack()
        self._facilitators: dict[str, Browser] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._open.aclose()

    async def browser(self, user_agent: str = FIREFOX, **headers: str) -> Browser:
        """A browser nobody has used yet."""
        new = Browser(
            transport=httpx.ASGITransport(self._app, client=("127.0.0.1", 50000))
            if self._app
            else httpx.AsyncHTTPTransport(),
            base_url=self.base,
            headers={"User-Agent": user_agent, **headers},
        )
        return await self._open.enter_async_context(new)

    async def start_guide(self, title: str = "A guide", name: str = "Fay", **more: Any) -> Browser:
        """A guide and its facilitator."""
        fay = await self.browser()
        answer = await fay.post("/api/guides", json={"title": title, "name": name, **more})
        assert answer.status_code == 201, answer.text
        made = answer.json()
        fay.facilitator_link = made["facilitator_link"]
        await fay.join(made["facilitator_link"])
        self._facilitators[fay.slug] = fay
        return fay

    async def join(self, role: str, name: str, slug: str = "") -> Browser:
        """Somebody who joined the (last) guide through a link with `role`."""
        fay = self._facilitators[slug or list(self._facilitators)[-1]]
        link = (await fay.invite(role))["link"]
        new = await self.browser()
        answer = await new.join(link, name)
        assert answer.status_code == 200, answer.text
        return new


def token_of(link: str) -> str:
    """The secret in a link."""
    return link.partition("#")[2]


def refused(answer: httpx.Response, status: int) -> dict[str, Any]:
    """The problem of an answer that is a refusal as refusals should be: with a sentence."""
    assert answer.status_code == status, f"{answer.status_code} {answer.text}"
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == status
    assert problem["code"]
    assert problem["detail"].endswith((".", "?", "”")), problem["detail"]
    return problem


async def notices(app: FastAPI, who: Browser, doing: Awaitable[object]) -> list[Event]:
    """The sentences that are on the way to screens of the guide after `doing`."""
    guide = (await who.yes("GET", ""))["id"]
    async with app.state.broadcast.subscribe(guide) as line:
        await doing
        heard = [line.get_nowait() for _ in range(line.qsize())]
    return [one for one in heard if one is not None and one.topic == "notice"]
