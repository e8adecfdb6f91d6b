"""Pictures of what the gallery opens, in a folder with one page to leaf through them."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from playwright.sync_api import Page

__all__ = ["Pictures"]

_HEIGHT = """() => {
  const dialog = document.querySelector("#dialog[open] .sheet");
  return dialog ? dialog.offsetHeight + 100 : document.documentElement.scrollHeight;
}"""
_SHEET = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Gallery</title>
<style>body {{ font: 1rem system-ui; margin: 1rem; background: #888; }} section {{ margin-block: 2rem; }}
div {{ display: flex; flex-wrap: wrap; gap: 1rem; align-items: flex-start; }}
img {{ max-width: 45rem; border: 1px solid #444; }} img.narrow {{ max-width: 22.5rem; }}</style>
<h1>Gallery</h1>
{sections}
"""


class Pictures:
    """A folder of pictures, ``<name>.<theme>-<width>.png`` and ``<name>.pdf``."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder

    def take(self, page: Page, name: str, theme: str, width: int) -> None:
        """The whole page, or all of its dialog, in a window so high that what stays in view lies over nothing."""
        window = page.viewport_size or {"width": width, "height": 0}
        page.set_viewport_size({**window, "height": max(window["height"], page.evaluate(_HEIGHT))})
        page.screenshot(path=self._folder / f"{name}.{theme}-{width}.png")
        page.set_viewport_size(window)

    def print(self, page: Page, name: str) -> None:
        """As it comes out of a printer."""
        page.pdf(path=self._folder / f"{name}.pdf", format="A4")

    def bind(self, names: Iterable[str]) -> None:
        """Write index.html, with every picture there is of these."""
        sections = "\n".join(self._section(name) for name in names)
        (self._folder / "index.html").write_text(_SHEET.format(sections=sections), encoding="utf-8")

    def _section(self, name: str) -> str:
        found = sorted(self._folder.glob(f"{name}.*"), key=lambda file: ("360" in file.name, file.name))
        shown = "".join(self._shown(file.name) for file in found)
        return f"<section><h2>{escape(name)}</h2><div>{shown}</div></section>"

    @staticmethod
    def _shown(file: str) -> str:
        if file.endswith(".pdf"):
            return f'<p><a href="{escape(file)}">printed</a></p>'
        narrow = " class=narrow" if "360" in file else ""
        return f'<a href="{escape(file)}"><img{narrow} src="{escape(file)}" alt="{escape(file)}" loading="lazy"></a>'
