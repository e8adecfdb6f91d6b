"""What the screen says, found by the English of the code in the portal's own catalogues."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext, ngettext


@dataclass(frozen=True)
class Words:
    """The texts of one language (``en``, ``de``)."""

    language: str

    def __call__(self, english: str, **values: object) -> str:
        """The text whose English this is, with the values in their places."""
        with translation.override(self.language):
            return gettext(english) % values if values else gettext(english)

    def counted(self, one: str, many: str, number: int, **values: object) -> str:
        """The text for so many; ``n`` is among the values."""
        with translation.override(self.language):
            return ngettext(one, many, number) % {"n": number, **values}
