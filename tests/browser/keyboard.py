"""A person without a mouse: Tab and Shift+Tab, Enter, Space, Escape and the arrows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pytest
from playwright.sync_api import TimeoutError as TooLate
from playwright.sync_api import expect

from tests.browser import steps

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

#: More presses than any page of the journey needs.
_FAR: Final = 250
#: Whether what has the focus shows it; at either end of a page it is the browser that has it.
_SEEN: Final = """() => {
    const style = getComputedStyle(document.activeElement);
    const shown = style.outlineStyle !== "none" || style.boxShadow !== "none";
    return shown || document.activeElement === document.body;
}"""
#: The key that leads from what has the focus to the element, none where it has it already; and whether that is seen.
_WAY: Final = f"""(wanted) => {{
    const from = document.activeElement;
    const back = !from.contains(wanted) && from.compareDocumentPosition(wanted) & Node.DOCUMENT_POSITION_PRECEDING;
    return [from === wanted ? "" : back ? "Shift+Tab" : "Tab", ({_SEEN})()];
}}"""


@dataclass(frozen=True)
class Keyboard:
    """The keys of one page."""

    page: Page

    def to(self, wanted: Locator) -> None:
        """Tab the shorter way until this has the focus; whatever has it on the way shows that it has."""
        expect(wanted).to_be_visible()
        steps.stands_still(self.page)
        for pressed in range(_FAR):
            key, seen = wanted.evaluate(_WAY)
            if pressed and not seen:
                self._sees_the_focus()
            if not key:
                return
            self.page.keyboard.press(key)
        pytest.fail(f"Tab does not lead to {wanted}")

    def press(self, wanted: Locator, key: str = "Enter") -> None:
        """Press a key on this."""
        self.to(wanted)
        self.page.keyboard.press(key)

    def enter(self, box: Locator, text: str) -> None:
        """Type over whatever the box holds."""
        self.to(box)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def _sees_the_focus(self) -> None:
        """At once, or as soon as a part that was drawn anew has given the focus back."""
        try:
            self.page.wait_for_function(_SEEN)
        except TooLate:
            pytest.fail(f"Nothing shows the focus on {self.page.evaluate('document.activeElement.outerHTML')}")
