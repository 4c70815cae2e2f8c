"""Exporting: a guide leaves as a book.

The chapters' trees are assembled into one pandoc document; pandoc makes the EPUB, pandoc and typst
the PDF, each as a process of its own in a box. Jobs run in the background and tell their progress.
"""
