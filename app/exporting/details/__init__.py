"""Details: what booksellers, libraries and printers ask of a book: summary, publisher, ISBN, price.

They belong to the guide as a book, not to the writing of it: nobody needs them before the last day.
"""
