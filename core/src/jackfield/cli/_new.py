"""``jackfield new``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from jackfield.cli._given import JSON  # noqa: TC001 - Cyclopts reads the hints
from jackfield.cli._output import note, say, say_json
from jackfield.cli.errors import UsageError
from jackfield.scaffold import ScaffoldError, made, planned, recorded

if TYPE_CHECKING:
    from jackfield.scaffold import Plan


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the connector is to begin with."""

    title: Annotated[str | None, Parameter(help="What people call the platform; made of NAME unless given.")] = None
    into: Annotated[Path, Parameter(help="The folder in which that of the connector is made.")] = Path()
    auth: Annotated[
        str, Parameter(help="How requests are signed: header, query, basic or bearer; header unless given.")
    ] = "header"
    paging: Annotated[
        str, Parameter(help="How lists are paged: offset, page, cursor or link; offset unless given.")
    ] = "offset"


def new(
    name: Annotated[str, Parameter(help="The platform's id, such as acme.")],
    /,
    *,
    wanted: Wanted | None = None,
    json: JSON = False,
) -> None:
    """Make a connector: a distribution that installs, runs its own simulator and passes the contract suite.

    The places to fill in are marked FILL IN.
    """
    wanted = wanted or Wanted()
    try:
        plan = planned(name, title=wanted.title, auth=wanted.auth, paging=wanted.paging)
        folder = made(plan, wanted.into)
    except ScaffoldError as refused:
        raise UsageError(refused.message, refused.remedy) from None
    missing = recorded(plan, folder)
    if json:
        say_json({"platform": plan.name, "folder": str(folder), "package": plan.package, "recorded": missing is None})
    else:
        say(_words(plan, folder))
    if missing is not None:
        note(f"Its tapes were not recorded. {missing}\nThen run `jackfield record {plan.name}` in {folder}.")


def _words(plan: Plan, folder: Path) -> str:
    return (
        f"Made the connector of {plan.title} in {folder}.\n\n"
        f"  cd {folder}\n"
        "  pip install -e '.[dev]'\n"
        "  pytest\n\n"
        'It passes the contract as it is. `grep -rn "FILL IN" src` lists what to fill in, README.md in which order.'
    )
