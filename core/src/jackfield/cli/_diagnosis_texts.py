"""A connector's translations: whether they can be read, and whether they are of the texts that it says now."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from jackfield.cli._extra import testing_installed
from jackfield.cli._symptoms import Symptom, warned, well, wrong
from jackfield.translations import files_of, package_of, read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jackfield.messages import Standing

_ABOUT = "translations"


def symptoms(platform: str) -> Iterator[Symptom]:
    """What is to be said of each language; nothing where the connector speaks English alone."""
    package = package_of(platform)
    files = files_of(package) if package else None
    if package is None or not isinstance(files, Path):
        return
    with testing_installed():
        from jackfield.messages import languages_of
    for folder in languages_of(files, package):
        yield _symptom(platform, package, files, folder)


def _symptom(platform: str, package: str, files: Path, folder: str) -> Symptom:
    from jackfield.messages import UnreadableError, catalogue_of, messages_of

    remedy = f"Run jackfield messages {platform}, and translate what it names."
    try:
        found = read(package, folder)
    except Exception as failure:  # noqa: BLE001 - whatever the file holds
        return wrong(_ABOUT, f"{folder}: the compiled file cannot be read ({type(failure).__name__}).", remedy)
    catalogue = catalogue_of(files, package, folder)
    if not catalogue.written.is_file():
        return well(_ABOUT, f"{folder}: {len(found)} texts, without the file that they were written in.")
    try:
        standing = catalogue.standing(messages_of(files))
    except UnreadableError as failure:
        return wrong(_ABOUT, f"{folder}: {failure}", "Mend the line, or begin the file anew.")
    if standing.good:
        return well(_ABOUT, f"{folder}: {len(found)} texts.")
    return warned(_ABOUT, f"{folder}: {', '.join(_faults(standing))}.", remedy)


def _faults(standing: Standing) -> Iterator[str]:
    if standing.missing:
        yield f"{len(standing.missing)} texts without a translation"
    if standing.left_over:
        yield f"{len(standing.left_over)} that nobody says any more"
    if standing.misplaced:
        yield f"{len(standing.misplaced)} whose translation has other places for values"
    if not standing.compiled:
        yield "the compiled file is of another day"
