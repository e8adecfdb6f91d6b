from __future__ import annotations

from typing import Any

from django import template

register = template.Library()


@register.inclusion_tag("mapping/section.html")
def mapping_section(organization: Any) -> dict[str, Any]:
    """The section CRM User Mappings of an organization."""
    return {"organization": organization}


@register.inclusion_tag("mapping/actions.html")
def mapping_actions(organization: Any) -> dict[str, Any]:
    """What stands beside Save: the undo of the last save."""
    return {"organization": organization}
