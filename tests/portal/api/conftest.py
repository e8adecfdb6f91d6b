"""Programs that ask the API: one for each choice of scopes, and one of another organization."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

if TYPE_CHECKING:
    from jackfield_portal.api.models import Token
    from jackfield_portal.organizations.models import Membership, Organization


@dataclass(frozen=True)
class Program:
    """Somebody with a token; ``ask`` gives the answer as it is."""

    token: Token
    word: str

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Send a request to an address below /api/v1."""
        told = {"authorization": f"Bearer {self.word}", **{name.replace("_", "-"): v for name, v in headers.items()}}
        sent = {} if body is None else {"data": body, "content_type": "application/json"}
        return getattr(Client(enforce_csrf_checks=True), method)(f"/api/v1{path}", headers=told, **sent)

    def get(self, path: str, **query: Any) -> Any:
        """The JSON of a page that is there."""
        answer = Client().get(f"/api/v1{path}", query, headers={"authorization": f"Bearer {self.word}"})
        assert answer.status_code == 200, answer.content
        return answer.json()


def program(organization: Organization, *scopes: str) -> Program:
    """A program with a token of these scopes."""
    from jackfield_portal.api import services

    return Program(*services.make(organization, name="Program", scopes=scopes))


@pytest.fixture
def manager(organization: Organization) -> Program:
    """A program that may do everything."""
    return program(organization, "map", "manage")


@pytest.fixture
def reader(organization: Organization) -> Program:
    """A program that may read."""
    return program(organization)


@pytest.fixture
def elsewhere(administrator: Membership) -> Program:
    """A program that may do everything in another organization."""
    from jackfield_portal.organizations.services import create_organization

    other = create_organization(name="Other Ltd", email="other@example.com", password="x").organization
    return program(other, "map", "manage")
