"""What the table of mappings is made of, as its templates draw it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jackfield_portal.mapping.looks import Look, Show
from jackfield_portal.mapping.suggest import Certainty

if TYPE_CHECKING:
    from collections.abc import Mapping as Dictionary

    from django.core.paginator import Page

    from jackfield_portal.mapping.coverage import Column
    from jackfield_portal.organizations.models import Agent

__all__ = ["Candidate", "Cell", "Heading", "Offer", "Person", "Row", "Table"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A CRM user offered for an agent; ``take`` is what taking him is called."""

    id: int
    name: str
    detail: str
    take: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """A suggestion as the table shows it."""

    certainty: Certainty
    reason: str
    candidates: tuple[Candidate, ...]

    @property
    def certain(self) -> bool:
        """Whether it may be taken together with others."""
        return self.certainty is Certainty.CERTAIN

    @property
    def conflict(self) -> bool:
        """Whether several have a claim."""
        return self.certainty is Certainty.CONFLICT

    @property
    def only(self) -> int | str:
        """The only one suggested; empty where there are several."""
        return self.candidates[0].id if not self.conflict and len(self.candidates) == 1 else ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """A CRM user whom an agent is; ``trouble`` is what is the matter with him."""

    pk: int
    name: str
    trouble: str
    pinned: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """An agent's CRM user at one connection, or what is suggested there."""

    editing: bool
    user: Person | None
    offer: Offer | None

    @property
    def trouble(self) -> str:
        """What is the matter with the CRM user; empty where nothing is."""
        return self.user.trouble if self.user else ""

    @property
    def pk(self) -> int | str:
        """The CRM user's id; empty where there is nobody."""
        return self.user.pk if self.user else ""

    @property
    def name(self) -> str:
        """The CRM user's name; empty where there is nobody."""
        return self.user.name if self.user else ""

    @property
    def open(self) -> bool:
        """Whether somebody can be chosen here."""
        return self.editing and not (self.user and self.user.pinned)


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """An agent, and at each column his cell; ``pick`` is what a tick at this row sends.

    ``key`` is the agent's id, ``box`` what the drop-down is called, ``clear`` what emptying it is called.
    """

    agent: Agent
    key: str
    pairs: tuple[tuple[Column, Cell], ...]
    pick: str
    box: str
    clear: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Heading:
    """How the table is sorted by a column, and where the other order is found."""

    order: str
    query: str

    @property
    def other(self) -> str:
        """The order that it leads to."""
        return "descending" if self.order == "ascending" else "ascending"


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """One page of the table; ``here`` is where it is found, ``closed`` where it is found with no column open."""

    columns: tuple[Column, ...]
    editing: Column | None
    rows: tuple[Row, ...]
    page: Page[Any]
    look: Look
    agents: int
    shows: tuple[tuple[Show, str, bool], ...]
    headings: Dictionary[str, Heading]

    @property
    def words(self) -> str:
        """What was searched for."""
        return self.look.words

    @property
    def narrowed(self) -> bool:
        """Whether not all agents are asked for."""
        return bool(self.look.words or self.look.show)

    @property
    def here(self) -> str:
        """The address of what is shown."""
        return self.look.query()

    @property
    def closed(self) -> str:
        """The address of the same with no column open."""
        return self.look.query(edit="")

    @property
    def whole(self) -> str:
        """The address of all agents."""
        return Look(edit=self.look.edit).query()

    @property
    def previous(self) -> str:
        """The address of the page before."""
        return self.look.query(page=str(self.page.previous_page_number()))

    @property
    def next(self) -> str:
        """The address of the page after."""
        return self.look.query(page=str(self.page.next_page_number()))
