"""What a contract test says: the clause, what was seen, what was promised, where to look; never a secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NoReturn

import pytest

from jackfield.http import Redactor
from jackfield.testing._credentials import without_parts
from jackfield.testing.clauses import CLAUSES

if TYPE_CHECKING:
    from collections.abc import Iterable

_SECRETS: Final[set[str]] = set()
_LONGEST = 1_500


def keep_secret(secrets: Iterable[str]) -> None:
    """Show these in no message from now on."""
    _SECRETS.update(secrets)


def clean(text: str) -> str:
    """The text without any secret that was met, and not too long to be read."""
    whole = Redactor(_SECRETS)(text)
    for secret in _SECRETS:
        whole = without_parts(whole, secret)
    return whole[:_LONGEST]


def message(clause_id: str, seen: str, *, promised: str | None = None, look: str | None = None) -> str:
    """The failure's text."""
    clause = CLAUSES[clause_id]
    lines = [
        f"{clause.id}: {clause.promise}",
        f"  seen: {seen}",
        f"  promised: {promised or clause.promise}",
        f"  look at: {look or clause.look}",
    ]
    return "\n".join(map(clean, lines))


def broken(clause_id: str, seen: str, *, promised: str | None = None, look: str | None = None) -> NoReturn:
    """Fail: the clause is broken."""
    pytest.fail(message(clause_id, seen, promised=promised, look=look), pytrace=False)


def require(kept: object, clause_id: str, seen: str, *, promised: str | None = None, look: str | None = None) -> None:
    """Fail unless the clause is kept."""
    if not kept:
        broken(clause_id, seen, promised=promised, look=look)


def skipped(clause_id: str, reason: str) -> NoReturn:
    """Skip: the clause cannot hold for this connector, for a reason of the contract."""
    pytest.skip(f"{clause_id}: skipped, {reason}")


def some(items: Iterable[object], most: int = 5) -> str:
    """The first few, for a message."""
    listed = list(items)
    more = f" and {len(listed) - most} more" if len(listed) > most else ""
    return ", ".join(map(str, listed[:most])) + more
