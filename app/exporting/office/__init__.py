"""Office: the book for word processors, as DOCX and ODT, from our own reference documents."""
