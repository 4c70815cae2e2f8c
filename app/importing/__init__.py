"""Importing: files become chapters, their pictures assets, and a report says what was lost.

Every file is read by pandoc in the box, turned into a tidied tree, and written by the sync server
as if somebody had typed it. A file that cannot be read is named with its reason; the others come in.
"""
