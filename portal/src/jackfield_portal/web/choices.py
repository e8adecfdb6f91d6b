"""A choice of several, as boxes to tick."""

from __future__ import annotations

from typing import Any

from django import forms

__all__ = ["Choices"]


class Choices(forms.MultipleChoiceField):
    """Boxes with one legend, so that a screen reader says what they are about."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.template_name = "web/choices.html"
