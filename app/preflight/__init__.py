"""Preflight: everything to put right before the guide is a book, asked of every noun.

On screen it is called “Check the book”, and a finding is something “To fix”.
"""
