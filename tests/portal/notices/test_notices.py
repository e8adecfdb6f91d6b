"""Notices: told by the bell and by e-mail, read by each member for himself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.core import mail
from django.db import transaction
from django.urls import reverse

from jackfield_portal.environment import choice
from jackfield_portal.errors import PortalError
from jackfield_portal.jobs.models import Job, JobState
from jackfield_portal.jobs.services import run_pending
from jackfield_portal.notices import services
from jackfield_portal.notices.models import Kind, Notice
from jackfield_portal.organizations.models import User

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

    from jackfield_portal.organizations.models import Membership, Organization

pytestmark = pytest.mark.django_db


def count(browser: Client) -> str:
    """What the bell shows."""
    found = re.search(r'class="count">(\d+)<', browser.get(reverse("web:manage")).content.decode())
    return found[1] if found else ""


def test_bell_counts_what_is_new(portal: Client, onlooker: Client, organization: Organization) -> None:
    """Each member has a bell of his own, which is quiet once he has read."""
    assert count(portal) == ""
    last = [services.tell(organization, Kind.TOLD, f"News {number}") for number in range(2)][-1]
    assert (count(portal), count(onlooker)) == ("2", "2")
    portal.post(reverse("notices:read"), {"last": last.pk})
    assert (count(portal), count(onlooker)) == ("", "2")


def rung(browser: Client, seen: str = "", **headers: str) -> tuple[int, str]:
    """What the bell of a page that stands is told: the status, and the number."""
    answer = browser.get(reverse("notices:bell"), {"seen": seen}, headers={"HX-Request": "true", **headers})
    found = re.search(r'class="count">(\d+)<', answer.content.decode())
    return answer.status_code, found[1] if found else ""


def test_bell_rings_without_a_reload(portal: Client, organization: Organization) -> None:
    """A page that has shown another number is told the one of now; one that has shown it is told nothing."""
    page = portal.get(reverse("web:manage")).content.decode()
    assert ('hx-get="/notices/bell/" hx-trigger="every 15s' in page, 'name="seen" value="0"' in page) == (True, True)
    assert rung(portal, "0") == (204, "")
    notice = services.tell(organization, Kind.TOLD, "News")
    assert (rung(portal, "0"), rung(portal, "1")) == ((200, "1"), (204, ""))
    answer = portal.post(reverse("notices:read"), {"last": notice.pk}, headers={"HX-Request": "true"})
    assert ("notices-read" in answer["HX-Trigger"], rung(portal, "1")) == (True, (200, ""))


def test_bell_leads_nobody_away(portal: Client, client: Client, organization: Organization) -> None:
    """Whoever is signed out, or has gone on to another organization, is told nothing and stays where he is."""
    services.tell(organization, Kind.TOLD, "News")
    assert rung(portal, "0", **{"X-Organization": "00000000-0000-0000-0000-000000000000"}) == (204, "")
    portal.logout()
    assert rung(portal, "0") == (204, "")


def test_page_shows_what_was_told(portal: Client, organization: Organization) -> None:
    """The newest first, the new ones marked, each with its way to look at it."""
    for number in range(2):
        services.tell(organization, Kind.BROKE, f"News {number}", "Words <b>of it</b>", "/checks/")
    page = portal.get(reverse("notices:all")).content.decode()
    assert page.index("News 1") < page.index("News 0")
    assert ('<a href="/checks/">News 1</a>' in page, "Words &lt;b&gt;of it" in page, page.count("broke new")) == (
        True,
        True,
        2,
    )


def test_looking_is_not_reading(portal: Client, organization: Organization) -> None:
    """The page alone changes nothing; the browser's word that it was shown does."""
    services.tell(organization, Kind.TOLD, "News")
    page = portal.get(reverse("notices:all")).content.decode()
    assert ('hx-trigger="load"' in page, count(portal)) == (True, "1")


def test_others_are_told_nothing(stranger: Client, organization: Organization) -> None:
    """No other organization sees or counts it, nor reads it for those whose it is."""
    notice = services.tell(organization, Kind.TOLD, "News")
    stranger.post(reverse("notices:read"), {"last": notice.pk})
    assert ("News" in stranger.get(reverse("notices:all")).content.decode(), count(stranger)) == (False, "")


@pytest.mark.parametrize("last", ["", "-1", "x", "9" * 30, "²"])
def test_nonsense_reads_nothing(portal: Client, organization: Organization, last: str) -> None:
    """Whatever is posted, nothing breaks, and nothing counts as read that was not shown."""
    services.tell(organization, Kind.TOLD, "News")
    assert portal.post(reverse("notices:read"), {"last": last}).status_code == 302
    assert count(portal) == "1"


def test_far_ahead_reads_what_there_is(portal: Client, organization: Organization) -> None:
    """A mark beyond the last notice does not swallow the next one."""
    services.tell(organization, Kind.TOLD, "News")
    portal.post(reverse("notices:read"), {"last": 10**15})
    services.tell(organization, Kind.TOLD, "More news")
    assert count(portal) == "1"


def test_without_a_mail_server_nothing_is_sent(organization: Organization) -> None:
    """The portal alone tells it then, and the job is no failure."""
    services.tell(organization, Kind.TOLD, "News")
    run_pending()
    assert (mail.outbox, Job.objects.filter(state=JobState.FAILED).count()) == ([], 0)


def test_mail_goes_to_administrators_who_may_sign_in(
    organization: Organization, settings: SettingsWrapper, administrator: Membership
) -> None:
    """One who may not sign in any more hears nothing; a line break in a name makes no header."""
    settings.EMAIL_HOST = "mail.example.com"
    organization.name = "Example\r\nBcc: x@example.com"
    organization.save()
    services.tell(organization, Kind.TOLD, "News\nof the day", "Words")
    run_pending()
    assert [sent.subject for sent in mail.outbox] == ["Example Bcc: x@example.com: News of the day"]
    User.objects.filter(pk=administrator.user_id).update(is_active=False)
    services.tell(organization, Kind.TOLD, "More")
    run_pending()
    assert len(mail.outbox) == 1


def test_mail_that_is_not_taken_is_tried_again(organization: Organization, settings: SettingsWrapper) -> None:
    """A mail server that is away costs a later try, said without a secret; what was sent is not sent twice."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_HOST_PASSWORD = "127.0.0.1", 9, "sesame-555"
    notice = services.tell(organization, Kind.TOLD, "News")
    run_pending()
    failed = Job.objects.get(state=JobState.FAILED)
    assert "mail server did not take" in str(failed.error) and "sesame" not in str(failed.error)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    Job.objects.filter(name="notices.mail-again").update(not_before=None)
    run_pending()
    services.tell(organization, Kind.TOLD, "Other")
    assert (len(mail.outbox), Notice.objects.get(pk=notice.pk).mailed is not None) == (1, True)


def test_what_is_rolled_back_was_not_told(organization: Organization) -> None:
    """A notice is there, and sent, exactly when what it tells of is."""
    with transaction.atomic():
        services.tell(organization, Kind.TOLD, "News")
        transaction.set_rollback(True)
    assert (Notice.objects.count(), Job.objects.count()) == (0, 0)


@pytest.mark.parametrize(("said", "security"), [("", "starttls"), (" TLS ", "tls"), ("none", "none")])
def test_security_of_the_mail_server_is_chosen(monkeypatch: pytest.MonkeyPatch, said: str, security: str) -> None:
    """Without a word mails go out encrypted."""
    monkeypatch.setenv("JACKFIELD_SMTP_SECURITY", said)
    assert choice("JACKFIELD_SMTP_SECURITY", "starttls", "tls", "none") == security


def test_misspelt_security_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A spelling mistake does not send mails in the clear."""
    monkeypatch.setenv("JACKFIELD_SMTP_SECURITY", "startls")
    with pytest.raises(PortalError, match="none of starttls, tls, none"):
        choice("JACKFIELD_SMTP_SECURITY", "starttls", "tls", "none")
