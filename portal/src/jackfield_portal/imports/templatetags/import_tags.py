from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template

from jackfield_portal.imports.views import card

if TYPE_CHECKING:
    from django.template.context import RequestContext

    from jackfield_portal.connections.models import Connection

register = template.Library()


@register.inclusion_tag("imports/status.html", takes_context=True)
def import_status(context: RequestContext, connection: Connection) -> dict[str, Any]:
    """The last import of a connection in words, and the button that starts one."""
    return card(connection, may_change=bool(context.get("may_change")))
