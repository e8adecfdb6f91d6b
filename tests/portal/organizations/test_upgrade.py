from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps

from jackfield_portal.organizations.models import User
from jackfield_portal.organizations.services import create_organization, set_up, set_up_token
from tests.portal.conftest import PASSWORD

pytestmark = pytest.mark.django_db


def test_first_user_becomes_the_operator() -> None:
    """By the upgrade the one who had set the portal up runs it, and everybody's address counts as his own."""
    for name in ("first", "second"):
        create_organization(name=f"{name} Ltd", email=f"{name}@example.com", password=PASSWORD)
    import_module("jackfield_portal.organizations.migrations.0002_people").vouch(apps, None)
    found = {user.email: (user.is_operator, user.email_proven) for user in User.objects.all()}
    assert found == {"first@example.com": (True, True), "second@example.com": (False, True)}


def test_who_sets_the_portal_up_runs_it() -> None:
    """Whoever holds the link that the server printed is its first operator."""
    token = set_up_token()
    assert token is not None
    user = set_up(token, organization="New Ltd", person="Nia", email="nia@example.com", password=PASSWORD).user
    user.refresh_from_db()
    assert (user.is_operator, user.email_proven) == (True, True)
