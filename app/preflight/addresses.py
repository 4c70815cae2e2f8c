"""Addresses: where in the interface a finding is fixed.

`/g/GUIDE/c/CHAPTER#at=12&words=First+words+of+the+block`: the editor opens there. The words come along
because blocks move while people write; the number is where to begin to look.
"""

from __future__ import annotations

from urllib.parse import quote, urlencode

from app.manuscript.findings import Finding

_WORDS = 40


def of(slug: str, finding: Finding) -> str:
    """The path and fragment of a finding's place."""
    guide = f"/g/{quote(slug)}"
    if finding.code == "open_task" and finding.chapter_id is None:
        return f"{guide}/overview"
    if finding.chapter_id is None:
        return f"{guide}/book"
    chapter = f"{guide}/c/{finding.chapter_id}"
    if finding.block is None:
        return chapter
    at = {"at": str(finding.block), "words": finding.excerpt[:_WORDS].strip()}
    return f"{chapter}#{urlencode({name: said for name, said in at.items() if said})}"
