"""Texts of the core and of connectors in another language: recognized where they are shown."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from jackfield.translations import Translations, folder_of, for_language

if TYPE_CHECKING:
    from collections.abc import Mapping

TABLE = {
    "Endpoint": "Endpunkt",
    "{host} did not answer in time.": "{host} hat nicht rechtzeitig geantwortet.",
    "Signed in as {who}.": "Angemeldet als {who}.",
    "Signed in as {who} of the account {account}.": "Angemeldet im Konto {account} als {who}.",
    "Enter the {title} again.": "Geben Sie {title} noch einmal ein.",
    "{left} of {all} requests are left.": "Noch {left} von {all} Anfragen.",
    "Write {{name}} in braces.": "Schreiben Sie {{name}} in Klammern.",
    "Look up contacts": "Kontakte nachschlagen",
    "to {what}": "um zu {what}",
    "{one} and {one} are the same {one}.": "{one} ist {one}.",
    "1. First.\n2. Second.\n": "1. Erstens.\n2. Zweitens.\n",
}


def german(table: Mapping[str, str] = TABLE, *others: Mapping[str, str]) -> Translations:
    return Translations("de", [table, *others])


@pytest.mark.parametrize(
    ("english", "expected"),
    [
        ("Endpoint", "Endpunkt"),
        ("crm.example.com did not answer in time.", "crm.example.com hat nicht rechtzeitig geantwortet."),
        ("3 of 10 requests are left.", "Noch 3 von 10 Anfragen."),
        ("Write {name} in braces.", "Schreiben Sie {name} in Klammern."),
        ("1. First.\n2. Second.\n", "1. Erstens.\n2. Zweitens.\n"),
        ("Endpoint\nSomething else\n3 of 9 requests are left.", "Endpunkt\nSomething else\nNoch 3 von 9 Anfragen."),
        ("x and x are the same x.", "x ist x."),
        (
            "Endpoint: h did not answer in time. Other: Look up contacts",
            "Endpunkt: h hat nicht rechtzeitig geantwortet. Other: Kontakte nachschlagen",
        ),
        ("Look up contacts. Nobody knows this.", "Look up contacts. Nobody knows this."),
    ],
)
def test_known_text_is_said_with_its_values(english: str, expected: str) -> None:
    """A text is known whole, by its template, or line by line; values are put where the translation has them."""
    assert german().translated(english) == expected


@pytest.mark.parametrize(
    "text", ["", "Endpoints", "Nobody knows this.", "Signed in as", "x and x are the same y.", " Endpoint", "Endpoint "]
)
def test_unknown_text_stays_as_it_is(text: str) -> None:
    """What is not known to the letter comes back unchanged."""
    assert german().translated(text) == text


def test_template_with_the_most_letters_wins() -> None:
    """Of two that fit, the one that says more; in whichever order the catalogue has them."""
    text = "Signed in as Ada Example <ada@example.com> of the account Acme."
    for table in (TABLE, dict(reversed(TABLE.items()))):
        assert german(table).translated(text) == "Angemeldet im Konto Acme als Ada Example <ada@example.com>."


def test_templates_of_one_weight_are_taken_in_a_fixed_order() -> None:
    """The order of catalogues and texts decides nothing between templates that say as much."""
    one, other = {"a thing is {x} here": "eins {x}"}, {"{x} thing is so there": "zwei {x}"}
    text = "a thing is so there"
    assert len({german(first, second).translated(text) for first, second in ((one, other), (other, one))}) == 1


def test_earlier_catalogue_comes_before_a_later_one() -> None:
    """A connector's catalogue does not change what the core says."""
    core, other = {"Endpoint": "Endpunkt", "Reach {x}": "{x} erreichen"}, {"Endpoint": "Ziel", "Reach {x}": "Weg {x}"}
    both = german(core, other)
    assert (both.translated("Endpoint"), both.translated("Reach Acme")) == ("Endpunkt", "Acme erreichen")


@pytest.mark.parametrize(
    ("english", "expected"),
    [
        ("Enter the Endpoint again.", "Geben Sie Endpunkt noch einmal ein."),
        ("to look up contacts", "um zu Kontakte nachschlagen"),
        ("Enter the Signed in as Endpoint. again.", "Geben Sie Angemeldet als Endpunkt. noch einmal ein."),
    ],
)
def test_value_that_is_a_known_text_is_translated_too(english: str, expected: str) -> None:
    """A field's title inside a sentence, be it written small there, and a sentence inside a sentence."""
    assert german().translated(english) == expected


@pytest.mark.parametrize(
    "value", ["{who.__class__}", "{0}", "{who}", "{who!r:>99999999}", "%(who)s", "{", "}}", "{account}", r"\1\g<0>"]
)
def test_value_is_never_taken_for_a_template(value: str) -> None:
    """What comes from a CRM is put in as it is, whatever it looks like."""
    assert german().translated(f"Signed in as {value}.") == f"Angemeldet als {value}."


@pytest.mark.parametrize("translation", ["{who.__class__}", "{who!r}", "{who:>9}", "{0}", "{}"])
def test_translation_reaches_into_no_value(translation: str) -> None:
    """Only a name in braces is a place; everything else in braces is letters."""
    assert german({"Hello {who}": translation}).translated("Hello you") == translation


def test_translation_with_a_place_that_its_text_lacks_is_not_used() -> None:
    """A slip of the translator's leaves the English."""
    assert german({"Hello {who}": "Hallo {wer}"}).translated("Hello you") == "Hello you"


@pytest.mark.parametrize("template", ["{a}{b}", "{a}: {b}", "{a} - {b} ({c})", "{a} x {b}"])
def test_template_without_a_word_of_its_own_is_not_used(template: str) -> None:
    """It would fit any text there is."""
    assert german({template: "Unsinn"}).translated("a: b - c (d) x e") == "a: b - c (d) x e"


def test_long_and_deep_texts_cost_little() -> None:
    """What a CRM sends may be long and full of what looks like templates: no look takes longer than a moment."""
    table = {f"{name} {{a}} of {{b}} of {{c}} of {{d}} end{name}": f"{{a}}{{b}}{{c}}{{d}} {name}" for name in "xyz"}
    begin = time.process_time()
    for text in ("x " + "of " * 1300 + "endy", "to " * 1300, "x " * 200_000, "Enter the " * 390 + "again."):
        german({**TABLE, **table}).translated(text)
    assert time.process_time() - begin < 1


def test_thousands_of_texts_stay_quick() -> None:
    """With 4,000 templates a text that was never seen before is recognized in well under a millisecond."""
    many = {f"Word{number} says {{a}} of {{b}} number {number}.": f"{number}: {{a}} {{b}}" for number in range(4000)}
    table = german(many)
    begin = time.process_time()
    found = [table.translated(f"Word{number} says x of y number {number}.") for number in range(1000)]
    assert found == [f"{number}: x y" for number in range(1000)]
    assert time.process_time() - begin < 0.5


@pytest.mark.parametrize("language", ["en", "en-gb", "fr", "../../etc", "de/../fr", "", "d", "de-" + "x" * 99])
def test_language_of_nobody_gives_every_text_back(language: str) -> None:
    """English, a language without a catalogue, and what names none: nothing is read, nothing changes."""
    assert for_language(language).translated("Correct the fields named, then try again.").startswith("Correct")


def test_country_comes_before_its_language() -> None:
    """Austrians read what is there for them, then German."""
    assert for_language("de-at").translated("Fill it in.") == for_language("de").translated("Fill it in.") != ""
    names = ("de", "pt-br", "pt_BR", "zh-hant", "DE")
    assert [folder_of(name) for name in names] == ["de", "pt_BR", "pt_BR", "zh_Hant", "de"]
