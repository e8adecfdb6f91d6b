"""The page of the tokens: made and shown once, told apart, revoked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from jackfield_portal.api import services
from jackfield_portal.api.models import Token
from jackfield_portal.errors import PortalError

if TYPE_CHECKING:
    from django.test import Client

    from jackfield_portal.organizations.models import Organization
    from tests.portal.api.conftest import Program

pytestmark = pytest.mark.django_db


def test_token_is_shown_once(portal: Client) -> None:
    """When it is made; the list shows how it begins, and no cache keeps the page."""
    made = portal.post(reverse("tokens:add"), {"name": "Calls", "scopes": ["map"], "lasts": "30"})
    word = re.findall(r"jft_[\w-]+", made.content.decode())[-1]
    token, page = Token.objects.get(), portal.get(reverse("tokens:tokens")).content.decode()
    assert (made["Cache-Control"], word in page, token.hint in page) == ("no-store", False, True)
    assert (token.scopes, token.expires is not None, services.authenticated(word)) == (["read", "map"], True, token)


def test_revoked_token_opens_nothing_at_once(portal: Client, reader: Program) -> None:
    """And stays in the list as what it is."""
    portal.post(reverse("tokens:revoke", args=[reader.token.pk]))
    assert reader.ask("get", "/agents").status_code == 401
    assert "revoked" in portal.get(reverse("tokens:tokens")).content.decode()


def test_onlooker_makes_none(onlooker: Client) -> None:
    """They are for administrators."""
    assert onlooker.get(reverse("tokens:tokens")).status_code == 403
    assert onlooker.post(reverse("tokens:add"), {"name": "x"}).status_code == 403


def test_there_is_an_end_to_tokens(organization: Organization) -> None:
    """Those that were revoked do not count."""
    made = [services.make(organization, name=str(number))[0] for number in range(services.MOST)]
    with pytest.raises(PortalError):
        services.make(organization, name="one more")
    services.revoke(made[0])
    services.make(organization, name="one more")
