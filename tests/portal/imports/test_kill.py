"""An import whose process is killed outright, for real: the old state stays whole, and the job ends the work later."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

_COMMON = """
import json, os, signal
from jackfield_portal.commands.serve import prepare_portal
prepare_portal()
import ledger_connector as ledger
from django.db import connection as database
from jackfield_portal.connections import services as connections
from jackfield_portal.imports import services
from jackfield_portal.imports.models import CrmUser, ImportRun, StagedUser
from jackfield_portal.jobs import services as jobs
from jackfield_portal.jobs.models import Job
def die():
    os.kill(os.getpid(), signal.SIGKILL)
def state():
    return dict(CrmUser.objects.filter(gone_at=None).values_list("crm_id", "name"))
NEW = [[ledger.person(n, name="New") for n in range(at, at + 4)] for at in (0, 4, 8)]
"""
_BEFORE = """
from jackfield_portal.organizations.services import create_organization
organization = create_organization(name="Example Ltd", email="a@example.com", password="x").organization
made = connections.add(organization, "ledger")
connections.promote(connections.save_settings(made, {"server": "https://ledger.example.com/"}).version, None)
made.refresh_from_db()
ledger.BOOK.pages = [[ledger.person(n) for n in range(10)]]
services.run_now(made)
ledger.BOOK.pages = NEW
services.start(made)
"""
_KILLED = {
    "before the first page": "ledger.BOOK.turned = lambda place: place == 0 and die()",
    "between two pages": "ledger.BOOK.turned = lambda place: place == 2 and die()",
    "in the midst of applying": """
def wrapper(execute, sql, *rest):
    answer = execute(sql, *rest)
    return die() if sql.startswith("INSERT INTO imports_crmuser") else answer
database.execute_wrappers.append(wrapper)
""",
}
_KILL = "ledger.BOOK.pages = NEW\n{how}\njobs.run_pending()\n"
_AFTER = """
seen = state()
Job.objects.update(state="queued")  # as the watch does with a dead worker's jobs after some seconds
ledger.BOOK.pages = NEW
jobs.run_pending()
ended = ImportRun.objects.first()
print(json.dumps([len(seen), set(seen.values()) == {"New"}, len(state()), set(state().values()) == {"New"},
    ended.state, StagedUser.objects.count()]))
"""


def _run(home: Path, packages: str, script: str) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "JACKFIELD_HOME": str(home), "PYTHONPATH": packages}
    return subprocess.run(  # noqa: S603 - our own interpreter and text
        [sys.executable, "-c", _COMMON + script], env=environ, capture_output=True, text=True, check=False, timeout=60
    )


@pytest.mark.parametrize("moment", _KILLED)
def test_a_killed_import_leaves_the_old_state_and_is_done_again(tmp_path: Path, ledger: object, moment: str) -> None:
    """Ten users stay as they were until the job has run again; then there are twelve, and nothing is left over."""
    packages = os.path.dirname(ledger.__file__)  # type: ignore[attr-defined]  # noqa: PTH120
    home = tmp_path / "killed"
    assert _run(home, packages, _BEFORE).returncode == 0
    assert _run(home, packages, _KILL.format(how=_KILLED[moment])).returncode == -signal.SIGKILL
    told = _run(home, packages, _AFTER)
    assert json.loads(told.stdout or "null") == [10, False, 12, True, "applied", 0], told.stderr
