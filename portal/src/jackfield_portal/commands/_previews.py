"""What `jackfield import --preview` tells of a list that waits for a decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from jackfield_portal.commands._tables import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jackfield_portal.imports.groups import Group
    from jackfield_portal.imports.models import ImportRun

__all__ = ["DECIDE", "as_dict", "lines"]

#: How to go on.
DECIDE: Final = (
    "Nothing was changed. Apply exactly this list with --decide apply, drop it with --decide discard, "
    "or look through it and decide in the portal."
)
#: The groups worth naming, and so many users of each.
_NAMED: Final = ("new", "changed", "inactive", "gone")
_SAMPLE: Final = 10


def lines(run: ImportRun) -> Iterator[str]:
    """Why a preview is in doubt, some of everybody it is about, what applying it would mean, and how to decide."""
    from jackfield_portal.imports import groups, words

    if run.hold_reason:
        yield run.hold_reason
    for name in _NAMED:
        yield from _group(groups.group(run, name))
    consequence = words.consequence(run, groups.mapped_missing(run))
    if consequence:
        yield consequence
    yield DECIDE


def as_dict(run: ImportRun) -> dict[str, Any]:
    """For scripts: of a list that waits, the first users of each group, and how many of the missing are mapped."""
    from jackfield_portal.imports import groups

    if run.state != "held":
        return {}
    return {
        "groups": {name: [_person(person) for person in groups.group(run, name).people] for name in _NAMED},
        "mapped_missing": groups.mapped_missing(run),
    }


def _person(person: Any) -> dict[str, Any]:
    changed = {each.label: [each.before, each.after] for each in person.differences}
    return {"id": person.id, "name": person.name, "email": person.email or None, "changed": changed}


def _group(group: Group) -> Iterator[str]:
    if not group.people:
        return
    yield f"{group.name.capitalize()}:"
    for person in group.people[:_SAMPLE]:
        email = f" <{person.email}>" if person.email else ""
        changed = "; ".join(f"{each.label}: {each.before or '-'} -> {each.after or '-'}" for each in person.differences)
        yield printable(f"  {person.name}{email}{': ' if changed else ''}{changed}")
    more = group.page.paginator.count - len(group.people[:_SAMPLE])
    if more:
        yield f"  and {more} more"
