"""The kinds of settings fields."""

from __future__ import annotations

import inspect
import re

from jackfield import settings
from jackfield_docs.markdown import code, table

_DECLARED = re.compile(r"^((?:#: .*\n)+)(\w+) = Annotated\[", re.MULTILINE)


def kinds() -> dict[str, str]:
    """Each field kind by the name of its type, with what its comment promises."""
    found = _DECLARED.findall(inspect.getsource(settings))
    return {name: " ".join(comment.replace("#:", "").split()) for comment, name in found}


def text() -> str:
    """A row for each kind."""
    return table(("Type", "What it is"), ((code(name), promise) for name, promise in kinds().items()))
