"""Back matter for tests and for the gallery: always the same, made of a few words."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random

from app.exporting.assemble import assemble
from app.exporting.back_matter import (
    BackMatter,
    Credit,
    Directory,
    Entry,
    Event,
    GlossaryTerm,
    IndexTerm,
    Permission,
    SprintFacts,
)
from app.exporting.book import Book

_PLACES = ("Queens", "Bronx", "Harlem", "Astoria", "Flatbush", "Red Hook", "Chelsea", "Jamaica")
_KINDS = ("Workers’ Center", "Legal Clinic", "Tenants’ Union", "Credit Union", "Hiring Hall")
_GROUPS = ("Legal help", "Unions", "Workers’ centers")
_WORDS = (
    "arbitration", "ballot", "boycott", "card check", "contract", "dues", "grievance", "lockout",
    "mediation", "picket", "quorum", "recognition", "retaliation", "shop steward", "solidarity",
    "strike", "turnout", "unit", "wage theft", "walkout",
)  # fmt: skip


def entries(count: int) -> list[Entry]:
    """So many organisations, in three groups."""
    dice = Random(7)
    found: list[Entry] = []
    for at in range(count):
        name = f"{dice.choice(_PLACES)} {dice.choice(_KINDS)} {at + 1}"
        text = "Free advice in three languages, by appointment." if dice.random() < 0.4 else ""
        facts = [("Telephone", f"212 555 {at:04}")]
        if dice.random() < 0.6:
            facts.append(("Address", f"{at + 1} Example Street, New York"))
        if dice.random() < 0.5:
            facts.append(("Web", f"example.org/{at + 1}"))
        found.append(Entry(name, text, tuple(facts), _GROUPS[at * len(_GROUPS) // count]))
    return found


def events(count: int) -> list[Event]:
    """So many evenings from November on, every sixth a whole day."""
    first = datetime(2026, 11, 3, 18, 30)  # noqa: DTZ001 - the clock on the wall
    return [
        Event(
            "Open day of all locals", (first + timedelta(days=5 * at)).date(), place="Union Square"
        )
        if at % 6 == 5
        else Event(
            f"Know your rights, evening {at + 1}",
            first + timedelta(days=5 * at),
            first + timedelta(days=5 * at, hours=2),
            f"{_PLACES[at % len(_PLACES)]} Public Library",
            "Bring a pay stub." if at % 3 == 0 else "",
        )
        for at in range(count)
    ]


def index(book: Book) -> list[IndexTerm]:
    """Terms that point to chapters and headings of the book."""
    ids = [
        place
        for chapter in assemble(book).chapters
        for place in (chapter.anchor, *(heading.id for heading in chapter.headings))
    ]
    terms = [
        IndexTerm(word, tuple(ids[at % len(ids) :: 5][:4]), under=_under(ids, at))
        for at, word in enumerate(_WORDS)
    ]
    return [*terms, IndexTerm("Ärger", (ids[0],)), IndexTerm("protest", see="strike")]


def _under(ids: list[str], at: int) -> tuple[IndexTerm, ...]:
    return (IndexTerm("in writing", (ids[-1 - at % 4],)),) if at % 6 == 0 else ()


def back_matter(book: Book, count: int = 64) -> BackMatter:
    """Everything that can stand behind the chapters."""
    return BackMatter(
        directories=(Directory("Directory of organizations", entries(count)),),
        events=events(14),
        glossary=[
            GlossaryTerm(word, f"What people in a union mean when they say “{word}”, in a sentence.")
            for word in _WORDS[:12]
        ],
        permissions=[
            Permission("How we won", "© 2024 Dana Example. Used by permission of the author."),
            Permission("Map of the harbor", "Courtesy of the Harbor Archive; not under the license."),
        ],
        credits=[Credit(f"{name} Example", (at % 6 + 1, 6)) for at, name in
                 enumerate(("Ana", "Ben", "Chen", "Dee", "Eli", "Fay", "Gil"))],
        sprint=SprintFacts("Five days in November", date(2026, 11, 18), 5, 12, 8200),
        index=index(book),
    )  # fmt: skip
