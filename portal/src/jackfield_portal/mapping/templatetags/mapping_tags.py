from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template

from jackfield_portal.mapping.views import offered, shown

if TYPE_CHECKING:
    from django.template.context import RequestContext

    from jackfield_portal.organizations.models import Organization

register = template.Library()


@register.inclusion_tag("mapping/body.html", takes_context=True)
def mapping_section(context: RequestContext, organization: Organization) -> dict[str, Any]:
    """The section CRM User Mappings of an organization."""
    request = context.get("request")
    return shown(organization, request.GET if request else None, may_change=bool(context.get("may_change")))


@register.inclusion_tag("mapping/actions.html", takes_context=True)
def mapping_actions(context: RequestContext, organization: Organization) -> dict[str, Any]:
    """What stands beside Save: how many changes wait for it, and the undo of the last save."""
    return offered(organization, may_change=bool(context.get("may_change")))
