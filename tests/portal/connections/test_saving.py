from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection as database

from jackfield import JackfieldError, SettingsError
from jackfield_portal.checks import services as checks
from jackfield_portal.connections import services
from jackfield_portal.connections.models import Phase, State
from jackfield_portal.errors import PortalError
from jackfield_portal.home import vault_key_path
from jackfield_portal.jobs.services import run_pending
from tests.support.rows import rows

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

    from jackfield_portal.connections.models import Connection
    from jackfield_portal.organizations.models import Organization
    from tests.portal.conftest import Acme

pytestmark = pytest.mark.django_db


def problems(refused: pytest.ExceptionInfo[SettingsError]) -> dict[str | None, str]:
    return {problem.field: problem.code for problem in refused.value.problems}


def whole(connection: Connection) -> dict[str, str]:
    version = services.newest(connection)
    assert version is not None
    return services.connector_of(connection).dump(services.settings_for(version), secrets=True)


def test_saved_settings_are_a_candidate(connection: Connection, acme: Acme) -> None:
    """Saving keeps a connection as what it is: a draft, until its check has passed."""
    saved = services.save_settings(connection, acme.values())
    connection.refresh_from_db()
    assert (saved.version.state, connection.state) == (Phase.CANDIDATE, State.DRAFT)


def test_saved_settings_come_back_whole(connection: Connection, acme: Acme) -> None:
    """What was saved is what a check works with, secrets included."""
    services.save_settings(connection, acme.values(extra="extra-555"))
    assert whole(connection) == acme.values(extra="extra-555")


def test_repairs_are_told(connection: Connection, acme: Acme) -> None:
    """A repaired value is stored, and told by its field."""
    saved = services.save_settings(connection, {"token": "sesame-555", "server": f" http://{acme.host} "})
    assert {name: repair.after for name, repair in saved.repaired.items()} == {"server": acme.url, "pages": acme.url}


def test_problems_store_nothing(connection: Connection) -> None:
    """Settings with problems are refused, all problems at once, and nothing is stored."""
    with pytest.raises(SettingsError) as refused:
        services.save_settings(connection, {"token": "", "server": "ftp://example.com/", "pages": ""})
    assert set(problems(refused)) == {"token", "server", "pages"}
    assert connection.versions.count() == 0


def test_blank_secret_keeps_the_stored_one(live: Connection, acme: Acme) -> None:
    """A secret that is left blank is kept, not erased and not taken for a change."""
    saved = services.save_settings(live, acme.values(token=""))
    assert (saved.changed, whole(live)["token"]) == (False, "token-555-0100")


@pytest.mark.parametrize(
    "server",
    [
        "https://CRM.Example.COM/",
        "https://crm.example.com:443/",
        "https://crm.example.com./",
        "crm.example.com",
        "https://crm.example.com/v2/",
    ],
)
def test_another_spelling_of_the_host_keeps_the_secret(connection: Connection, server: str) -> None:
    """Case, the usual port, a final dot and the path make no other host."""
    services.save_settings(connection, {"token": "sesame-555", "server": "https://crm.example.com/"})
    services.save_settings(connection, {"token": "", "server": server})
    assert whole(connection)["token"] == "sesame-555"


@pytest.mark.parametrize(
    "server",
    [
        "https://crm.example.com:8443/",
        "https://crm.example.com.example.net/",
        "https://example.com/",
        "https://crm.example.com@evil.example.net/",
        "https://evil.example.net/#crm.example.com",
        "https://evil.example.net\\@crm.example.com/",
        "http://127.0.0.1/",
    ],
)
def test_a_host_that_looks_alike_does_not_get_the_secret(connection: Connection, server: str) -> None:
    """Another port, a longer or shorter name, or an address made to deceive: the stored secret does not go there."""
    services.save_settings(connection, {"token": "sesame-555", "server": "https://crm.example.com/"})
    with pytest.raises(SettingsError):
        services.save_settings(connection, {"token": "", "server": server})
    assert whole(connection)["server"] == "https://crm.example.com/"


def test_operator_does_not_send_a_stored_secret_elsewhere(connection: Connection, settings: SettingsWrapper) -> None:
    """Where a deployment's value, or another version of the connector, changes the host, the secret stays behind."""
    saved = services.save_settings(connection, {"token": "sesame-555", "server": "https://crm.example.com/"})
    settings.JACKFIELD_DEPLOYMENT = {"acme": {"server": "https://elsewhere.example.com/"}}
    with pytest.raises(SettingsError) as refused:
        services.settings_for(saved.version)
    assert refused.value.code == "secret_bound_to_host"


def test_entered_secret_goes_to_the_new_host(live: Connection) -> None:
    """With the secret entered again, another host is taken."""
    saved = services.save_settings(live, {"token": "new", "server": "https://elsewhere.example.com/"})
    assert saved.version.host == "elsewhere.example.com"


def test_every_kept_secret_is_bound_to_its_host(connection: Connection, acme: Acme) -> None:
    """Entering one secret again does not take the other along to a new host."""
    services.save_settings(connection, acme.values(extra="extra-555"))
    with pytest.raises(SettingsError) as refused:
        services.save_settings(connection, {"token": "new", "server": "https://elsewhere.example.com/"})
    assert problems(refused) == {"extra": "secret_bound_to_host"}


def test_optional_secret_can_be_cleared(connection: Connection, acme: Acme) -> None:
    """A secret that is not needed is cleared by saving without it."""
    services.save_settings(connection, acme.values(extra="extra-555"))
    services.save_settings(connection, {"extra": ""}, clear={"extra"})
    assert "extra" not in whole(connection)


def test_live_settings_stay_until_the_new_ones_pass(live: Connection, acme: Acme) -> None:
    """Editing a live connection never breaks it: what is in use stays, whatever the check of the new settings says."""
    before = services.live(live)
    services.save_settings(live, acme.values(token="wrong"))
    checks.start_one(live)
    run_pending()
    live.refresh_from_db()
    assert (services.live(live), live.state) == (before, State.LIVE)


def test_new_settings_replace_the_live_ones_when_they_pass(live: Connection, acme: Acme) -> None:
    """New settings whose check passes are in use; there is no candidate any more."""
    saved = services.save_settings(live, acme.values(pages=f"{acme.url}records/"))
    checks.start_one(live)
    run_pending()
    assert (services.live(live), services.candidate(live)) == (saved.version, None)


def test_replaced_candidate_is_not_put_to_use(connection: Connection, acme: Acme) -> None:
    """A check that passes after its settings were replaced puts nothing to use."""
    first = services.save_settings(connection, acme.values())
    services.save_settings(connection, acme.values(token="another"))
    assert services.promote(first.version, None) is False


def test_cleared_needed_secret_is_gone_everywhere(live: Connection) -> None:
    """Clearing a needed secret deletes it from the settings in use as well, and the connection says so."""
    services.clear_secrets(live, ["token"])
    assert (services.stored_secrets(live), live.state) == (frozenset(), State.NEEDS_ATTENTION)


def test_no_secret_in_the_database(live: Connection, acme: Acme) -> None:
    """Neither a dump of the database nor its files hold a secret."""
    services.save_settings(live, acme.values(extra="extra-555"))
    dump = "\n".join(rows(database))
    assert "connections_settingsversion" in dump
    assert [secret for secret in ("token-555-0100", "extra-555") if secret in dump] == []


def test_secret_can_be_entered_again_after_the_key_was_lost(live: Connection, acme: Acme) -> None:
    """With a foreign key file the stored secret can't be kept, but it can be replaced."""
    vault_key_path().write_text("other QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=\n")
    with pytest.raises(PortalError, match="cannot be opened"):
        services.save_settings(live, acme.values(token=""))
    services.save_settings(live, acme.values(token="again"))
    assert whole(live)["token"] == "again"


def test_lost_key_costs_the_secrets_only(live: Connection, acme: Acme) -> None:
    """With the key file gone for good, secrets are cleared and entered again, as the sentence says."""
    vault_key_path().unlink()
    with pytest.raises(PortalError, match="clear the stored secrets"):
        services.save_settings(live, acme.values(token="again"))
    services.clear_secrets(live, ["token"])
    services.save_settings(live, acme.values(token="again"))
    assert whole(live)["token"] == "again"


def test_delete_takes_the_secrets_along(live: Connection) -> None:
    """Nothing of a connection that is deleted for good stays in the vault."""
    from jackfield_portal.vault.models import Secret

    services.delete(live)
    services.purge(live)
    assert Secret.objects.count() == 0


def test_second_connection_of_a_platform_has_a_name_of_its_own(connection: Connection) -> None:
    """Two connections to one platform can be told apart."""
    assert services.add(connection.organization, "acme").name == "Acme 2"


def test_broken_connector_cannot_be_added(organization: Organization) -> None:
    """A broken connector is refused with its reason."""
    with pytest.raises(PortalError, match="fell apart"):
        services.add(organization, "wreck")


def test_unknown_platform_cannot_be_added(organization: Organization) -> None:
    """An id that nobody offered is refused with a sentence."""
    with pytest.raises(PortalError, match="no such CRM platform"):
        services.add(organization, "../etc")


def test_uninstalled_connector_leaves_its_connections_whole(live: Connection) -> None:
    """A connection whose connector is gone says so when it is used; its settings stay."""
    live.platform = "gone"
    live.save()
    version = services.live(live)
    assert version is not None
    with pytest.raises((PortalError, JackfieldError), match="not installed"):
        services.settings_for(version)
