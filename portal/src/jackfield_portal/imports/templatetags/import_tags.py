from __future__ import annotations

from typing import Any

from django import template

register = template.Library()


@register.inclusion_tag("imports/status.html")
def import_status(connection: Any) -> dict[str, Any]:
    """The last import of a connection in words, and the button that starts one."""
    return {"connection": connection}
