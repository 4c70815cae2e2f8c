"""Typography: typewriter quotes and dots become the ones that are printed.

Only where the rules are certain. Code is left alone, and so are languages whose quotation marks
follow other rules, but for the apostrophe.
"""

from __future__ import annotations

import re
from dataclasses import replace

from app.exporting import languages
from app.manuscript.tree import Child, Node

_OPENING = {"en": "“‘", "es": "“‘", "pt": "“‘", "hi": "“‘", "de": "„‚"}
_CLOSING = {"en": "”’", "es": "”’", "pt": "”’", "hi": "”’", "de": "“‘"}
_BEFORE_OPENING = re.compile(r"[\s(\[{—–/\-“‘„‚¿¡]")


def set_quotes(node: Node, language: str) -> Node:
    """The node with printed quotes in every line of text below it."""
    return _Setter(languages.base(language)).node(node)


class _Setter:
    def __init__(self, language: str) -> None:
        self.language = language
        self.opening = _OPENING.get(language, "")
        self.closing = _CLOSING.get(language, "")

    def node(self, node: Node) -> Node:
        if node.type == "codeBlock":
            return node
        before = " "
        content: list[Child] = []
        for child in node.content:
            if isinstance(child, Node):
                content.append(self.node(child))
                if child.type == "hardBreak":
                    before = " "
            elif any(mark.type == "code" for mark in child.marks):
                content.append(child)
                before = "x"
            else:
                text = self.text(child.text, before)
                content.append(replace(child, text=text))
                before = text[-1:] or before
        return node.with_content(tuple(content))

    def text(self, text: str, before: str) -> str:
        """`before` is the character in front of the text, a space at the start of a line."""
        out: list[str] = []
        for at, character in enumerate(text):
            after = text[at + 1] if at + 1 < len(text) else " "
            printed = self.quote(character, before, after) if character in "\"'" else character
            out.append(printed)
            before = printed
        return re.sub(r"(?<!\.)\.\.\.(?!\.)", "…", "".join(out))

    def quote(self, character: str, before: str, after: str) -> str:
        single = character == "'"
        if single and (before.isalnum() or after.isdigit()):
            return "’"  # don't, workers', the '90s
        if not self.opening:
            return character
        if _BEFORE_OPENING.match(before) and not after.isspace():
            return self.opening[single]
        return self.closing[single]
