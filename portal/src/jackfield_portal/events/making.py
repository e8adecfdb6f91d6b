"""Events are made of what the audit log is told, in the same transaction."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from jackfield_portal.events import outbox
from jackfield_portal.events.models import EventType
from jackfield_portal.imports import session
from jackfield_portal.imports.models import COUNTED, CrmUser, ImportRun

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from jackfield_portal.audit.services import Fact
    from jackfield_portal.events.models import Subscription

__all__ = ["NAMED", "make"]

#: So many of the users who are gone are named in an event.
NAMED = 100
#: Plain SQL, since a process that only imports has not loaded the models of the mapping.
_GONE: Final = (
    f"SELECT u.crm_id, m.agent_id FROM {CrmUser._meta.db_table} u "  # noqa: S608, SLF001 - names of our own
    "LEFT JOIN mapping_mapping m ON m.crm_user_id = u.id WHERE u.connection_id = %s AND u.gone_at = %s "
    f"ORDER BY m.agent_id IS NULL, m.agent_id, u.id LIMIT {2 * NAMED}"
)


def make(facts: Sequence[Fact], **_more: Any) -> None:
    """Put what there is to tell into the outbox; where nobody asked to hear of anything it costs one question."""
    telling = [fact for fact in facts if fact.action in _MAKERS]
    if not telling:
        return
    organizations = {fact.organization for fact in telling}
    if len(organizations) > 1 and not outbox.anybody_listens():
        return
    heard: defaultdict[UUID, list[Subscription]] = defaultdict(list)
    for subscription in outbox.listening(organizations):
        heard[subscription.organization_id].append(subscription)
    for fact in telling:
        wanted = {name for subscription in heard[fact.organization] for name in subscription.types}
        for kind, data in _MAKERS[fact.action](fact) if wanted else ():
            outbox.put(fact.organization, kind, data, [one for one in heard[fact.organization] if kind in one.types])


def _about_connection(kind: EventType) -> Callable[[Fact], Iterable[tuple[str, dict[str, Any]]]]:
    return lambda fact: [(kind.value, {"connection": _connection(fact)})]


def _import_ended(fact: Fact) -> Iterable[tuple[str, dict[str, Any]]]:
    counts = {name: fact.detail.get(name, 0) for name in COUNTED}
    data = {"connection": _connection(fact), "import": fact.target.id, "state": fact.detail["state"], "counts": counts}
    yield EventType.IMPORTED.value, {**data, "code": fact.detail.get("code") or None}
    if fact.detail["state"] == "applied" and counts["gone"]:
        yield EventType.GONE.value, _gone(fact, counts["gone"])


def _import_held(fact: Fact) -> Iterable[tuple[str, dict[str, Any]]]:
    counts = {name: fact.detail.get(name, 0) for name in COUNTED}
    yield EventType.HELD.value, {"connection": _connection(fact), "import": fact.target.id, "counts": counts}


def _mapped(fact: Fact) -> Iterable[tuple[str, dict[str, Any]]]:
    done = {"mapped": fact.detail.get("mapped", 0), "cleared": fact.detail.get("cleared", 0)}
    undone = fact.action == "mapping.undone"
    data = {"undone": fact.detail.get("agents", 0)} if undone else done
    batch = fact.target.id if undone else fact.detail.get("batch")
    yield EventType.MAPPED.value, {"connection": _connection(fact), "batch": batch, **data}


def _gone(fact: Fact, count: int) -> dict[str, Any]:
    """Who is gone since this import; those first whom an agent is mapped to."""
    run = ImportRun.objects.get(pk=fact.target.id)
    agents: dict[str, list[str]] = {}
    for crm_id, agent in session.asked(_GONE, session.key(run.connection_id), session.moment(run.finished)):
        agents.setdefault(crm_id, []).extend([str(UUID(str(agent)))] if agent else [])
    named = [{"id": crm_id, "agents": those} for crm_id, those in agents.items()][:NAMED]
    return {"connection": _connection(fact), "import": fact.target.id, "count": count, "users": named}


def _connection(fact: Fact) -> str | None:
    return str(fact.target.connection) if fact.target.connection else None


_MAKERS: dict[str, Callable[[Fact], Iterable[tuple[str, dict[str, Any]]]]] = {
    "connection.broken": _about_connection(EventType.BROKEN),
    "connection.recovered": _about_connection(EventType.RECOVERED),
    "import.finished": _import_ended,
    "import.held": _import_held,
    "mapping.saved": _mapped,
    "mapping.undone": _mapped,
}
