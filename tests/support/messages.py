"""The portal's texts and their translations: ``make messages`` brings the catalogues up to date with the sources.

Babel reads Python and compiles; Django turns a template into what reads like Python. No program of gettext is needed.
"""

from __future__ import annotations

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
_KEYWORDS: Final = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


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
        for line, message, comments, context in _texts(file):
            catalog.add(message, None, [(place, line)], auto_comments=comments, context=context)
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


def _texts(file: Path) -> Iterator[tuple[int, object, list[str], str | None]]:
    if file.suffix == ".py" and "migrations" not in file.parts:
        source = file.read_bytes()
    elif "templates" in file.parts and file.suffix in {".html", ".txt"}:
        source = _as_python(file.read_text(encoding="utf-8"), file.name).encode()
    else:
        return
    yield from extract("python", io.BytesIO(source), keywords=_KEYWORDS, comment_tags=("Translators:",))


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
