"""Users and the deletion of their connection: no foreign key keeps the two together, locks do."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connections, transaction

from jackfield_portal.connections import removal
from jackfield_portal.imports import comparing
from jackfield_portal.imports.models import CrmUser, ImportRun
from jackfield_portal.imports.staging import Staging
from tests.portal.imports.test_services import imported, people

if TYPE_CHECKING:
    from jackfield_portal.connections.models import Connection

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_connection_is_deleted_after_whoever_adds_users_to_it(ledger: Any, connection: Connection) -> None:
    """Who deletes it for good waits for an import that has begun to apply its list, and then deletes that list, too."""
    run = imported(ledger, connection, *people(ledger, 3))
    deletion = threading.Thread(target=_purged, args=(connection,))
    with Staging() as staging:
        staging.add(run)
        staging.flush()
        with transaction.atomic():
            comparing.hold()
            deletion.start()
            deletion.join(0.5)  # it would be over by then
            assert deletion.is_alive()
            late = CrmUser.objects.earliest("pk")
            late.pk, late.crm_id = None, "late"
            late.save()
    deletion.join()
    assert not CrmUser.objects.exists()
    assert not ImportRun.objects.exists()


def _purged(connection: Connection) -> None:
    removal.purge(connection)
    connections.close_all()
