"""Traps that rivals fell into, as a program meets them that asks by REST: tests/portal/test_traps.py lists them all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jackfield.simulation import running
from jackfield_portal.connections import services

if TYPE_CHECKING:
    from jackfield_portal.organizations.models import Organization
    from tests.portal.api.conftest import Program

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("platform", ["insightly", "connectwise"])
def test_trap_plus_in_a_number(organization: Organization, reader: Program, platform: str) -> None:
    """Trap: a number in E.164 arrives at the CRM with its plus sign, so that the contact is found."""
    connection = services.add(organization, platform)
    simulator = services.connector_of(connection).simulator()
    assert simulator is not None
    options = simulator.options(users=5)
    number, (caller,) = next(
        each for each in simulator.lookups.items() if each[0].startswith("+") and len(each[1]) == 1
    )
    with running(simulator, options) as url:
        services.promote(services.save_settings(connection, simulator.settings(url, options)).version, None)
        found = reader.get(f"/connections/{connection.pk}/contacts", number=number)
    assert [(each["kind"], each["id"]) for each in found] == [(caller.record.kind, caller.record.id)]


def test_trap_first_of_several_by_extension(organization: Organization, reader: Program) -> None:
    """Trap: of two agents with one extension neither is taken for the one who is called."""
    connection = services.add(organization, "acme")
    for name in ("Al", "Bo"):
        organization.agents.create(name=name, extension="201")
    assert reader.ask("get", f"/connections/{connection.pk}/resolve?extension=201").status_code == 409
