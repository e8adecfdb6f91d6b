"""A package's catalogue in one language: the file that people write (``.po``) and the one that is read (``.mo``)."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Final

from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po, write_po

from jackfield._templates import Template
from jackfield.translations import texts_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from jackfield.messages.extracting import Message

__all__ = ["Catalogue", "Standing", "UnreadableError", "catalogue_of", "languages_of"]

_WIDTH: Final = 110


#: What a reader needs; dates and tools would change with every writing.
_HEADERS: Final = {"Language", "Plural-Forms", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"}


class _Catalogue(Catalog):
    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [(name, value) for name, value in super().mime_headers if name in _HEADERS]


class UnreadableError(Exception):
    """The file that people write is none that Babel can read; the text says which and where."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a catalogue stands to what its package says; good where all of these are empty and it is ``compiled``.

    ``missing`` are texts without a translation, ``left_over`` those that nobody says any more, ``misplaced`` those
    whose translation has other places for values.
    """

    missing: tuple[str, ...]
    left_over: tuple[str, ...]
    misplaced: tuple[str, ...]
    compiled: bool

    @property
    def good(self) -> bool:
        """Whether every text has its translation, and the file that is read holds it."""
        return self.compiled and not (self.missing or self.left_over or self.misplaced)


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """The two files of one language; they need not be there yet."""

    package: str
    folder: str
    written: Path

    @property
    def compiled(self) -> Path:
        """The file that is read where texts are shown."""
        return self.written.with_suffix(".mo")

    def translations(self) -> dict[str, str]:
        """The translations as they were written, by the English text; those that are marked as unsure left out.

        Raises UnreadableError, as all that follows.
        """
        return {str(each.id): str(each.string) for each in self._read() if each.id and each.string and not each.fuzzy}

    def standing(self, messages: Sequence[Message]) -> Standing:
        """How it stands to the texts of the package as they are now."""
        written = self.translations()
        said = {message.text: message for message in messages}
        both = [text for text in said if text in written]
        return Standing(
            missing=tuple(text for text in said if text not in written),
            left_over=tuple(text for text in written if text not in said),
            misplaced=tuple(text for text in both if said[text].places != frozenset(Template.of(written[text]).places)),
            compiled=self._compiled_texts() == written,
        )

    def update(self, messages: Iterable[Message]) -> None:
        """Write both files anew: with every text there is now, and the translations that there are for these."""
        before = self._read()
        catalogue = _Catalogue(self.folder, header_comment=before.header_comment, fuzzy=False)
        for message in messages:
            places = [(module, 0) for module in message.modules]
            known = before.get(message.text)
            if known is None:
                catalogue.add(message.text, locations=places)
            else:
                comments = known.user_comments
                catalogue.add(message.text, known.string, places, flags=known.flags, user_comments=comments)
        self.written.parent.mkdir(parents=True, exist_ok=True)
        written, compiled = BytesIO(), BytesIO()
        write_po(written, catalogue, width=_WIDTH, include_lineno=False)
        write_mo(compiled, catalogue)
        self.written.write_bytes(written.getvalue())
        self.compiled.write_bytes(compiled.getvalue())

    def _read(self) -> Catalog:
        if not self.written.is_file():
            return Catalog(self.folder, header_comment=f"# Texts of {self.package}.")
        try:
            with self.written.open("rb") as opened:
                return read_po(opened, locale=self.folder, abort_invalid=True)
        except (PoFileError, ValueError) as failure:
            raise UnreadableError(f"{self.written} cannot be read: {failure}") from None

    def _compiled_texts(self) -> dict[str, str] | None:
        try:
            return texts_in(self.compiled)
        except Exception:  # noqa: BLE001 - whatever the file holds, or whether it is there
            return None


def catalogue_of(files: Path, package: str, folder: str) -> Catalogue:
    """The catalogue of the package whose modules lie in ``files``, for a language by its folder's name."""
    return Catalogue(
        package=package, folder=folder, written=files / "locale" / folder / "LC_MESSAGES" / f"{package}.po"
    )


def languages_of(files: Path, package: str) -> tuple[str, ...]:
    """The folders of the languages that the package has a catalogue for."""
    return tuple(sorted({file.parts[-3] for file in files.glob(f"locale/*/LC_MESSAGES/{package}.[mp]o")}))
