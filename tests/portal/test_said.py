"""Texts that are stored as what was meant, and read in the reader's language; mails in their receiver's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.core import mail
from django.db import connection as database
from django.test import Client
from django.utils import translation

from jackfield_portal.checks import holders, telling
from jackfield_portal.checks.models import CheckRun, Turn
from jackfield_portal.connections.opening import open_live
from jackfield_portal.errors import PortalError
from jackfield_portal.imports import services as imports
from jackfield_portal.imports.comparing import Comparison
from jackfield_portal.imports.models import ImportRun
from jackfield_portal.jobs.services import run_pending
from jackfield_portal.notices import services as notices
from jackfield_portal.notices.models import Kind, Notice
from jackfield_portal.organizations import accounts, people
from jackfield_portal.organizations.models import Membership, Role, User
from jackfield_portal.said import Said, again, joined, said, stored

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

    from jackfield_portal.connections.models import Connection
    from jackfield_portal.organizations.models import Organization

ATTENTION = "%(name)s needs attention"


def test_said_text_is_of_the_language_it_was_made_in_and_can_be_said_again() -> None:
    """It is a text like any other, and the same thing in another language when it is said again."""
    text = said(ATTENTION, name="Acme")
    with translation.override("de"):
        german = said(ATTENTION, name="Acme")
        assert (again(text), text) == ("Acme braucht Ihre Aufmerksamkeit", "Acme needs attention")
    assert (german, again(german), again("Plain")) == (
        "Acme braucht Ihre Aufmerksamkeit",
        "Acme needs attention",
        "Plain",
    )


def test_parts_are_translated_each_by_itself() -> None:
    """What a connector said stands as it came between texts that are translated; what is empty leaves no gap."""
    text = joined(
        "\n", said("Its Systems Check has passed."), "", "na1 answered.", said(ATTENTION, name=said("Nobody"))
    )
    with translation.override("de"):
        assert again(text).split("\n") == [
            "Die Systemprüfung ist bestanden.",
            "na1 answered.",
            "Niemand braucht Ihre Aufmerksamkeit",
        ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    [
        said(ATTENTION, name='A "quoted" [name], 100 %'),
        said("%(gone)d of the %(known)d users known so far are missing from the CRM's list, more than %(limit)d%%.",
             gone=8, known=10, limit=50),
        joined(" ", said("Run the Systems Check first."), "[1, 2]"),
        "[not ours]", '["nor", 5]', '{"a": 1}', "Plain", "",
    ],
)  # fmt: skip
def test_database_keeps_what_was_meant(organization: Organization, text: str) -> None:
    """Written in one language, it is read in another with the same values; any other text is kept as it is."""
    notice = Notice.objects.create(organization=organization, title=text, text=text)
    assert Notice.objects.filter(title=text, text=text).get() == notice
    with translation.override("de"):
        assert Notice.objects.get().title == again(text)
    assert Notice.objects.get().title == text
    with database.cursor() as cursor:
        cursor.execute("SELECT title FROM notices_notice")
        assert cursor.fetchone() == (stored(text),)


@pytest.mark.django_db
def test_reason_of_a_held_import_is_in_the_readers_language(portal: Client, connection: Connection) -> None:
    """Why an import is held fits its column, and is read in the language of whoever looks."""
    doubt = Comparison(staged=1, known=1_000_000, gone=999_999, limit=50).doubt
    assert len(stored(doubt)) < ImportRun._meta.get_field("hold_reason").max_length
    run = ImportRun.objects.create(connection=connection, state="held", hold_reason=doubt)
    german = "Von den 1000000 bisher bekannten Benutzern fehlen 999999 in der Liste des CRM, mehr als 50%."
    page = portal.get(f"/imports/runs/{run.pk}/detail/", headers={"accept-language": "de"}).content.decode()
    assert (german in page, "are missing" in page) == (True, False)


@pytest.mark.django_db
def test_why_a_check_or_an_import_could_not_run_is_kept_as_meant(connection: Connection) -> None:
    """What the portal itself refuses in a job is kept so, too."""
    with translation.override("de"):
        with pytest.raises(PortalError) as refused:
            open_live(connection)
        run = CheckRun.objects.create(
            connection=connection, batch=connection.pk, problem=refused.value.message, problem_remedy="Wait."
        )
    run.refresh_from_db()
    assert (run.problem, telling.reason(run)) == (
        "The connection Acme is not in use yet.",
        "The connection Acme is not in use yet. Wait.",
    )


@pytest.mark.django_db
def test_notice_is_read_and_mailed_in_each_readers_language(
    live: Connection, administrator: Membership, settings: SettingsWrapper
) -> None:
    """Of two administrators one has chosen German: each page and each mail is in its reader's language."""
    settings.EMAIL_HOST, settings.JACKFIELD_URL = "mail.example.com", ""
    greta = User.objects.create_user("greta@example.com", name="Greta", language="de")
    Membership.objects.create(user=greta, organization=live.organization, role=Role.ADMINISTRATOR)
    run = live.check_runs.latest("created")
    telling.tell(run=run, connection=live, turn=Turn.BROKE)
    run_pending()
    told = {sent.to[0]: (sent.subject, sent.body) for sent in mail.outbox}
    assert told["admin@example.com"][0] == "Example Ltd: Acme needs attention"
    subject, body = told["greta@example.com"]
    assert subject == "Example Ltd: Acme braucht Ihre Aufmerksamkeit"
    assert ("Sie erhalten diese Nachricht als Administrator von Example Ltd." in body, "You" in body) == (True, False)
    for user, words in ((administrator.user, "Acme needs attention"), (greta, "Acme braucht Ihre Aufmerksamkeit")):
        browser = Client()
        browser.force_login(user)
        assert words in browser.get("/notices/").content.decode()


@pytest.mark.django_db
def test_mails_to_a_person_are_in_his_language(administrator: Membership, settings: SettingsWrapper) -> None:
    """His own language goes before the one of whoever has the mail sent; without one it is as asked, or the default."""
    user = administrator.user
    subjects = {"en": "A new password for Jackfield", "de": "Ein neues Passwort für Jackfield"}
    for chosen, asked, expected in (("de", "en", "de"), ("", "de", "de"), ("", "en", "en"), ("en", "de", "en")):
        accounts.choose_language(user, chosen)
        with translation.override(asked):
            accounts.send_link(user.pk, "http://testserver/")
        assert mail.outbox[-1].subject == subjects[expected]
    settings.LANGUAGE_CODE = "de"
    for address, subject in (
        ("somebody@example.com", "Ihre Einladung zu Example Ltd"),
        ("look@example.com", "Your inv"),
    ):
        if subject.startswith("Your"):
            User.objects.create_user(address, language="en")
        with translation.override("en"):
            people.sent(people.invite(administrator.organization, address, Role.READ_ONLY), "http://testserver/x/")
        assert mail.outbox[-1].subject.startswith(subject)


@pytest.mark.django_db
def test_warning_about_a_holder_is_not_told_again_in_another_language(live: Connection) -> None:
    """The same warning, found once by an English and once by a German deployment, is told once."""
    imports.start(live)
    run_pending()
    user = live.crm_users.first()
    user.gone_at = user.last_seen
    user.save()
    live.account_holder = user.email
    for language in ("en", "de"):
        with translation.override(language):
            assert isinstance(holders.trouble(live), Said)
            telling.warn_of_holder(live)
    assert [notice.kind for notice in Notice.objects.all()] == [Kind.TOLD]


@pytest.mark.django_db
def test_plain_notice_fits_its_column(organization: Organization) -> None:
    """What a host tells in words of its own is kept in one line of at most 200 characters."""
    assert notices.tell(organization, Kind.TOLD, "News\nof " + "x" * 300).title == "News of " + "x" * 192
