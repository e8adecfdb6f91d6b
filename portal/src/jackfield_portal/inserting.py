"""Many rows in one plain statement, where to make a model's object of each would cost more than all else."""

from __future__ import annotations

from itertools import repeat
from typing import TYPE_CHECKING, Any, Final

from django.db import DEFAULT_DB_ALIAS, connections, models

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.db.backends.base.base import BaseDatabaseWrapper

__all__ = ["insert"]

#: Fields whose values the database takes as they are.
_PLAIN: Final = (models.CharField, models.TextField, models.PositiveIntegerField, models.BooleanField)
_PLAIN_VALUES: Final = {str, int, bool, type(None)}


def insert(model: type[models.Model], columns: Mapping[str, Sequence[Any]], *, pass_over: bool = False) -> int:
    """Insert rows that are given column by column, as the fields have them in Python; how many.

    Columns go by the fields' names, a foreign key's by that of its id. Nothing is filled in: what is left out is the
    database's own. With ``pass_over`` a row that there may not be is left out; without it, that raises IntegrityError.
    """
    meta, database = model._meta, connections[DEFAULT_DB_ALIAS]  # noqa: SLF001 - documented by Django all the same
    fields = {field.attname: field for field in meta.concrete_fields}
    prepared = [_prepared(fields[name], values, database) for name, values in columns.items()]
    rows = list(zip(*prepared, strict=True))
    if not rows:
        return 0
    names, places = ", ".join(str(fields[name].column) for name in columns), ", ".join(["%s"] * len(columns))
    conflicts = " ON CONFLICT DO NOTHING" if pass_over else ""
    with database.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {meta.db_table} ({names}) VALUES ({places}){conflicts}", rows)  # noqa: S608
        return int(cursor.rowcount)


def _prepared(field: models.Field[Any, Any], values: Sequence[Any], database: BaseDatabaseWrapper) -> Sequence[Any]:
    """The values as the database takes them; one that stands in every row is prepared once."""
    if type(field) in _PLAIN and set(map(type, values)) <= _PLAIN_VALUES:
        return values
    if values and all(value is values[0] for value in values):
        return list(repeat(field.get_db_prep_save(values[0], database), len(values)))
    return [field.get_db_prep_save(value, database) for value in values]
