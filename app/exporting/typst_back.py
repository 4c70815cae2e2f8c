"""Back matter as typst reads it: sorted, grouped, dates in words."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime
from itertools import groupby
from typing import Any

from app.exporting import months
from app.exporting.back_matter import Event, IndexTerm
from app.exporting.book import Book
from app.manuscript.tidy import clean_text


def back_matter(book: Book) -> dict[str, Any]:
    """What templates/back.typ draws; only what there is."""
    back = book.back
    found: dict[str, Any] = {
        "directories": [
            {
                "title": line(one.title) or "…",
                "groups": [
                    {
                        "title": line(group),
                        "entries": [
                            {
                                "name": line(entry.name) or "…",
                                "text": line(entry.text),
                                "facts": [[line(name), line(fact)] for name, fact in entry.facts],
                            }
                            for entry in entries
                        ],
                    }
                    for group, entries in groupby(one.entries, key=lambda entry: entry.group)
                ],
            }
            for one in back.directories
            if one.entries
        ],
        "months": _months(book),
        "glossary": [
            {"term": line(one.term), "meaning": line(one.meaning)}
            for one in sorted(back.glossary, key=lambda one: order(one.term))
        ],
        "permissions": [
            {"work": line(one.work), "line": line(one.line)} for one in back.permissions
        ],
        "credits": [
            {"name": line(one.name), "chapters": list(one.chapters)} for one in back.credits
        ],
        "index": _letters(back.index),
        "sprint": None,
    }
    if back.sprint is not None:
        found["sprint"] = {
            "title": line(back.sprint.title),
            "starts": f"{back.sprint.starts_on.day} {months.month(back.sprint.starts_on, book.language)}",
            "days": back.sprint.days,
            "people": back.sprint.people,
            "words": f"{back.sprint.words:,}".replace(",", "\u202f"),
        }
    return found


def line(text: str) -> str:
    """A text as it may stand on a page, in one line."""
    return " ".join(clean_text(text).split())


def order(text: str) -> tuple[str, str]:
    """Where a word stands in an alphabet: without accents and case, then by the word itself."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in plain if not unicodedata.combining(sign)), text


def _months(book: Book) -> list[dict[str, Any]]:
    events = sorted(book.back.events, key=lambda event: (_day(event), _hour(event), event.title))
    return [
        {
            "title": title,
            "events": [
                {
                    "day": _day(event).day,
                    "weekday": months.weekday(_day(event), book.language),
                    "time": _times(event),
                    "title": line(event.title) or "…",
                    "place": line(event.place),
                    "text": line(event.text),
                }
                for event in found
            ],
        }
        for title, found in groupby(events, key=lambda it: months.month(_day(it), book.language))
    ]


def _day(event: Event) -> date:
    return event.starts.date() if isinstance(event.starts, datetime) else event.starts


def _hour(event: Event) -> str:
    return f"{event.starts:%H:%M}" if isinstance(event.starts, datetime) else ""


def _times(event: Event) -> str:
    """ "18:30–20:00", or the last day of something that takes several."""
    if isinstance(event.ends, datetime) and isinstance(event.starts, datetime):
        if event.ends.date() == event.starts.date():
            return f"{event.starts:%H:%M}–{event.ends:%H:%M}"
        return f"{event.starts:%H:%M} – {event.ends.day}.{event.ends.month}. {event.ends:%H:%M}"
    if event.ends is not None and not isinstance(event.ends, datetime):
        return f"– {event.ends.day}.{event.ends.month}." if event.ends != _day(event) else ""
    return _hour(event)


def _letters(terms: Any) -> list[dict[str, Any]]:
    """The index by initials, each with its terms."""
    ordered = sorted(terms, key=lambda term: order(term.term))
    return [
        {"letter": letter, "terms": [_term(term) for term in found]}
        for letter, found in groupby(ordered, key=_initial)
    ]


def _initial(term: IndexTerm) -> str:
    first = next((sign for sign in order(term.term)[0] if sign.isalnum()), "")
    return first.upper() if first.isalpha() else "0–9"


def _term(term: IndexTerm) -> dict[str, Any]:
    under = sorted(term.under, key=lambda one: order(one.term))
    return {
        "term": line(term.term),
        "places": list(dict.fromkeys(term.places)),
        "see": line(term.see),
        "under": [_term(one) for one in under],
    }
