"""Answering: pages and files for the public, with what browsers and caches need to know."""

from __future__ import annotations

import hashlib
from typing import Final

from fastapi import Request, Response
from fastapi.responses import FileResponse

from app.exporting.web.pages import CSP
from app.publishing.shelf import Kept

# `same-origin`: with `no-referrer` a browser sends a form's Origin as “null”, and it would be refused.
HEADERS: Final = {
    "Content-Security-Policy": f"{CSP}; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
}
FOR_EVER: Final = "public, max-age=31536000, immutable"
ASK_AGAIN: Final = "no-cache"
NEVER: Final = "private, no-store"
_TYPES: Final = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "jpg": "image/jpeg",
    "png": "image/png",
    "woff2": "font/woff2",
    "txt": "text/plain; charset=utf-8",
    "epub": "application/epub+zip",
    "pdf": "application/pdf",
    "zip": "application/zip",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "odt": "application/vnd.oasis.opendocument.text",
}


def page(request: Request, body: bytes, status: int = 200, cache: str = ASK_AGAIN) -> Response:
    """An HTML page; 304 when the browser has it already."""
    headers = {**HEADERS, "Cache-Control": cache}
    if status == 200:
        tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        headers["ETag"] = tag
        if _has(request, tag):
            return Response(status_code=304, headers=headers)
    return Response(body, status, headers, "text/html; charset=utf-8")


def file(request: Request, kept: Kept, cache: str, download: str | None = None) -> Response:
    """A file that never changes under its name in this edition; ranges are served."""
    tag = f'"{kept.sha256[:32]}"'
    headers = {**HEADERS, "Cache-Control": cache, "ETag": tag}
    if _has(request, tag):
        return Response(status_code=304, headers=headers)
    kind = _TYPES.get(kept.path.suffix.removeprefix("."), "application/octet-stream")
    return FileResponse(kept.path, headers=headers, media_type=kind, filename=download)


def lasting(name: str) -> str:
    """How long a file of the web book may be kept: what has a hash in its name, for ever."""
    return FOR_EVER if name.startswith(("assets/", "pictures/")) else ASK_AGAIN


def _has(request: Request, tag: str) -> bool:
    asked = request.headers.get("if-none-match", "")
    return asked.strip() == "*" or tag in (
        one.strip().removeprefix("W/") for one in asked.split(",")
    )
