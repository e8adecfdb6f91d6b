"""What the core and the connectors say, in the language of whoever reads it.

Such texts are English until they are shown, wherever they were kept in between: a step's finding, a failure, a field's
help, a connector's instructions. Here they are recognized (:mod:`jackfield.translations`); English loads nothing.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import get_language

if TYPE_CHECKING:
    from jackfield.translations import Translations

__all__ = ["spoken"]


def spoken(text: str) -> str:
    """A text of the core or of a connector in the language of now; as it is where it is not known."""
    language = get_language()
    if not text or not language or language.partition("-")[0] == "en":
        return text
    return _translations(language).translated(text)


@cache
def _translations(language: str) -> Translations:
    """Those of the connectors that this deployment offers."""
    from jackfield.translations import for_language

    return for_language(language, allow=settings.JACKFIELD_CONNECTORS)
