"""Chapters: the pieces of a guide, their order, brief, status and people.

The words inside a chapter live in `app.sync`; this package holds everything about it.
"""
