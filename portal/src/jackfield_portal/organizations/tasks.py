"""The jobs around people."""

from __future__ import annotations

from typing import Final

from django.utils import translation

from jackfield_portal.jobs import services as jobs

#: Sends a link for a new password.
LINK_JOB: Final = "organizations.password_link"


@jobs.task(LINK_JOB)
def send_password_link(_job: jobs.Running, *, user: str, base: str, language: str) -> None:
    """Send a user a link, in the language in which he asked for it where he has chosen none."""
    from jackfield_portal.organizations import accounts  # what sends mails is not to slow down who only imports users

    with translation.override(language):
        accounts.send_link(user, base)
