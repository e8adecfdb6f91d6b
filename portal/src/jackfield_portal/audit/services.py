"""What can be done with the audit log: add to it, read it, let what is old go.

Whatever is recorded is also told to those who listen to ``recorded``, in the same transaction: events are made of it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.conf import settings
from django.db import models, transaction
from django.dispatch import Signal
from django.utils import timezone
from msgspec import Struct, field

from jackfield_portal.audit.actors import Actor, at_work, of_user
from jackfield_portal.audit.models import Entry
from jackfield_portal.columnwise import insert
from jackfield_portal.observability.secrets import redacted
from jackfield_portal.texts import shown

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from jackfield_portal.organizations.models import Organization, User

__all__ = ["Fact", "Target", "record", "record_many", "recorded", "tidy"]

#: Sent with ``facts`` in the transaction of the change that they tell of; a receiver that raises undoes the change.
recorded = Signal()

_LONGEST: Final = 500
_MOST: Final = 100
_BATCH: Final = 1_000


class Target(Struct, frozen=True, kw_only=True):
    """What something was done to, as it is called now; ``connection`` is the connection that it belongs to."""

    kind: str = ""
    id: str = ""
    name: str = ""
    connection: UUID | None = None

    @classmethod
    def of(cls, row: models.Model) -> Target:
        """A row of any app, described while it is still there."""
        kind = row._meta.model_name or ""  # noqa: SLF001 - documented by Django all the same
        connection = row.pk if kind == "connection" else getattr(row, "connection_id", None)
        name = str(next((getattr(row, whole) for whole in ("connection", "user") if hasattr(row, whole)), row))
        return cls(kind=kind, id=str(row.pk), name=name, connection=connection)


class Fact(Struct, frozen=True, kw_only=True):
    """Something that was done. One that is not ``kept`` is only told: nobody decided it, and nothing is other now."""

    organization: UUID
    action: str
    target: Target = field(default_factory=Target)
    detail: Mapping[str, Any] = field(default_factory=dict)
    actor: Actor = field(default_factory=at_work)
    kept: bool = True


def record(
    organization: Organization | UUID,
    actor: Actor | User | None,
    action: str,
    target: models.Model | Target | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Note that ``actor`` (None: whoever is at work) has done something to ``target``; call it where that is done.

    ``detail`` holds plain values. Secrets do not belong in it, and texts that look like one are taken out all the same.
    """
    record_many(
        [
            Fact(
                organization=organization if isinstance(organization, UUID) else organization.pk,
                actor=_actor(actor),
                action=action,
                target=Target.of(target) if isinstance(target, models.Model) else target or Target(),
                detail=detail or {},
            )
        ]
    )


def record_many(facts: Iterable[Fact]) -> None:
    """Note many facts at once."""
    told = list(facts)
    if not told:
        return
    with transaction.atomic():
        insert(Entry, _columns([fact for fact in told if fact.kept]))
        recorded.send(sender=Entry, facts=told)


def tidy(now: datetime | None = None) -> int:
    """Let entries go that are older than JACKFIELD_AUDIT_KEEP_DAYS (0: none); how many."""
    days = settings.JACKFIELD_AUDIT_KEEP_DAYS
    if not days:
        return 0
    old = Entry.objects.filter(at__lt=(now or timezone.now()) - timedelta(days=days))
    count = 0
    while keys := list(old.order_by("pk").values_list("pk", flat=True)[:_BATCH]):
        models.QuerySet(Entry).filter(pk__in=keys).delete()
        count += len(keys)
    return count


def _actor(given: Actor | User | None) -> Actor:
    if given is None:
        return at_work()
    return given if isinstance(given, Actor) else of_user(given)


def _columns(facts: Sequence[Fact]) -> dict[str, list[Any]]:
    """The entries of these facts, column by column."""
    now = timezone.now()
    actors = {actor: shown(actor.name, 320) for actor in {fact.actor for fact in facts}}
    targets = _clean({fact.target.name for fact in facts}, 320)
    words = _Words()
    return {
        "organization_id": [fact.organization for fact in facts],
        "at": [now] * len(facts),
        "actor_kind": [str(fact.actor.kind) for fact in facts],
        "actor_id": [fact.actor.id for fact in facts],
        "actor_name": [actors[fact.actor] for fact in facts],
        "origin": [fact.actor.origin for fact in facts],
        "action": [fact.action for fact in facts],
        "target_kind": [fact.target.kind for fact in facts],
        "target_id": [fact.target.id[:64] for fact in facts],
        "target_name": [targets[fact.target.name] for fact in facts],
        "connection_id": [fact.target.connection for fact in facts],
        "detail": [{name: _plain(value, words) for name, value in fact.detail.items()} for fact in facts],
    }


class _Words(dict[str, str]):
    """Texts as they may be kept; those of facts are often the same, and to clean one takes its time."""

    def __missing__(self, text: str) -> str:
        self[text] = kept = shown(redacted(text), _LONGEST)
        return kept


def _clean(texts: Collection[str], longest: int) -> dict[str, str]:
    """The texts as they may be kept; nearly always one look at all of them finds no secret in any."""
    whole = "\n".join(texts)
    free = redacted(whole) == whole
    return {text: shown(text if free else redacted(text), longest) for text in texts}


def _plain(value: Any, words: _Words) -> Any:
    """A value as it may be kept: short, and without a secret."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(one, words) for one in list(value)[:_MOST]]
    return words[str(value)]
