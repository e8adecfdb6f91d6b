"""Why mappings are not saved or undone, each in a sentence with what to do; nothing is changed then."""

from __future__ import annotations

from django.utils.translation import gettext as _

from jackfield_portal.errors import PortalError

__all__ = [
    "changed_since",
    "no_column",
    "nonsense",
    "not_the_last",
    "outdated",
    "unknown_agent",
    "unknown_connection",
    "unknown_user",
]


def nonsense() -> PortalError:
    """The form holds what no browser sends."""
    return PortalError(_("The form was not understood. Nothing was saved."), remedy=_again())


def no_column() -> PortalError:
    """Save was pressed while no column was open."""
    return PortalError(
        _("There is nothing to save."), remedy=_("Choose the icon of a CRM in the table to edit its column.")
    )


def unknown_connection() -> PortalError:
    """The connection is gone, a draft, or somebody else's."""
    return PortalError(_("This connection does not exist any more."), remedy=_("Load the page again."))


def unknown_agent() -> PortalError:
    """An agent is gone, or somebody else's."""
    return PortalError(_("One of the agents does not exist any more. Nothing was saved."), remedy=_again())


def unknown_user() -> PortalError:
    """A CRM user is gone, or of another connection."""
    return PortalError(_("One of the chosen CRM users does not exist any more. Nothing was saved."), remedy=_again())


def outdated(agent: str) -> PortalError:
    """Somebody else was quicker."""
    said = _("Somebody else has changed the CRM user of %(name)s in the meantime. Nothing was saved.")
    return PortalError(said % {"name": agent}, remedy=_again())


def not_the_last() -> PortalError:
    """Others saved after this save, or it was undone already."""
    return PortalError(
        _("This is not the last save any more, so it was not undone."),
        remedy=_("Load the page again to see the last one."),
    )


def changed_since(agent: str) -> PortalError:
    """A later change would be lost by undoing."""
    said = _("The CRM user of %(name)s was changed after that save, so it was not undone.")
    return PortalError(said % {"name": agent}, remedy=_("Change the mappings by hand."))


def _again() -> str:
    return _("Load the page again, then make your choices anew.")
