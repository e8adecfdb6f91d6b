"""Why mappings are not saved or undone, each in a sentence with what to do; nothing is changed then."""

from __future__ import annotations

from django.utils.translation import gettext as _

from jackfield_portal.errors import PortalError

__all__ = [
    "alias_of_alias",
    "changed_since",
    "heir_and_more",
    "heir_has_one",
    "known_alias",
    "no_column",
    "no_domain",
    "nobody_picked",
    "nonsense",
    "other_number",
    "outdated",
    "pinned",
    "same_domain",
    "undone_already",
    "unknown_agent",
    "unknown_batch",
    "unknown_connection",
    "unknown_heir",
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


def unknown_batch() -> PortalError:
    """There is no such batch, or its connection is gone."""
    return PortalError(
        _("There is no such save any more, so nothing was undone."),
        remedy=_("Load the page again to see the last one."),
    )


def undone_already() -> PortalError:
    """Somebody else was quicker."""
    return PortalError(_("This save was undone already."), remedy=_("Load the page again to see what stands now."))


def pinned(agent: str) -> PortalError:
    """A pin is in the way."""
    said = _("The CRM user of %(name)s is pinned. Nothing was saved.")
    return PortalError(said % {"name": agent}, remedy=_("Unpin it first, or leave it as it is."))


def nobody_picked() -> PortalError:
    """No row was ticked."""
    return PortalError(_("No row is ticked."), remedy=_("Tick the agents whom it is about, then choose again."))


def other_number(then: int, now: int) -> PortalError:
    """It would touch others than those that were shown."""
    said = _("Meanwhile it is %(now)d agents, not %(then)d. Nothing was changed.")
    return PortalError(said % {"now": now, "then": then}, remedy=_("Look at them, then choose again."))


def unknown_heir() -> PortalError:
    """The heir is gone, not active, or somebody else's."""
    return PortalError(
        _("One of the heirs does not exist any more or is not active. Nothing was saved."), remedy=_again()
    )


def heir_has_one(heir: str) -> PortalError:
    """An agent can't be two CRM users."""
    said = _("%(name)s has a CRM user already, or was chosen twice. Nothing was saved.")
    return PortalError(said % {"name": heir}, remedy=_("Choose somebody without a CRM user as the heir."))


def heir_and_more() -> PortalError:
    """Two things were chosen for one row."""
    return PortalError(
        _("An heir and something else were chosen for the same row. Nothing was saved."),
        remedy=_("Choose one of the two."),
    )


def no_domain(text: str) -> PortalError:
    """What was entered is no domain."""
    return PortalError(
        _("“%(text)s” is not the domain of an e-mail address.") % {"text": text},
        remedy=_("Enter what stands behind the @, such as example.com."),
    )


def same_domain() -> PortalError:
    """A domain can't be an alias of itself."""
    return PortalError(_("Both domains are the same."), remedy=_("Enter the other domain of the same mailboxes."))


def alias_of_alias(domain: str) -> PortalError:
    """Aliases lead straight to a main domain."""
    said = _("%(domain)s is in the list already, on the other side.")
    return PortalError(said % {"domain": domain}, remedy=_("Remove that entry first, or name its main domain here."))


def known_alias(domain: str) -> PortalError:
    """It has a meaning already."""
    return PortalError(
        _("%(domain)s is an alias domain already.") % {"domain": domain}, remedy=_("Remove that entry first.")
    )


def changed_since(agent: str) -> PortalError:
    """A later change would be lost by undoing."""
    said = _("The CRM user of %(name)s was changed after that save, so it was not undone.")
    return PortalError(said % {"name": agent}, remedy=_("Change the mappings by hand."))


def _again() -> str:
    return _("Load the page again, then make your choices anew.")
