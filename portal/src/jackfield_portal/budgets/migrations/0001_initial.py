"""The table of starts, on PostgreSQL; on SQLite the ledger has a file of its own (see ``budgets.sqlite``)."""

from typing import Any

from django.db import migrations

from jackfield_portal.budgets import postgresql


def make(apps: object, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for statement in postgresql.TABLE:
            schema_editor.execute(statement)


def drop(apps: object, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TABLE budgets_start")


class Migration(migrations.Migration):
    initial = True
    operations = [migrations.RunPython(make, drop)]
