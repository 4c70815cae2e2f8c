"""Manuscript: the words of a chapter as a frozen tree, outside any editor or database.

Pure code. Only `reader` and `writer` touch pycrdt, and they run in the sync engine's process.
"""
