"""Saving settings: read by the connector, bound to their host, kept as a candidate until their check has passed."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from jackfield.errors import CATALOGUE, Problem, SettingsError, error
from jackfield_portal.audit.marking import audited
from jackfield_portal.connections import platforms
from jackfield_portal.connections.going_back import drop_candidate
from jackfield_portal.connections.lapses import refuse_lapsed
from jackfield_portal.connections.models import Connection, SettingsVersion
from jackfield_portal.connections.schemas import OPERATORS, Field, deployment_examples, fields_of
from jackfield_portal.connections.telling import settings_saved
from jackfield_portal.connections.versions import deployment_values, newest, place_of
from jackfield_portal.vault import services as vault

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from jackfield import Connector
    from jackfield.settings import Parsed, Repair
    from jackfield_portal.organizations.models import User

__all__ = ["Saved", "lacking", "missing", "preview", "remember", "save_settings"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Saved:
    """What was saved, what was repaired in it by field, and what to warn about; ``changed`` tells a save from none."""

    version: SettingsVersion
    repaired: Mapping[str, Repair]
    warnings: tuple[Problem, ...]
    changed: bool = True


@audited("settings.saved", settings_saved)
def save_settings(
    connection: Connection,
    values: Mapping[str, str],
    *,
    clear: Collection[str] = (),
    by: User | None = None,
    consent: str = "",
) -> Saved:
    """Save settings as they were entered; raises SettingsError with every problem by field, and stores nothing then.

    A field that is not among ``values`` keeps its value. A secret that is blank keeps the stored one, unless it is to
    be cleared or the settings now lead to another host: then it must be entered again, but for the host for which
    somebody has given his ``consent``.
    """
    refuse_lapsed(connection)
    connector = platforms.connector(connection.platform)
    secrets = {field.name for field in fields_of(connector) if field.secret}
    entered = {name: value for name, value in values.items() if name in secrets and value.strip()}
    plain = {name: value for name, value in values.items() if name not in secrets}
    with transaction.atomic():
        before = newest(connection)
        stored = vault.fields(place_of(before)) if before else frozenset()
        keeping = stored - entered.keys() - set(clear)
        kept = vault.opened(place_of(before), keeping) if before else {}
        known = before.values if before else {}
        parsed = connector.parse({**known, **plain, **deployment_values(connection), **entered, **kept})
        host = connector.base_host(parsed.settings) or ""
        if kept and before is not None and host not in {before.host, consent}:
            raise error("invalid_settings", problems=[_bound(name) for name in sorted(kept)])
        drafted = _draft(connection, connector, parsed, host)
        if before is not None and keeping == stored and not entered and drafted.same_as(before):
            return Saved(version=before, repaired=drafted.repaired, warnings=parsed.warnings, changed=False)
        version = drafted.candidate(connection, by)
        _settled(connection)
        return Saved(version=version, repaired=drafted.repaired, warnings=parsed.warnings)


def preview(connection: Connection, values: Mapping[str, str], *, begun: bool = False) -> Parsed:
    """Read settings without secrets, to show how they would be repaired; raises SettingsError with the problems.

    What is needed and was not entered yet is no problem where the form is only ``begun``, but for the addresses.
    """
    connector = platforms.connector(connection.platform)
    left = {field.name for field in fields_of(connector) if field.secret or (begun and _left(field, values))}
    stand_ins = {field.name: field.example or "-" for field in fields_of(connector) if field.name in left}
    examples = deployment_examples(connector)
    absent = {problem.field: examples[problem.field] for problem in missing(connection) if problem.field in examples}
    return connector.parse({**values, **absent, **deployment_values(connection), **stand_ins})


def remember(connection: Connection, values: Mapping[str, str], problems: Collection[Problem]) -> None:
    """Keep what was entered in a draft's form and refused, so that it is found again: no secret, and nothing wrong."""
    if newest(connection) is not None:
        return
    wrong = {problem.field for problem in problems}
    drawn = {field.name for field in fields_of(platforms.connector(connection.platform)) if not field.secret}
    connection.begun = {name: text for name, text in values.items() if name in drawn - wrong and text.strip()}
    connection.save(update_fields=["begun"])


def _left(field: Field, values: Mapping[str, str]) -> bool:
    return field.required and not field.address and not values.get(field.name, "").strip()


def lacking(connection: Connection) -> tuple[str, ...]:
    """The titles of the fields that a draft's form still needs; none once settings are saved."""
    if newest(connection) is not None:
        return ()
    fields = fields_of(platforms.connector(connection.platform))
    wanted = {field.name for field in fields if field.secret and field.required}
    try:
        preview(connection, connection.begun)
    except SettingsError as refused:
        wanted |= {problem.field for problem in refused.problems if problem.field}
    return tuple(field.title for field in fields if field.name in wanted)


def missing(connection: Connection) -> tuple[Problem, ...]:
    """What the operator has still to set before anybody can connect to this platform, whatever he enters."""
    try:
        platforms.connector(connection.platform).parse(deployment_values(connection))
    except SettingsError as refused:
        return tuple(problem for problem in refused.problems if problem.code == OPERATORS)
    return ()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Draft:
    """Settings as they are to be stored: plain values here, hidden ones for the vault."""

    plain: Mapping[str, str]
    hidden: Mapping[str, str] = dataclasses.field(repr=False)
    host: str
    repaired: Mapping[str, Repair]

    def same_as(self, version: SettingsVersion) -> bool:
        return version.values == self.plain and version.host == self.host

    def candidate(self, connection: Connection, by: User | None) -> SettingsVersion:
        drop_candidate(connection)
        version = SettingsVersion.objects.create(
            connection=connection, values=dict(self.plain), host=self.host, saved_by=by
        )
        for name, value in self.hidden.items():
            vault.put(place_of(version), name, value)
        return version


def _draft(connection: Connection, connector: Connector, parsed: Parsed, host: str) -> _Draft:
    set_by_operator = deployment_values(connection).keys()
    whole = connector.dump(parsed.settings, secrets=True)
    whole = {name: value for name, value in whole.items() if name not in set_by_operator}
    shown = connector.dump(parsed.settings).keys() - set_by_operator
    return _Draft(
        plain={name: value for name, value in whole.items() if name in shown},
        hidden={name: value for name, value in whole.items() if name not in shown},
        host=host,
        repaired={name: repair for name, repair in parsed.repaired.items() if name in shown},
    )


def _settled(connection: Connection) -> None:
    """With settings saved, neither what was begun nor a link that somebody else was sent counts any more."""
    connection.secret_links.filter(used=None).delete()
    if connection.begun:
        connection.begun = {}
        connection.save(update_fields=["begun"])


def _bound(field: str) -> Problem:
    entry = CATALOGUE["secret_bound_to_host"]
    return Problem(field=field, code=entry.code, message=entry.meaning, remedy=entry.remedy)
