"""The child process of :mod:`jackfield._describe`: loads the connectors named and writes down what each says."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from jackfield._card import read_card
from jackfield._describe import Description, point_of, version_of
from jackfield._loading import load
from jackfield.discovery import GROUP
from jackfield.errors import JackfieldError


def describe(name: str) -> Description:
    """What the connector says of itself, or why it is broken."""
    try:
        connector = load(GROUP, name)
        connector.schema()
    except JackfieldError as broken:
        reason = broken.message if broken.detail is None else f"{broken.message} ({broken.detail})"
        return Description.broken(name, reason, version_of(GROUP, name))
    platform = connector.platform
    return Description(
        id=name,
        title=platform.title,
        version=connector.version,
        state="ready",
        capabilities=tuple(sorted(str(capability) for capability in platform.capabilities)),
        card=_card(name),
    )


def _card(name: str) -> dict[str, Any] | None:
    point = point_of(GROUP, name)
    return None if point is None else read_card(point.module)


def main(path: str, *names: str) -> None:
    """Write a line for each connector as soon as it is known, so that one that ends the process costs only itself."""
    with open(path, "w", encoding="utf-8") as answer:  # noqa: PTH123 - one handle, flushed after each line
        for name in names:
            answer.write(json.dumps(describe(name).as_dict()) + "\n")
            answer.flush()
    os._exit(0)  # threads that a connector left behind must not hold the answer back


if __name__ == "__main__":
    main(*sys.argv[1:])
