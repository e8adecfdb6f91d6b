"""Many rows in one plain statement, where to make a model's object of each would cost more than all else.

Rows are given column by column, as the fields have them in Python, by the fields' names; a foreign key's column goes by
that of its id. The database is given a column's values together, or one value where it stands in every row: a statement
for each row costs twice as much with SQLite, and three times as much with PostgreSQL.
"""

from __future__ import annotations

from itertools import repeat
from typing import TYPE_CHECKING, Any, Final

from django.db import connection as database
from django.db import models
from msgspec import json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Columns = Mapping[str, Sequence[Any]]

__all__ = ["insert", "update"]

#: Fields whose values the database takes as they are.
_PLAIN: Final = (models.CharField, models.TextField, models.PositiveIntegerField, models.BooleanField)
_PLAIN_VALUES: Final = {str, int, bool, type(None)}
#: How a statement tells the nth value of a row that is given.
_VALUE: Final = {"postgresql": "given.v{}", "sqlite": "json_extract(given.value, '$[{}]')"}


def insert(model: type[models.Model], columns: Columns, *, pass_over: bool = False) -> int:
    """Insert rows; how many.

    Nothing is filled in: what is left out is the database's own. With ``pass_over`` a row that there may not be is left
    out; without it, that raises IntegrityError.
    """
    if not any(columns.values()):
        return 0
    given = _Given(model, columns)
    into = f"INSERT INTO {given.table} ({', '.join(given.names)})"
    conflicts = " WHERE true ON CONFLICT DO NOTHING" if pass_over else ""
    return given.done(f"{into} SELECT {', '.join(given.values)} FROM {given.source}{conflicts}")  # noqa: S608


def update(model: type[models.Model], columns: Columns) -> int:
    """Write all but the first of these columns into the rows that the first, a key, tells; how many there were."""
    if not any(columns.values()):
        return 0
    given = _Given(model, columns)
    (key, wanted), *others = zip(given.names, given.values, strict=True)
    new = ", ".join(f"{name} = {value}" for name, value in others)
    found = f"{given.table}.{key} = {wanted}"
    return given.done(f"UPDATE {given.table} SET {new} FROM {given.source} WHERE {found}")  # noqa: S608


class _Given:
    """Columns as a statement takes them: ``values`` tells, for each of ``names``, its value in a row of ``source``."""

    def __init__(self, model: type[models.Model], columns: Columns) -> None:
        known = {field.attname: field for field in model._meta.concrete_fields}  # noqa: SLF001 - documented by Django
        fields = [known[name] for name in columns]
        self.table = model._meta.db_table  # noqa: SLF001
        self.names = [str(field.column) for field in fields]
        self.values: list[str] = []
        self._constants: list[Any] = []
        self._others: list[Sequence[Any]] = []
        types = []
        for field, values in zip(fields, columns.values(), strict=True):
            prepared, kind = _prepared(field, values), _kind(field)
            if self.values and _alike(prepared):  # the first always tells how many rows there are
                self.values.append(f"%s{kind}")
                self._constants.append(prepared[0])
            else:
                self.values.append(_VALUE[database.vendor].format(len(self._others)))
                self._others.append(prepared)
                types.append(f"%s{kind}[]")
        if database.vendor == "postgresql":
            self.source = f"unnest({', '.join(types)}) AS given({', '.join(f'v{n}' for n in range(len(types)))})"
        else:
            self.source = "json_each(%s) AS given"

    def done(self, statement: str) -> int:
        """Carry out a statement that takes its values from these; how many rows it was about."""
        with database.cursor() as cursor:
            cursor.execute(statement, [*self._constants, *self._as_parameters()])
            return int(cursor.rowcount)

    def _as_parameters(self) -> Sequence[Any]:
        if database.vendor == "postgresql":
            return [list(column) for column in self._others]
        return [json.encode(list(zip(*self._others, strict=True))).decode()]


def _kind(field: models.Field[Any, Any]) -> str:
    """What says to PostgreSQL what it is given; a text that is too long is refused, which varchar would cut."""
    if database.vendor != "postgresql":
        return ""
    return "::text" if isinstance(field, models.CharField) else f"::{field.db_type(database)}"


def _prepared(field: models.Field[Any, Any], values: Sequence[Any]) -> Sequence[Any]:
    """The values as the database takes them; one that stands in every row is prepared once."""
    if type(field) in _PLAIN and set(map(type, values)) <= _PLAIN_VALUES:
        return values
    if _alike(values):
        return list(repeat(field.get_db_prep_save(values[0], database), len(values)))
    return [field.get_db_prep_save(value, database) for value in values]


def _alike(values: Sequence[Any]) -> bool:
    return bool(values) and all(value is values[0] for value in values)
