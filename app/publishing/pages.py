"""Pages: what the public sees of a guide beside the web book. Jinja escapes every value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from app.exporting import colours
from app.exporting.licences import licence_url
from app.exporting.web import pages as book_pages
from app.publishing.about import About
from app.publishing.models import Edition, PublicPage, Report
from app.publishing.schemas import offered, page_out
from app.publishing.words import is_translated, words

if TYPE_CHECKING:
    # Loaded where it is used: most servers never render a page.
    from jinja2 import Environment

SORRY_STYLE: Final = "/public.css"
"""The style sheet of pages that belong to no edition."""


@dataclass(frozen=True, slots=True)
class Form:
    """The report form as it is shown: what somebody typed, what was wrong with it, or thanks."""

    given: Mapping[str, str] = field(default_factory=dict[str, str])
    wrong: str = ""
    """A key of the page's words."""
    thanked: bool = False


def front(
    edition: Edition,
    editions: Sequence[Edition],
    errata: Sequence[Report],
    page: PublicPage | None,
    form: Form,
    address: str = "",
    *,
    preview: bool = False,
) -> bytes:
    """The public page of an edition; `editions` are all that readers know of, newest first."""
    about = About.model_validate(edition.about)
    says = words(about.language)
    chapters = {one.page: one.title for one in about.chapters}
    facilitators = [one.name for one in about.contributors if one.role == "facilitator"]
    others = [one.name for one in about.contributors if one.role != "facilitator"]
    labelled = [(says["by"], others), (says["facilitated"], facilitators)]
    return _render(
        "page.html",
        about,
        preview=preview,
        address=address,
        edition_line=line(edition, says),
        summary=[text for text in about.summary.split("\n\n") if text.strip()],
        files=[
            {
                "name": file["name"],
                "label": says.get(str(file["format"]), str(file["format"]).upper()),
                "size": size(int(str(file["bytes"]))),
            }
            for file in offered(edition)
        ],
        order=page_out(page),
        people=[(label, names) for label, names in labelled if names],
        editions=[{"line": line(one, says), "note": one.note} for one in editions],
        errata=[
            {"page": one.page, "chapter": chapters.get(one.page, ""), "erratum": one.erratum}
            for one in errata
        ],
        given={"chapter": "", "text": "", "name": "", **form.given},
        wrong=says[form.wrong] if form.wrong else "",
        told=says["report_thanks"] if form.thanked else "",
        thanked=form.thanked,
    )


def start(edition: Edition) -> bytes:
    """How to make a guide like this one for another place."""
    return _render("start.html", About.model_validate(edition.about))


def sorry(heading: str, sentence: str, way: str = "", label: str = "") -> bytes:
    """A page for what is not there, in English: nobody knows which guide was meant."""
    values = {"heading": heading, "sentence": sentence, "way": way, "label": label}
    return _page("sorry.html", "en", "ltr", SORRY_STYLE, values)


def gone_chapter(edition: Edition, style: str) -> bytes:
    """The page of a chapter that was in an earlier edition."""
    says = words(About.model_validate(edition.about).language)
    return _render(
        "sorry.html",
        About.model_validate(edition.about),
        heading=says["gone_chapter"],
        sentence=says["gone_chapter_why"],
        way="index.html",
        label=says["to_contents"],
        style=style,
    )


def line(edition: Edition, says: Mapping[str, str]) -> str:
    """“Edition 2: Summer, 2026-11-22”."""
    number = says["edition"].format(number=edition.number) if edition.number else ""
    named = ": ".join(filter(None, (number, edition.name)))
    when = edition.published_at or edition.created_at
    return ", ".join(filter(None, (named, when.date().isoformat())))


def size(count: int) -> str:
    """A file's size as people say it."""
    return f"{count / 1_000_000:.1f} MB" if count >= 100_000 else f"{max(1, count // 1000)} kB"


@cache
def style() -> bytes:
    """The style sheet for pages without an edition."""
    accent = colours.DEFAULT
    values = {
        "ACCENT_LIGHT": colours.readable(accent, 6),
        "ACCENT_DARK": colours.on_dark(accent),
    }
    return book_pages.filled("book.css", values)


def _render(template: str, about: About, **values: Any) -> bytes:
    shared = {
        "about": about,
        "licence_url": licence_url(about.licence),
        "style": f"book/{about.style}",
    }
    # A page whose words nobody translated is an English page about a book in another language.
    own = is_translated(about.language)
    lang, direction = (about.language, about.direction) if own else ("en", "ltr")
    given = shared | values
    return _page(template, lang, direction, str(given.pop("style")), given)


def _page(template: str, lang: str, direction: str, sheet: str, values: Mapping[str, Any]) -> bytes:
    shared = {"lang": lang, "dir": direction, "says": words(lang), "style": sheet}
    return environment().get_template(template).render(**shared, **values).encode()


@cache
def environment() -> Environment:
    """The templates of public pages."""

    def text(name: str) -> str:
        return files("app.publishing").joinpath("templates", name).read_text("utf-8")

    return book_pages.escaping(text)
