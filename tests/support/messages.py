"""The portal's texts and their translations: ``make messages`` brings the catalogues up to date with the sources.

Python is read by its own parser, which finds texts inside f-strings, too; a template by Babel, once Django has turned
it into what reads like Python. Babel writes and compiles. No program of gettext is needed.
"""

from __future__ import annotations

import ast
import io
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

if TYPE_CHECKING:
    from collections.abc import Iterator

PORTAL: Final = Path(__file__).parents[2] / "portal" / "src" / "jackfield_portal"
#: What marks a text in Python, and how many texts it takes: a singular alone, or its plural, too.
_MARKS: Final = {"_": 1, "gettext": 1, "gettext_lazy": 1, "said": 1, "ngettext": 2, "ngettext_lazy": 2}
#: The same for what Django makes of a template.
_KEYWORDS: Final = {"_": None, "gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}


#: What a reader of a catalogue needs; dates and tools would change with every writing.
_HEADERS: Final = {"Language", "Plural-Forms", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"}


class _Catalogue(Catalog):
    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [(name, value) for name, value in super().mime_headers if name in _HEADERS]


def catalogues() -> list[Path]:
    """The .po files, one for each language but English."""
    return sorted(PORTAL.glob("locale/*/LC_MESSAGES/django.po"))


@cache
def extracted() -> Catalog:
    """Every text of the portal's sources, without translations."""
    catalog = Catalog(charset="utf-8")
    for file in sorted(PORTAL.rglob("*")):
        place = str(file.relative_to(PORTAL))
        for line, message, context in _texts(file):
            catalog.add(message, None, [(place, line)], context=context)
    return catalog


def read(file: Path) -> Catalog:
    """A language's texts."""
    with file.open("rb") as stream:
        found = read_po(stream, locale=file.parts[-3])
    catalog = _Catalogue(locale=found.locale, header_comment=found.header_comment, charset="utf-8", fuzzy=False)
    for message in found:
        if message.id:
            catalog[message.id] = message
    return catalog


def compiled(catalog: Catalog) -> bytes:
    """The .mo file of a catalogue."""
    stream = io.BytesIO()
    write_mo(stream, catalog)
    return stream.getvalue()


def written(catalog: Catalog) -> bytes:
    """The .po file of a catalogue; without line numbers, which would change with every other change."""
    stream = io.BytesIO()
    write_po(stream, catalog, width=120, include_lineno=False, ignore_obsolete=True)
    return stream.getvalue()


def bring_up_to_date(file: Path) -> int:
    """Add what is new in the sources, drop what has gone, compile; how many texts have no translation yet."""
    catalog = read(file)
    catalog.update(extracted(), no_fuzzy_matching=True, update_creation_date=False)
    file.write_bytes(written(catalog))
    file.with_suffix(".mo").write_bytes(compiled(catalog))
    return sum(1 for message in catalog if message.id and not _whole(message.string))


def _whole(translation: object) -> bool:
    return all(translation) if isinstance(translation, tuple) else bool(translation)


def _texts(file: Path) -> Iterator[tuple[int, str | tuple[str, ...], str | None]]:
    if file.suffix == ".py" and "migrations" not in file.parts:
        yield from _of_python(file.read_text(encoding="utf-8"))
    elif "templates" in file.parts and file.suffix == ".html":
        yield from _of_template(file.read_text(encoding="utf-8"), file.name)


def _of_python(source: str) -> Iterator[tuple[int, str | tuple[str, ...], None]]:
    found = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call) and node.args)
    for call in sorted(found, key=lambda node: (node.lineno, node.col_offset)):
        wanted = _MARKS.get(call.func.id, 0) if isinstance(call.func, ast.Name) else 0
        texts = tuple(arg.value for arg in call.args[:wanted] if isinstance(arg, ast.Constant))
        if wanted and len(texts) == wanted:
            yield call.lineno, texts[0] if wanted == 1 else texts, None


def _of_template(template: str, name: str) -> Iterator[tuple[int, str | tuple[str, ...], str | None]]:
    source = io.BytesIO(_as_python(template, name).encode())
    for line, message, _comments, context in extract("python", source, keywords=_KEYWORDS):
        yield line, message, context


def _as_python(template: str, name: str) -> str:
    """A template's texts as calls of gettext, each in its line; the rest is made unreadable, its indents too."""
    from django.utils.translation.template import templatize

    return "\n".join(line.strip() for line in templatize(template, origin=name).splitlines())


def main() -> None:
    """Bring every catalogue up to date."""
    for file in catalogues():
        print(f"{file.parts[-3]}: {bring_up_to_date(file)} texts have no translation")  # noqa: T201 - it is a command


if __name__ == "__main__":
    main()
