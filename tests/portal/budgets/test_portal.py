"""The portal's budgets are those of all its processes."""

from __future__ import annotations

import uuid

import pytest

from jackfield.http import Limit
from jackfield_portal.budgets import services
from jackfield_portal.vault import services as vault


@pytest.mark.django_db
def test_fingerprint_tells_nothing_and_outlives_rotation() -> None:
    """What names an account in the ledger holds nothing of it, and stays the same when the vault's keys change."""
    place = vault.Place(organization=uuid.uuid4(), connection=uuid.uuid4(), version=uuid.uuid4())
    vault.put(place, "token", "sesame-555")
    before = vault.fingerprint("sesame-555")
    vault.rotate()
    assert before == vault.fingerprint("sesame-555")
    assert "sesame" not in before


@pytest.mark.django_db(transaction=True)
async def test_starts_stand_in_the_ledger_without_a_name() -> None:
    """A request that is counted leaves a row, and nothing in it tells whose it was."""
    ledger = services._ledger()
    await services.budgets().turn([(("account", "sesame-555"), Limit(1, 60.0))])
    again = await ledger.start("account\nsesame-555\n1\n60.0\naccount", Limit(1, 60.0), behind=0)
    assert again.wait > 0
    if services._place()[0] == "sqlite":
        assert b"sesame" not in services.ledger_path().read_bytes()


@pytest.mark.django_db
async def test_lifted_budgets_open_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """With JACKFIELD_REQUEST_BUDGET=off no file is made and no database asked."""
    monkeypatch.setenv("JACKFIELD_REQUEST_BUDGET", "off")
    await services.budgets().turn([("account", Limit(1, 60.0))])
    assert not services.ledger_path().exists()
