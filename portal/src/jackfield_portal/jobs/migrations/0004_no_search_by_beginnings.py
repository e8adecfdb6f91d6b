from typing import Any

from django.db import migrations


def drop(apps: Any, schema_editor: Any) -> None:
    """Django makes a second index of a text key on PostgreSQL, for LIKE; nothing asks so, and each write pays for it."""
    if schema_editor.connection.vendor != 'postgresql':
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema() "
            "AND tablename = 'jobs_job' AND indexname LIKE %s",
            [r'%\_like'],
        )
        found = cursor.fetchall()
    for (name,) in found:
        schema_editor.execute(f'DROP INDEX {schema_editor.quote_name(name)}')


class Migration(migrations.Migration):

    dependencies = [('jobs', '0003_batches')]

    operations = [migrations.RunPython(drop, migrations.RunPython.noop)]
