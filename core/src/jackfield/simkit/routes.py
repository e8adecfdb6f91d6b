"""What a simulated CRM can be asked: its users, its contacts, one record, and whatever else a function answers.

A ``path`` is seen from the simulator's prefix; a part in braces captures one segment. ``step`` is the id of the check's
step that proves the right to the route: without that right the route refuses (403). A ``row`` is what the CRM shows of
somebody, with an id of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from jackfield.simkit.asking import answered
from jackfield.simkit.callers import callers
from jackfield.simkit.paging import Paging, Rows, Whole
from jackfield.simkit.people import people

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from jackfield.simkit.asking import Ask, Roster
    from jackfield.simkit.callers import Caller
    from jackfield.simkit.people import Person
    from jackfield.simulation import Reply

__all__ = ["Contacts", "Get", "One", "Route", "Users", "national_digits"]

Row = dict[str, Any]
_NOT_FOUND = {"message": "Not found"}


def _nothing(_: object) -> Mapping[str, Any]:
    return {}


class Route(Protocol):
    """Answers the requests to one path."""

    @property
    def path(self) -> str:
        """The path under the prefix."""
        ...

    @property
    def step(self) -> str | None:
        """The step that proves the right to it; None where no right is needed."""
        ...

    def reply(self, ask: Ask) -> Reply:
        """The answer to a request of somebody who has the right."""
        ...


@dataclass(frozen=True, kw_only=True)
class Get:
    """A path that a function answers: with data that become JSON, or with a Reply."""

    path: str
    answer: Callable[[Ask], object]
    step: str | None = None

    def reply(self, ask: Ask) -> Reply:
        return answered(self.answer(ask))


@dataclass(frozen=True, kw_only=True)
class Users:
    """The list of the account's users; ``told`` gives the further members that a faithful import has from a row."""

    path: str
    row: Callable[[Person], Row]
    paging: Paging
    step: str | None = "list_users"
    told: Callable[[Person], Mapping[str, Any]] = _nothing

    def records(self, roster: Roster) -> Sequence[Row]:
        """All that there are."""
        return [self.row(each) for each in people(roster.count)]

    def reply(self, ask: Ask) -> Reply:
        def page(skip: int, top: int) -> Sequence[Row]:
            return [self.row(each) for each in ask.roster.page(skip, top, keyed=self.paging.keyed)]

        return self.paging.reply(Rows(total=lambda: ask.roster.total, page=page), ask)


@dataclass(frozen=True, kw_only=True)
class Contacts:
    """The customers, all or those with a telephone number.

    ``by`` maps a parameter of the query to the members of a row that it is compared with, to the letter or, with
    ``digits``, by the digits of the national number alone. ``told`` gives the members that a faithful lookup has
    otherwise than :meth:`Caller.faithful <jackfield.simkit.Caller.faithful>`.
    """

    path: str
    row: Callable[[Caller], Row]
    by: Mapping[str, Sequence[str]]
    digits: bool = False
    count: int = 20
    paging: Paging = field(default_factory=Whole)
    step: str | None = "contact_lookup"
    told: Callable[[Caller], Mapping[str, Any]] = _nothing

    def records(self, _: Roster) -> Sequence[Row]:
        """All that there are."""
        return [self.row(each) for each in callers(self.count)]

    def reply(self, ask: Ask) -> Reply:
        rows = self.records(ask.roster)
        for name in self.by.keys() & ask.query.keys():
            rows = [row for row in rows if self._has(row, name, ask.query[name])]
        return self.paging.reply(Rows(total=lambda: len(rows), page=lambda skip, top: rows[skip : skip + top]), ask)

    def _has(self, row: Row, parameter: str, wanted: str) -> bool:
        read = national_digits if self.digits else str
        return any(row[member] and read(row[member]) == read(wanted) for member in self.by[parameter])


@dataclass(frozen=True, kw_only=True)
class One:
    """One record of a list by its id, which the path has in braces: ``contacts/{id}``; 404 where there is none."""

    path: str
    of: Users | Contacts
    step: str | None = None

    def reply(self, ask: Ask) -> Reply:
        ((name, wanted),) = ask.captured.items()
        found = next((row for row in self.of.records(ask.roster) if str(row[name]) == wanted), None)
        return answered(found) if found else answered(_NOT_FOUND, status=404)


def national_digits(number: str) -> str:
    """The digits of a telephone number, without a North American country code."""
    return re.sub(r"^1(?=\d{10}$)", "", re.sub(r"\D", "", number))
