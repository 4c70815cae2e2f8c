"""What can be done with a book's details: look at them, change them, give them to an export."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from app.exporting.book import Details
from app.exporting.details import isbn
from app.exporting.details.models import BookDetails
from app.exporting.details.schemas import ChangeDetails
from app.guides import queries
from app.guides.models import Guide
from app.kit import events
from app.kit.errors import BadInput, Conflict

_BOOKS = {"print_isbn": "printed book", "ebook_isbn": "e-book"}


async def find(session: AsyncSession, guide_id: str) -> BookDetails | None:
    """The details of a guide, None when nothing was said yet."""
    return await session.get(BookDetails, guide_id)


async def of_book(session: AsyncSession, guide_id: str) -> Details:
    """The details as an export takes them; ISBNs with hyphens."""
    row = await find(session, guide_id)
    if row is None:
        return Details()
    return Details(
        summary=row.summary,
        publisher=row.publisher,
        place=row.place,
        edition=row.edition,
        print_isbn=isbn.hyphenated(row.print_isbn) if row.print_isbn else "",
        ebook_isbn=isbn.hyphenated(row.ebook_isbn) if row.ebook_isbn else "",
        keywords=tuple(row.keywords),
        bisac=tuple(row.bisac),
        thema=tuple(row.thema),
        audience=row.audience,
        price=row.price,
        currency=row.currency,
    )


async def change(
    session: AsyncSession, guide: Guide, person_id: str | None, wish: ChangeDetails
) -> BookDetails:
    """Change the details.

    Raises:
        Conflict: somebody changed them since `wish.seen_version`.
        BadInput: an ISBN is none, or a price has no currency.
    """
    # The guide's row keeps two first changes apart.
    await queries.hold(session, guide.id)
    row = await session.get(BookDetails, guide.id, populate_existing=True)
    if row is None:
        row = BookDetails(guide_id=guide.id, version=0, keywords=[], bisac=[], thema=[],
                          price="", currency="", print_isbn="", ebook_isbn="")  # fmt: skip
        session.add(row)
    if wish.seen_version is not None and wish.seen_version != row.version:
        raise Conflict(
            "Someone changed what the book says about itself a moment ago. Look at it and try again.",
            code="changed",
        )
    given = wish.model_dump(exclude_unset=True, exclude={"seen_version"}, exclude_none=True)
    for name, value in given.items():
        setattr(row, name, _kept(name, value))
    if row.price and not row.currency:
        raise BadInput("A price needs its currency: USD, EUR or MXN, for example.", code="currency")
    if row.print_isbn and row.print_isbn == row.ebook_isbn:
        raise BadInput(
            "The printed book and the e-book need an ISBN each: booksellers take them for two books.",
            code="isbn",
        )
    row.version += 1
    row.updated_by = person_id
    await session.flush()
    events.queue(session, events.Event(guide.id, "guide"))
    return row


def _kept(name: str, value: object) -> object:
    if name in _BOOKS:
        try:
            return isbn.parse(str(value))
        except ValueError as error:
            raise BadInput(f"The ISBN of the {_BOOKS[name]} {error}.", code="isbn") from error
    if name == "price":
        whole, _, cents = str(value).replace(",", ".").partition(".")
        return f"{int(whole)}.{cents:0<2}" if whole else ""
    if isinstance(value, list):
        return list(dict.fromkeys(one for one in value if one))  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return value
