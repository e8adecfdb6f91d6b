"""A connector's instructions as HTML; whatever HTML they hold is shown as text."""

from __future__ import annotations

from functools import cache

from django.utils.safestring import SafeString
from markdown_it import MarkdownIt

__all__ = ["as_html"]


@cache
def _reader() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False})


def as_html(markdown: str) -> SafeString:
    """The instructions, drawn; headings begin at the third level, links open beside the portal."""
    tokens = _reader().parse(markdown)
    for token in tokens:
        if token.type.startswith("heading"):
            token.tag = "h3"
        for child in token.children or ():
            if child.type == "link_open":
                child.attrSet("target", "_blank")
                child.attrSet("rel", "noopener noreferrer")
            if child.type == "image":  # nothing is loaded from outside
                child.type, child.tag, child.children = "text", "", None
    return SafeString(_reader().renderer.render(tokens, _reader().options, {}))  # the reader escapes HTML
