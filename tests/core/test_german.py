"""The German of the core and of both connectors: whole, in step with the sources, and of one voice."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from jackfield._templates import Template
from jackfield.messages import Catalogue, catalogue_of, messages_of
from jackfield.translations import for_language

ROOT = Path(__file__).parents[2]
PACKAGES = {
    "jackfield": ROOT / "core" / "src" / "jackfield",
    "jackfield_connectwise": ROOT / "plugins" / "connectwise" / "src" / "jackfield_connectwise",
    "jackfield_insightly": ROOT / "plugins" / "insightly" / "src" / "jackfield_insightly",
}
#: Words of a vendor's screen, and brands: their German is the same.
UNCHANGED = re.compile(r"^[A-Z][\w &>:-]*$")


def german(package: str) -> Catalogue:
    return catalogue_of(PACKAGES[package], package, "de")


@pytest.mark.parametrize("package", PACKAGES)
def test_every_text_is_translated(package: str) -> None:
    """The catalogue has all that the sources say and nothing else, with the same places, and compiled as it stands."""
    standing = german(package).standing(messages_of(PACKAGES[package]))
    assert (standing.missing, standing.left_over, standing.misplaced) == ((), (), ())
    assert standing.compiled, "run: jackfield messages"


def test_nothing_is_said_in_two_ways() -> None:
    """Catalogues are read together, so one English text has one German text."""
    texts: dict[str, set[str]] = {}
    for package in PACKAGES:
        for english, translation in german(package).translations().items():
            texts.setdefault(english, set()).add(translation)
    assert {english: said for english, said in texts.items() if len(said) > 1} == {}


def test_every_text_with_values_is_recognized_as_itself() -> None:
    """Filled with values, each is said by its own translation and by no other's; the values are in it."""
    for package in PACKAGES:
        for english, translation in german(package).translations().items():
            template = Template.of(english)
            values = {place: f"<{place} 555>" for place in template.places}
            if template.telling:
                assert for_language("de").translated(template.filled(values)) == Template.of(translation).filled(values)


@pytest.mark.parametrize("package", PACKAGES)
def test_reader_is_addressed_formally(package: str) -> None:
    """Sie, not du; German quotation marks; and what stays English are words of a vendor's screen."""
    for english, translation in german(package).translations().items():
        assert not re.search(
            r"\b([Dd]u|[Dd]ein(e[rmns]?)?|[Dd]ir|[Dd]ich)\b|[”\"']", translation.replace('="{name}"', "")
        ), english
        assert english != translation or UNCHANGED.match(english), english


def test_instructions_have_the_same_parts() -> None:
    """Each item of a connector's instructions, and each label of the vendor's screen, is there in German, too."""
    for package in ("jackfield_connectwise", "jackfield_insightly"):
        english, translation = next(pair for pair in german(package).translations().items() if "\n1. " in pair[0])
        assert re.findall(r"(?m)^\d\.", english) == re.findall(r"(?m)^\d\.", translation)
        assert _labels(english) <= _labels(translation)


def _labels(instructions: str) -> set[str]:
    bold = (" ".join(part.split()) for part in re.findall(r"\*\*([^*]+)\*\*", instructions))
    return {label for label in bold if not label.startswith("API member")}


def test_installed_catalogues_are_read_together() -> None:
    """Whatever is installed is found, and none is broken."""
    found = for_language("de")
    assert found.broken == {}
    assert found.translated("Reach Insightly") == "Insightly erreichen"
    assert found.translated("Not run, because the step “Reach Insightly” failed.") == (
        "Nicht ausgeführt, weil der Schritt „Insightly erreichen“ fehlgeschlagen ist."
    )
