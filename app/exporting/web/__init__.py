"""The web book: a folder for any web server, a page for each chapter, nothing from anywhere else.

Pandoc writes each chapter as HTML in the box; everything around it is ours. Pages can be read
without JavaScript; with it there is search, and the book can be kept for reading offline.
"""
