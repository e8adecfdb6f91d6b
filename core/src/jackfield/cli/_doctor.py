"""``jackfield doctor``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from jackfield.cli._given import JSON  # noqa: TC001 - Cyclopts reads the hints
from jackfield.cli._output import printable, say, say_json
from jackfield.cli._symptoms import State, Symptom
from jackfield.cli.connectors import known
from jackfield.discovery import Connectors, discover
from jackfield.errors import JackfieldError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jackfield.discovery import Description


def doctor(
    platform: Annotated[
        str | None, Parameter(help="The platform's id; without it, every installed connector is looked at.")
    ] = None,
    /,
    *,
    cassettes: Annotated[
        Path | None, Parameter(help="The folder of the connector's tapes; the project's own unless given.")
    ] = None,
    json: JSON = False,
) -> int:
    """Look a connector over and say what its author should mend.

    Entry point, hooks, settings, instructions, simulator, tapes, translations and report card. The exit status is 1
    where there is a problem; a warning is worth a look.
    """
    connectors = discover()
    found: dict[str, list[Symptom]] = {}
    if platform is None or platform not in connectors:
        found = {name: list(symptoms) for name, symptoms in _strays()}
    if platform is not None and platform not in found:
        known(connectors, platform)
        found = {}
    for description in _described(connectors, platform):
        found[description.id] = list(_examined(connectors, description, cassettes))
    if json:
        say_json([_row(name, symptoms) for name, symptoms in found.items()])
    else:
        say("\n".join(_lines(found)) or "No CRM platform is installed. Install a connector with pip, then look again.")
    return int(any(symptom.state is State.PROBLEM for symptoms in found.values() for symptom in symptoms))


def _described(connectors: Connectors, platform: str | None) -> list[Description]:
    if platform is None:
        return list(connectors.descriptions())
    return [found for found in connectors.descriptions() if found.id == platform] if platform in connectors else []


def _strays() -> Iterator[tuple[str, list[Symptom]]]:
    from jackfield.cli._diagnosis_broken import strays

    return ((name, [symptom]) for name, symptom in strays())


def _examined(connectors: Connectors, description: Description, cassettes: Path | None) -> Iterator[Symptom]:
    from jackfield.cli import _diagnosis, _diagnosis_broken, _diagnosis_tapes, _diagnosis_texts

    if description.state != "ready":
        yield _diagnosis_broken.symptom(description)
        return
    try:
        connector = connectors[description.id]
        yield from _diagnosis.symptoms(connector)
        yield from _diagnosis_tapes.symptoms(connector, cassettes or _folder(description.id))
        yield from _diagnosis_texts.symptoms(description.id)
    except JackfieldError as failure:  # it is well in one process and not in the next
        detail = f" ({failure.detail})" if failure.detail else ""
        yield Symptom(
            State.PROBLEM, "connector", f"{failure.message}{detail}", "Look at what it does when it is loaded."
        )
    yield _diagnosis.card(description)


def _folder(platform: str) -> Path:
    from jackfield.cli._extra import testing_installed

    with testing_installed():
        from jackfield.testing.tapes import cassette_folder
    return cassette_folder(platform, Path.cwd())


def _row(name: str, symptoms: list[Symptom]) -> dict[str, Any]:
    well = all(symptom.state is not State.PROBLEM for symptom in symptoms)
    return {"platform": name, "ok": well, "findings": [symptom.as_dict() for symptom in symptoms]}


def _lines(found: dict[str, list[Symptom]]) -> Iterator[str]:
    for name, symptoms in found.items():
        yield printable(name)
        width = max(len(symptom.about) for symptom in symptoms)
        for symptom in symptoms:
            yield printable(f"  {symptom.state:<7}  {symptom.about:<{width}}  {symptom.message}")
            if symptom.remedy:
                yield printable(f"{' ' * (width + 13)}What to do: {symptom.remedy}")
