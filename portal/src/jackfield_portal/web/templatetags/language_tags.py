"""How templates show what comes in English from the core and from connectors."""

from __future__ import annotations

from django import template

from jackfield_portal.spoken import spoken

register = template.Library()
register.filter("spoken", spoken)
