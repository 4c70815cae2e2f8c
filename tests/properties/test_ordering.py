"""Whatever is made, moved, binned, restored, grouped and ungrouped: every chapter is in the guide once.

A model of lists plays along with the API and says what the order must be after every step.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from app.kit.config import Settings
from app.main import create_app
from tests.people_at_work import Browser, People


class Contents(RuleBasedStateMachine):
    """A facilitator rearranging a guide; `_groups` is what the table of contents must be."""

    chapters = Bundle("chapters")
    binned = Bundle("binned")
    parts = Bundle("parts")
    runner: asyncio.Runner
    people: People

    @initialize()
    def start(self) -> None:
        self._fay: Browser = self._do(self.people.start_guide())
        # The part of each chapter, and the order within each part; None is “no part”.
        self._parts: list[str | None] = [None]
        self._groups: dict[str | None, list[str]] = {None: []}
        self._bin: set[str] = set()

    def _do(self, work: Any) -> Any:
        return self.runner.run(work)

    def _ask(self, method: str, path: str, **body: Any) -> Any:
        return self._do(self._fay.yes(method, path, json=body))

    def _no(self, status: int, method: str, path: str, **body: Any) -> Any:
        return self._do(self._fay.no(status, method, path, json=body))

    def _part_of(self, chapter: str) -> str | None:
        return next(part for part, order in self._groups.items() if chapter in order)

    @rule(target=parts)
    def make_part(self) -> str:
        part = self._ask("POST", "parts", title="Part")["id"]
        self._parts.append(part)
        self._groups[part] = []
        return part

    @rule(target=chapters, part=st.none() | parts)
    def make(self, part: str | None) -> Any:
        if part not in self._groups:
            self._no(404, "POST", "chapters", title="x", part_id=part)
            return multiple()
        chapter = self._ask("POST", "chapters", title="Chapter", part_id=part)["id"]
        self._groups[part].append(chapter)
        return chapter

    @rule(chapter=chapters, part=st.none() | parts, before=st.none() | chapters)
    def move(self, chapter: str, part: str | None, before: str | None) -> None:
        path, wish = f"chapters/{chapter}/move", {"part_id": part, "before_id": before}
        if chapter in self._bin or part not in self._groups:
            self._no(404, "POST", path, **wish)
        elif before == chapter and self._part_of(chapter) == part:
            self._ask("POST", path, **wish)
        elif before is not None and (before == chapter or before not in self._groups[part]):
            self._no(409, "POST", path, **wish)
        else:
            self._ask("POST", path, **wish)
            self._groups[self._part_of(chapter)].remove(chapter)
            order = self._groups[part]
            order.insert(order.index(before) if before else len(order), chapter)

    @rule(part=parts, before=st.none() | parts)
    def move_part(self, part: str, before: str | None) -> None:
        path = f"parts/{part}/move"
        if part not in self._groups or (before is not None and before not in self._groups):
            self._no(404, "POST", path, before_id=before)
            return
        self._ask("POST", path, before_id=before)
        self._parts.remove(part)
        here = before is not None and before != part
        self._parts.insert(self._parts.index(before) if here else len(self._parts), part)

    @rule(part=parts)
    def dissolve_part(self, part: str) -> None:
        if part not in self._groups:
            self._no(404, "DELETE", f"parts/{part}")
            return
        self._ask("DELETE", f"parts/{part}")
        self._parts.remove(part)
        self._groups[None] += self._groups.pop(part)

    @rule(target=binned, chapter=chapters)
    def throw_away(self, chapter: str) -> Any:
        if chapter in self._bin:
            self._no(404, "DELETE", f"chapters/{chapter}")
            return multiple()
        self._ask("DELETE", f"chapters/{chapter}")
        self._groups[self._part_of(chapter)].remove(chapter)
        self._bin.add(chapter)
        return chapter

    @rule(chapter=consumes(binned))
    def restore(self, chapter: str) -> None:
        assert {one["id"] for one in self._ask("GET", "bin")["items"]} == self._bin
        back = self._ask("POST", f"bin/{chapter}/restore")
        self._bin.remove(chapter)
        # It comes back somewhere among its part; where, only the server knows.
        order = self._groups[back["part_id"]]
        shown = [
            one["id"]
            for one in self._ask("GET", "chapters")["items"]
            if one["part_id"] == back["part_id"]
        ]
        assert [one for one in shown if one != chapter] == order
        order.insert(shown.index(chapter), chapter)

    @invariant()
    def every_chapter_is_there_once_and_in_its_place(self) -> None:
        if not hasattr(self, "_fay"):
            return
        told = self._ask("GET", "chapters")
        assert [one["position"] for one in told["items"]] == list(range(len(told["items"])))
        assert [one["id"] for one in told["parts"]] == self._parts[1:]
        shown = [(one["id"], one["part_id"]) for one in told["items"]]
        assert shown == [(c, part) for part in self._parts for c in self._groups[part]]


def test_every_chapter_stays_in_the_guide_once(settings: Settings) -> None:
    app = create_app(settings)

    @asynccontextmanager
    async def running() -> AsyncGenerator[People]:
        async with app.router.lifespan_context(app), People(settings.base, app) as people:
            yield people

    with asyncio.Runner() as runner:
        alive = running()
        Contents.runner, Contents.people = runner, runner.run(alive.__aenter__())
        try:
            run_state_machine_as_test(
                Contents,
                settings=hypothesis_settings(
                    max_examples=20,
                    stateful_step_count=20,
                    deadline=None,
                    database=None,
                    suppress_health_check=list(HealthCheck),
                ),
            )
        finally:
            runner.run(alive.__aexit__(None, None, None))
