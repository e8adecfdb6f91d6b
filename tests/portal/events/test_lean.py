"""A process that loads what an import takes, and no more, tells of its imports all the same."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

IMPORTING = """
import django
django.setup()
from django.utils import timezone
from jackfield_portal.connections.models import Connection
from jackfield_portal.events.models import Event, Subscription
from jackfield_portal.imports import telling
from jackfield_portal.imports.models import CrmUser, ImportRun
from jackfield_portal.jobs.models import Job
from jackfield_portal.organizations.models import Organization

now = timezone.now()
organization = Organization.objects.create(name="Example Ltd")
connection = Connection.objects.create(organization=organization, platform="acme", name="Acme", state="live")
url = "https://hooks.example.com/"
Subscription.objects.create(organization=organization, name="Hook", url=url, types=["import.finished", "user.gone"])
CrmUser.objects.create(connection=connection, crm_id="u1", name="Kim", first_seen=now, last_seen=now, gone_at=now)
run = ImportRun.objects.create(connection=connection, state="applied", finished=now, gone=1)
telling.ended([run.pk])
print(*Event.objects.order_by("type").values_list("type", flat=True), Job.objects.filter(name="events.deliver").count())
"""


def test_import_is_told_of(tmp_path: Path) -> None:
    """Its end and who is gone are put into the outbox, to be sent by whoever does the jobs."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "JACKFIELD_"))}
    environment = {**kept, "JACKFIELD_HOME": str(tmp_path), "JACKFIELD_CACHE_DIR": str(tmp_path / "cache")}
    prepare = [sys.executable, "-c", "from jackfield.cli import main; main(['import', 'nobody'])"]
    subprocess.run(prepare, env=environment, capture_output=True, check=False)  # noqa: S603
    environment["DJANGO_SETTINGS_MODULE"] = "jackfield_portal.work_settings"
    command = [sys.executable, "-c", IMPORTING]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout.split() == ["import.finished", "user.gone", "2"]
