"""Many rows in one plain statement, where to make a model's object of each would cost more than all else.

Rows are given column by column, as the fields have them in Python, by the fields' names; a foreign key's column goes by
that of its id. PostgreSQL is given an array for each column, or one value where it stands in every row: a statement for
each row costs it, and its driver, three times as much.
"""

from __future__ import annotations

from itertools import repeat
from typing import TYPE_CHECKING, Any, Final

from django.db import connection as database
from django.db import models

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Columns = Mapping[str, Sequence[Any]]

__all__ = ["insert", "update"]

#: Fields whose values the database takes as they are.
_PLAIN: Final = (models.CharField, models.TextField, models.PositiveIntegerField, models.BooleanField)
_PLAIN_VALUES: Final = {str, int, bool, type(None)}


def insert(model: type[models.Model], columns: Columns, *, pass_over: bool = False) -> int:
    """Insert rows; how many.

    Nothing is filled in: what is left out is the database's own. With ``pass_over`` a row that there may not be is left
    out; without it, that raises IntegrityError.
    """
    given = _Given(model, columns)
    if given.empty:
        return 0
    into = f"INSERT INTO {given.table} ({', '.join(given.names)})"
    conflicts = " ON CONFLICT DO NOTHING" if pass_over else ""
    if database.vendor == "postgresql":
        values, source, parameters = given.as_arrays()
        return _done(f"{into} SELECT {', '.join(values)} FROM {source}{conflicts}", parameters)  # noqa: S608
    places = ", ".join(["%s"] * len(given.names))
    return _done_for_each(f"{into} VALUES ({places}){conflicts}", given.prepared)


def update(model: type[models.Model], columns: Columns) -> int:
    """Write all but the first of these columns into the rows that the first, a key, tells; how many there were."""
    given = _Given(model, columns)
    if given.empty:
        return 0
    key, *others = given.names
    if database.vendor == "postgresql":
        values, source, parameters = given.as_arrays()
        new = ", ".join(f"{name} = {value}" for name, value in zip(others, values[1:], strict=True))
        found = f"{given.table}.{key} = {values[0]}"
        return _done(f"UPDATE {given.table} SET {new} FROM {source} WHERE {found}", parameters)  # noqa: S608
    new = ", ".join(f"{name} = %s" for name in others)
    rotated = [*given.prepared[1:], given.prepared[0]]
    return _done_for_each(f"UPDATE {given.table} SET {new} WHERE {key} = %s", rotated)  # noqa: S608


class _Given:
    """A model's columns with their names and values in the database."""

    def __init__(self, model: type[models.Model], columns: Columns) -> None:
        known = {field.attname: field for field in model._meta.concrete_fields}  # noqa: SLF001 - documented by Django
        self.table = model._meta.db_table  # noqa: SLF001
        self._fields = [known[name] for name in columns]
        self.names = [str(field.column) for field in self._fields]
        self.empty = not any(columns.values())
        self.prepared = [_prepared(field, values) for field, values in zip(self._fields, columns.values(), strict=True)]

    def as_arrays(self) -> tuple[list[str], str, list[Any]]:
        """How each column's value is told in a statement, where from, and the parameters; the first is an array."""
        types = ["text" if isinstance(field, models.CharField) else field.db_type(database) for field in self._fields]
        values, arrays, alike, listed = [], [], [], []
        for number, (kind, name, column) in enumerate(zip(types, self.names, self.prepared, strict=True)):
            if number and _alike(column):
                values.append(f"%s::{kind}")
                alike.append(column[0])
            else:
                values.append(f"given.{name}")
                arrays.append((f"%s::{kind}[]", name))
                listed.append(list(column))
        told, names = zip(*arrays, strict=True)
        return values, f"unnest({', '.join(told)}) AS given({', '.join(names)})", [*alike, *listed]


def _done(statement: str, parameters: Sequence[Any]) -> int:
    with database.cursor() as cursor:
        cursor.execute(statement, parameters)
        return int(cursor.rowcount)


def _done_for_each(statement: str, columns: Sequence[Sequence[Any]]) -> int:
    rows = list(zip(*columns, strict=True))
    with database.cursor() as cursor:
        cursor.executemany(statement, rows)
        return int(cursor.rowcount)


def _prepared(field: models.Field[Any, Any], values: Sequence[Any]) -> Sequence[Any]:
    """The values as the database takes them; one that stands in every row is prepared once."""
    if type(field) in _PLAIN and set(map(type, values)) <= _PLAIN_VALUES:
        return values
    if _alike(values):
        return list(repeat(field.get_db_prep_save(values[0], database), len(values)))
    return [field.get_db_prep_save(value, database) for value in values]


def _alike(values: Sequence[Any]) -> bool:
    return bool(values) and all(value is values[0] for value in values)
