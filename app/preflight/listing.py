"""The list: everything there is to fix in a guide now, with whose it is and what was decided about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncSession

from app.chapters import queries as chapter_queries
from app.chapters.models import Chapter
from app.guides.models import Guide
from app.manuscript.checks import Around, facts
from app.manuscript.findings import RULES, Finding, Rule
from app.preflight import queries
from app.preflight.looking import EDITION, kept_findings
from app.preflight.models import ChapterCheck, CheckRun, Waiver
from app.preflight.sources import ask_all
from app.tasks import findings as of_tasks
from app.tasks.models import Task

Standing = Literal["must", "should", "waved"]
_RANK = {"must": 0, "should": 1, "waved": 2}


@dataclass(frozen=True, slots=True)
class Item:
    """A finding with everything around it."""

    key: str
    finding: Finding
    rule: Rule
    owner_id: str | None
    waiver: Waiver | None
    task_id: str | None
    closed: bool
    """Whether its chapter is closed for changes."""

    @property
    def standing(self) -> Standing:
        """How urgent it is, after what was decided."""
        return self.finding.degree if self.waiver is None else "waved"


@dataclass(frozen=True, slots=True)
class List:
    """Everything to fix, the most urgent first, then in reading order."""

    items: Sequence[Item]
    waiting: Sequence[str] = ()
    """The chapters that were changed since they were looked at."""
    settled: Sequence[Task] = ()
    """Open tasks whose finding is gone."""
    last: CheckRun | None = None
    """The last complete check."""
    counts: Counter[Standing] = field(default_factory=Counter["Standing"])

    def find(self, key: str) -> Item | None:
        """The finding with that key."""
        return next((item for item in self.items if item.key == key), None)


async def of_guide(session: AsyncSession, guide: Guide) -> List:
    """Everything to fix in a guide."""
    chapters = {one.id: one for one in await chapter_queries.outline(session, guide.id)}
    checks = await queries.checks(session, guide.id)
    waivers = await queries.waivers(session, guide.id)
    made = await queries.tasks(session, guide.id)
    last = await queries.last_run(session, guide.id)
    found = list(_in_words(chapters, checks))
    if last is not None:
        found += [
            one
            for one in kept_findings(last.findings)
            if one.chapter_id is None or one.chapter_id in chapters
        ]
    found += await ask_all(session, guide)
    by_key = {one.key: one for one in found}
    of_finding = {link.key: task.id for link, task in made}
    # A task that was made of a finding is the same thing to fix: it is listed once.
    twice = {task.id for link, task in made if link.key in by_key}
    items = [
        _item(key, one, chapters, waivers, of_finding)
        for key, one in by_key.items()
        if not (one.code == of_tasks.OPEN.code and one.about in twice)
    ]
    order = {chapter_id: at for at, chapter_id in enumerate(chapters)}
    items.sort(key=lambda item: _place(item, order))
    return List(
        items,
        waiting=await queries.waiting(session, guide.id, EDITION),
        settled=[task for link, task in made if link.key not in by_key],
        last=last,
        counts=Counter(item.standing for item in items),
    )


async def blocking(session: AsyncSession, guide: Guide) -> list[Finding]:
    """What must be fixed before the guide may be published; chapters nobody has looked at count."""
    listed = await of_guide(session, guide)
    return [item.finding for item in listed.items if item.standing == "must"]


def _in_words(
    chapters: Mapping[str, Chapter], checks: Mapping[str, ChapterCheck]
) -> Iterable[Finding]:
    known = {one: facts.from_json(row.facts) for one, row in checks.items() if one in chapters}
    headings = {one: known[one].headings if one in known else () for one in chapters}
    for chapter_id, chapter in chapters.items():
        row = checks.get(chapter_id)
        if row is None:
            continue
        yield from kept_findings(row.findings)
        # A chapter that was not looked at yet may have any heading.
        sure = {one: names for one, names in headings.items() if one in known}
        for one in facts.dangling(known[chapter_id], Around(chapter.title, chapter_id), headings):
            target = one.about.partition("#")[0]
            if target in sure or target not in chapters:
                yield one


def _item(
    key: str,
    finding: Finding,
    chapters: Mapping[str, Chapter],
    waivers: Mapping[str, Waiver],
    tasks: Mapping[str, str],
) -> Item:
    chapter = chapters.get(finding.chapter_id or "")
    if chapter is not None:
        finding = replace(finding, place=chapter.title)  # it may have been renamed since
    rule = RULES.get(finding.code) or Rule(
        finding.code, finding.degree, finding.code.replace("_", " ").capitalize(), ""
    )
    waiver = waivers.get(key) if rule.waivable else None
    owner = finding.owner_id or (chapter.lead_id if chapter else None)
    closed = chapter is not None and chapter.frozen_at is not None
    return Item(key, finding, rule, owner, waiver, tasks.get(key), closed)


def _place(item: Item, order: Mapping[str, int]) -> tuple[int, int, int]:
    one = item.finding
    chapter = order.get(one.chapter_id or "", -1)
    return _RANK[item.standing], chapter, -1 if one.block is None else one.block
