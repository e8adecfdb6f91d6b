from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse

from jackfield.cli.errors import CommandError, UsageError
from jackfield_portal.commands.organizations import organizations
from jackfield_portal.commands.people import people as people_command
from jackfield_portal.errors import PortalError
from jackfield_portal.organizations import operators, people, second_factor, totp
from jackfield_portal.organizations.models import Invitation, Membership, Organization, Role, User
from tests.portal.conftest import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_django.fixtures import SettingsWrapper

    from jackfield_portal.connections.models import Connection

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def operator(administrator: Membership) -> Client:
    """A browser in which somebody has signed in who runs the installation, and belongs to no organization."""
    user = User.objects.create_user("op@example.com", PASSWORD, name="Olu Operator", is_operator=True)
    browser = Client()
    browser.force_login(user)
    return browser


@pytest.fixture(autouse=True)
def _prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands find the test's own database prepared."""
    for module in ("organizations", "people"):
        monkeypatch.setattr(f"jackfield_portal.commands.{module}.prepare_portal", lambda: None)


def test_operator_sees_name_plan_and_counts(
    operator: Client, organization: Organization, connection: Connection
) -> None:
    """The page lists each organization with its plan, how many people and connections, and nothing inside it."""
    Organization.objects.update(plan="view")
    page = operator.get(reverse("organizations:operator"))
    found = page.context["page"].object_list[0]
    assert (found.name, found.plan, found.people, found.connections_made) == ("Example Ltd", "view", 1, 1)
    assert [word for word in ("Acme", "admin@example.com", "Ada Admin") if word in page.content.decode()] == []


def test_operator_without_an_organization_lands_on_his_page(operator: Client, portal: Client) -> None:
    """The way in leads the operator to his page where he belongs to no organization, everybody else to his own."""
    assert operator.get(reverse("web:home"))["Location"] == reverse("organizations:operator")
    assert portal.get(reverse("web:home"))["Location"] == reverse("web:manage")


def test_operator_adds_an_organization(operator: Client) -> None:
    """A new organization comes with the invitation of its administrator, whose link is shown."""
    given = {"name": "New Ltd", "plan": "view", "email": "nia@example.com"}
    page = operator.post(reverse("organizations:add-organization"), given, headers=HTMX).content.decode()
    made = Invitation.objects.get()
    assert (made.organization.name, made.organization.plan, made.role) == ("New Ltd", "view", Role.ADMINISTRATOR)
    assert people.token_of(made) in page


def test_wrong_address_makes_no_organization(operator: Client) -> None:
    """Where the administrator cannot be invited, no organization is made."""
    given = {"name": "New Ltd", "plan": "", "email": "nobody"}
    assert operator.post(reverse("organizations:add-organization"), given, headers=HTMX).status_code == 422
    assert not Organization.objects.filter(name="New Ltd").exists()


def test_operator_sets_a_plan(operator: Client, organization: Organization, settings: SettingsWrapper) -> None:
    """The plan is chosen from the table where there is one; another is refused."""
    settings.JACKFIELD_PLANS = {"basic": {"platforms": []}, "view": {}}
    url = reverse("organizations:change-organization", args=[organization.pk])
    answers = [operator.post(url, {"name": "Example Ltd", "plan": plan}).status_code for plan in ("veiw", "view")]
    organization.refresh_from_db()
    assert (answers, organization.plan) == ([422, 302], "view")


@pytest.mark.parametrize("name", ["operator", "add-organization"])
def test_nobody_else_runs_the_installation(portal: Client, onlooker: Client, name: str) -> None:
    """Neither administrators nor read-only members see the operator's pages."""
    assert [browser.get(reverse(f"organizations:{name}")).status_code for browser in (portal, onlooker)] == [403, 403]


def test_operator_is_no_member(operator: Client, organization: Organization) -> None:
    """Running the installation opens no organization."""
    assert [operator.get(reverse(name)).status_code for name in ("web:manage", "organizations:agents")] == [403, 403]


def test_ten_thousand_organizations_come_by_pages(operator: Client) -> None:
    """The page holds fifty and finds by name and plan."""
    Organization.objects.bulk_create(Organization(name=f"Customer {n:05}", plan="view") for n in range(10_000))
    page = operator.get(reverse("organizations:operator"), {"q": "customer 0999 view"})  # 09990 to 09999, and 00999
    assert (page.context["page"].paginator.count, len(page.content) < 100_000) == (11, True)


def test_last_operator_stays(administrator: Membership) -> None:
    """The last operator can neither be made an ordinary user nor barred."""
    user = User.objects.create_user("op@example.com", PASSWORD, name="Olu", is_operator=True)
    for change in (
        lambda: operators.make_operator(user, operator=False),
        lambda: operators.make_active(user, active=False),
    ):
        with pytest.raises(PortalError, match="last operator"):
            change()


def said(capsys: pytest.CaptureFixture[str], call: Callable[[], int]) -> str:
    assert call() == 0
    return capsys.readouterr().out


def test_command_lists_organizations(capsys: pytest.CaptureFixture[str], connection: Connection) -> None:
    """`jackfield organizations` lists them, for people and for scripts."""
    assert "Example Ltd" in said(capsys, organizations)
    rows = json.loads(said(capsys, lambda: organizations(json=True)))
    assert [(row["name"], row["people"], row["connections"]) for row in rows] == [("Example Ltd", 1, 1)]


def test_command_adds_an_organization(capsys: pytest.CaptureFixture[str], client: Client, db: None) -> None:
    """`organizations add` prints the administrator's link, at the address that visitors know; the link works."""
    text = said(
        capsys,
        lambda: organizations("add", "New Ltd", administrator="nia@example.com", url="https://crm.example.com"),
    )
    link = text.split()[-1]
    assert link.startswith("https://crm.example.com/invitation/")
    assert client.get(link.removeprefix("https://crm.example.com")).status_code == 200


def test_command_changes_plan_and_administrators(capsys: pytest.CaptureFixture[str], onlooker: Client) -> None:
    """`organizations change` sets the plan, and makes a member an administrator at once."""
    said(capsys, lambda: organizations("change", "EXAMPLE ltd", plan="view", administrator="look@example.com"))
    assert (Organization.objects.get().plan, Membership.objects.get(user__email="look@example.com").role) == (
        "view",
        Role.ADMINISTRATOR,
    )


@pytest.mark.parametrize(
    ("words", "options"),
    [(("add",), {}), (("add", "New Ltd"), {}), (("change", "Nobody Ltd"), {"plan": "x"})],
)
def test_command_says_what_is_missing(
    words: tuple[str, ...], options: dict[str, str], organization: Organization
) -> None:
    """What cannot be meant is told in a sentence, and nothing is made."""
    with pytest.raises((UsageError, CommandError)):
        organizations(*words, **options)  # type: ignore[arg-type]
    assert Organization.objects.count() == 1


def test_command_lists_people(capsys: pytest.CaptureFixture[str], administrator: Membership) -> None:
    """`jackfield people` lists who signs in, with their organizations and roles."""
    rows = json.loads(said(capsys, lambda: people_command(json=True)))
    assert [(row["email"], row["organizations"]) for row in rows] == [
        ("admin@example.com", ["Example Ltd (administrator)"])
    ]


def test_command_helps_who_has_lost_his_app(
    capsys: pytest.CaptureFixture[str], administrator: Membership, portal: Client
) -> None:
    """The operator takes off a lost second factor, ends the sessions, and makes a link for a new password."""
    import time

    secret = totp.new_secret()
    second_factor.turn_on(administrator.user, secret, totp.code(secret, int(time.time() // 30)))
    text = said(
        capsys,
        lambda: people_command("Admin@Example.com", drop_second_factor=True, sign_out=True, password_link=True),
    )
    assert (second_factor.has(administrator.user), portal.get(reverse("web:manage")).status_code) == (False, 302)
    link = text.split()[-1].removeprefix("http://127.0.0.1:8000")
    assert "New password" in Client().get(link, follow=True).content.decode()


def test_command_makes_an_operator_and_bars_a_user(
    capsys: pytest.CaptureFixture[str], administrator: Membership
) -> None:
    """The operator hands his role on, and bars somebody from signing in; the last operator stays."""
    said(capsys, lambda: people_command("admin@example.com", operator=True))
    assert User.objects.get().is_operator
    with pytest.raises(CommandError, match="last operator"):
        people_command("admin@example.com", active=False)
    with pytest.raises(UsageError, match="Nobody signs in"):
        people_command("nobody@example.com")
