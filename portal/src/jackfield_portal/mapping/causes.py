"""Why a CRM user is suggested: two words that are kept, and the sentence that they stand for."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise, StrPromise

__all__ = ["Cause", "Tie", "meant", "said"]


class Tie(StrEnum):
    """What an agent and a CRM user have in common."""

    EMAIL = "email"
    MAILBOX = "mailbox"
    NAME = "name"


class Cause(StrEnum):
    """What that makes of them: the one with the other alone, or what stands against it."""

    SAME = "same"
    AGENTS = "agents"
    USERS = "users"
    OBSTACLE = "obstacle"
    TAKEN = "taken"
    TWIN = "twin"
    DISPUTED = "disputed"


_WORDS: Final[dict[tuple[Tie, Cause], StrPromise]] = {
    (Tie.EMAIL, Cause.SAME): gettext_lazy("same e-mail address"),
    (Tie.EMAIL, Cause.AGENTS): gettext_lazy("%(n)d agents have this e-mail address"),
    (Tie.EMAIL, Cause.USERS): gettext_lazy("%(n)d CRM users have this e-mail address"),
    (Tie.EMAIL, Cause.OBSTACLE): gettext_lazy("same e-mail address, but %(obstacle)s"),
    (Tie.EMAIL, Cause.TAKEN): gettext_lazy("same e-mail address, but chosen for another agent"),
    (Tie.EMAIL, Cause.TWIN): gettext_lazy("same e-mail address, but an unusable CRM user has it, too"),
    (Tie.EMAIL, Cause.DISPUTED): gettext_lazy("this CRM user has the addresses of %(n)d agents"),
    (Tie.MAILBOX, Cause.SAME): gettext_lazy("same mailbox under an alias domain"),
    (Tie.MAILBOX, Cause.AGENTS): gettext_lazy("%(n)d agents have this mailbox, by an alias domain"),
    (Tie.MAILBOX, Cause.USERS): gettext_lazy("%(n)d CRM users have this mailbox, by an alias domain"),
    (Tie.MAILBOX, Cause.OBSTACLE): gettext_lazy("same mailbox under an alias domain, but %(obstacle)s"),
    (Tie.MAILBOX, Cause.TAKEN): gettext_lazy("same mailbox under an alias domain, but chosen for another agent"),
    (Tie.MAILBOX, Cause.TWIN): gettext_lazy("same mailbox under an alias domain, but an unusable CRM user has it, too"),
    (Tie.MAILBOX, Cause.DISPUTED): gettext_lazy("this CRM user has the addresses of %(n)d agents"),
    (Tie.NAME, Cause.SAME): gettext_lazy("same name, no common e-mail address"),
    (Tie.NAME, Cause.USERS): gettext_lazy("%(n)d CRM users have this name"),
}


def said(tie: Tie, cause: Cause, *, number: int = 0, obstacle: StrOrPromise = "") -> str:
    """The reason in words."""
    return str(_WORDS[tie, cause]) % {"n": number, "obstacle": obstacle}


def meant(code: str) -> str:
    """What was kept of the reason of a suggestion that was taken, in words; empty where it is not known any more."""
    tie, _colon, cause = code.partition(":")
    if tie not in set(Tie) or cause not in set(Cause):
        return ""
    if Cause(cause) in {Cause.AGENTS, Cause.USERS, Cause.OBSTACLE, Cause.DISPUTED}:
        return _("one of several, or doubtful")
    return str(_WORDS.get((Tie(tie), Cause(cause)), ""))
