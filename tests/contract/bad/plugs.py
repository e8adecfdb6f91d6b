"""Making bad connectors of the good one, and the list of them all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from types import ModuleType
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace as renewed

from jackfield import hookimpl
from jackfield.connector import Connector
from tests.contract.bad import good

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

HOOKS = (
    "platform",
    "connection_schema",
    "authenticate",
    "limits",
    "systems_check",
    "import_users",
    "record_link",
    "find_contacts",
    "simulator",
)


@dataclass(frozen=True, kw_only=True)
class Bad:
    """One bad connector: the clause that forbids it, and patterns that what the failure has seen must match."""

    name: str
    clause: str
    says: tuple[str, ...]
    #: Makes what differs from the good connector: hooks (None takes one out), lines of an installed module, or a
    #: function that is done to a copy of the good connector's cassettes.
    make: Callable[[], Any]
    #: Further facts of the test class.
    facts: Mapping[str, Any] | None = None

    @cached_property
    def made(self) -> Any:
        """What differs from the good connector."""
        return self.make()

    @property
    def hooks(self) -> Mapping[str, Any]:
        """The hooks that differ."""
        return self.made if isinstance(self.made, dict) else {}

    @property
    def platform(self) -> str:
        """The id of its platform, which is its own."""
        return self.name.replace("_", "-")

    @property
    def package(self) -> str:
        """The module that it is installed as."""
        return f"acme_{self.name}"


BAD: dict[str, Bad] = {}


def bad(clause: str, *says: str, **facts: Any) -> Callable[[Callable[[], Any]], Any]:
    """Register what the function makes: a mapping of hooks, lines of a module, or a function that spoils cassettes."""

    def register(make: Callable[[], Any]) -> Any:
        name = make.__name__
        assert name not in BAD
        BAD[name] = Bad(name=name, clause=clause, says=says, make=make, facts=facts)
        return make

    return register


def plugin(hooks: Mapping[str, Any] | None = None, name: str = "acme") -> ModuleType:
    """The good connector with some hooks replaced, under this name."""
    module = ModuleType(name)
    given = {**{hook: getattr(good, hook) for hook in HOOKS}, **(hooks or {})}
    describe = given["platform"]
    given["platform"] = lambda: replace(describe(), id=name)
    for hook, function in given.items():
        if function is not None:
            setattr(module, hook, hookimpl(function))
    return module


def connector(bad_one: Bad) -> Connector:
    """The bad connector behind the core's face."""
    return Connector(bad_one.platform, plugin(bad_one.hooks, bad_one.platform), version="1.2.3")


def install(bad_one: Bad, folder: Path) -> None:
    """Write the bad connector down as an installed package, in a folder that is on the path."""
    names = ", ".join(HOOKS)
    source = (
        f"from dataclasses import replace\nfrom jackfield import hookimpl\nfrom tests.contract.bad import good\n"
        f"from tests.contract.bad.good import {names}\n\n"
        f"@hookimpl\ndef platform():\n    return replace(good.platform(), id={bad_one.platform!r})\n\n{bad_one.made}\n"
    )
    (folder / f"{bad_one.package}.py").write_text(source, "utf-8")
    info = folder / f"{bad_one.package}-1.2.3.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {bad_one.package}\nVersion: 1.2.3\n", "utf-8")
    points = f"[jackfield.connectors]\n{bad_one.platform} = {bad_one.package}\n"
    (info / "entry_points.txt").write_text(points, "utf-8")


def checking(**runs: Any) -> dict[str, Any]:
    """The hook of a check in which some steps run something else, or are of another make."""

    def systems_check() -> Any:
        return [
            replace(step, **(run if isinstance(run, dict) else {"run": run}))
            if (run := runs.get(step.id)) is not None
            else step
            for step in good.steps()
        ]

    return {"systems_check": systems_check}


def importing(change: Callable[[Any], Any]) -> dict[str, Any]:
    """The hook of an import in which each page is changed; None leaves the page out."""

    async def import_users(connection: Any) -> Any:
        async for page in good.import_users(connection):
            changed = change(page)
            if changed is not None:
                yield changed

    return {"import_users": import_users}


def mapping(change: Callable[[Any], Any]) -> dict[str, Any]:
    """The hook of an import in which each user is changed; None leaves him out."""
    return importing(lambda page: renewed(page, users=tuple(user for user in map(change, page) if user is not None)))


def reading(convert: Callable[[Any], Any]) -> dict[str, Any]:
    """The hook of an import that maps what Acme sends in a way of its own."""

    async def import_users(connection: Any) -> Any:
        async for page in good.listing(connection.http):
            yield good.UserPage(users=tuple(map(convert, page.items)), total=page.total)

    return {"import_users": import_users}


def form(cls: type[Any]) -> dict[str, Any]:
    """The hook of another form."""
    return {"connection_schema": lambda: cls}


def key_of(connection: Any) -> str:
    """The secret of a connection."""
    return str(connection.settings.api_key.get_secret_value())
