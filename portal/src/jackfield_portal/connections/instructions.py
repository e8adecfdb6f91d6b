"""A connector's instructions as HTML; whatever HTML they hold is shown as text, and each of their parts has a place."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from django.utils.safestring import SafeString
from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from markdown_it.token import Token

__all__ = ["as_html", "place_of"]

_ITEM: Final = "list_item_open"
_PARAGRAPH: Final = "paragraph_open"


@cache
def _reader() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False})


def as_html(markdown: str, here: str = "") -> SafeString:
    """The instructions, drawn; headings are of the second level, links open beside the portal.

    The place ``here`` is marked, and has the focus where they are shown in a dialog.
    """
    tokens = _reader().parse(markdown)
    for place, opening, _text in _places(tokens):
        opening.attrSet("id", place)
        if place == here:
            for name, value in (("class", "here"), ("tabindex", "-1"), ("data-focus", "")):
                opening.attrSet(name, value)
    for token in tokens:
        if token.type.startswith("heading"):
            token.tag = "h2"
        for child in token.children or ():
            if child.type == "link_open":
                child.attrSet("target", "_blank")
                child.attrSet("rel", "noopener noreferrer")
            if child.type == "image":  # nothing is loaded from outside
                child.type, child.tag, child.children = "text", "", None
    return SafeString(_reader().renderer.render(tokens, _reader().options, {}))  # the reader escapes HTML


def place_of(markdown: str, words: Iterable[str]) -> str:
    """The place that speaks of the first of these words that is spoken of at all: in bold, else anyhow; or blank.

    An item of a list, which says what to do, comes before what stands around the list.
    """
    places = sorted(_places(_reader().parse(markdown)), key=lambda found: found[1].type != _ITEM)
    texts = [(place, text) for place, _opening, text in places]
    wanted = [word for word in words if word]
    marked = (place for word in wanted for place, text in texts if f"**{word}**" in text)
    named = (
        place for word in wanted for place, text in texts if re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE)
    )
    return next(marked, None) or next(named, "")


def _places(tokens: Iterable[Token]) -> Iterator[tuple[str, Token, str]]:
    """Each item of a list and each paragraph that stands alone: its name, where it begins, what it says."""
    opening: Token | None = None
    count = 0
    for token in tokens:
        if token.type == _ITEM or (token.type == _PARAGRAPH and token.level == 0):
            opening = token
        elif token.type == "inline" and opening is not None:
            count += 1
            yield f"instructions-{count}", opening, token.content
            opening = None
