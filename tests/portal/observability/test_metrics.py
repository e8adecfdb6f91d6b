"""Metrics: made from rows, for whoever may read them, with bounded labels."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from jackfield_portal.errors import PortalError
from jackfield_portal.observability import exposition, rows, start_metrics_server, tallies
from jackfield_portal.observability.models import Tally
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

    from jackfield_portal.connections.models import Connection

DASHBOARD = ROOT / "deploy" / "grafana" / "dashboard.json"


@pytest.fixture
def _on(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Switch metrics on."""
    monkeypatch.setenv("JACKFIELD_METRICS", "on")
    exposition._made.clear()
    tallies._counted.clear()
    yield
    tallies._counted.clear()


def samples() -> dict[tuple[str, ...], float]:
    """Every sample by its name and the values of its labels, in the order of the labels' names."""
    families = text_string_to_metric_families(exposition.text(fresh=True).decode())
    return {
        (sample.name, *(value for _name, value in sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }


@pytest.mark.django_db
def test_there_are_none_unless_switched_on(client: Client) -> None:
    """Without a word from the operator nothing is told."""
    assert client.get("/metrics").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(("sent", "status"), [("Bearer token-555-0100", 200), ("Bearer other", 401), ("", 401)])
def test_token_is_asked_for(client: Client, monkeypatch: pytest.MonkeyPatch, sent: str, status: int) -> None:
    """With a token, metrics are on, for those who bring it."""
    monkeypatch.setenv("JACKFIELD_METRICS_TOKEN", "token-555-0100")
    answer = client.get("/metrics", headers={"Authorization": sent})
    assert answer.status_code == status
    assert (b"jackfield_connections" in answer.content) == (status == 200)


@pytest.mark.django_db
def test_missing_token_file_lets_nobody_in(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """A token that cannot be read is no reason to do without one."""
    monkeypatch.setenv("JACKFIELD_METRICS_TOKEN_FILE", "/nowhere/token")
    assert client.get("/metrics").status_code == 401


@pytest.mark.django_db
@pytest.mark.usefixtures("_on")
def test_import_is_counted(live: Connection) -> None:
    """Runs, users, durations, checks, connections and requests are told by platform."""
    from jackfield_portal.imports import services as imports

    run = imports.run_now(live)
    found = samples()
    assert found["jackfield_imports_total", "", "applied", "acme"] == 1
    assert found["jackfield_users_imported_total", "new", "acme"] == run.new > 0
    assert found["jackfield_import_duration_seconds_count", "acme"] == 1
    assert found["jackfield_import_duration_seconds_bucket", "+Inf", "acme"] == 1
    assert found["jackfield_checks_total", "acme", "passed"] == 1
    assert found["jackfield_connections", "acme", "live"] == 1
    assert found["jackfield_crm_requests_total", "200", "acme"] > 0
    assert found["jackfield_jobs", "imports.run", "queued"] == 0


@pytest.mark.django_db
@pytest.mark.usefixtures("_on")
def test_queue_has_its_depth_and_age(live: Connection) -> None:
    """A job that waits is counted, and how long it has waited."""
    from jackfield_portal.imports import services as imports
    from jackfield_portal.jobs.models import Job

    run = imports.start(live)
    Job.objects.filter(id=imports.job_id(run)).update(created=timezone.now() - timedelta(seconds=90))
    found = samples()
    assert found["jackfield_jobs", "imports.run", "queued"] == 1
    assert 80 < found["jackfield_job_oldest_seconds", "imports.run"] < 300


@pytest.mark.django_db
@pytest.mark.usefixtures("_on")
def test_labels_are_bounded(organization: object, connection: Connection) -> None:
    """What is not installed, and what no catalogue knows, is other; organizations and people are in no label."""
    type(connection).objects.update(platform="gone-from-here")
    Tally.objects.create(name="requests", platform="made-up", outcome="strange", value=2)
    found = samples()
    assert found["jackfield_connections", "other", "draft"] == 1
    assert found["jackfield_crm_requests_total", "other", "other"] == 2
    text = exposition.text().decode()
    assert not [word for word in ("Example Ltd", "admin@example.com", str(connection.pk)) if word in text]


@pytest.mark.django_db
@pytest.mark.usefixtures("_on")
def test_counts_of_processes_add_up() -> None:
    """What one process has counted comes to what others have."""
    Tally.objects.create(name="throttles", platform="acme", outcome="", value=5)
    with tallies._lock:
        tallies._count(("throttles", "acme", ""), 2)
    assert samples()["jackfield_crm_throttles_total", "acme"] == 7
    assert samples()["jackfield_crm_throttles_total", "acme"] == 7


@pytest.mark.django_db
def test_nothing_is_counted_while_off() -> None:
    """Off costs nothing: no count, no thread."""
    tallies.add("requests", "acme", "200")
    assert tallies._counted == {}


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_on")
def test_worker_tells_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process without a portal answers by itself, under the same token."""
    monkeypatch.setenv("JACKFIELD_METRICS_TOKEN", "token-555-0100")
    address = f"http://127.0.0.1:{start_metrics_server(0)}/metrics"
    with pytest.raises(urllib.error.HTTPError, match="401"):
        urllib.request.urlopen(address)
    asked = urllib.request.Request(address, headers={"Authorization": "Bearer token-555-0100"})
    with urllib.request.urlopen(asked) as answer:  # noqa: S310 - on loopback
        assert b"jackfield_workers" in answer.read()


@pytest.mark.usefixtures("_on")
def test_taken_port_is_told() -> None:
    """A port that somebody else has is one sentence and what to do."""
    taken = start_metrics_server(0)
    with pytest.raises(PortalError, match=f"{taken}.*in use"):
        start_metrics_server(taken)


def test_dashboard_asks_for_what_is_told() -> None:
    """Every metric of the example dashboard is one that is told, and every one that is told is on it."""
    text = json.dumps(json.loads(DASHBOARD.read_text()))
    asked = {re.sub(r"_(bucket|sum|count)$", "", name) for name in re.findall(r"jackfield_[a-z_]+", text)}
    assert asked == set(rows.NAMES)
