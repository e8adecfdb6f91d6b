"""What the core and the connectors say, in the language of whoever reads it.

Such texts are English until they are shown, wherever they were kept in between: a step's finding, a failure, a field's
help, a connector's instructions. Here they are recognized (:mod:`jackfield.translations`); English loads nothing.
"""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import get_language

__all__ = ["spoken"]


def spoken(text: str) -> str:
    """A text of the core, or of a connector that is offered here, in the language of now; unknown ones as they are."""
    language = get_language()
    if not text or not language or language.partition("-")[0] == "en":
        return text
    from jackfield.translations import for_language

    return for_language(language, allow=settings.JACKFIELD_CONNECTORS).translated(text)
