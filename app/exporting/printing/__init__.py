"""Printing: from the set pages to what a printer takes: inside, cover, metadata, and a booklet to fold.

`printers` holds the printers' rules, `interior` and `cover` make the two files, `worker` is the
process of its own in which PDFs are opened, `parcel` puts everything into one zip.
"""
