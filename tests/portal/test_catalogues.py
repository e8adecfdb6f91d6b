"""The catalogues of the portal's texts: whole, in step with the sources, and compiled."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.conf import settings

from tests.support import messages

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from babel.messages.catalog import Message

CATALOGUES = messages.catalogues()
ALL = pytest.mark.parametrize("file", CATALOGUES, ids=[file.parts[-3] for file in CATALOGUES])
_VALUE = re.compile(r"%(?:\(\w+\))?[-+ #0-9.]*[a-zA-Z%]")
_TAG = re.compile(r"</?\w+")


def texts(file: Path) -> Iterator[Message]:
    return (message for message in messages.read(file) if message.id)


def pairs(message: Message) -> Iterator[tuple[str, str]]:
    """Each translated form beside the English one of its kind."""
    if isinstance(message.id, str):
        yield message.id, message.string
        return
    one, many = message.id
    for place, form in enumerate(message.string):
        yield (many if place else one), form


def test_every_language_has_a_catalogue() -> None:
    """Each language that can be chosen, but for English, has a catalogue, and each catalogue can be chosen."""
    assert {file.parts[-3] for file in CATALOGUES} == set(dict(settings.LANGUAGES)) - {"en"}


@ALL
def test_catalogue_holds_the_sources_texts(file: Path) -> None:
    """Nothing is new in the sources, and nothing has gone from them; else `make messages` was forgotten."""
    wanted = {(message.context, message.id) for message in messages.extracted() if message.id}
    assert {(message.context, message.id) for message in texts(file)} == wanted
    assert len(wanted) > 1000


@ALL
def test_catalogue_is_as_make_messages_writes_it(file: Path, tmp_path: Path) -> None:
    """Written again, both files stay as they are: the .mo holds what the .po says."""
    copy = tmp_path / file.parts[-3] / "LC_MESSAGES" / file.name
    copy.parent.mkdir(parents=True)
    copy.write_bytes(file.read_bytes())
    assert messages.bring_up_to_date(copy) == 0
    assert (copy.read_bytes(), copy.with_suffix(".mo").read_bytes()) == (
        file.read_bytes(),
        file.with_suffix(".mo").read_bytes(),
    )


@ALL
def test_every_text_is_translated(file: Path) -> None:
    """No form of a text is empty, none is a guess, and each plural has as many forms as the language."""
    forms = messages.read(file).num_plurals
    for message in texts(file):
        assert not message.fuzzy, message.id
        assert all(translated.strip() for _english, translated in pairs(message)), message.id
        assert isinstance(message.id, str) or len(message.string) == forms, message.id


@ALL
def test_translation_has_the_values_of_its_text(file: Path) -> None:
    """The values and the marks of HTML in a text are those of its translation, and so are the blanks around it."""
    for message in texts(file):
        for english, translated in pairs(message):
            for pattern in (_VALUE, _TAG):
                assert sorted(pattern.findall(english)) == sorted(pattern.findall(translated)), english
            assert (english[0].isspace(), english[-1].isspace()) == (translated[0].isspace(), translated[-1].isspace())


def test_texts_are_found_wherever_they_stand() -> None:
    """Python's f-strings, constants in templates, plurals of both and what is stored are read."""
    found = {message.id if isinstance(message.id, str) else message.id[0] for message in messages.extracted()}
    assert {
        "A recovery code works all the same.",
        "Token",
        "%(n)d agent mapped.",
        "%(number)s user",
        "The check was interrupted.",
    } <= found
