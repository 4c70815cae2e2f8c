"""Tokens: 256-bit secrets that are shown once and stored only as their hash."""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    """A new secret of 256 random bits as 43 URL-safe characters."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """The SHA-256 of a token in hex: what the database keeps.

    A plain hash is enough because the token is random, not chosen by a person.
    """
    return hashlib.sha256(token.encode()).hexdigest()
