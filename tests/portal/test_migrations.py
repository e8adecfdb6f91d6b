"""What the models declare is in the database that the migrations have made, and every change of a model is in one."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection as database

pytestmark = pytest.mark.django_db

_OURS = [model for model in apps.get_models() if model.__module__.startswith("jackfield_portal.")]


@pytest.mark.parametrize("model", _OURS, ids=lambda model: model._meta.label_lower)
def test_declared_constraints_and_indexes_are_there(model: type) -> None:
    """A migration of a field may take what is the model's with it: Django drops a unique index for the field's own."""
    meta = model._meta  # type: ignore[attr-defined]
    declared = {
        one.name: unique for unique, those in ((True, meta.constraints), (False, meta.indexes)) for one in those
    }
    with database.cursor() as cursor:
        there = database.introspection.get_constraints(cursor, meta.db_table)
    assert {name: there[name]["unique"] for name in declared if name in there} == declared


def test_nothing_waits_for_a_migration() -> None:
    """Raises SystemExit where a model was changed and no migration tells."""
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
