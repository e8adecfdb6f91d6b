"""Notes which templates are drawn: each is loaded once, when it is drawn first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.template.loaders import app_directories

if TYPE_CHECKING:
    from django.template import Origin

__all__ = ["Loader"]


class Loader(app_directories.Loader):
    """Django's own, which writes down what it has loaded."""

    def get_contents(self, origin: Origin) -> str:
        """The template's text; its name goes into the file that the settings name."""
        with Path(settings.DRAWN).open("a", encoding="utf-8") as file:
            file.write(f"{origin.template_name}\n")
        return super().get_contents(origin)
