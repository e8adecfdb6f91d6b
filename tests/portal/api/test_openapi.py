"""The OpenAPI document is true: whatever it lets a program send is answered as it says, and never with a mistake."""

from __future__ import annotations

import uuid
import warnings
from typing import TYPE_CHECKING, Any

import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings

from jackfield_portal.checks.models import CheckRun
from jackfield_portal.connections import services as connections
from jackfield_portal.events import services as webhooks
from jackfield_portal.imports import services as imports
from jackfield_portal.imports.models import ImportRun
from jackfield_portal.mapping import aliases
from jackfield_portal.organizations.services import add_agent

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # what its own imports complain of
    import schemathesis
    from schemathesis import GenerationMode
    from schemathesis.specs.openapi import checks as openapi_checks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django.fixtures import SettingsWrapper

    from jackfield_portal.connections.models import Connection
    from tests.portal.api.conftest import Program

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("default")]

#: Requests for each operation and way; all together they take some forty seconds.
EXAMPLES = 5
CHECKS = [
    schemathesis.checks.not_a_server_error,
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_schema_conformance,
]


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """A request ends by closing old connections to the database; the test's own is to stay."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def ids(live: Connection) -> dict[str, str]:
    """Ids that lead somewhere: with made-up ones every answer would be “not found”."""
    imports.run_now(live)
    held = ImportRun.objects.create(connection=live, state="held", hold_reason="Looks wrong")
    check = CheckRun.objects.create(batch=uuid.uuid4(), connection=live)
    agent = add_agent(live.organization, name="Al")
    found = {"connection_id": live.pk, "import_id": held.pk, "check_id": check.pk, "agent_id": agent.pk}
    deleted = connections.add(live.organization, "acme")
    connections.delete(deleted)
    hook, _secret = webhooks.add(live.organization, name="Hook", url="https://hook.example.com/", types=["import.held"])
    found |= {"deleted_id": deleted.pk, "webhook_id": hook.pk, "delivery_id": webhooks.test(hook).pk}
    alias = aliases.confirm(live.organization, "one.example.com", "two.example.com").alias
    return {**{name: str(key) for name, key in found.items()}, "platform": "acme", "crm_id": "u1", "alias": alias}


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["right", "wrong"])
def test_document_is_true(
    manager: Program, ids: dict[str, str], settings: SettingsWrapper, mode: GenerationMode
) -> None:
    """Hundreds of requests made of the document's own shapes: status, type and shape of each answer are as it says."""
    settings.JACKFIELD_API_RATE = 100_000
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", get_wsgi_application())
    walked = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        known = {one: ids[one] for one in ids if f"{{{one}}}" in operation.path}
        walk(operation.as_strategy(generation_mode=mode, path_parameters=known or None), manager.word)
        walked += 1
    assert walked > 65


def walk(cases: Any, word: str) -> None:
    """Send some of these requests, each from the same state."""

    @hypothesis_settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases)
    def sent(case: Any) -> None:
        with transaction.atomic():
            answer = case.call(headers={"Authorization": f"Bearer {word}"})
            transaction.set_rollback(True)
        case.validate_response(answer, checks=CHECKS)

    sent()
