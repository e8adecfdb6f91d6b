"""A page for each connector that is installed, from what it declares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sphinx.util.logging import getLogger

from jackfield.discovery import discover
from jackfield_docs.markdown import code, sentence, table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from jackfield.connector import Connector
    from jackfield.discovery import Description
    from jackfield.simulation import Simulator


def write(folder: Path) -> None:
    """Write the pages anew where they have changed, and take away those of connectors that are gone."""
    pages = dict(_pages())
    for stale in folder.glob("*.md"):
        if stale.stem not in {"index", *pages}:
            stale.unlink()
    for name, text in pages.items():
        page = folder / f"{name}.md"
        if not page.exists() or page.read_text("utf-8") != text:
            page.write_text(text, "utf-8")


def _pages() -> Iterator[tuple[str, str]]:
    connectors = discover()
    for description in connectors.descriptions():
        if description.state == "ready":
            yield description.id, page(connectors[description.id], description)
        else:
            getLogger(__name__).warning("%s has no page, because it is broken: %s", description.id, description.reason)


def page(connector: Connector, description: Description) -> str:
    """The reference page of one connector."""
    platform = connector.platform
    sections = {
        "How to fill in the form": platform.instructions.strip(),
        "Settings": _settings(connector.schema()),
        "Systems check": _steps(connector),
        "Limits it keeps to": _limits(connector),
        "Report card": _card(getattr(description, "card", None)),
        "Simulator": _simulator(connector.simulator()),
    }
    head = f"# {platform.title}\n\n{_facts(connector)}"
    return "\n\n".join([head, *(f"## {title}\n\n{text}" for title, text in sections.items() if text)]) + "\n"


def _facts(connector: Connector) -> str:
    platform = connector.platform
    can = ", ".join(sorted(name.replace("_", " ") for name in platform.capabilities))
    rows = [
        ("Platform id", code(platform.id)),
        ("Connector version", connector.version),
        ("Beyond check and import", can or "nothing"),
        ("Hook API", str(platform.hook_api)),
        ("Media type asked for", code(getattr(platform, "accept", "application/json"))),
        ("The vendor's documentation", f"<{platform.docs_url}>"),
    ]
    return "\n".join(f"- {name}: {value}" for name, value in rows)


def _settings(schema: dict[str, Any]) -> str:
    required = schema.get("required", [])
    form = [_field(name, spec, needed=name in required) for name, spec in schema["properties"].items()]
    return "\n\n".join([*form, _deployment(schema.get("x-jackfield", {}).get("deployment", []))])


def _field(name: str, spec: dict[str, Any], *, needed: bool) -> str:
    kind = spec["x-jackfield"]["kind"].replace("_", " ")
    example = next(iter(spec.get("examples", [])), "")
    facts = f"{code(name)}, {kind}, {'required' if needed else 'may be left blank'}. Example: {code(example)}"
    return f"**{spec.get('title', name)}**\n: {spec.get('description', '')}\n\n  {facts}"


def _deployment(fields: list[dict[str, Any]]) -> str:
    rows = [(f"**{each['title']}**", code(each["name"]), each["help"]) for each in fields]
    lead = "Set once by the operator of the deployment, and never on the form:\n\n"
    return lead + table(("Label", "Name", "Help"), rows) if rows else ""


def _steps(connector: Connector) -> str:
    rows = [
        (
            code(step.id),
            step.title,
            "yes" if step.required else f"no: {step.feature}",
            getattr(step, "permission", None) or "",
        )
        for step in connector.steps()
    ]
    return table(("Step", "Title", "Required", "Right that it proves"), rows)


def _limits(connector: Connector) -> str:
    rows = [
        (f"{limit.amount} requests in {limit.window:g} s", str(limit.scope)) for limit in connector.call("limits") or ()
    ]
    return table(("At most", "Shared by"), rows)


def _card(card: Any) -> str:
    if not card:
        return ""
    results = card["clauses"]["results"]
    recordings = card.get("recordings", {})
    lead = (
        f"Version {card['connector']}, tested on {card['date']}: {card['clauses']['passed']} clauses of "
        f"[the contract](../contract.md) passed, {card['clauses']['skipped']} skipped, {card['clauses']['failed']} "
        f"failed. {card['faults']['explained']} of {card['faults']['total']} faults end in the promised error. "
        f"{recordings.get('count', 0)} recordings, made from the {recordings.get('source', 'simulator')}"
    )
    return f"{lead}.\n\n" + table(("Clause", "Result"), ((name, result) for name, result in results.items()))


def _simulator(simulator: Simulator | None) -> str:
    if simulator is None:
        return ""
    knobs = [
        (code(knob.name), sentence(knob.title), code(knob.default), knob.takes()) for knob in simulator.knobs.values()
    ]
    faults = [(code(fault.name), fault.title, ", ".join(map(code, fault.codes))) for fault in simulator.faults.values()]
    left_out = [f"- {code(name)} is left out: {reason}" for name, reason in simulator.left_out.items()]
    scenes = ", ".join(map(code, getattr(simulator, "scenes", {})))
    return "\n\n".join(
        [
            "### Knobs",
            table(("Knob", "Title", "Default", "Takes"), knobs),
            *([f"Scenes for the contract suite: {scenes}."] if scenes else []),
            "### Faults",
            table(("Fault", "What the CRM does", "Ends with one of"), faults),
            *left_out,
        ]
    )
