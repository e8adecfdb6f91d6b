"""What the API takes: nothing but what it names, and no text that a database would refuse."""

from __future__ import annotations

from typing import Annotated

from ninja import Schema
from pydantic import AfterValidator, ConfigDict, Field

__all__ = ["Given", "Line", "Name", "Secretive", "Word", "clean"]


def clean(text: str) -> str:
    """The text; raises ValueError where a database would refuse it."""
    if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ValueError("This holds characters that cannot be stored.")
    return text


class Given(Schema):
    """The body of a write; a field that is not named is refused rather than overlooked."""

    model_config = ConfigDict(extra="forbid", str_max_length=10_000)


#: A name: not blank, and not longer than it is kept.
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S"), AfterValidator(clean)]
#: A short text that may be blank.
Line = Annotated[str, Field(max_length=320), AfterValidator(clean)]
#: Something to look for.
Word = Annotated[str, Field(min_length=1, max_length=320), AfterValidator(clean)]
#: What is taken and never told again.
Secretive = Annotated[str, Field(max_length=10_000), AfterValidator(clean)]
