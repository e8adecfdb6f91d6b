"""A connector that loads: what it declares, looked over without touching any network."""

from __future__ import annotations

from difflib import get_close_matches
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any

from jackfield.cli._diagnosis_broken import functions, hook_names
from jackfield.cli._symptoms import Symptom, warned, well, wrong
from jackfield.discovery import GROUP
from jackfield.errors import JackfieldError
from jackfield.platform import HOOK_API, Capability
from jackfield.settings import deployment_fields, secrets_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jackfield.connector import Connector
    from jackfield.discovery import Description
    from jackfield.simulation import Simulator

_CAPABILITY_HOOKS = {
    Capability.RECORD_LINKS: "record_link",
    Capability.CONTACT_LOOKUP: "find_contacts",
    Capability.SIMULATOR: "simulator",
}
_SECRET_WORDS = ("key", "password", "secret", "token")
_PUBLIC_WORDS = ("public", "id", "endpoint", "url", "link")
_ALIKE = 0.85
_SCENES = ("small_pages", "moving", "endless", "unlimited", "inactive_holder")


def symptoms(connector: Connector) -> Iterator[Symptom]:
    """Everything that can be seen of what the connector declares, in the order in which it is written."""
    yield _entry_point(connector)
    yield _hooks(connector)
    yield _capabilities(connector)
    yield from _settings(connector)
    yield _instructions(connector)
    yield _check(connector)
    yield from _simulator(connector)


def card(description: Description) -> Symptom:
    """Whether the connector ships its report card, and whether that is of this version."""
    remedy = "Run its contract tests with --jackfield-card."
    if description.card is None:
        return warned("report card", "It ships no quality.toml.", remedy)
    if description.contract == "stale":
        tested = description.card.get("connector")
        message = f"It is of version {tested}, this is {description.version}."
        return warned("report card", message, remedy)
    failed = description.card["clauses"]["failed"]
    if failed:
        return wrong(
            "report card", f"{failed} clauses of the contract are broken.", "Run its contract tests and mend them."
        )
    return well(
        "report card", f"{description.contract} clauses, tested on {description.card.get('date', 'an unknown day')}."
    )


def _entry_point(connector: Connector) -> Symptom:
    module = next((point.value for point in entry_points(group=GROUP, name=connector.id)), "?")
    if not connector.version:
        message = f"{module} belongs to no distribution that tells its version."
        return wrong("entry point", message, "Give the distribution a version in pyproject.toml.")
    return well("entry point", f"{module}, version {connector.version}, hook API {HOOK_API}.")


def _hooks(connector: Connector) -> Symptom:
    own = functions(connector.id)
    there = [name for name in hook_names() if connector.implements(name)]
    for name, marked in own.items():
        missing = [hook for hook in hook_names() if hook not in there]
        if not marked and name in missing:
            return wrong("hooks", f"The function {name} is not marked as a hook.", "Mark it with @hookimpl.")
        if not marked and (meant := get_close_matches(name, missing, n=1, cutoff=_ALIKE)):
            message = f"The function {name} is no hook. Did you mean {meant[0]}?"
            return warned("hooks", message, "Call it so and mark it with @hookimpl, or begin its name with _.")
    return well("hooks", f"{', '.join(there)}.")


def _capabilities(connector: Connector) -> Symptom:
    declared = connector.platform.capabilities
    for capability, hook in _CAPABILITY_HOOKS.items():
        if capability in declared and not connector.implements(hook):
            message = f"{capability} is declared, but there is no hook {hook}."
            return wrong("capabilities", message, f"Write {hook}(), or take the capability out of platform().")
        if capability not in declared and connector.implements(hook):
            message = f"There is a hook {hook}, but {capability} is not declared."
            return wrong("capabilities", message, f"Add Capability.{capability.name} in platform().")
    return well("capabilities", f"{', '.join(sorted(declared)) or 'none'}.")


def _settings(connector: Connector) -> Iterator[Symptom]:
    fields: dict[str, Any] = dict(connector.settings_class.model_fields)
    seen = False
    for name, field in fields.items():
        lacking = [word for word, told in _told(field).items() if not told]
        if lacking:
            seen = True
            remedy = "Declare it by setting(title, help=..., example=...)."
            yield wrong("settings", f"The field {name} lacks its {' and '.join(lacking)}.", remedy)
    for name in _open_secrets(connector, fields):
        seen = True
        yield warned(
            "settings", f"The field {name} sounds secret, but everybody may see it.", "Give it the type Secret."
        )
    example = _example(connector)
    if example or not seen:
        others = deployment_fields(connector.settings_class)
        apart = f" and {len(others)} set by the deployment" if others else ""
        yield example or well(
            "settings", f"{len(fields) - len(others)} fields on the form{apart}; the example is read."
        )


def _told(field: Any) -> dict[str, Any]:
    return {"title": field.title, "help": field.description, "example": field.examples}


def _open_secrets(connector: Connector, fields: dict[str, Any]) -> list[str]:
    kinds = {name: spec["x-jackfield"]["kind"] for name, spec in connector.schema()["properties"].items()}
    plain = [name for name in fields if kinds.get(name, "secret") != "secret"]
    return [
        name
        for name in plain
        if any(word in name.lower() for word in _SECRET_WORDS)
        and not any(word in name.lower().split("_") for word in _PUBLIC_WORDS)
    ]


def _example(connector: Connector) -> Symptom | None:
    """What is wrong with the example, or nothing."""
    remedy = "Give every field an example that its own validation takes."
    try:
        example = connector.settings_class.example()
        values = {name: _plain(value) for name, value in example if value is not None}
        again = connector.parse(values)
    except JackfieldError as refused:
        fields = ", ".join(problem.field or "settings" for problem in refused.problems) or "settings"
        return wrong("settings", f"The example is refused at {fields}: {refused.message}", remedy)
    except Exception as failure:  # noqa: BLE001 - validators are the connector's own code
        return wrong("settings", f"The example cannot be read ({type(failure).__name__}).", remedy)
    shown = f"{again.settings!r} {again.settings}"
    if any(secret in shown for secret in secrets_of(again.settings)):
        return wrong("settings", "To print the settings shows a secret.", "Leave __repr__ and __str__ as they are.")
    return None


def _plain(value: Any) -> str:
    return str(value.get_secret_value() if hasattr(value, "get_secret_value") else value)


def _instructions(connector: Connector) -> Symptom:
    platform = connector.platform
    if not platform.instructions.strip():
        message = "An admin finds nothing beside the form."
        return wrong(
            "instructions", message, "Say in platform(instructions=...) where in the CRM the values are found."
        )
    if not platform.docs_url.startswith("https://"):
        return warned("instructions", "There is no link to the vendor's own page.", "Give platform() a docs_url.")
    return well("instructions", f"{len(platform.instructions.split())} words, and the vendor's own page.")


def _check(connector: Connector) -> Symptom:
    steps = connector.steps()
    ids = [step.id for step in steps]
    if not steps:
        return wrong("systems check", "It has no steps.", "Let systems_check() give at least one that signs in.")
    if len(set(ids)) != len(ids):
        return wrong("systems check", "Two of its steps have one id.", "Give each step an id of its own.")
    return well("systems check", f"{', '.join(ids)}.")


def _simulator(connector: Connector) -> Iterator[Symptom]:
    simulator = connector.simulator()
    if simulator is None:
        message = "There is none, so most clauses of the contract cannot be tested."
        yield warned("simulator", message, "jackfield.simkit makes one out of data and routes.")
        return
    lacking = [scene for scene in _SCENES if scene not in simulator.scenes]
    lacking += [name for name in ("truth", "lookups", "account") if not getattr(simulator, name)]
    if "lookups" in lacking and Capability.CONTACT_LOOKUP not in connector.platform.capabilities:
        lacking.remove("lookups")
    yield _led(connector, simulator) or (
        warned(
            "simulator",
            f"It tells nothing of: {', '.join(lacking)}.",
            "Clauses that need it are skipped; see Simulator.",
        )
        if lacking
        else well(
            "simulator",
            f"{len(simulator.faults)} faults, {len(simulator.knobs)} knobs, {len(simulator.scenes)} scenes.",
        )
    )


def _led(connector: Connector, simulator: Simulator) -> Symptom | None:
    """What is wrong with the settings that lead to the simulator, or nothing."""
    try:
        connector.parse(simulator.settings("http://127.0.0.1:8010", simulator.options()))
    except JackfieldError as refused:
        return wrong(
            "simulator", f"Its own settings are refused: {refused.message}", "Mend settings= of the Simulator."
        )
    return None
