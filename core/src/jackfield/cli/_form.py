"""``jackfield form``."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path  # noqa: TC003 - Cyclopts reads the hints
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from jackfield.cli._given import JSON, Platform  # noqa: TC001 - the same
from jackfield.cli._output import printable, say, say_json
from jackfield.cli.connectors import connector_named
from jackfield.cli.errors import CommandError
from jackfield.settings import deployment_variable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jackfield.connector import Connector

_KINDS = {
    "secret": "secret",
    "base_url": "web address",
    "web_root": "web address",
    "text": "text",
    "choice": "choice",
}


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field as the form shows it; ``variable`` is where the deployment sets it, None for one on the form."""

    name: str
    label: str
    kind: str
    required: bool
    help: str
    example: str = ""
    default: str = ""
    choices: tuple[str, ...] = ()
    variable: str | None = None


def form(
    platform: Platform,
    /,
    *,
    html: Annotated[Path | None, Parameter(help="Write the preview as a web page to this file.")] = None,
    json: JSON = False,
) -> None:
    """Show the connection form of a platform as an admin will see it.

    Fields that the deployment sets are listed apart: they are on no form.
    """
    connector = connector_named(platform)
    fields, others = list(_fields(connector)), list(_deployment(connector))
    if html is not None:
        _write(html, _page(connector, fields, others))
    if json:
        told = {"fields": list(map(asdict, fields)), "deployment": list(map(asdict, others))}
        say_json({"title": connector.platform.title, **told, "instructions": connector.platform.instructions})
    elif html is not None:
        say(printable(f"The form of {connector.platform.title} is shown in {html}."))
    else:
        say("\n".join(printable(line) for line in _lines(connector, fields, others)))


def _fields(connector: Connector) -> Iterator[Field]:
    schema = connector.schema()
    for name, declared in schema["properties"].items():
        spec = {**schema.get("$defs", {}).get(str(declared.get("$ref", "")).rpartition("/")[2], {}), **declared}
        yield Field(
            name=name,
            label=str(spec.get("title", name)),
            kind=_KINDS.get(spec["x-jackfield"]["kind"], "text"),
            required=name in schema.get("required", ()),
            help=str(spec.get("description", "")),
            example=str(next(iter(spec.get("examples", ())), "")),
            default=str(spec.get("default", "")),
            choices=tuple(map(str, spec.get("enum", ()))),
        )


def _deployment(connector: Connector) -> Iterator[Field]:
    for field in connector.schema().get("x-jackfield", {}).get("deployment", ()):
        yield Field(
            name=field["name"],
            label=str(field["title"] or field["name"]),
            kind="secret" if field["secret"] else "text",
            required=field["required"],
            help=str(field["help"] or ""),
            variable=deployment_variable(connector.id, field["name"]),
        )


def _lines(connector: Connector, fields: list[Field], others: list[Field]) -> Iterator[str]:
    yield f"{connector.platform.title}: what an admin is asked for"
    for place, field in enumerate(fields, start=1):
        yield ""
        yield f"{place}. {field.label} ({field.kind}, {'required' if field.required else 'may be left blank'})"
        yield from (f"   {line}" for line in _remarks(field))
    if others:
        yield ""
        yield "Set by the deployment, on no form:"
    for field in others:
        yield f"   {field.label} ({field.kind}{', required' if field.required else ''}), in {field.variable}"
        yield from (f"      {line}" for line in _remarks(field))
    yield ""
    yield "Beside the form:"
    yield from (f"   {line}".rstrip() for line in (connector.platform.instructions.strip() or "-").splitlines())


def _remarks(field: Field) -> Iterator[str]:
    if field.help:
        yield field.help
    if field.choices:
        yield f"One of: {', '.join(field.choices)}"
    if field.example:
        yield f"Example: {field.example}"
    if field.default:
        yield f"Unless filled in: {field.default}"


def _page(connector: Connector, fields: list[Field], others: list[Field]) -> str:
    from jinja2 import Environment, PackageLoader

    drawn = Environment(
        loader=PackageLoader("jackfield.cli", ""), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    return drawn.get_template("_form.html").render(
        platform=connector.platform, fields=fields, others=others, instructions=_drawn(connector.platform.instructions)
    )


def _drawn(markdown: str) -> Any:
    """The instructions as HTML under a heading; what HTML they hold is text, and nothing is loaded from anywhere."""
    from markdown_it import MarkdownIt
    from markupsafe import Markup

    reader = MarkdownIt("commonmark", {"html": False}).disable("image")
    tokens = reader.parse(markdown)
    for token in tokens:
        if token.type.startswith("heading"):
            token.tag = "h3"
    return Markup(reader.renderer.render(tokens, reader.options, {}))  # noqa: S704 - the reader escapes HTML


def _write(path: Path, page: str) -> None:
    try:
        path.write_text(page, "utf-8")
    except OSError as failure:
        raise CommandError(f"The page cannot be written: {failure.strerror}.", "Choose another file.") from None
