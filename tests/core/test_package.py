"""The package's front door."""

from __future__ import annotations

import subprocess
import sys

import pytest

import jackfield

HEAVY = ("pydantic", "httpx", "pluggy", "stevedore", "phonenumbers", "anyio", "starlette", "rich")


def loaded_after(code: str) -> set[str]:
    """The modules that a fresh interpreter has after it ran ``code``."""
    command = [sys.executable, "-c", f"import sys\n{code}\nprint(*sys.modules)"]
    return set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())  # noqa: S603 - ours


def test_import_is_light() -> None:
    """Importing the package loads nothing that takes time."""
    assert loaded_after("import jackfield") & {*HEAVY, "jackfield.errors", "jackfield.connector"} == set()


def test_errors_are_light() -> None:
    """What a command needs to explain a code loads none of the libraries."""
    assert loaded_after("from jackfield import explain; explain('throttled')") & set(HEAVY) == set()


def test_listing_connectors_is_light() -> None:
    """Finding the connectors loads neither the HTTP client nor the settings."""
    assert loaded_after("import jackfield; list(jackfield.discover())") & {"pydantic", "httpx", "pluggy"} == set()


@pytest.mark.parametrize("name", jackfield.__all__)
def test_every_public_name_is_there(name: str) -> None:
    """Each name of __all__ can be used, is listed by dir(), and is what its home module calls so."""
    value = getattr(jackfield, name)
    assert name in dir(jackfield)
    home = sys.modules[f"jackfield.{jackfield._HOME_OF[name]}"]
    assert value is getattr(home, name)
    assert name in home.__all__


def test_nothing_is_public_beside_all() -> None:
    """The homes of the lazy names and __all__ agree."""
    assert sorted(jackfield._HOME_OF) == sorted(jackfield.__all__)
    assert sorted(jackfield.__all__) == dir(jackfield)


def test_unknown_name_is_an_attribute_error() -> None:
    """A name that the package lacks is missing as in any module."""
    with pytest.raises(AttributeError, match="module 'jackfield' has no attribute 'conector'"):
        _ = jackfield.conector  # type: ignore[attr-defined]
