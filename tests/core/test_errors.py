"""The error tree and its catalogue."""

from __future__ import annotations

import json

import pytest

from jackfield.errors import (
    CATALOGUE,
    Entry,
    JackfieldError,
    Kind,
    PermissionRefused,
    Problem,
    SettingsError,
    TransientError,
    VendorError,
    error,
    explain,
)

CLASSES = {
    "settings": SettingsError,
    "permission": PermissionRefused,
    "transient": TransientError,
    "vendor": VendorError,
}
EVERY = pytest.mark.parametrize("entry", CATALOGUE.values(), ids=list(CATALOGUE))


@EVERY
def test_every_code_is_of_one_of_the_four_kinds(entry: Entry) -> None:
    """A code's kind is one of those that say what to do."""
    assert entry.kind in set(Kind)


@EVERY
def test_every_code_has_its_texts(entry: Entry) -> None:
    """A code has a title without a full stop, and a meaning and a remedy that are sentences."""
    assert entry.title[0].isupper()
    assert not entry.title.endswith(".")
    for sentence in (entry.meaning, entry.remedy):
        assert sentence[0].isupper()
        assert sentence.endswith((".", "/"))
        assert sentence == " ".join(sentence.split())


@EVERY
def test_code_picks_the_class(entry: Entry) -> None:
    """error() raises the class that the code's kind asks for."""
    assert CLASSES[entry.kind] is type(error(entry.code))


@EVERY
def test_error_takes_its_texts_from_the_catalogue(entry: Entry) -> None:
    """An error told nothing else says what the catalogue says."""
    expected = {"kind": entry.kind, "code": entry.code, "message": entry.meaning, "remedy": entry.remedy}
    assert expected == error(entry.code).as_dict()


@EVERY
def test_explain_finds_every_code(entry: Entry) -> None:
    """explain() gives the entry of its code, in JSON's types for scripts."""
    assert entry == explain(entry.code)
    assert entry.as_dict() == json.loads(json.dumps(entry.as_dict()))
    assert list(entry.as_dict()) == ["code", "kind", "title", "meaning", "remedy"]


def test_explain_does_not_know_a_foreign_code() -> None:
    """A code that the catalogue lacks is explained by None."""
    assert explain("no_such_code") is None


def test_unknown_code_is_the_callers_mistake() -> None:
    """Raising a code that the catalogue lacks is a KeyError."""
    with pytest.raises(KeyError):
        error("no_such_code")


def test_catalogue_cannot_be_changed() -> None:
    """Nobody adds a code at run time."""
    with pytest.raises(TypeError):
        CATALOGUE["mine"] = CATALOGUE["required"]  # type: ignore[index]


def test_no_two_codes_share_a_title() -> None:
    """Titles tell codes apart."""
    assert len(CATALOGUE) == len({entry.title for entry in CATALOGUE.values()})


def test_own_words_win_over_the_catalogue() -> None:
    """A message and a remedy that were given are kept, and the message is what str() says."""
    failure = error("throttled", "Slow down.", remedy="Wait a minute.")
    assert (failure.message, failure.remedy, str(failure)) == ("Slow down.", "Wait a minute.", "Slow down.")


def full_error() -> JackfieldError:
    """An error that holds all that an error can."""
    problem = Problem(field="api_key", code="required", message="p message", remedy="p remedy", warning=True)
    return error(
        "throttled",
        "message",
        remedy="remedy",
        detail="detail",
        request="request",
        problems=[problem],
        retry_after=1.5,
    )


def test_rewriting_reaches_every_text() -> None:
    """rewritten() passes message, remedy, detail, request and the problems' texts through the function."""
    failure = full_error().rewritten(str.upper)
    problem = failure.problems[0]
    texts = [failure.message, failure.remedy, failure.detail, failure.request, problem.message, problem.remedy]
    assert texts == ["MESSAGE", "REMEDY", "DETAIL", "REQUEST", "P MESSAGE", "P REMEDY"]
    assert failure.args == ("MESSAGE",)


def test_rewriting_keeps_everything_else() -> None:
    """rewritten() keeps class, code, waiting time, and the problems' field, code and mark."""
    failure = full_error().rewritten(str.upper)
    problem = failure.problems[0]
    assert (TransientError, "throttled", 1.5) == (type(failure), failure.code, failure.retry_after)
    assert (problem.field, problem.code, problem.warning) == ("api_key", "required", True)


def test_rewriting_leaves_out_what_was_not_there() -> None:
    """rewritten() makes no text where there was none."""
    failure = error("throttled").rewritten(str.upper)
    assert (failure.detail, failure.request, failure.problems) == (None, None, ())


def test_problem_is_readable_by_scripts() -> None:
    """A problem as a dictionary has its field, code, texts and mark."""
    problem = Problem(field=None, code="required", message="m", remedy="r")
    expected = {"field": None, "code": "required", "message": "m", "remedy": "r", "warning": False}
    assert expected == problem.as_dict()
