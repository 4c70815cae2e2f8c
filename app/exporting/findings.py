"""What the details for bookshops and libraries leave to put right."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from app.exporting.details.models import BookDetails
from app.guides.models import Guide
from app.manuscript.findings import Finding, declare

SUMMARY = declare(
    "summary_missing",
    "should",
    "The book has no summary",
    "Write a few sentences under “For bookshops, libraries and printers”: they stand on the back cover and "
    "wherever the book is listed.",
)


async def found(session: AsyncSession, guide: Guide) -> Sequence[Finding]:
    """What is not said about the guide as a book."""
    details = await session.get(BookDetails, guide.id)
    if details is not None and details.summary.strip():
        return []
    said = "Nothing says in a few sentences what the book is about."
    return [Finding(SUMMARY.code, SUMMARY.degree, guide.title, said, about="summary")]
