"""The catalogue of errors, by what to do about them."""

from __future__ import annotations

from jackfield import errors
from jackfield_docs.markdown import docstring

_CLASSES = (errors.SettingsError, errors.PermissionRefused, errors.TransientError, errors.VendorError)


def text() -> str:
    """A section for each kind, and in it one for each code."""
    return "\n\n".join(map(_kind, _CLASSES))


def _kind(cls: type[errors.JackfieldError]) -> str:
    entries = [entry for entry in errors.CATALOGUE.values() if entry.kind == str(cls.kind)]
    intro = f"## {str(cls.kind).title()}\n\nRaised as `{cls.__name__}`. {docstring(cls)}"
    return "\n\n".join([intro, *map(_entry, entries)])


def _entry(entry: errors.Entry) -> str:
    return f"### {entry.code}\n\n**{entry.title}.** {entry.meaning}\n\n*What to do:* {entry.remedy}"
