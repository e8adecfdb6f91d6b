"""Imports of many accounts in one process: each ends as it would have ended alone."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from jackfield.errors import error
from jackfield_portal.connections import many as many_connections
from jackfield_portal.connections import services as connections
from jackfield_portal.connections.models import Connection
from jackfield_portal.imports import many, services
from jackfield_portal.imports.many import run_many
from jackfield_portal.imports.models import CrmUser, ImportRun, RunState, StagedUser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jackfield_portal.organizations.models import Organization

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(ledger: Any, organization: Organization) -> list[Connection]:
    """Three live connections; the CRM of each lists the same."""
    made = []
    for _ in range(3):
        connection = connections.add(organization, "ledger")
        saved = connections.save_settings(connection, {"server": "https://ledger.example.com/"})
        connections.promote(saved.version, None)
        connection.refresh_from_db()
        made.append(connection)
    ledger.BOOK.pages, ledger.BOOK.total = [[ledger.person(n) for n in range(5)], [ledger.person(5)]], 6
    return made


def test_every_account_is_imported(three: list[Connection]) -> None:
    """Each has its own users and its own run, which says what a run says."""
    assert run_many(three) == Counter(applied=3)
    told = set(ImportRun.objects.values_list("state", "new", "done", "total", "attempt"))
    assert (told, CrmUser.objects.count()) == ({(RunState.APPLIED, 6, 6, 6, 1)}, 18)
    assert set(CrmUser.objects.values_list("connection", flat=True)) == {connection.pk for connection in three}


def test_those_of_a_query_are_taken_in_pieces(three: list[Connection], monkeypatch: pytest.MonkeyPatch) -> None:
    """Each once, by the keys, and only those that are asked for."""
    monkeypatch.setattr(many_connections, "_PIECE", 2)
    left_out, *wanted = sorted(three, key=lambda connection: connection.pk)
    given = many_connections.in_pieces(Connection.objects.exclude(pk=left_out.pk))
    assert [connection.pk for connection in given] == [connection.pk for connection in wanted]
    assert run_many(many_connections.in_pieces(Connection.objects.all())) == Counter(applied=3)


def test_what_one_account_has_changed_is_its_own(ledger: Any, three: list[Connection]) -> None:
    """Accounts that differ in what is known of them are compared each with its own."""
    services.run_now(three[0])
    ledger.BOOK.pages = [[ledger.person(n, name="Other" if n == 4 else f"User {n}") for n in range(5)]]
    assert run_many(three) == Counter(applied=3)
    told = {
        run.connection_id: (run.new, run.changed, run.unchanged, run.gone)
        for run in ImportRun.objects.order_by("created")
    }
    assert [told[connection.pk] for connection in three] == [(0, 1, 4, 1), (5, 0, 0, 0), (5, 0, 0, 0)]
    assert list(CrmUser.objects.exclude(gone_at=None).values_list("connection", "crm_id")) == [(three[0].pk, "u5")]


def test_a_doubtful_list_is_held_alone(ledger: Any, three: list[Connection]) -> None:
    """Only the account that has lost many users waits for somebody's word; the others are applied."""
    services.run_now(three[1])
    ledger.BOOK.pages = [[ledger.person(0)]]
    assert run_many(three) == Counter(applied=2, held=1)
    held = ImportRun.objects.get(state=RunState.HELD)
    assert (held.connection_id, held.gone, StagedUser.objects.filter(run=held).count()) == (three[1].pk, 5, 1)
    services.decide(held, "apply")
    assert CrmUser.objects.filter(connection=three[1], gone_at=None).count() == 1


@pytest.mark.parametrize("failure", [error("timed_out", "The CRM was slow."), ZeroDivisionError("secret-555")])
def test_a_failure_ends_its_run_in_words(ledger: Any, three: list[Connection], failure: Exception) -> None:
    """What a CRM or a connector does wrong is told by the run, and changes nothing."""
    ledger.BOOK.pages = [[ledger.person(0)], failure]
    assert run_many(three) == Counter(failed=3)
    codes = set(ImportRun.objects.values_list("error_code", flat=True))
    assert (codes, CrmUser.objects.count()) == ({getattr(failure, "code", "connector_failed")}, 0)


def test_who_is_not_ready_is_left_out(three: list[Connection]) -> None:
    """Paused connections, and those whose import is under way, have no second run."""
    three[0].state = "paused"
    services.start(three[1])
    assert run_many(three) == Counter(applied=1)
    assert set(ImportRun.objects.values_list("connection", "state")) == {
        (three[1].pk, RunState.QUEUED),
        (three[2].pk, RunState.APPLIED),
    }


def test_an_account_without_settings_in_use_fails_alone(three: list[Connection]) -> None:
    """A connection whose settings cannot be opened keeps nobody else from being imported."""
    three[0].versions.all().delete()
    assert run_many(three) == Counter(applied=2, failed=1)


def test_a_large_account_is_read_alone(monkeypatch: pytest.MonkeyPatch, three: list[Connection]) -> None:
    """More users than are held in memory are staged as they are read."""
    monkeypatch.setattr(many, "SMALL", 4)
    assert run_many(three) == Counter(applied=3)
    assert (CrmUser.objects.count(), set(ImportRun.objects.values_list("attempt", flat=True))) == (18, {2})


def test_a_run_that_was_cancelled_meanwhile_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, three: list[Connection]
) -> None:
    """Who is stopped before his list is applied stays stopped."""
    monkeypatch.setattr(many, "RUNS_TOGETHER", 1)

    def one_by_one() -> Iterator[Connection]:
        yield three[0]
        services.cancel(ImportRun.objects.get())
        yield three[1]

    assert run_many(one_by_one())[RunState.APPLIED] == 1
    assert ImportRun.objects.get(connection=three[0]).state == RunState.CANCELLED
    assert set(CrmUser.objects.values_list("connection", flat=True)) == {three[1].pk}


def test_who_is_stopped_as_all_are_settled_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, three: list[Connection]
) -> None:
    """One of those that are settled together was cancelled after its list was read: the others are applied."""
    held = many.comparing.hold

    def late() -> None:
        services.cancel(ImportRun.objects.get(connection=three[1]))
        held()

    monkeypatch.setattr(many.comparing, "hold", late)
    assert run_many(three) == Counter(applied=2)
    assert set(CrmUser.objects.values_list("connection", flat=True)) == {three[0].pk, three[2].pk}
    assert ImportRun.objects.get(connection=three[1]).state == RunState.CANCELLED


def test_a_mistake_of_ours_leaves_no_run_behind(monkeypatch: pytest.MonkeyPatch, three: list[Connection]) -> None:
    """What is under way when it all breaks off is cancelled, and can be imported again."""
    with monkeypatch.context() as broken:
        broken.setattr(many.comparing, "apply", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            run_many(three)
    assert set(ImportRun.objects.values_list("state", flat=True)) == {RunState.CANCELLED}
    assert run_many(three) == Counter(applied=3)
