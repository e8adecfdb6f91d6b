"""``jackfield record``."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from jackfield.cli._entered import assignments
from jackfield.cli._extra import testing_installed
from jackfield.cli._given import JSON, Given, Platform, settings_from, whole
from jackfield.cli._near import nearest
from jackfield.cli._output import printable, say, say_json
from jackfield.cli.connectors import connector_named
from jackfield.cli.errors import CommandError, UsageError
from jackfield.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jackfield.connector import Connector
    from jackfield.testing.tapes import Recipe, Tape


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is to be on the tape; without --tape every tape of the folder is recorded anew by its own recipe."""

    tape: Annotated[
        str | None,
        Parameter(help="The tape to record, by its name; without it, all of the folder and the standard ones."),
    ] = None
    into: Annotated[
        Path | None, Parameter(help="The folder of the tapes; the project's own for this platform unless given.")
    ] = None
    does: Annotated[
        str | None, Parameter(help="What is done: check, users or find; by default what the tape's name begins with.")
    ] = None
    number: Annotated[str | None, Parameter(help="The telephone number to look up.")] = None
    users: Annotated[
        int | None, Parameter(help="How many users the simulated account has; 12 unless given.", converter=whole)
    ] = None
    scene: Annotated[tuple[str, ...], Parameter(help="A scene of the simulator, such as small_pages. Repeatable.")] = ()
    fault: Annotated[
        tuple[str, ...], Parameter(help="A fault of the simulator: NAME, NAME@3 or NAME@3-4. Repeatable.")
    ] = ()
    knob: Annotated[tuple[str, ...], Parameter(help="Turn a knob of the simulator: NAME=VALUE. Repeatable.")] = ()


def record(
    platform: Platform, /, *, wanted: Wanted | None = None, given: Given | None = None, json: JSON = False
) -> None:
    """Record a connector's tapes, from its simulator or from the CRM's service.

    With the settings of a connection (`--set`, `--settings`) the service is asked, without them the simulator. Secrets,
    cookies and people are taken out; a recording in which any is left is not kept.
    """
    connector = connector_named(platform)
    with testing_installed():
        from jackfield.testing.recording import record as recorded
        from jackfield.testing.tapes import SUFFIX, cassette_folder
    wanted = wanted or Wanted()
    folder = wanted.into or cassette_folder(connector.id, Path.cwd())
    settings = settings_from(connector, given) if given and (given.set or given.settings) else None
    recipes = {wanted.tape: _one(connector, folder, wanted)} if wanted.tape else _all(connector, folder, wanted)
    tapes = []
    for name, recipe in recipes.items():
        if settings is None or recipe.good or wanted.tape:
            tapes.append(_explained(recorded, connector, recipe, folder / f"{name}{SUFFIX}", settings=settings))
            if not json:
                say(_line(tapes[-1]))
    if json:
        say_json(list(map(_row, tapes)))


def _explained(recorded: Any, *words: Any, **options: Any) -> Tape:
    """What the simulator's options are refused for is a matter of the command line."""
    from jackfield.testing.recording import RecordingError

    try:
        with testing_installed():
            tape: Tape = recorded(*words, **options)
    except SettingsError as wrong:
        raise UsageError(wrong.message, wrong.remedy, code=wrong.code) from None
    except RecordingError as refused:
        raise CommandError(refused.message, refused.remedy) from None
    except OSError as failure:
        raise CommandError(f"The tape cannot be written: {failure.strerror}.", "Choose a folder with --into.") from None
    return tape


def _all(connector: Connector, folder: Path, wanted: Wanted) -> Mapping[str, Recipe]:
    from jackfield.testing.recording import standard_recipes
    from jackfield.testing.tapes import SUFFIX

    if _changes(wanted):
        raise UsageError("What is to be on the tape is told, but not which tape it is.", "Name it with --tape.")
    recipes: dict[str, Recipe] = standard_recipes(connector)
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        recipe = _kept(path) or recipes.get(path.stem)
        if recipe is None:
            remedy = f"Record it with --tape {path.stem} and what is to be on it, or delete it."
            raise CommandError(f"{path.name} is not a tape, so nobody knows how to record it.", remedy)
        recipes[path.stem] = recipe
    return recipes


def _one(connector: Connector, folder: Path, wanted: Wanted) -> Recipe:
    from jackfield.testing.recording import standard_recipes
    from jackfield.testing.tapes import SUFFIX, Recipe

    name = str(wanted.tape)
    if not name.replace("-", "_").isidentifier():
        raise UsageError("--tape takes a name of letters, digits, - and _.", "Write for example --tape users.")
    standard = standard_recipes(connector)
    begun = _kept(folder / f"{name}{SUFFIX}") or standard.get(name)
    if begun is None:
        does = _does(name, wanted)
        begun = Recipe(platform=connector.id, does=does, number=_number(standard) if does == "find" else None)
    return replace(begun, **_changes(wanted))


def _kept(path: Path) -> Recipe | None:
    from jackfield.testing.tapes import Recipe, Tape, TapeError

    try:
        tape = Tape.load(path)
    except TapeError:
        return None
    return Recipe(**{name: getattr(tape, name) for name in Recipe.__slots__})


def _does(name: str, wanted: Wanted) -> Any:
    from jackfield.testing.tapes import ACTS

    does = wanted.does or name.partition("_")[0]
    if does not in ACTS:
        remedy = nearest(does, ACTS) or f"Say with --does what is done: {', '.join(ACTS)}."
        raise UsageError("It is not known what is to be done on this tape.", remedy)
    return does


def _number(standard: Mapping[str, Recipe]) -> str | None:
    return standard["find"].number if "find" in standard else None


def _changes(wanted: Wanted) -> dict[str, Any]:
    """What was told of the recipe."""
    given = {
        "does": wanted.does and _does("", wanted),
        "number": wanted.number,
        "users": wanted.users,
        "scenes": wanted.scene,
        "faults": wanted.fault,
        "knobs": assignments(wanted.knob, option="--knob"),
    }
    return {name: value for name, value in given.items() if value not in (None, (), {})}


def _row(tape: Tape) -> dict[str, Any]:
    return {
        "tape": tape.name,
        "path": str(tape.path),
        "source": tape.source,
        "answers": len(tape.interactions),
        "ends": tape.ends,
    }


def _line(tape: Tape) -> str:
    count = len(tape.interactions)
    answers = f"{count} answer{'' if count == 1 else 's'}"
    return printable(f"Recorded {tape.path} from the {tape.source}: {answers}, ends with {tape.ends}.")
