"""Links: a closed list of schemes, and one legal way of writing each address."""

from __future__ import annotations

import pytest

from app.manuscript import links


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "java\tscript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " \x01javascript:alert(1)",
        "data:text/html,<script>",
        "file:///etc/passwd",
        "vbscript:x",
        "../other/page",
        "page.html",
        "//evil.example/x",
        "http:/no-host",
        "https://exa mple..org:99999/",
        "https://example.org:99999/",
        "https://",
        "mailto:",
        "tel:call me",
        "chapter:../x",
        'chapter:01a" onclick="x',
        "#",
        "#a b",
        "",
        None,
        7,
        "https://example.org/" + "a" * 3000,
    ],
)
def test_refused(href: object) -> None:
    assert links.clean(href) is None


@pytest.mark.parametrize(
    ("href", "kept"),
    [
        ("https://example.org", "https://example.org"),
        ("HTTP://example.org/a?b=c&d#e", "http://example.org/a?b=c&d#e"),
        ("https://e.org/a b/é|{}[]", "https://e.org/a%20b/é%7C%7B%7D%5B%5D"),
        ("https://e.org/100%/x%20y", "https://e.org/100%25/x%20y"),
        ("https://trusted.org@evil.org/", "https://evil.org/"),
        ("https://e.org/a#b#c", "https://e.org/a#b%23c"),
        ("https://[::1]:80/x", "https://[::1]:80/x"),
        ("mailto:ana@example.org?subject=Hi you", "mailto:ana@example.org?subject=Hi%20you"),
        ("tel:+1 212 555 0100", "tel:+12125550100"),
        ("#know-your-rights", "#know-your-rights"),
        ("chapter:01jabc#rights", "chapter:01jabc#rights"),
        ("chapter:01jabc", "chapter:01jabc"),
        ("\u0000https://e.org/\n", "https://e.org/"),
    ],
)
def test_kept(href: str, kept: str) -> None:
    assert links.clean(href) == kept
    assert links.clean(kept) == kept


def test_links_inside_the_guide() -> None:
    assert links.inside("chapter:01jabc#rights") == links.Inside("01jabc", "rights")
    assert links.inside("#rights") == links.Inside(None, "rights")
    assert links.inside("https://example.org/#rights") is None
