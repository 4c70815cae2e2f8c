"""Words: what a guide's public page says by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.exporting.languages import base
from app.exporting.web import words as book_words
from app.publishing.translations import OTHERS

ENGLISH: Final[Mapping[str, str]] = {
    "read": "Read it here",
    "edition": "Edition {number}",
    "downloads": "Download",
    "order": "On paper",
    "order_from": "Order a printed copy",
    "editions": "Editions and what changed",
    "first": "The first edition.",
    "no_note": "Nothing was noted.",
    "errata": "Known mistakes",
    "report": "Report a mistake",
    "report_how": "You need no account. The people who make this guide read it; what is right is corrected and listed here.",
    "report_where": "Where is it?",
    "report_whole": "The whole book, or I do not know",
    "report_what": "What is wrong, and what would be right?",
    "report_name": "Your name, if you like",
    "report_send": "Send",
    "report_thanks": "Thank you. Your report is with the people who make this guide.",
    "report_empty": "Please say in a few words what is wrong.",
    "report_long": "That is longer than 2,000 characters. Please say it more briefly.",
    "report_often": "That were many reports in a short time. Please wait ten minutes and send it again; your words are still here.",
    "report_many": "The makers have many reports to read at the moment. Please come back in a few days; your words are still here.",
    "report_bad": "What was sent could not be read. Please write it again.",
    "spawn": "Start one for your region",
    "spawn_line": "This guide was written together in a few days. You can do the same where you live.",
    "spawn_how": "How that works",
    "spawn_text": "A guide like this one is written by five to fifteen people and a facilitator in four or five days.",
    "spawn_steps": (
        "Find a few people who know the place and one who keeps the time.|"
        "Download this guide as Markdown, if it is offered, or take its contents as your list of chapters.|"
        "Start a new guide, give it your region and language, and bring the chapters in that fit.|"
        "Write anew what is different where you live, check every name and number, and publish it. "
        "What the licence of this guide asks for is named below."
    ),
    "spawn_begin": "Start a guide",
    "preview": "A preview: only people who manage this guide see this page. Nothing of it is public.",
    "gone_chapter": "This chapter is not in the edition that readers get now",
    "gone_chapter_why": "It was in an earlier one. Maybe its words are in another chapter.",
    "to_contents": "To the contents",
}
FORMATS: Final[Mapping[str, str]] = {
    "epub": "EPUB, for e-readers and phones",
    "pdf": "PDF, for screens",
    "web": "Web book, a folder for any website",
    "markdown": "Markdown, to work on elsewhere",
}

NAMES: Final[Mapping[str, str]] = {
    "docx": "Word (DOCX)",
    "odt": "LibreOffice (ODT)",
    "icml": "InDesign (ICML)",
}
"""Formats that are called the same in every language."""


def words(language: str) -> Mapping[str, str]:
    """All that the page says in a language; English where nobody translated it yet."""
    own = OTHERS.get(base(language), {})
    return {**book_words.words(language), **ENGLISH, **FORMATS, **NAMES, **own}


def is_translated(language: str) -> bool:
    """Whether the page speaks a language."""
    return base(language) == "en" or base(language) in OTHERS
