"""Proofs: what a book says of itself while it is not published, in its own language."""

from __future__ import annotations

from app.exporting.book import Book
from app.exporting.languages import base

FORMATS = frozenset({"epub", "pdf", "booklet"})
"""What a proof is made as: the files that readers get, and one for the photocopier."""

_SAYS = {
    "en": "Proof. Not for publication.",
    "es": "Prueba. No publicar.",
    "fr": "Épreuve. Ne pas publier.",
    "pt": "Prova. Não publicar.",
    "de": "Korrekturexemplar. Nicht zur Veröffentlichung.",
    "ru": "Корректура. Не для публикации.",
    "ar": "نسخة للمراجعة. ليست للنشر.",
    "hi": "जाँच प्रति। प्रकाशन के लिए नहीं।",
    "zh": "校样,请勿发表。",
}


def says(book: Book) -> str | None:
    """The sentence on every page of a proof; None for a book that is none."""
    return _SAYS.get(base(book.language), _SAYS["en"]) if book.proof else None
