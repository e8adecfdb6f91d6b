"""The secrets that this process works with, so that none of them gets into a line of its log."""

from __future__ import annotations

import logging
import re
import threading
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jackfield.http import Redactor

__all__ = ["Redacting", "in_use", "redacted"]

_lock = threading.Lock()
_used: Counter[str] = Counter()
_made: list[Redactor] = []
#: What looks like a secret is taken for one, whoever it belongs to.
_LOOKS = re.compile(
    r"""(?ix)
    (?P<name> \b authorization ["']? \s* [:=] \s* ["']? (?: (?:basic|bearer|token) \s+ )?
      | \b (?:basic|bearer) \s+ (?= \S{8} )
      | \b (?: api[_-]?key | password | passwd | secret | token | client[_-]?secret | private[_-]?key )
        ["']? \s* [:=] \s* ["']?
      | :// [^\s/:@]* :
    )
    (?P<value> [^\s"'&,;@<>]{3,} )
    """
)


class in_use:  # noqa: N801 - called as a function is
    """While this lasts, these secrets are taken out of every text of this process."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._mine = tuple(secrets)

    def __enter__(self) -> None:
        with _lock:
            for secret in self._mine:
                _used[secret] += 1
            _made.clear()

    def __exit__(self, *_: object) -> None:
        with _lock:
            for secret in self._mine:
                _used[secret] -= 1
                if not _used[secret]:
                    del _used[secret]
            _made.clear()


def redacted(text: str) -> str:
    """The text without the secrets in use, and without what looks like one."""
    from jackfield.http import Redactor

    with _lock:
        if not _made:
            _made.append(Redactor(tuple(_used)))
        redact = _made[0]
    return _LOOKS.sub(r"\g<name>***", redact(text))


class Redacting(logging.Filter):
    """On a handler, takes secrets out of what it is given: message, arguments and trace."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Clean the record; none is dropped."""
        record.msg, record.args = redacted(record.getMessage()), ()
        if record.exc_text:
            record.exc_text = redacted(record.exc_text)
        if record.stack_info:
            record.stack_info = redacted(record.stack_info)
        return True
