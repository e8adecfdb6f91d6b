"""How forms are drawn."""

from __future__ import annotations

from django.forms.renderers import TemplatesSetting


class FormRenderer(TemplatesSetting):
    """Draws every field the same way, from the portal's own templates."""

    form_template_name = "web/form.html"
    field_template_name = "web/field.html"
