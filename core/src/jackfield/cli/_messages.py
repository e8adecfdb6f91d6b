"""``jackfield messages``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from jackfield.cli._extra import testing_installed
from jackfield.cli._given import JSON  # noqa: TC001 - Cyclopts reads the hints
from jackfield.cli._output import printable, say, say_json
from jackfield.cli.errors import CommandError, UsageError
from jackfield.translations import files_of, folder_of, package_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jackfield.messages import Catalogue, Message

_WRITES = "Put a translation behind each msgstr of the .po file, then run the same command again."


def messages(
    platform: Annotated[str, Parameter(help="The platform's id, or the name of an installed package.")],
    /,
    *,
    language: Annotated[
        tuple[str, ...],
        Parameter(help="The language to translate into, such as de; all that there are unless given. Repeatable."),
    ] = (),
    check: Annotated[
        bool, Parameter(help="Write nothing; the exit status is 1 where something is to be done.")
    ] = False,
    json: JSON = False,
) -> int:
    """Bring a connector's translations in step with the texts that it says.

    The texts are found in its sources. Each language has a file to write translations into (.po) and one that is read
    where texts are shown (.mo), both in the package's folder locale; this makes and updates them.
    """
    package = package_of(platform) or platform
    with testing_installed():
        from jackfield.messages import UnreadableError, catalogue_of, languages_of, messages_of
    files = _folder(platform, package)
    folders = _folders(language, languages_of(files, package), package)
    try:
        said = messages_of(files)
        rows = [_row(catalogue_of(files, package, folder), said, check=check) for folder in folders]
    except UnreadableError as failure:
        raise CommandError(str(failure), "Mend the line, or begin the file anew.") from None
    except SyntaxError as failure:
        message = f"{failure.filename} is no Python in its line {failure.lineno}."
        raise CommandError(message, "Mend it, then run the same command again.") from None
    if json:
        say_json(rows)
    else:
        say("\n".join(printable(line) for row in rows for line in _lines(row)))
    return int(check and not all(row["ok"] for row in rows))


def _folder(platform: str, package: str) -> Path:
    files = files_of(package)
    if not (isinstance(files, Path) and files.joinpath("__init__.py").is_file()):
        message = f"There is no platform and no package {platform!r} whose files can be read."
        raise UsageError(
            message, "See jackfield platforms; a connector is installed from its folder by pip install -e."
        )
    return files


def _folders(wanted: Sequence[str], there: Sequence[str], package: str) -> Sequence[str]:
    folders = [folder_of(language) for language in wanted]
    if None in folders:
        name = wanted[folders.index(None)]
        raise UsageError(f"{name!r} names no language.", "Write it as browsers do, such as de or pt-br.")
    if not (folders or there):
        raise CommandError(f"{package} has no translations yet.", "Begin with a language, such as: --language de")
    return [folder for folder in folders if folder] or there


def _row(catalogue: Catalogue, said: Sequence[Message], *, check: bool) -> dict[str, Any]:
    """Update a catalogue, unless it is merely to be looked at, and say how it stands."""
    if not check:
        catalogue.update(said)
    standing = catalogue.standing(said)
    return {
        "language": catalogue.folder,
        "file": str(catalogue.written),
        "ok": standing.good,
        "texts": len(said),
        "missing": list(standing.missing),
        "left_over": list(standing.left_over),
        "misplaced": list(standing.misplaced),
        "compiled": standing.compiled,
    }


def _lines(row: dict[str, Any]) -> Iterator[str]:
    yield f"{row['language']}: {row['texts']} texts in {row['file']}"
    if row["ok"]:
        yield "  All are translated."
    for about, told in (
        ("missing", "without a translation"),
        ("left_over", "that nobody says any more"),
        ("misplaced", "whose translation has other {places}"),
    ):
        if row[about]:
            yield f"  {len(row[about])} {told}:"
            yield from (f"    {text.splitlines()[0]}" for text in row[about])
    if row["missing"] or row["misplaced"]:
        yield f"  {_WRITES}"
    elif not row["ok"]:
        yield "  Run the same command without --check."
