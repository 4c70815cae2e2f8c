"""Sources: who is asked for findings. A noun that preflight does not know adds itself to the list.

A source takes a reading session and the guide, and gives the findings that its tables hold now.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from app.chapters import findings as of_chapters
from app.exporting import findings as of_exporting
from app.guides import findings as of_guides
from app.guides.models import Guide
from app.manuscript.findings import Finding
from app.sync import findings as of_sync
from app.tasks import findings as of_tasks

Source = Callable[[AsyncSession, Guide], Awaitable[Sequence[Finding]]]

sources: list[Source] = [
    of_guides.found,
    of_exporting.found,
    of_chapters.found,
    of_tasks.found,
    of_sync.found,
]
"""Asked at every look, so each is a query or two. Permissions and directories join here."""


async def ask_all(session: AsyncSession, guide: Guide) -> list[Finding]:
    """What every source finds now."""
    return [finding for source in sources for finding in await source(session, guide)]
