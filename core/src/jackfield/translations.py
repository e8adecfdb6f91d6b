"""The texts of the core and of connectors in other languages, recognized where they are shown.

    german = for_language("de")
    german.translated("na1.example.com did not answer in time.")

Such texts are English: they travel between processes and are stored as they are, whoever reads them later. So they are
translated at the screen, by recognition: a catalogue in GNU gettext's form holds English texts and what they are in the
other language, with places such as ``{host}`` where a value stands. A package ships its own, beside its modules::

    acme_crm/locale/de/LC_MESSAGES/acme_crm.po      written by whoever translates
    acme_crm/locale/de/LC_MESSAGES/acme_crm.mo      read here

``jackfield messages`` writes both. Nothing here is imported before a text has to be shown in another language.
"""

from __future__ import annotations

import re
from functools import lru_cache
from gettext import GNUTranslations
from importlib.machinery import PathFinder
from importlib.metadata import entry_points
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from jackfield._templates import Template
from jackfield.discovery import GROUP

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from importlib.machinery import ModuleSpec
    from importlib.resources.abc import Traversable

__all__ = [
    "CORE",
    "Translations",
    "catalogues",
    "files_of",
    "folder_of",
    "for_language",
    "package_of",
    "read",
    "texts_in",
]

#: The package whose catalogue comes before those of all connectors.
CORE = "jackfield"
_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_]([a-z0-9]{2,8}))?", re.IGNORECASE)
#: A longer line is no sentence of anybody's; values are looked into so deep: a title inside a sentence.
_LONGEST, _DEEPEST = 4000, 3
_COUNTRY = 2
#: Where one sentence may end and the next one begin, and how many are looked for in one line.
_BETWEEN, _MOST_SENTENCES = re.compile(r"(?<=[.!?/]) "), 8


class Translations:
    """The texts of one language, from catalogues of which an earlier one comes before a later one.

    ``broken`` says of each package whose catalogue cannot be used why not; the others do without it.
    """

    def __init__(
        self, language: str, catalogues: Iterable[Mapping[str, str]] = (), broken: Mapping[str, str] | None = None
    ) -> None:
        self.language = language
        self.broken = dict(broken or {})
        self._texts: dict[str, str] = {}
        learnt: dict[Template, Template] = {}
        for english, translation in (pair for catalogue in catalogues for pair in catalogue.items()):
            template, into = Template.of(english), Template.of(translation)
            if not set(into.places) <= set(template.places):
                continue  # a slip of the translator's
            if not template.places:
                self._texts.setdefault(template.filled({}), into.filled({}))
            elif template.telling:
                learnt.setdefault(template, into)
        self._templates = _by_first_word(learnt) if learnt else {}
        self._remembered = lru_cache(maxsize=2048)(self._translated)

    def translated(self, text: str) -> str:
        """The text in this language, with its values; as it is where it is not known.

        Of several templates that fit, the one with the most letters of its own is taken. A value that is a known text
        is translated, too. A text of several lines is known as a whole or else line by line; a line sentence by
        sentence where all of them are known, each perhaps behind the title of a field and a colon.
        """
        return self._remembered(text) if self._texts or self._templates else text

    def _translated(self, text: str, depth: int = 0) -> str:
        if text not in self._texts and "\n" in text:
            return "\n".join(self._translated(line, depth) for line in text.split("\n"))
        return self._known(text, depth) or self._sentences(text, depth) or text

    def _known(self, text: str, depth: int) -> str | None:
        if text in self._texts:
            return self._texts[text]
        if depth > _DEEPEST or len(text) > _LONGEST:
            return None
        for template, into in self._templates.get(_first_word(text), self._templates.get("", ())):
            values = template.values_in(text)
            if values is not None:
                return into.filled({place: self._value(value, depth + 1) for place, value in values.items()})
        return None

    def _sentences(self, text: str, depth: int) -> str | None:
        """Known texts one after the other: ``API Key: This field is needed. Endpoint: This is not a web address.``."""
        pieces = _BETWEEN.split(text, _MOST_SENTENCES)
        if depth or len(pieces) > _MOST_SENTENCES:
            return None
        said: list[str] = []
        while pieces:
            ends = ((end, self._titled(" ".join(pieces[:end]))) for end in range(len(pieces), 0, -1))
            end, found = next(((end, found) for end, found in ends if found), (0, ""))
            if not end:
                return None
            said.append(found)
            del pieces[:end]
        return " ".join(said)

    def _titled(self, text: str) -> str | None:
        """A known text, perhaps behind a field's title."""
        title, colon, rest = text.partition(": ")
        if not (colon and title in self._texts) and (found := self._known(text, 1)):
            return found
        behind = self._known(rest, 1) if colon else None
        return behind and f"{self._texts.get(title, title)}: {behind}"

    def _value(self, text: str, depth: int) -> str:
        """A title inside a sentence may have been written small."""
        translated, title = self._translated(text, depth), text[:1].upper() + text[1:]
        return self._texts.get(title, translated) if translated == text else translated


def _by_first_word(learnt: Mapping[Template, Template]) -> dict[str, list[tuple[Template, Template]]]:
    """The templates that may fit a text, by its first word, the heaviest first; those with a value there fit any."""
    found: dict[str, list[tuple[Template, Template]]] = {"": []}
    for template, into in learnt.items():
        found.setdefault(_first_word(template.around[0]), []).append((template, into))
    return {word: sorted([*pairs, *(found[""] if word else ())], key=_heaviest) for word, pairs in found.items()}


def _heaviest(pair: tuple[Template, Template]) -> tuple[int, tuple[str, ...], tuple[str, ...]]:
    return -pair[0].weight, pair[0].around, pair[0].places


def _first_word(text: str) -> str:
    """Blank where the text may begin with another one, once what follows it is known."""
    word, blank, _ = text.partition(" ")
    return word if blank else ""


def for_language(language: str, *, allow: Collection[str] | None = None) -> Translations:
    """The translations of the core and of the installed connectors, read once a process.

    ``language`` is named as browsers do (``de``, ``de-at``, which comes before ``de`` then). ``allow`` limits the
    connectors to these ids (None: all), as :func:`jackfield.discover` does. A language that nobody has translated
    anything into gives every text back as it is, and so does English.
    """
    return _for_language(language, None if allow is None else frozenset(allow))


@lru_cache(maxsize=64)
def _for_language(language: str, allow: frozenset[str] | None) -> Translations:
    found, broken = catalogues(language, allow=allow)
    return Translations(language, found, broken)


def catalogues(
    language: str, *, allow: Collection[str] | None = None
) -> tuple[tuple[Mapping[str, str], ...], Mapping[str, str]]:
    """The catalogues of a language, the core's first, and why those of some packages cannot be used; by package."""
    found: list[Mapping[str, str]] = []
    broken: dict[str, str] = {}
    for package in dict.fromkeys(_packages(allow)):
        for folder in _folders(language):
            try:
                found.append(read(package, folder))
            except Exception as failure:  # noqa: BLE001 - a file of somebody else's, whatever it holds
                broken[package] = f"Its texts for {folder} cannot be read ({type(failure).__name__})."
    return tuple(found), broken


def read(package: str, folder: str) -> dict[str, str]:
    """What a package ships for the language of this folder, by the English text; nothing where it ships nothing.

    Raises whatever a file that is no catalogue makes its reader raise. The package is not imported.
    """
    files = files_of(package)
    file = files and files.joinpath("locale", folder, "LC_MESSAGES", f"{package}.mo")
    return texts_in(file) if file and file.is_file() else {}


def texts_in(file: Traversable) -> dict[str, str]:
    """The texts of one catalogue (``.mo``); raises as :func:`read` does."""
    with file.open("rb") as opened:
        return _Catalogue(opened).texts()


class _Catalogue(GNUTranslations):
    _catalog: dict[Any, str]

    def texts(self) -> dict[str, str]:
        """The texts that stand alone: no plurals, no contexts, and not the head."""
        return {text: into for text, into in self._catalog.items() if isinstance(text, str) and text and into}


def package_of(platform_id: str) -> str | None:
    """The package that a connector is, or stands in; None where none of this id is installed, or it has none."""
    modules = (point.module for point in entry_points(group=GROUP, name=platform_id) if _names_a_module(point))
    return next(filter(None, map(_package, modules)), None)


def folder_of(language: str) -> str | None:
    """The folder's name for a language: ``de``, ``pt_BR``, ``zh_Hant``; None for what names no language."""
    named = _LANGUAGE.fullmatch(language)
    if named is None:
        return None
    base, variant = named[1].lower(), named[2] or ""
    variant = variant.upper() if len(variant) == _COUNTRY else variant.title()
    return f"{base}_{variant}" if variant else base


def files_of(package: str) -> Traversable | None:
    """A package's files, without importing it; None where it is not installed or keeps them where none can be read."""
    spec = _spec(package)
    reader_of = getattr(spec and spec.loader, "get_resource_reader", None)
    reader: Any = reader_of(package) if reader_of else None
    return reader.files() if hasattr(reader, "files") else None


def _packages(allow: Collection[str] | None) -> Iterator[str]:
    yield CORE
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        package = _package(point.module) if _names_a_module(point) else None
        if package and (allow is None or point.name in allow):
            yield package


def _folders(language: str) -> tuple[str, ...]:
    folder = folder_of(language) or "en"
    base = folder.partition("_")[0]
    return () if base == "en" else tuple(dict.fromkeys((folder, base)))


def _names_a_module(point: Any) -> bool:
    return point.pattern.match(point.value) is not None


def _package(module: str) -> str | None:
    spec = _spec(module)
    return spec.parent or None if spec else None


def _spec(module: str) -> ModuleSpec | None:
    """As importlib.util.find_spec, which however imports what stands above a module."""
    top, *below = module.split(".")
    try:
        spec = find_spec(top)
        for name in below:
            places = spec.submodule_search_locations if spec else None
            spec = PathFinder.find_spec(f"{spec.name}.{name}", places) if spec and places else None
    except (ImportError, ValueError):
        return None
    return spec
