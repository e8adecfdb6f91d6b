"""Users who are as they were last time are recognized as they come in, and staged no more than that."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection as database

from jackfield.users import UserState
from jackfield_portal.imports import comparing, recognizing, services
from jackfield_portal.imports.models import CrmUser, ImportRun, RunState, StagedUser
from jackfield_portal.imports.staging import PLACES, SEEN, USERS, Staging
from tests.portal.imports.test_services import counts, imported, known, people

if TYPE_CHECKING:
    from jackfield_portal.connections.models import Connection

pytestmark = pytest.mark.django_db


@pytest.fixture
def staged(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """How many users were given to each table."""
    given: dict[str, int] = {}
    give = Staging._give

    def counted(self: Staging, table: str, made: Any) -> None:
        if table != PLACES:
            given[table] = given.get(table, 0) + len(made[0])
        give(self, table, made)

    monkeypatch.setattr(Staging, "_give", counted)
    return given


def test_nobody_is_staged_again_who_is_as_he_was(ledger: Any, connection: Connection, staged: dict[str, int]) -> None:
    """Every kind of value is recognized, moments too; only the keys of the known are noted."""
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    full = {"role": "Agent", "phone": "+1 555 0100", "time_zone": "Europe/Vienna", "created": moment, "updated": moment}
    users = [*people(ledger, 3), ledger.person(9, state=UserState.INACTIVE, other_emails=("b@example.com",), **full)]
    imported(ledger, connection, *users)
    staged.clear()
    run = imported(ledger, connection, *users)
    assert (counts(run), staged) == ({"unchanged": 4, "inactive": 1}, {})


def test_the_rest_is_staged_and_compared(ledger: Any, connection: Connection, staged: dict[str, int]) -> None:
    """New, changed and returning users are told among the recognized, and who is missing is gone."""
    imported(ledger, connection, *people(ledger, 20))
    imported(ledger, connection, *people(ledger, 19))
    staged.clear()
    listing = [*people(ledger, 20)[1:], ledger.person(50)]
    listing[0] = ledger.person(1, role="Manager")
    run = imported(ledger, connection, *listing)
    assert (counts(run), staged) == ({"new": 1, "changed": 2, "unchanged": 17, "gone": 1}, {SEEN: 17, USERS: 3})
    assert known(connection) == {user.id for user in listing}


def test_a_text_that_moved_to_the_next_column_is_a_change(ledger: Any, connection: Connection) -> None:
    """Columns are compared, not what they hold one after the other; what would part them is in none."""
    imported(ledger, connection, ledger.person(1, phone="555 0100"), ledger.person(2, name="A\x1fB", phone=""))
    moved = [ledger.person(1, phone="", extension="555 0100"), ledger.person(2, name="A B", phone="")]
    assert counts(imported(ledger, connection, *moved)) == {"changed": 1, "unchanged": 1}


def test_a_part_of_a_second_is_no_trouble(ledger: Any, connection: Connection) -> None:
    """A moment that databases spell in their own ways is compared by them."""
    user = ledger.person(1, updated=datetime(2026, 1, 2, 3, 4, 5, 120_000, tzinfo=UTC))
    imported(ledger, connection, user)
    assert counts(imported(ledger, connection, user)) == {"unchanged": 1}


def test_anything_may_be_asked_between_pages(ledger: Any, connection: Connection) -> None:
    """Whether users are recognized or staged: what the server is still at is waited for, and nothing is lost."""
    listing, watching = people(ledger, 1_500), list(database.execute_wrappers)
    run = imported(ledger, connection, *listing[:600])
    with Staging() as staging:
        place = staging.add_alone(run)
        for first in range(0, 1_500, 500):
            staging.write(place, listing[first : first + 500])
            assert CrmUser.objects.count() == 600
        compared = comparing.compare(staging)[place]
    assert (compared.staged, compared.new, compared.unchanged) == (1_500, 900, 600)
    assert database.execute_wrappers == watching  # or each import would make all that follows slower


def test_what_is_under_way_is_dropped_with_a_failure(ledger: Any, connection: Connection) -> None:
    """An import that breaks off in the middle leaves the session as it should be for the next."""
    listing = people(ledger, 1_200)
    run = imported(ledger, connection, *listing[:500])
    watching = list(database.execute_wrappers)
    for some in (listing[:500], listing[500:1_000]):
        with pytest.raises(LookupError):
            _broken_off(run, some)
        assert database.execute_wrappers == watching
    assert counts(imported(ledger, connection, *listing)) == {"new": 700, "unchanged": 500}


def _broken_off(run: ImportRun, some: list[Any]) -> None:
    with Staging() as staging:
        staging.write(staging.add_alone(run), some)
        raise LookupError


def test_a_held_list_holds_the_recognized_too(ledger: Any, connection: Connection) -> None:
    """Whoever is asked sees the whole list, and it can be applied as it was."""
    imported(ledger, connection, *people(ledger, 10))
    held = imported(ledger, connection, *people(ledger, 5))
    assert (held.state, StagedUser.objects.filter(run=held).count()) == (RunState.HELD, 5)
    services.decide(held, "apply")
    assert (counts(held), len(known(connection))) == ({"unchanged": 5, "gone": 5}, 5)


def test_who_becomes_somebody_recognized_is_refused(ledger: Any, connection: Connection) -> None:
    """Two ids that are one once they are cleaned spoil the whole list, and nothing is changed."""
    imported(ledger, connection, ledger.person(1))
    ledger.BOOK.pages = [[ledger.person(1)] * 1, [ledger.person(1, id="u1\x07")]]
    before = list(CrmUser.objects.values())
    assert services.run_now(connection).state == RunState.FAILED
    assert list(CrmUser.objects.values()) == before


def test_it_is_given_up_where_hardly_anybody_is_as_he_was(
    ledger: Any, connection: Connection, staged: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the first few it costs nothing more."""
    monkeypatch.setattr(recognizing, "_TRIAL", 1)
    monkeypatch.setattr("jackfield_portal.imports.staging._ENOUGH", 1)
    imported(ledger, connection, *people(ledger, 3))
    staged.clear()
    users = people(ledger, 3)
    ledger.BOOK.pages = [[ledger.person(0, role="Manager")], users[1:2], users[2:]]
    run = services.run_now(connection)
    assert (counts(run), staged) == ({"changed": 1, "unchanged": 2}, {USERS: 3})
