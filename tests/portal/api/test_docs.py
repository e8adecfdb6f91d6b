"""The page about REST is true: it names every route with its scope, and every code."""

from __future__ import annotations

import re
from pathlib import Path

from django.test import Client

from jackfield_portal.api.problems import OWN

PAGE = (Path(__file__).parents[3] / "docs" / "rest.md").read_text("utf-8")


def test_every_route_is_on_the_page() -> None:
    """As the OpenAPI document has it, in its order."""
    document = Client().get("/api/openapi.json").json()
    known = [
        (f"{method.upper()} {path.removeprefix('/api/v1')}", told["x-jackfield-scope"], told["summary"])
        for path, methods in document["paths"].items()
        for method, told in methods.items()
    ]
    assert re.findall(r"^\| `([A-Z]+ /\S+)` \| (\w+) \| (.+) \|$", PAGE, re.MULTILINE) == known


def test_every_code_is_on_the_page() -> None:
    """With its status and title."""
    said = re.findall(r"^\| `(\w+)` \| (\d+) \| (.+) \|$", PAGE, re.MULTILINE)
    assert said == [(code, str(own.status), own.title) for code, own in OWN.items()]
