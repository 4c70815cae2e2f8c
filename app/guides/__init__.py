"""Guides: a guide, its members and their roles, its parts, and the links that lead into it."""
