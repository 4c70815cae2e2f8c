"""Pages: what stands around a chapter's text. Jinja escapes every value; the polished text alone is markup."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from app.exporting import languages
from app.exporting.assemble import Assembled
from app.exporting.licences import licence_url
from app.exporting.web.pictures import Shown
from app.exporting.web.polishing import Page, Section
from app.exporting.web.words import words

if TYPE_CHECKING:
    # Loaded where it is used: most servers never render a page.
    from jinja2 import Environment

CSP: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; script-src 'self'; "
    "connect-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A chapter in the contents; `part` is the title of the part it opens or stands in."""

    href: str
    number: int
    title: str
    part: str | None
    sections: Sequence[Section]
    topics: Sequence[str]


@dataclass(frozen=True, slots=True)
class Part:
    """Chapters under one title; without a title where there are no parts."""

    title: str | None
    entries: list[Entry] = field(default_factory=list[Entry])


@dataclass(frozen=True, slots=True)
class Frame:
    """What all pages of a book share: names of files and the contents."""

    whole: Assembled
    entries: Sequence[Entry]
    style: str
    script: str
    cover: Shown

    def contents(self, cache_name: str, size: str) -> bytes:
        """The first page: title, cover, contents, topics."""
        book = self.whole.book
        where = " · ".join(filter(None, (book.region, str(book.made.year))))
        return self._page(
            "contents.html",
            cover=self.cover,
            cache=cache_name,
            size=size,
            where=where,
            first=self.entries[0].href,
            topics=by_topic(self.entries),
            description=book.subtitle,
        )

    def chapter(self, at: int, page: Page) -> bytes:
        """A chapter's page."""
        from markupsafe import Markup

        return self._page(
            "chapter.html",
            entry=self.entries[at],
            # Written by `markup` from a closed list of elements and attributes.
            html=Markup(page.html),  # noqa: S704
            previous=self.entries[at - 1] if at else None,
            next=self.entries[at + 1] if at + 1 < len(self.entries) else None,
            description=next((s.text for s in page.sections if s.text), "")[:200],
        )

    def search(self, index: str) -> bytes:
        """The page that searches, and lists everything where it cannot."""
        return self._page("search.html", index=index)

    def about(self) -> bytes:
        """Who made the book and what one may do with it."""
        people = self.whole.book.contributors
        says = words(self.whole.book.language)
        facilitators = [one.name for one in people if one.role == "facilitator"]
        others = [one.name for one in people if one.role != "facilitator"]
        labelled = [(says["by"], others), (says["facilitated"], facilitators)]
        return self._page(
            "about.html", people=[(label, names) for label, names in labelled if names]
        )

    def _page(self, template: str, **values: Any) -> bytes:
        book = self.whole.book
        shared: dict[str, Any] = {
            "book": book,
            "lang": languages.tag(book.language),
            "dir": languages.direction(book.language),
            "says": words(book.language),
            "licence_url": licence_url(book.licence),
            "parts": in_parts(self.entries),
            "style": self.style,
            "script": self.script,
            "csp": CSP,
            "icon": self.cover.src,
            "description": "",
        }
        return environment().get_template(template).render(**shared | values).encode()


def in_parts(entries: Sequence[Entry]) -> list[Part]:
    """The contents, cut where a part begins."""
    parts: list[Part] = []
    for entry in entries:
        if not parts or parts[-1].title != entry.part:
            parts.append(Part(entry.part))
        parts[-1].entries.append(entry)
    return parts


def by_topic(entries: Sequence[Entry]) -> list[tuple[str, list[Entry]]]:
    """The chapters of each topic, in the order in which topics first occur."""
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        for topic in entry.topics:
            found.setdefault(topic, []).append(entry)
    return list(found.items())


@cache
def environment() -> Environment:
    """The templates of the web book."""
    return escaping(template)


def escaping(load: Callable[[str], str]) -> Environment:
    """Templates that escape every value that is put into one; `load` finds their text by name."""
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    return Environment(
        loader=FunctionLoader(load),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def template(name: str) -> str:
    """The text of a file among the templates."""
    return files("app.exporting").joinpath("templates", "web", name).read_text("utf-8")


def filled(name: str, values: Mapping[str, str]) -> bytes:
    """A style sheet or script with some words replaced."""
    text = template(name)
    for word, value in values.items():
        text = text.replace(word, value)
    return text.encode()
